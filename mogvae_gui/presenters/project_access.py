"""Whether the open project may be changed here, or is another program's and only shown."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import NewerFormatError, ProjectError
from core.project import Project, is_project
from core.project_lock import ProjectInUseError, ProjectLock, is_free
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.main_window import MainWindow

PROGRAM = "another window"  # how the others call this one
LOOK_AGAIN_MS = 3_000
CAN_DO = "It is shown for reading: look, decode and export; changes and training are off."


@dataclass(frozen=True, eq=False)
class Opened:
    """A project that was read, and the right to change it or the reason why there is none."""

    project: Project
    lock: ProjectLock | None
    reason: str = ""
    is_held: bool = False  # by another program, which may let go
    left_as: dict[str, Any] = field(default_factory=dict)  # how the window was left
    may_keep_session: bool = True


class ProjectAccess(QObject):
    """Holds the lock of the open project; says when it is another's, and when it is free again."""

    take_over_requested = Signal(object)  # Path of the project, to be opened again

    def __init__(self, state: ProjectState, window: MainWindow) -> None:
        super().__init__(window)
        self._state = state
        self._window = window
        self._lock: ProjectLock | None = None
        self._before: list[ProjectLock] = []  # of projects that are being left
        self._look_again = QTimer(self)
        self._look_again.setInterval(LOOK_AGAIN_MS)
        self._look_again.timeout.connect(self.look_again)
        window.lasting.action_chosen.connect(self._on_take_over)

    def open(self, folder: Path) -> Opened:
        """Read a project and take it for changes if nobody has it. For any thread."""
        own = self._lock
        lock = own if own is not None and own.folder == folder.resolve() else None
        reason, is_held = "", False
        if lock is None and is_project(folder):
            try:
                lock = ProjectLock.take(folder, PROGRAM)
            except ProjectInUseError as error:
                who = error.owner.words() if error.owner is not None else "another program"
                reason, is_held = f"This project is open in {who}.", True
            except ProjectError as error:
                reason = str(error)
        try:
            project = Project.open(folder)
        except BaseException:
            if lock is not None and lock is not own:
                lock.release()
            raise
        if reason:
            project.refuse_changes(f"{reason} Nothing was changed.")
        elif project.refusal:  # its library cannot be read
            reason = project.refusal
        left_as, may_keep = _left_as(project)
        return Opened(project, lock, reason, is_held, left_as, may_keep)

    def hold(self, opened: Opened) -> None:
        """This project is shown from now on. The one before stays held until `let_go`."""
        if self._lock is not None and self._lock is not opened.lock:
            self._before.append(self._lock)
        self._lock = opened.lock
        self._state.read_only = opened.reason
        self._state.left_as = opened.left_as
        self._state.may_keep_session = opened.may_keep_session
        self._show()
        if opened.is_held:
            self._look_again.start()
        else:
            self._look_again.stop()

    def let_go(self) -> None:
        """Nobody here touches the project before any more: others may take it."""
        while self._before:
            self._before.pop().release()

    def release(self) -> None:
        """The window closes."""
        self._look_again.stop()
        self.let_go()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    @Slot()
    def look_again(self) -> None:
        """Offer to take over once the other program has let go."""
        project = self._state.project
        if project is None or not is_free(project.folder):
            return
        self._look_again.stop()
        self._window.lasting.show_sentence(
            "The other program has closed this project. It is still shown for reading.",
            "Take over",
        )

    def _show(self) -> None:
        reason = self._state.read_only
        self._window.changing.show_reason(reason)
        self._window.lasting.show_sentence(f"{reason} {CAN_DO}" if reason else "")

    @Slot()
    def _on_take_over(self) -> None:
        project = self._state.project
        if project is not None:
            self.take_over_requested.emit(project.folder)


def _left_as(project: Project) -> tuple[dict[str, Any], bool]:
    """The parts of the window as they were kept, and whether they may be written over."""
    try:
        parts = project.read_document("window").get("parts")
    except NewerFormatError:
        return {}, False
    except ProjectError:  # damaged, which is among the project's problems
        return {}, True
    return (parts if isinstance(parts, dict) else {}), True
