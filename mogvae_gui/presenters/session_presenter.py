"""What the window looks like, kept soon after each change, and shown again on opening.

A crash or a kill loses the last second. Each part of the window says what it wants to be kept:
plain JSON under its own name in `window.json` of the project; what belongs to the person and not to
the project is kept with the preferences.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from core.errors import StudioError
from core.project import Project
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.state.preferences import Preferences
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.workers.newest_first import NewestFirstWorker
from mogvae_gui.workers.threads import WorkerThread

logger = logging.getLogger(__name__)

SAVE_AFTER_MS = 800

Content = dict[str, Any]


@dataclass(frozen=True, eq=False)
class SaveSession:
    """Write these; the later of two has the higher number."""

    number: int
    project: Project | None
    content: Content
    preferences: Preferences


class SessionWorker(NewestFirstWorker):
    """Writes off the GUI thread: a disk may take its time."""

    def __init__(self) -> None:
        super().__init__()
        self._writing = threading.Lock()
        self._newest = 0
        self.answer_with(SaveSession, self.save)

    def save(self, question: SaveSession) -> None:
        """Write, unless this or something newer was written already. For any thread."""
        with self._writing:
            if question.number <= self._newest:
                return
            question.preferences.save()
            if question.project is not None:
                question.project.write_document("window", question.content)
            self._newest = question.number


class SessionPresenter(QObject):
    """Collects the parts when something has changed, and has them written if they differ."""

    def __init__(
        self, state: ProjectState, preferences: Preferences, notices: NoticePresenter
    ) -> None:
        super().__init__(notices)
        self._state = state
        self._preferences = preferences
        self._notices = notices
        self._parts: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {}
        self._before_saving: list[Callable[[], None]] = []
        self._saved: tuple[Content, Content] = ({}, {})
        self._number = 0
        self._asked: SaveSession | None = None  # the newest that the thread was to write
        self._is_restoring = False
        self._is_stopped = False  # views are closed then, and nothing may be asked of them
        self._worker = SessionWorker()
        self._worker.failed.connect(self._on_failed)
        self._thread = WorkerThread(self._worker, "session", self)
        self._thread.start()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self._on_timeout)

    def keep(self, name: str, collect: Callable[[], Any], restore: Callable[[Any], None]) -> None:
        """Keep a part: `collect` gives strict JSON, `restore` takes what that gave another time.

        What a person edited on disk may come back: `restore` may raise KeyError, TypeError,
        ValueError or StudioError, and the part is as if it had never been kept.
        """
        self._parts[name] = (collect, restore)

    def before_saving(self, note: Callable[[], None]) -> None:
        """Call this before each saving, to bring the preferences up to date."""
        self._before_saving.append(note)

    @Slot()
    def touch(self, *_: object) -> None:
        """Something may have changed: it is saved within the second."""
        # Not started anew by each change: a camera that is turned for a minute is saved meanwhile.
        if not (self._timer.isActive() or self._is_restoring or self._is_stopped):
            self._timer.start()

    @Slot()
    def flush(self) -> None:
        """Write what has changed, now: the project is about to be left."""
        self._timer.stop()
        question = self._changed() or self._asked  # which may still lie before the thread
        if question is None:
            return
        self._worker.forget()
        try:
            self._worker.save(question)
        except StudioError as error:
            self._on_failed(question, error)

    @Slot()
    def restore(self) -> None:
        """Show the open project as it was left."""
        self._is_restoring = True
        try:
            for name, (_, restore) in self._parts.items():
                kept = self._state.left_as.get(name)
                if kept is None:
                    continue
                try:
                    restore(kept)
                except (KeyError, TypeError, ValueError, IndexError, StudioError):
                    logger.warning("%s could not be restored from %r", name, kept, exc_info=True)
        finally:
            self._is_restoring = False
        self._timer.stop()
        self._saved = self._collected()

    def stop(self) -> None:
        """Write what is left and end the thread."""
        self.flush()
        self._is_stopped = True
        self._thread.end()

    @Slot()
    def _on_timeout(self) -> None:
        question = self._changed()
        if question is not None:
            self._asked = question
            self._worker.ask(question)

    @Slot(object, object)
    def _on_failed(self, _question: object, error: Exception) -> None:
        self._asked, self._saved = None, ({}, {})  # to be tried again with the next change
        self._notices.say_error(error, "Saving how the window looks")

    def _collected(self) -> tuple[Content, Content]:
        for note in self._before_saving:
            note()
        parts = {name: collect() for name, (collect, _) in self._parts.items()}
        return parts, asdict(self._preferences)

    def _changed(self) -> SaveSession | None:
        now = self._collected()
        if now == self._saved:
            return None
        self._saved = now
        self._number += 1
        project = self._state.project
        may = project is not None and not project.refusal and self._state.may_keep_session
        preferences = Preferences(**now[1])
        return SaveSession(self._number, project if may else None, {"parts": now[0]}, preferences)
