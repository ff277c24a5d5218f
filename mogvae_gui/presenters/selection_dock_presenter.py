"""Fills the Selection dock: chosen chairs, neighbours of the probe."""

from collections import Counter

from PySide6.QtCore import QObject, Slot

from core.code_groups import mean_code, nearest_codes
from core.library import Chair
from core.places import Showing
from mogvae_gui.presenters.group_names import group_name
from mogvae_gui.presenters.library_presenter import LibraryPresenter, row_of
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.selection_state import SelectionState
from mogvae_gui.views.library_model import ChairRow
from mogvae_gui.views.library_panel import LibraryPanel
from mogvae_gui.views.selection_panel import SelectionPanel

MOST_KINDS = 5  # families or components named one by one
MOST_CARDS = 2_000


class SelectionDockPresenter(QObject):
    """Keeps what is in sight up to date; pictures are shared with the library."""

    def __init__(
        self,
        state: SelectionState,
        project: ProjectState,
        latent: LatentState,
        panel: SelectionPanel,
        library_panel: LibraryPanel,
        library: LibraryPresenter,
        probe: ProbePresenter,
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._project = project
        self._latent = latent
        self._panel = panel
        self._pictures = library_panel.model
        self._probe = probe
        panel.shown.connect(self._show)
        panel.chair_shown.connect(self._on_chair_shown)
        panel.neighbour_chosen.connect(self._on_neighbour_chosen)
        panel.neighbours_edited.connect(self._on_neighbours_edited)
        panel.average_requested.connect(self._on_average)
        for strip in (panel.chosen, panel.neighbours):
            strip.thumbnail_wanted.connect(library.want_thumbnail)
        library.thumbnail_drawn.connect(self._on_thumbnail_drawn)
        project.events.selected.connect(self._show_chosen)
        project.events.chairs.connect(self._show)
        project.events.project.connect(self._on_project)
        latent.events.map.connect(self._show)
        latent.events.probe.connect(self._show_neighbours)
        state.events.neighbours.connect(self._show_neighbours)
        self._show()

    @Slot()
    def _show(self) -> None:
        self._show_chosen()
        self._show_neighbours()

    def _on_project(self) -> None:
        for strip in (self._panel.chosen, self._panel.neighbours):
            strip.rows.forget_thumbnails()

    def _show_chosen(self) -> None:
        chairs = self._chosen()
        self._panel.average_action.setEnabled(self._able())
        self._panel.average_button.setEnabled(self._able())
        if not self._panel.isVisible():
            return
        count = "" if not chairs else "1 chair" if len(chairs) == 1 else f"{len(chairs):,} chairs"
        self._panel.show_summary(count, self._breakdown(chairs))
        current = self._project.selected[0] if self._project.selected else None
        # In the library's order, so that the one that is looked at does not jump to the front.
        ordered = sorted(chairs, key=lambda chair: chair.id)[:MOST_CARDS]
        self._panel.chosen.show_chairs([row_of(chair) for chair in ordered], current)
        self._panel.chosen.take_pictures_from(self._pictures)

    def _chosen(self) -> list[Chair]:
        found = (self._project.chair(chair_id) for chair_id in self._project.selected)
        return [chair for chair in found if chair is not None]

    def _able(self) -> bool:
        return self._latent.map is not None and bool(self._project.selected)

    def _breakdown(self, chairs: list[Chair]) -> str:
        """How many there are of each split, family and component."""
        splits = Counter(chair.split for chair in chairs)
        parts = [", ".join(f"{count:,} {split}" for split, count in splits.most_common())]
        families = Counter(str(chair.metadata.get("family", "")) for chair in chairs)
        del families[""]
        if families:
            parts.append(_counts(families))
        latent_map = self._latent.map
        if latent_map is not None and latent_map.components is not None:
            chosen = {chair.id for chair in chairs}
            members = latent_map.members
            of = Counter(
                self._latent.name_of(int(members[row]))
                for row, chair_id in enumerate(latent_map.chair_ids)
                if chair_id in chosen
            )
            if of:
                parts.append(_counts(of))
        return "  ·  ".join(part for part in parts if part)

    def _show_neighbours(self) -> None:
        if not self._panel.isVisible():
            return
        latent_map, probe = self._latent.map, self._latent.probe
        words = ""
        if latent_map is None:
            words = "Train a model, or choose a run. The chairs nearest to the probe stand here."
        elif probe is None:
            words = "Click anywhere in the latent space. The chairs nearest to it stand here."
        self._panel.show_neighbours(self._state.neighbours, words)
        if latent_map is None or probe is None or len(probe.code) != latent_map.codes.shape[1]:
            self._panel.neighbours.show_chairs([], None)
            return
        # One more than is listed, for the probe's own chair is not its neighbour.
        rows, distances = nearest_codes(latent_map.codes, probe.code, self._state.neighbours + 1)
        listed: list[ChairRow] = []
        for row, distance in zip(rows, distances, strict=True):
            chair = self._project.chair(latent_map.chair_ids[row])
            if chair is not None and chair.id != probe.chair_id:
                far = f"{distance:.2f} from the probe"
                listed.append(ChairRow(chair.id, chair.name, chair.split, f"{chair.name}\n{far}"))
        self._panel.neighbours.show_chairs(listed[: self._state.neighbours], None)
        self._panel.neighbours.take_pictures_from(self._pictures)

    @Slot(str, object)
    def _on_thumbnail_drawn(self, chair_id: str, _image: object) -> None:
        picture = self._pictures.thumbnail(chair_id)
        for strip in (self._panel.chosen, self._panel.neighbours):
            if picture is not None and chair_id in strip.shown_ids():
                strip.rows.take_thumbnail(chair_id, picture)

    @Slot(str)
    def _on_chair_shown(self, chair_id: str) -> None:
        rest = tuple(i for i in self._project.selected if i != chair_id)
        if self._project.selected[:1] == (chair_id,):
            self._probe.go_to_chair(chair_id)
        else:
            self._project.selected = (chair_id, *rest)

    @Slot(str)
    def _on_neighbour_chosen(self, chair_id: str) -> None:
        self._probe.go_to_chair(chair_id)

    @Slot(int)
    def _on_neighbours_edited(self, count: int) -> None:
        self._state.neighbours = count

    @Slot()
    def _on_average(self) -> None:
        latent_map = self._latent.map
        if latent_map is None:
            return
        chosen = set(self._project.selected)
        rows = [row for row, i in enumerate(latent_map.chair_ids) if i in chosen]
        if rows:
            there = {latent_map.chair_ids[row] for row in rows}
            words = group_name([one for one in self._chosen() if one.id in there], self._latent)
            self._probe.go_to(
                mean_code(latent_map.codes[rows]), showing=Showing(f"Average of {words}")
            )


def _counts(counter: Counter[str]) -> str:
    """As "9 × swivel, 3 × club"; many kinds are summed up."""
    common = counter.most_common()
    words = [f"{count:,} × {name}" for name, count in common[:MOST_KINDS]]
    if len(common) > MOST_KINDS:
        words.append(f"{sum(count for _, count in common[MOST_KINDS:]):,} others")
    return ", ".join(words)
