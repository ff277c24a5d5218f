"""Keeps the library dock and the project's chairs in step; has thumbnails drawn."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from core.library import Chair
from mogvae_gui.state.project_state import ChairFilter, ProjectState
from mogvae_gui.views.library_model import ChairRow
from mogvae_gui.views.library_panel import LibraryPanel
from mogvae_gui.workers.threads import WorkerThread
from mogvae_gui.workers.thumbnail_worker import ThumbnailWorker

THUMBNAIL_PX = 184  # twice the size it is shown at, for dense screens


class LibraryPresenter(QObject):
    """Lists the chairs that pass the filter; selection goes both ways."""

    thumbnail_drawn = Signal(str, object)  # chair id, (size, size, 4) uint8

    def __init__(self, state: ProjectState, panel: LibraryPanel) -> None:
        super().__init__(panel)
        self._state = state
        self._panel = panel
        self._drawn_rows: dict[str, int] = {}
        self._listed: tuple[tuple[Chair, ...], ChairFilter] | None = None
        self._rows: list[ChairRow] = []
        self._train = 0
        self._worker = ThumbnailWorker(THUMBNAIL_PX)
        self._thread = WorkerThread(self._worker, "thumbnails", self)
        self._worker.drawn.connect(self._on_drawn)
        self._thread.start()
        panel.thumbnail_wanted.connect(self.want_thumbnail)
        panel.filter_edited.connect(self._on_filter_edited)
        panel.selection_edited.connect(self._on_selection_edited)
        state.events.project.connect(self._on_project)
        state.events.chairs.connect(self._show_chairs)
        state.events.chair_filter.connect(self._on_filter)
        state.events.selected.connect(self._show_selected)
        self._on_project()

    def stop(self) -> None:
        """End the thread that draws."""
        self._worker.forget()
        self._thread.end()

    def _on_project(self) -> None:
        project = self._state.project
        self._worker.use(project.library if project is not None else None)
        self._panel.model.forget_thumbnails()
        self._show_chairs()

    def _on_filter(self) -> None:
        chair_filter = self._state.chair_filter
        self._panel.show_filter(chair_filter.text, chair_filter.split)
        self._show_chairs()

    def _show_chairs(self) -> None:
        chairs, chair_filter = self._state.chairs, self._state.chair_filter
        if self._listed is None or self._listed[0] is not chairs or self._listed[1] != chair_filter:
            self._listed = (chairs, chair_filter)
            self._forget_changed(chairs)
            self._rows = [row_of(chair) for chair in chairs if chair_filter.accepts(chair)]
            self._train = sum(chair.split == "train" for chair in chairs)
        self._panel.show_chairs(self._rows, len(chairs), self._train)
        self._show_selected()

    def _forget_changed(self, chairs: tuple[Chair, ...]) -> None:
        rows = {chair.id: chair.row for chair in chairs}
        for chair_id, row in self._drawn_rows.items():
            if rows.get(chair_id, row) != row:  # turned or stood up since
                self._panel.model.forget_thumbnail(chair_id)
        self._drawn_rows = rows

    def _show_selected(self) -> None:
        self._panel.show_selected(self._state.selected)

    @Slot(str)
    def want_thumbnail(self, chair_id: str) -> None:
        """Have a chair drawn; `thumbnail_drawn` follows."""
        chair = self._state.chair(chair_id)
        if chair is not None:
            self._worker.ask(chair_id, chair.row)

    @Slot(str, object, object)
    def _on_drawn(self, chair_id: str, image: object, library: object) -> None:
        project = self._state.project
        if project is not None and library is project.library:
            self._panel.show_thumbnail(chair_id, image)  # type: ignore[arg-type]
            self.thumbnail_drawn.emit(chair_id, image)

    @Slot(str, str)
    def _on_filter_edited(self, text: str, split: str) -> None:
        self._state.chair_filter = ChairFilter(text, split)

    @Slot(list)
    def _on_selection_edited(self, chair_ids: list[str]) -> None:
        self._state.selected = tuple(chair_ids)


def row_of(chair: Chair) -> ChairRow:
    """A chair as a card shows it."""
    return ChairRow(chair.id, chair.name, chair.split, partial(describe, chair))


def describe(chair: Chair) -> str:
    """What is known of a chair, a line each."""
    described = [chair.name, f"from {chair.source}", f"split: {chair.split}"]
    described += [
        f"{key}: {chair.metadata[key]}"
        for key in ("family", "creator", "licence")
        if chair.metadata.get(key)
    ]
    return "\n".join(described)
