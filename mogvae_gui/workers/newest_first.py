"""A worker that answers questions, of each kind only the newest: late answers are worthless."""

import logging
import threading
from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

logger = logging.getLogger(__name__)


class NobodyAsksError(Exception):
    """Raised by a handler whose answer nobody wants any more; nothing is said of it."""


class NewestFirstWorker(QObject):
    """Answers questions in its own thread. A question replaces the unanswered one of its kind.

    The kind of a question is its type. While a probe is dragged the window asks for more decodes
    than can be made; those that were overtaken are counted in `dropped` and never computed.

    Questions are answered in the order of asking, but for those that a person waits for with the
    mouse in hand: these come before questions that are answered in parts, and between the parts.
    """

    answered = Signal(object, object)  # question, answer
    failed = Signal(object, object)  # question, Exception
    _asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._handlers: dict[type, Callable[[Any], Any]] = {}
        self._urgent: set[type] = set()
        self._in_parts: set[type] = set()
        self._waiting: dict[type, Any] = {}
        self._lock = threading.Lock()
        self.dropped = 0
        self._asked.connect(self._answer_waiting, Qt.ConnectionType.QueuedConnection)

    def answer_with(
        self, kind: type, handler: Callable[[Any], Any], *, urgent: bool = False
    ) -> None:
        """Let `handler` answer questions of this kind; set before the thread starts.

        Urgent ones need not wait for those that are answered in parts.
        """
        self._handlers[kind] = handler
        if urgent:
            self._urgent.add(kind)

    def answer_in_parts(
        self, kind: type, handler: Callable[[Any], Generator[None, None, Any]]
    ) -> None:
        """Let a generator answer: urgent questions come at each of its pauses, and it returns the
        answer. A newer question of its kind ends it there."""
        self._handlers[kind] = handler
        self._in_parts.add(kind)

    def ask(self, question: Any) -> None:
        """Ask from any thread; the answer comes by signal unless a newer question overtakes it."""
        with self._lock:
            kind = type(question)
            if kind in self._waiting:
                self.dropped += 1
            self._waiting.pop(kind, None)
            self._waiting[kind] = question
        self._asked.emit()

    def answer(self, question: Any) -> Any:
        """Answer here and now, in the calling thread; raises what the handler raises.

        Not for questions that are answered in parts.
        """
        return self._handlers[type(question)](question)

    def forget(self) -> None:
        """Drop every question that has not been begun."""
        with self._lock:
            self._waiting.clear()

    @Slot()
    def _answer_waiting(self) -> None:
        while (question := self._next()) is not None:
            self._answer(question)

    def _next(self, *, urgent_only: bool = False) -> Any | None:
        """Take the question that is next out of the waiting ones.

        An urgent one overtakes what is answered in parts, and nothing else: one that was asked
        after another model was to be loaded is meant for that model.
        """
        with self._lock:
            first_in_parts = None
            for kind in self._waiting:
                if kind in self._urgent:
                    return self._waiting.pop(kind)
                if kind not in self._in_parts:
                    if urgent_only:
                        return None
                    return self._waiting.pop(first_in_parts or kind)
                first_in_parts = first_in_parts or kind
            if first_in_parts is None or urgent_only:
                return None
            return self._waiting.pop(first_in_parts)

    def _answer(self, question: Any) -> None:
        kind = type(question)
        try:
            answer = self._handlers[kind](question)
            if kind in self._in_parts:
                is_whole, answer = self._put_together(kind, answer)
                if not is_whole:
                    return
        except NobodyAsksError:
            return
        except Exception as error:
            logger.exception("no answer to %s", kind.__name__)
            self.failed.emit(question, error)
        else:
            self.answered.emit(question, answer)

    def _put_together(self, kind: type, parts: Generator[None, None, Any]) -> tuple[bool, Any]:
        """The answer; False where a newer question made it worthless."""
        while True:
            try:
                next(parts)
            except StopIteration as done:
                return True, done.value
            while (urgent := self._next(urgent_only=True)) is not None:
                self._answer(urgent)
            with self._lock:
                is_overtaken = kind in self._waiting
                self.dropped += is_overtaken
            if is_overtaken:
                parts.close()
                return False, None
