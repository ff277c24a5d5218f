"""Changes of the library that can be undone."""

import dataclasses
from collections.abc import Callable, Generator, Iterable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from core.errors import StudioError
from core.frame import AXES, Axis, Frame
from core.library import Chair, Library
from core.posing import Posing, standing_up, turning
from core.split import Split
from core.steps import without_pauses
from mogvae_gui.presenters.jobs import JobRequest, Jobs
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.library_panel import LibraryPanel
from mogvae_gui.views.main_window import MainWindow

MANY = 64  # chairs; more are posed off the GUI thread, for each cloud is computed and written anew


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

    def __init__(
        self, state: ProjectState, window: MainWindow, jobs: Jobs, notices: NoticePresenter
    ) -> None:
        super().__init__(window)
        self._state = state
        self._jobs = jobs
        self._notices = notices
        self._posing = 0  # jobs that pose chairs, or wait to
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
        state.events.read_only.connect(self._show_possible)
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
        self._pose(chair_ids, "standing up", lambda library, ids: standing_up(library, ids, up))

    @Slot(list, int)
    def _on_turn(self, chair_ids: list[str], quarters: int) -> None:
        self._pose(chair_ids, "turning", lambda library, ids: turning(library, ids, quarters))

    def _pose(
        self, chair_ids: list[str], verb: str, change: Callable[[Library, list[str]], Posing]
    ) -> None:
        library, wanted = self._library(), set(chair_ids)
        if library is None:
            return
        before = tuple(chair for chair in self._state.chairs if chair.id in wanted)
        if not before:
            return
        ids = [chair.id for chair in before]
        words = f"{verb} {_count(len(before))}"
        if len(before) > MANY or self._posing:  # one after the other: each begins where one ended
            self._pose_many(words, library, ids, change)
            return
        after: list[Chair] = []

        def do() -> None:
            if after:
                library.put_back(after)
            else:
                after.extend(without_pauses(change(library, ids)))

        self.push_edit(words, do, lambda: library.put_back(before))

    def _pose_many(
        self,
        words: str,
        library: Library,
        ids: list[str],
        change: Callable[[Library, list[str]], Posing],
    ) -> None:
        """Pose in a job. It is a step that can be undone once it is done; until then none can."""

        def posing() -> Generator[int, None, tuple[Poses, Poses]]:
            before = _poses(map(library.chair, ids))
            return before, _poses((yield from change(library, ids)))

        def done(poses: tuple[Poses, Poses]) -> None:
            before, after = poses
            is_done = [True]  # the first time

            def do() -> None:
                if is_done:
                    is_done.clear()
                else:
                    library.put_back(_posed_as(after, library))

            self.push_edit(words, do, lambda: library.put_back(_posed_as(before, library)))

        def ended() -> None:
            self._posing -= 1
            self._show_possible()

        self._posing += 1
        self._show_possible()
        self._jobs.start(
            JobRequest(
                words.capitalize(),
                posing,
                on_success=done,
                on_end=ended,
                as_progress=lambda count: (count, len(ids), ""),
            )
        )

    @Slot(list)
    def remove(self, chair_ids: list[str]) -> None:
        """Take chairs out of the library."""
        library, wanted = self._library(), set(chair_ids)
        if library is None:
            return
        chairs = [chair for chair in self._state.chairs if chair.id in wanted]
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
        library, chosen = self._library(), set(chair_ids)
        if library is None:
            return
        # Chairs of the same shape move along, so all of them are put back.
        before = tuple(chair for chair in self._state.chairs if chair.split != split)
        moving = [chair.id for chair in before if chair.id in chosen]
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
        for action, words, verb in (
            (self._window.undo_action, self._stack.undoText(), "Undo"),
            (self._window.redo_action, self._stack.redoText(), "Redo"),
        ):
            action.setText(f"{verb} {words}" if words else verb)
            action.setIconText(verb)
        self._show_possible()

    def _show_possible(self) -> None:
        index = self._stack.index()
        self._window.undo_action.setEnabled(self._stack.canUndo() and self._may_take(index - 1))
        self._window.redo_action.setEnabled(self._stack.canRedo() and self._may_take(index))

    def _may_take(self, index: int) -> bool:
        """Whether this step may be taken now: what is only looked at can be looked at as before."""
        if self._posing:
            return False
        return not (self._state.read_only and isinstance(self._stack.command(index), LibraryEdit))

    def _library(self) -> Library | None:
        return self._state.project.library if self._state.project is not None else None


Poses = dict[str, tuple[int, Frame]]  # chair id -> row of its cloud, and its frame


def _poses(chairs: Iterable[Chair]) -> Poses:
    return {chair.id: (chair.row, chair.frame) for chair in chairs}


def _posed_as(poses: Poses, library: Library) -> tuple[Chair, ...]:
    """The chairs as they are called now, in these poses; without those that are gone."""
    return tuple(
        dataclasses.replace(chair, row=poses[chair.id][0], frame=poses[chair.id][1])
        for chair in library.chairs
        if chair.id in poses
    )


def _count(chairs: int) -> str:
    return "1 chair" if chairs == 1 else f"{chairs:,} chairs"
