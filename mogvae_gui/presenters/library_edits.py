"""Changes of the library that can be undone."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from core.errors import StudioError
from core.frame import AXES, Axis
from core.library import Chair, Library
from core.posing import stand_up, turn
from core.split import Split
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.library_panel import LibraryPanel
from mogvae_gui.views.main_window import MainWindow


class LibraryEdit(QUndoCommand):
    """One change and its opposite, each a call on the library.

    No error leaves it, for Qt calls it: the stack drops a step that fails, and `failed` is told.
    """

    def __init__(
        self,
        text: str,
        do: Callable[[], object],
        undo: Callable[[], object],
        failed: Callable[[StudioError], None],
        show: Callable[[], None],
    ) -> None:
        super().__init__(text)
        self._do = do
        self._undo = undo
        self._failed = failed
        self._show = show
        self.is_refused = False  # Qt deletes a step that became obsolete while it was pushed
        self.look_as_before: Callable[[], None] | None = None
        self.look_as_after: Callable[[], None] | None = None

    def redo(self) -> None:
        self._change(self._do, self.look_as_after)

    def undo(self) -> None:
        self._change(self._undo, self.look_as_before)

    def _change(self, change: Callable[[], object], look: Callable[[], None] | None) -> None:
        try:
            change()
        except StudioError as error:
            self.is_refused = True
            self.setObsolete(True)
            self._failed(error)
            return
        self._show()
        if look is not None:  # what was chosen may be there again only now
            look()


class LibraryEditPresenter(QObject):
    """Removes, renames and moves chairs between train and test; each with undo.

    The stack is that of the whole window: `push_step` takes steps of another kind.
    """

    about_to_change = Signal()  # an edit, an undo or a redo comes next
    edited = Signal(object)  # LibraryEdit, for the first time

    def __init__(self, state: ProjectState, window: MainWindow, notices: NoticePresenter) -> None:
        super().__init__(window)
        self._state = state
        self._notices = notices
        self._window = window
        self._stack = QUndoStack(self)
        panel: LibraryPanel = window.library
        panel.remove_requested.connect(self.remove)
        panel.rename_requested.connect(self._on_rename)
        panel.split_requested.connect(self._on_split)
        panel.turn_requested.connect(self._on_turn)
        panel.stand_up_requested.connect(self.stand_up)
        window.undo_action.triggered.connect(self._on_undo)
        window.redo_action.triggered.connect(self._on_redo)
        self._stack.indexChanged.connect(self._on_index_changed)
        state.events.project.connect(self._on_project)
        self._on_index_changed()

    def chairs_came_in(self, chairs: tuple[Chair, ...]) -> None:
        """Make the coming of these chairs a step that can be undone."""
        library = self._library()
        if library is None or not chairs:
            return
        ids = [chair.id for chair in chairs]
        words = f"adding {_count(len(chairs))}"
        # The chairs are there already: restoring skips those that are.
        self.push_edit(words, lambda: library.restore(chairs), lambda: library.remove(ids))

    @Slot(list, str)
    def stand_up(self, chair_ids: list[str], axis: str) -> None:
        """Let `axis` of the chairs' own pose point up."""
        up: Axis = next((known for known in AXES if known == axis), "z")
        self._pose(chair_ids, "standing up", lambda library: stand_up(library, chair_ids, up))

    @Slot(list, int)
    def _on_turn(self, chair_ids: list[str], quarters: int) -> None:
        self._pose(chair_ids, "turning", lambda library: turn(library, chair_ids, quarters))

    def _pose(self, chair_ids: list[str], verb: str, change: Callable[[Library], object]) -> None:
        library = self._library()
        if library is None:
            return
        before = tuple(chair for chair in self._state.chairs if chair.id in set(chair_ids))
        if not before:
            return
        self.push_edit(
            f"{verb} {_count(len(before))}",
            lambda: change(library),
            lambda: library.put_back(before),
        )

    @Slot(list)
    def remove(self, chair_ids: list[str]) -> None:
        """Take chairs out of the library."""
        library = self._library()
        if library is None:
            return
        chairs = [chair for chair in self._state.chairs if chair.id in set(chair_ids)]
        if not chairs:
            return
        ids = [chair.id for chair in chairs]
        words = f"removing {_count(len(chairs))}"
        self.push_edit(words, lambda: library.remove(ids), lambda: library.restore(chairs))
        if len(chairs) > 1:
            self._notices.say("info", f"{_count(len(chairs))} removed. Undo brings them back.")

    @Slot(str, str)
    def _on_rename(self, chair_id: str, name: str) -> None:
        library = self._library()
        before = self._state.chair(chair_id)
        if library is None or before is None:
            return
        self.push_edit(
            f"renaming {before.name}",
            lambda: library.rename(chair_id, name),
            lambda: library.put_back([before]),
        )

    @Slot(list, str)
    def _on_split(self, chair_ids: list[str], split: str) -> None:
        library = self._library()
        if library is None:
            return
        # Chairs of the same shape move along, so all of them are put back.
        before = tuple(chair for chair in self._state.chairs if chair.split != split)
        moving = [chair.id for chair in before if chair.id in set(chair_ids)]
        if not moving:
            return
        wanted: Split = "test" if split == "test" else "train"
        self.push_edit(
            f"moving {_count(len(moving))} to {split}",
            lambda: library.set_split(moving, wanted),
            lambda: library.put_back(before),
        )

    def _on_project(self) -> None:
        self._stack.clear()

    @Slot()
    def _on_undo(self) -> None:
        self.about_to_change.emit()
        self._stack.undo()

    @Slot()
    def _on_redo(self) -> None:
        self.about_to_change.emit()
        self._stack.redo()

    def push_edit(self, text: str, do: Callable[[], object], undo: Callable[[], object]) -> None:
        """Make a change of the project that can be undone. Errors are said."""
        self.about_to_change.emit()
        edit = LibraryEdit(text, do, undo, failed=self._notices.say_error, show=self._show)
        self._stack.push(edit)
        if not edit.is_refused:
            self.edited.emit(edit)

    def push_step(self, step: QUndoCommand) -> None:
        """Take a step of another kind; its first `redo` follows at once."""
        self._stack.push(step)

    def _show(self) -> None:
        """Take over what the library is after a change."""
        library = self._library()
        if library is not None:
            self._state.chairs = library.chairs
            there = {chair.id for chair in library.chairs}
            self._state.selected = tuple(
                chair_id for chair_id in self._state.selected if chair_id in there
            )

    @Slot()
    def _on_index_changed(self) -> None:
        for action, words, able, verb in (
            (self._window.undo_action, self._stack.undoText(), self._stack.canUndo(), "Undo"),
            (self._window.redo_action, self._stack.redoText(), self._stack.canRedo(), "Redo"),
        ):
            action.setEnabled(able)
            action.setText(f"{verb} {words}" if words else verb)
            action.setIconText(verb)

    def _library(self) -> Library | None:
        return self._state.project.library if self._state.project is not None else None


def _count(chairs: int) -> str:
    return "1 chair" if chairs == 1 else f"{chairs:,} chairs"
