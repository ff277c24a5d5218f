"""A worker that answers questions, of each kind only the newest: late answers are worthless."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

logger = logging.getLogger(__name__)


class NewestFirstWorker(QObject):
    """Answers questions in its own thread. A question replaces the unanswered one of its kind.

    The kind of a question is its type. While a probe is dragged the window asks for more decodes
    than can be made; those that were overtaken are counted in `dropped` and never computed.
    """

    answered = Signal(object, object)  # question, answer
    failed = Signal(object, object)  # question, Exception
    _asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._handlers: dict[type, Callable[[Any], Any]] = {}
        self._waiting: dict[type, Any] = {}
        self._lock = threading.Lock()
        self.dropped = 0
        self._asked.connect(self._answer_waiting, Qt.ConnectionType.QueuedConnection)

    def answer_with(self, kind: type, handler: Callable[[Any], Any]) -> None:
        """Let `handler` answer questions of this kind; set before the thread starts."""
        self._handlers[kind] = handler

    def ask(self, question: Any) -> None:
        """Ask from any thread; the answer comes by signal unless a newer question overtakes it."""
        with self._lock:
            kind = type(question)
            if kind in self._waiting:
                self.dropped += 1
            self._waiting.pop(kind, None)
            self._waiting[kind] = question
        self._asked.emit()

    def forget(self) -> None:
        """Drop every question that has not been begun."""
        with self._lock:
            self._waiting.clear()

    @Slot()
    def _answer_waiting(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    return
                kind = next(iter(self._waiting))
                question = self._waiting.pop(kind)
            try:
                answer = self._handlers[kind](question)
            except Exception as error:
                logger.exception("no answer to %s", kind.__name__)
                self.failed.emit(question, error)
            else:
                self.answered.emit(question, answer)
