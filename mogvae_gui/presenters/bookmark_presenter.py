"""Keeps places under a name, with a picture, in the project's own document."""

import dataclasses

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QObject, Slot
from PySide6.QtGui import QImage

from core.asides import copy_aside
from core.bookmarks import (
    Bookmark,
    bookmarks_as_json,
    bookmarks_from_json,
    new_bookmark,
    unique_name,
)
from core.errors import NewerFormatError, ProjectError
from core.places import Place
from core.project import Project
from core.thumbnails import thumbnail
from mogvae_gui.presenters.library_edits import LibraryEditPresenter
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.place_presenter import PlacePresenter
from mogvae_gui.state.bookmark_state import BookmarkState
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.stage_state import StageState
from mogvae_gui.views.bookmarks_panel import BookmarkRow, BookmarksPanel

PICTURE_PX = 144  # takes 30 ms to draw and 10 kB to keep


class BookmarkPresenter(QObject):
    """Adds, renames and deletes bookmarks, each with undo; goes to them."""

    def __init__(
        self,
        state: BookmarkState,
        project: ProjectState,
        latent: LatentState,
        stage: StageState,
        panel: BookmarksPanel,
        edits: LibraryEditPresenter,
        places: PlacePresenter,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._project = project
        self._latent = latent
        self._stage = stage
        self._panel = panel
        self._edits = edits
        self._places = places
        self._notices = notices
        panel.add_requested.connect(self.add)
        panel.go_requested.connect(self.go_to)
        panel.rename_requested.connect(self.rename)
        panel.delete_requested.connect(self.delete)
        project.events.project.connect(self._on_project)
        for event in (stage.events.original, stage.events.reconstruction):
            event.connect(self._show_able)
        state.events.bookmarks.connect(self._show)
        self._on_project()

    @Slot()
    def add(self) -> None:
        """Keep the place in view."""
        here = self._places.here()
        if self._project.project is None or not here.is_somewhere:
            return
        shown = self._stage.reconstruction or self._stage.original
        picture = _png(thumbnail(shown.points, PICTURE_PX)) if shown is not None else b""
        taken = [bookmark.name for bookmark in self._state.bookmarks]
        bookmark = new_bookmark(unique_name(self._name_of(here), taken), here, picture)
        self._change(f"bookmarking {bookmark.name}", (*self._state.bookmarks, bookmark))

    @Slot(str)
    def go_to(self, bookmark_id: str) -> None:
        """Show a bookmark's place as it was looked at."""
        for bookmark in self._state.bookmarks:
            if bookmark.id == bookmark_id:
                self._places.go_to(bookmark.place)

    @Slot(str, str)
    def rename(self, bookmark_id: str, name: str) -> None:
        """Call a bookmark by another name."""
        others = [one.name for one in self._state.bookmarks if one.id != bookmark_id]
        before = next((one for one in self._state.bookmarks if one.id == bookmark_id), None)
        if before is None or not name.strip() or name.strip() == before.name:
            self._show()  # what was typed goes away again
            return
        renamed = dataclasses.replace(before, name=unique_name(name, others))
        self._change(
            f"renaming {before.name}",
            tuple(renamed if one is before else one for one in self._state.bookmarks),
        )

    @Slot(list)
    def delete(self, bookmark_ids: list[str]) -> None:
        """Forget places."""
        kept = tuple(one for one in self._state.bookmarks if one.id not in set(bookmark_ids))
        gone = len(self._state.bookmarks) - len(kept)
        if gone:
            words = "a bookmark" if gone == 1 else f"{gone:,} bookmarks"
            self._change(f"deleting {words}", kept)

    def _change(self, words: str, after: tuple[Bookmark, ...]) -> None:
        project, before = self._project.project, self._state.bookmarks
        if project is not None:
            self._edits.push_edit(
                words, lambda: self._keep(project, after), lambda: self._keep(project, before)
            )

    def _keep(self, project: Project, bookmarks: tuple[Bookmark, ...]) -> None:
        """Write first: what the disk refuses is not shown as kept."""
        project.write_document("bookmarks", bookmarks_as_json(bookmarks))
        self._state.bookmarks = bookmarks

    def _on_project(self) -> None:
        project = self._project.project
        bookmarks: tuple[Bookmark, ...] = ()
        problems: tuple[str, ...] = ()
        is_newer = False
        if project is not None:
            try:
                bookmarks, problems = bookmarks_from_json(project.read_document("bookmarks"))
            except ProjectError as error:
                problems = (str(error),)
                is_newer = isinstance(error, NewerFormatError)
            if problems:
                self._keep_a_copy(project, problems, is_needed=not (is_newer or project.refusal))
        self._state.bookmarks = bookmarks
        self._show()

    def _keep_a_copy(self, project: Project, problems: tuple[str, ...], *, is_needed: bool) -> None:
        """The next change writes the document anew; what could not be read must not be lost.

        No copy is needed where nothing can be changed, as of a newer program's document.
        """
        if is_needed:
            try:
                copy = copy_aside(project.folder / "bookmarks.json")
                kept = f"The file as it was is kept as {copy.name}."
            except OSError as error:
                kept = f"No copy of the file could be made ({error.strerror or error})."
        else:
            kept = "The file is left as it is."
        self._notices.say(
            "warning", f"Some bookmarks could not be read. {kept}", details="\n".join(problems)
        )

    def _show(self) -> None:
        self._panel.show_bookmarks(
            [
                BookmarkRow(one.id, one.name, _tooltip(one), one.picture)
                for one in self._state.bookmarks
            ]
        )
        self._show_able()

    def _show_able(self) -> None:
        there = self._stage.original is not None or self._stage.reconstruction is not None
        self._panel.show_can_add(there and self._project.project is not None)

    def _name_of(self, place: Place) -> str:
        if place.on_chair or place.code is None:
            return self._stage.original.title if self._stage.original is not None else "Place"
        if place.component is not None:
            return self._latent.name_of(place.component)
        return (place.showing is not None and place.showing.title) or "Place"


def _tooltip(bookmark: Bookmark) -> str:
    place = bookmark.place
    lines = [bookmark.name, f"run: {place.run}" if place.run is not None else "no run"]
    if place.epoch is not None:
        lines.append(f"epoch: {place.epoch:,}")
    if place.code is not None:
        numbers = ", ".join(f"{value:.2f}" for value in place.code[:4])
        lines.append(f"code: {numbers}{', …' if len(place.code) > 4 else ''}")
    if bookmark.made_at:
        lines.append(f"made: {bookmark.made_at[:16].replace('T', ' ')} UTC")
    return "\n".join(lines)


def _png(picture: np.ndarray) -> bytes:
    """(height, width, 4) uint8 as a PNG file."""
    height, width = picture.shape[:2]
    content = np.ascontiguousarray(picture)
    image = QImage(content.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
