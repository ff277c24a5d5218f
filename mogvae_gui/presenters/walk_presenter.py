"""The Walk dock: its stops, the ways between them, and how both are shown."""

from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from core.paths.path import Path, PathPair
from core.walk_files import WalkPlan, WalkStop
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.bookmark_state import BookmarkState
from mogvae_gui.state.latent_state import LatentMap, LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.walk_state import (
    LEAST_STEPS,
    MOST_STEPS,
    MOST_STOPS,
    WAYS,
    Stop,
    WalkState,
)
from mogvae_gui.views.latent_tracks import LatentTracks, Track
from mogvae_gui.views.pixmaps import pixmap_of
from mogvae_gui.views.stop_strip import StopCard
from mogvae_gui.views.walk_panel import SPEEDS, WalkPanel, WayRow
from mogvae_gui.views.way_profile import WayProfile
from mogvae_gui.workers.model_worker import DrawStops
from mogvae_gui.workers.path_worker import FindPaths, PathWorker
from mogvae_gui.workers.threads import WorkerThread

PICTURE_PX = 136  # twice as fine as a card shows it
SETTLED_MS = 400  # a training moves the codes with every epoch
EDGE = 0.1  # share of the chairs below whose density a place counts as thin
PROFILE_POINTS = 257
NO_CHAIR = "This chair is not in the library any more; the walk leaves it out."
UNKNOWN_CHAIR = (
    "The model in view did not know this chair yet; the walk leaves it out until one is in view "
    "that does."
)
NO_COMPONENT = "The run in view has no such component; the walk leaves it out."
OTHER_RUN = (
    "This is a place of {run}, and in the run in view it would be another chair: the walk leaves "
    "it out until {run} is in view."
)
NAMES = {"straight": "Straight", "along": "Along the density"}


class WalkPresenter(QObject):
    """Keeps stops where their chairs and components are, and finds the ways between them."""

    def __init__(
        self,
        state: WalkState,
        project: ProjectState,
        latent: LatentState,
        bookmarks: BookmarkState,
        panel: WalkPanel,
        tracks: LatentTracks,
        model: ModelLink,
        probe: ProbePresenter,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._project = project
        self._latent = latent
        self._bookmarks = bookmarks
        self._panel = panel
        self._tracks = tracks
        self._model = model
        self._probe = probe
        self._notices = notices
        self._next_number = 0
        self._asked: FindPaths | None = None
        self._drawn: dict[int, tuple[tuple[float, ...], StopCard]] = {}
        self._fresh: set[int] = set()  # stops whose picture is of the model in view
        self._models = 0  # so many came in view
        self._worker: PathWorker | None = None
        self._thread: WorkerThread | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLED_MS)
        self._settle.timeout.connect(self._on_settled)
        panel.add_chairs_requested.connect(self.add_chairs)
        panel.add_probe_requested.connect(self.add_probe)
        panel.add_component_requested.connect(self.add_component)
        panel.add_means_requested.connect(self.add_means)
        panel.add_bookmark_requested.connect(self.add_bookmark)
        panel.remove_requested.connect(self._on_remove_requested)
        panel.clear_requested.connect(self._on_clear_requested)
        panel.way_chosen.connect(self._on_way_chosen)
        panel.strip.stop_chosen.connect(self._on_stop_chosen)
        panel.strip.stop_moved.connect(self._on_stop_moved)
        panel.strip.stop_removed.connect(self._on_stop_removed)
        model.answered.connect(self._on_answered)
        latent.events.map.connect(self._on_map)
        latent.events.axes.connect(self._show_tracks)
        latent.events.component_names.connect(self._on_component_names)
        state.events.stops.connect(self._on_stops)
        state.events.chosen.connect(self._show_stops)
        state.events.paths.connect(self._show_paths)
        state.events.way.connect(self._show_paths)
        bookmarks.events.bookmarks.connect(self._show_bookmarks)
        project.events.project.connect(self._on_project)
        self._show_components()
        self._show_bookmarks()
        self._show_stops()
        self._show_paths()

    @Slot()
    def add_chairs(self) -> None:
        """Make the chosen chairs stops."""
        latent_map = self._latent.map
        if latent_map is None:
            return
        found = []
        for chair_id in self._project.selected:
            chair, code = self._project.chair(chair_id), latent_map.code_of(chair_id)
            if chair is not None and code is not None:
                found.append(Stop(0, code, chair.name, chair_id=chair_id))
        if not found:
            words = "Choose a chair in the library first; then add it as a stop."
            if self._project.selected:
                words = "The model in view has not seen what is chosen, so it has no place in it."
            self._notices.say("info", words)
        self.add(*found)

    @Slot()
    def add_probe(self) -> None:
        """Make the probe's place a stop."""
        probe = self._latent.probe
        if probe is None:
            self._notices.say("info", "Click anywhere in the latent space first; then add it.")
        elif probe.chair_id is not None and (chair := self._project.chair(probe.chair_id)):
            self.add(Stop(0, probe.code, chair.name, chair_id=chair.id))
        else:
            self.add(Stop(0, probe.code, "Probe"))

    @Slot(int)
    def add_component(self, component: int) -> None:
        """Make a component's mean a stop."""
        if self._latent.map is not None:
            self.add(self._mean_stop(self._latent.map, component))

    @Slot(str)
    def add_bookmark(self, bookmark_id: str) -> None:
        """Make a bookmark's place a stop: its chair's code, or the code that was decoded."""
        latent_map = self._latent.map
        found = [each for each in self._bookmarks.bookmarks if each.id == bookmark_id]
        if latent_map is None or not found:
            return
        place = found[0].place
        if place.on_chair and place.chair_on_stage is not None:
            code = latent_map.code_of(place.chair_on_stage)
            if code is not None:
                self.add(Stop(0, code, found[0].name, chair_id=place.chair_on_stage))
                return
        if place.code is None or len(place.code) != latent_map.codes.shape[1]:
            self._notices.say("info", "That bookmark has no place in the run in view.")
            return
        if place.run not in (None, self._latent.run_name):
            self._notices.say(
                "warning",
                f"The bookmark is of {place.run}: in another run its code is another chair.",
            )
        self.add(Stop(0, place.code, found[0].name))

    @Slot()
    def add_means(self) -> None:
        """Make every component's mean a stop, from the heaviest always on to the nearest."""
        latent_map = self._latent.map
        if latent_map is None or latent_map.components is None:
            return
        weights, means = latent_map.components.weights, latent_map.components.means
        left = set(range(len(weights)))
        order = [int(weights.argmax())]
        left.discard(order[0])
        while left:
            here = means[order[-1]]
            order.append(min(left, key=lambda k: float(np.linalg.norm(means[k] - here))))
            left.discard(order[-1])
        self.add(*(self._mean_stop(latent_map, component) for component in order))

    def add(self, *stops: Stop) -> None:
        """Put stops at the end; their numbers are given here."""
        room = MOST_STOPS - len(self._state.stops)
        if len(stops) > room:
            self._notices.say(
                "warning",
                f"A walk has at most {MOST_STOPS} stops; {len(stops) - room} were left out.",
            )
        added = []
        for stop in stops[:room]:
            added.append(replace(stop, number=self._next_number, run=self._latent.run_name))
            self._next_number += 1
        if added:
            self._state.stops = (*self._state.stops, *added)
            self._state.chosen = added[-1].number

    def kept(self) -> dict[str, Any]:
        """What the project keeps of the walk, in plain values."""
        state = self._state
        return {
            "stops": [{**stop.place.as_json(), "run": stop.run} for stop in state.stops],
            "way": state.way,
            "steps": state.steps,
            "speed": state.speed,
            "loops": state.loops,
        }

    def restore(self, kept: dict[str, Any]) -> None:
        """Undo `kept`: before the run is in view again, whose codes the stops will follow.

        Raises KeyError, TypeError or ValueError where what was kept is nonsense.
        """
        stops = tuple(
            Stop.at(WalkStop.from_json(stop), number, _run_of(stop, kept))
            for number, stop in enumerate(kept["stops"][:MOST_STOPS], start=self._next_number)
        )
        steps, speed = int(kept["steps"]), float(kept["speed"])
        if not LEAST_STEPS <= steps <= MOST_STEPS or speed not in SPEEDS:
            raise ValueError(f"A walk has no {steps} steps at speed {speed}.")
        if kept["way"] not in WAYS:
            raise ValueError(f"There is no way called {kept['way']!r}.")
        self._next_number += len(stops)
        self._state.way = kept["way"]
        self._state.steps, self._state.speed = steps, speed
        self._state.loops = bool(kept["loops"])
        self._state.stops = stops

    @Slot(object)
    def refill(self, plan: WalkPlan) -> None:
        """Let an exported walk take the place of the one that is there; its run is in view."""
        latent_map = self._latent.map
        if latent_map is None:
            return
        latent, wanted = latent_map.codes.shape[1], len(plan.stops[0].code)
        if latent != wanted:
            self._notices.say(
                "warning",
                f"The walk leads through {wanted} axes, and the run in view has {latent}: it was "
                "trained anew since the walk was exported.",
            )
            return
        run = self._latent.run_name
        stops = [self._moved(Stop.at(place, run=run), latent_map) for place in plan.stops]
        self._state.stops = ()
        self._state.way = "straight" if plan.way == "straight" else "along"
        self._state.steps = min(max(plan.steps, LEAST_STEPS), MOST_STEPS)
        # A chair that is not in this project leaves its place behind.
        self.add(*(Stop(0, stop.code, stop.label) if stop.left_out else stop for stop in stops))

    @Slot(str, str)
    def follow_rename(self, before: str, now: str) -> None:
        """A run is called otherwise, and its places are still its own."""
        self._state.stops = tuple(
            replace(stop, run=now) if stop.run == before else stop for stop in self._state.stops
        )

    def stop(self) -> None:
        """End the thread."""
        self._settle.stop()
        if self._worker is not None and self._thread is not None:
            self._worker.forget()
            self._thread.end()

    # -- what changed ------------------------------------------------------------------------

    def _on_project(self) -> None:
        self._state.stops = ()

    def _on_map(self) -> None:
        """Codes and components moved: stops go with them.

        Those that have no place in this model wait for one in which they have.
        """
        latent_map = self._latent.map
        self._models += 1
        self._fresh.clear()
        self._show_components()
        if latent_map is None:
            self._show_stops()
            self._show_paths()
            return
        stops = tuple(self._moved(stop, latent_map) for stop in self._state.stops)
        if stops != self._state.stops:
            self._state.stops = stops  # asks for the ways
        elif stops:
            self._settle.start()  # the same stops among other codes
        self._show_stops()

    def _on_component_names(self) -> None:
        self._show_components()
        self._state.stops = tuple(
            stop
            if stop.component is None
            else replace(stop, label=self._latent.name_of(stop.component))
            for stop in self._state.stops
        )

    def _on_stops(self) -> None:
        if self._state.chosen not in {stop.number for stop in self._state.stops}:
            self._state.chosen = None
        self._show_stops()
        if len(self._state.placed) < 2:
            self._settle.stop()
            self._asked = None
            self._state.is_finding = False
            self._state.paths = None
        elif self._state.paths is None:
            self._ask()
        else:
            self._settle.start()
        self._draw_missing()

    @Slot()
    def _on_settled(self) -> None:
        self._ask()
        self._draw_missing()

    def _ask(self) -> None:
        latent_map, stops = self._latent.map, self._state.placed
        if latent_map is None or len(stops) < 2:
            return
        worker = self._worker or self._start_worker()
        codes = np.array([stop.code for stop in stops])
        self._asked = FindPaths(codes, latent_map.components, latent_map.codes)
        self._state.is_finding = True
        self._show_paths()
        worker.ask(self._asked)

    def _start_worker(self) -> PathWorker:
        """The thread starts with the first walk."""
        self._worker = PathWorker()
        self._thread = WorkerThread(self._worker, "paths", self)
        self._worker.answered.connect(self._on_found)
        self._worker.failed.connect(self._on_failed)
        self._thread.start()
        return self._worker

    @Slot(object, object)
    def _on_found(self, question: object, answer: object) -> None:
        if question is self._asked and isinstance(answer, PathPair):
            self._state.is_finding = False
            self._state.paths = answer

    @Slot(object, object)
    def _on_failed(self, question: object, error: Exception) -> None:
        if question is self._asked:
            self._state.is_finding = False
            self._notices.say_error(error, "Finding a way")

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        if isinstance(question, DrawStops) and isinstance(answer, list):
            models, *numbers = question.key if isinstance(question.key, tuple) else (0,)
            if models == self._models:
                self._fresh |= set(numbers)
            for number, code, image in zip(numbers, question.codes, answer, strict=True):
                card = StopCard(number, "", pixmap_of(image))
                self._drawn[number] = (tuple(float(value) for value in code), card)
            self._show_stops()

    def _draw_missing(self) -> None:
        """Ask for pictures of stops that have none, or one of another place or model."""
        missing = [
            stop
            for stop in self._state.placed
            if stop.number not in self._fresh
            or not np.allclose(self._drawn[stop.number][0], stop.code, atol=1e-4)
        ]
        if missing and self._latent.map is not None:
            codes = np.array([stop.code for stop in missing], dtype=np.float32)
            key = (self._models, *(stop.number for stop in missing))
            self._model.ask(DrawStops(codes, PICTURE_PX, key=key))

    def _mean_stop(self, latent_map: LatentMap, component: int) -> Stop:
        if latent_map.components is None:
            raise ValueError("The prior has no components.")
        mean = tuple(float(value) for value in latent_map.components.means[component])
        return Stop(0, mean, self._latent.name_of(component), component=component)

    def _moved(self, stop: Stop, latent_map: LatentMap) -> Stop:
        """The stop in a map of other codes; it says why where it has no place in it."""
        if stop.chair_id is not None:
            code = latent_map.code_of(stop.chair_id)
            if code is not None:
                return replace(stop, code=code, left_out="")
            is_there = self._project.chair(stop.chair_id) is not None
            return replace(stop, left_out=UNKNOWN_CHAIR if is_there else NO_CHAIR)
        if stop.component is not None:
            components = latent_map.components
            if components is None or stop.component >= len(components.weights):
                return replace(stop, left_out=NO_COMPONENT)
            mean = self._mean_stop(latent_map, stop.component)
            return replace(stop, code=mean.code, label=mean.label, left_out="")
        fits = len(stop.code) == latent_map.codes.shape[1]
        if stop.run == self._latent.run_name and fits:
            return replace(stop, left_out="")
        return replace(stop, left_out=OTHER_RUN.format(run=stop.run or "another run"))

    # -- what the person did -----------------------------------------------------------------

    @Slot(int)
    def _on_stop_chosen(self, number: int) -> None:
        self._state.chosen = number
        self._state.is_playing = False
        stop = next((each for each in self._state.stops if each.number == number), None)
        if stop is None:
            return
        walked, placed = self._state.walked, self._state.placed
        place = placed.index(stop) if stop in placed else None
        if walked is not None and place is not None and place < len(walked.stop_shares):
            self._state.step = round(walked.stop_shares[place] * (self._state.steps - 1))
        if stop.chair_id is not None:
            self._probe.go_to_chair(stop.chair_id)
        elif not stop.left_out:
            self._probe.go_to(stop.code, stop.component)

    @Slot(int, int)
    def _on_stop_moved(self, number: int, place: int) -> None:
        stops = list(self._state.stops)
        moved = next(stop for stop in stops if stop.number == number)
        stops.remove(moved)
        stops.insert(place, moved)
        self._state.chosen = number
        self._state.stops = tuple(stops)

    @Slot(int)
    def _on_stop_removed(self, number: int) -> None:
        stops = self._state.stops
        place = next(place for place, stop in enumerate(stops) if stop.number == number)
        rest = tuple(stop for stop in stops if stop.number != number)
        self._state.stops = rest
        if rest:
            self._state.chosen = rest[min(place, len(rest) - 1)].number

    @Slot()
    def _on_remove_requested(self) -> None:
        if self._state.chosen is not None:
            self._on_stop_removed(self._state.chosen)

    @Slot()
    def _on_clear_requested(self) -> None:
        self._state.stops = ()

    @Slot(str)
    def _on_way_chosen(self, way: str) -> None:
        for known in WAYS:
            if way == known:
                self._state.way = known

    # -- what is shown -----------------------------------------------------------------------

    def _show_components(self) -> None:
        latent_map = self._latent.map
        components = latent_map.components if latent_map is not None else None
        count = 0 if components is None else len(components.weights)
        self._panel.show_components([self._latent.name_of(k) for k in range(count)])

    def _show_bookmarks(self) -> None:
        self._panel.show_bookmarks([(each.id, each.name) for each in self._bookmarks.bookmarks])

    def _show_stops(self) -> None:
        has_model = self._latent.map is not None
        cards = tuple(
            StopCard(
                stop.number,
                stop.label,
                self._drawn[stop.number][1].picture if stop.number in self._drawn else None,
                stop.left_out,
            )
            for stop in self._state.stops
        )
        self._panel.show_stops(cards, self._state.chosen, has_model=has_model)
        if not has_model or not cards:
            self._show_components()

    def _show_paths(self) -> None:
        state, pair = self._state, self._state.paths
        self._panel.show_way(state.way)
        words = ""
        if pair is None and state.is_finding:
            words = "Finding the ways …"
        elif pair is None:
            words = "One more stop makes a walk" if state.stops else ""
            if state.stops and not state.placed:
                words = "No stop has a place in the model in view"
        elif not pair.bends and state.way != "straight":
            words = "The straight way is the densest here"
        self._panel.show_can_walk(pair is not None and self._latent.map is not None, words)
        self._show_tracks()
        if pair is None:
            self._panel.show_profiles(())
            self._panel.show_comparison(())
            return
        ways = {"straight": pair.straight, "along": pair.along}
        shown = [way for way in ways if state.way in (way, "both")]
        edge = float(np.quantile(pair.chairs, EDGE)) if len(pair.chairs) else None
        shares = np.linspace(0, 1, PROFILE_POINTS)
        self._panel.show_profiles(
            tuple(WayProfile(way, shares, ways[way].density_at(shares)) for way in shown),
            edge,
            state.walked.stop_shares if state.walked is not None else (),
        )
        self._panel.show_comparison(
            tuple(
                _row_of(way, path, pair, is_walked=path is state.walked)
                for way, path in ways.items()
            )
        )

    def _show_tracks(self) -> None:
        axes, pair, way = self._latent.axes, self._state.paths, self._state.way
        if axes is None or pair is None or pair.along.points.shape[1] != len(axes.origin):
            self._tracks.show_tracks(())
            return
        ways = {"straight": pair.straight, "along": pair.along}
        self._tracks.show_tracks(
            tuple(
                Track(
                    key,
                    axes.positions(path.points),
                    axes.positions(path.points[list(path.stop_rows)]),
                )
                for key, path in ways.items()
                if way in (key, "both")
            )
        )


def _run_of(stop: dict[str, Any], kept: dict[str, Any]) -> str | None:
    """The run that a kept stop is of; an older program kept one for all of them."""
    run = stop["run"] if "run" in stop else kept["run"]
    return None if run is None else str(run)


def _row_of(way: str, path: Path, pair: PathPair, *, is_walked: bool) -> WayRow:
    share = pair.denser_than(path.minimum)
    return WayRow(
        way,
        NAMES[way],
        f"{path.length:.2f}",
        f"{path.minimum:.1f}",
        f"{share:.0%}" if len(pair.chairs) else "–",
        f"{path.mean:.1f}",
        is_walked,
    )
