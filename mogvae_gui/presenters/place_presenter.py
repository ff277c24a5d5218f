"""Says which place is in view, and goes to another one."""

import dataclasses
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from core.places import CameraPose, Place, Showing
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.presenters.runs_presenter import RunsPresenter
from mogvae_gui.state.latent_state import LatentState, Probe
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.views.scene_view import SceneView
from mogvae_gui.workers.model_worker import Loaded, LoadEpoch, LoadRun


class PlacePresenter(QObject):
    """Goes to places. One in another run or epoch is reached when that is loaded."""

    epoch_wanted = Signal(object)  # int, a kept epoch of the run in view, or None: as it is now
    arrived = Signal(object)  # Place, the one that was gone to

    def __init__(
        self,
        project: ProjectState,
        latent: LatentState,
        window: MainWindow,
        model: ModelLink,
        runs: RunsPresenter,
        probe: ProbePresenter,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(window)
        self._project = project
        self._latent = latent
        self._window = window
        self._runs = runs
        self._probe = probe
        self._notices = notices
        self._heading_for: Place | None = None  # waits for its run
        model.answered.connect(self._on_answered)
        model.failed.connect(self._on_failed)
        project.events.project.connect(self._on_project)

    @property
    def is_under_way(self) -> bool:
        """Whether the place one goes to waits for its run."""
        return self._heading_for is not None

    def here(self) -> Place:
        """The place in view."""
        return self._place(self._latent.probe, self._probe.chair_asked_for)

    def home(self) -> Place:
        """The place in view, or that to which the probe goes back when it has looked elsewhere."""
        peek = self._latent.peek
        return self.here() if peek is None else self._place(peek.probe, peek.chair_asked_for)

    def _place(self, probe: Probe | None, chair_asked_for: str | None) -> Place:
        selected = self._project.selected
        run, epoch, cameras = self._latent.run_name, self._latent.epoch, self.cameras()
        shown = self._probe.chair_on_stage
        stage_chair = None if selected[:1] == (shown,) else shown
        # A chair that was chosen a moment ago is not encoded yet, and the probe elsewhere.
        is_free = probe is not None and probe.chair_id is None
        if probe is not None and is_free and chair_asked_for is None:
            return Place(
                run,
                selected,
                probe.code,
                component=probe.component,
                cameras=cameras,
                epoch=epoch,
                stage_chair=stage_chair,
                showing=probe.showing,
            )
        known = probe is not None and probe.chair_id == shown
        return Place(
            run,
            selected,
            probe.code if probe is not None and known else None,
            on_chair=True,
            cameras=cameras,
            epoch=epoch,
            stage_chair=stage_chair,
        )

    def cameras(self) -> MappingProxyType[str, CameraPose]:
        """Where the cameras stand; linked sides of the stage have one."""
        return MappingProxyType({name: view.pose for name, view in self._views().items()})

    def go_to(self, place: Place, *, look: bool = True) -> None:
        """Bring the place in view; `look` from where it was looked at."""
        if not look:
            place = dataclasses.replace(place, cameras=MappingProxyType({}))
        self._heading_for = None
        project = self._project.project
        is_there = project is not None and place.run in project.run_names()
        if place.run is not None and not is_there:
            self._notices.say(
                "warning", f"The run {place.run} is not in this project any more; its place is not."
            )
        elif place.run is not None and place.run != self._latent.run_name:
            self._heading_for = place
            self._runs.show_run(place.run)
            if place.run != self._latent.run_name:
                return
            self._heading_for = None  # it trains here, and is there at once
        elif place.run is not None and place.epoch != self._latent.epoch:
            self._heading_for = place
            self.epoch_wanted.emit(place.epoch)
            return
        self._arrive(place)

    @Slot(int)
    def on_epoch_shown(self, epoch: int) -> None:
        """The model in view is that of a kept epoch: arrive where that was wanted."""
        place = self._heading_for
        if place is not None and (place.run, place.epoch) == (self._latent.run_name, epoch):
            self._heading_for = None
            self._arrive(place)

    @Slot(int)
    def on_epoch_missing(self, epoch: int) -> None:
        """The epoch that was wanted is not kept: arrive in the run as it is."""
        place, self._heading_for = self._heading_for, None
        if place is not None:
            self._notices.say(
                "warning",
                f"Epoch {epoch} of {place.run} is not kept; the run is shown as it is now.",
            )
            self._arrive(place)

    def _arrive(self, place: Place) -> None:
        chairs = tuple(one for one in place.chair_ids if self._project.chair(one) is not None)
        there = chairs[:1] == place.chair_ids[:1]  # the chair that is on the stage
        chosen_before = self._project.selected
        self._project.selected = chairs
        on_stage = place.chair_on_stage
        if place.stage_chair is not None:
            there = self._probe.show_original(place.stage_chair)
        latent_map = self._latent.map
        fits = (
            place.code is not None
            and latent_map is not None
            and len(place.code) == latent_map.codes.shape[1]
            and place.run in (None, self._latent.run_name)
        )
        if place.on_chair and there and on_stage is not None:
            if fits and place.code is not None:
                self._latent.probe = Probe(place.code, chair_id=on_stage)
            if chosen_before == chairs or place.stage_chair is not None:
                self._probe.show_chair(on_stage)  # else it was asked for when it was chosen
        elif fits and place.code is not None:
            self._go_to_code(place.code, place.component, place.showing)
        views = self._views()
        for name, pose in place.cameras.items():
            if name in views:
                views[name].show_pose(pose)
        self.arrived.emit(place)

    def _go_to_code(
        self, code: tuple[float, ...], component: int | None, showing: Showing | None
    ) -> None:
        if showing is not None and showing.component is not None and showing.seed is None:
            # An older place: on the mean where the code is, else on a sample of it.
            mean = self._latent.mean_of(showing.component)
            is_mean = mean is not None and np.allclose(mean, code, atol=1e-6)
            component, showing = showing.component if is_mean else None, None
        mean = self._latent.mean_of(component)
        if mean is not None:
            self._probe.go_to(mean, component)
        elif showing is not None and showing.second is not None:
            if len(showing.second) == len(code):
                self._probe.show_difference(code, showing.second, showing.title)
            else:
                self._probe.go_to(code)
        else:
            self._probe.go_to(code, showing=showing)

    def _views(self) -> dict[str, SceneView]:
        """Those that have a camera of their own."""
        stage = self._window.stage
        views: dict[str, SceneView] = {
            "stage": stage.original.view,
            "latent": self._window.latent.view,
        }
        if not stage.link_action.isChecked():
            views["reconstruction"] = stage.reconstruction.view
            views["second"] = stage.second.view
        return views

    def _on_project(self) -> None:
        self._heading_for = None

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        place = self._heading_for
        if not isinstance(question, LoadRun) or not isinstance(answer, Loaded) or place is None:
            return
        if not answer.run_name == place.run == self._latent.run_name:
            self._heading_for = None
        elif place.epoch is not None:
            self.epoch_wanted.emit(place.epoch)
        else:
            self._heading_for = None
            self._arrive(place)

    @Slot(object, object)
    def _on_failed(self, question: object, _error: object) -> None:
        if isinstance(question, LoadRun | LoadEpoch):
            self._heading_for = None
