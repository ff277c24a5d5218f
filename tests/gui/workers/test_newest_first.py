"""A worker that answers the newest question of each kind and drops those it overtakes."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from mogvae_gui.workers.newest_first import NewestFirstWorker
from mogvae_gui.workers.threads import WorkerThread

A_WHILE = 10_000


@dataclass(frozen=True)
class Square:
    number: int


@dataclass(frozen=True)
class Fail:
    word: str


class Listener(QObject):
    """Lives in the main thread, as presenters do."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[tuple[Any, Any]] = []
        self.failures: list[tuple[Any, Exception]] = []
        self.threads: set[QThread] = set()

    @Slot(object, object)
    def on_answered(self, question: object, answer: object) -> None:
        self.threads.add(QThread.currentThread())
        self.answers.append((question, answer))

    @Slot(object, object)
    def on_failed(self, question: object, error: Exception) -> None:
        self.threads.add(QThread.currentThread())
        self.failures.append((question, error))


class GatedWorker(NewestFirstWorker):
    """Answers wait at a gate, so that a test decides what is asked meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Semaphore(0)
        self.gate = threading.Semaphore(0)
        self.computed: list[object] = []
        self.answer_with(Square, self._square)
        self.answer_with(Fail, self._fail)

    def _square(self, question: Square) -> int:
        self.computed.append(question)
        self.begun.release()
        assert self.gate.acquire(timeout=10)
        return question.number**2

    def _fail(self, question: Fail) -> int:
        self.computed.append(question)
        raise ValueError(question.word)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def worker(listener: Listener) -> Iterator[GatedWorker]:
    worker = GatedWorker()
    thread = WorkerThread(worker, "gated")
    worker.answered.connect(listener.on_answered)
    worker.failed.connect(listener.on_failed)
    thread.start()
    yield worker
    worker.forget()
    for _ in range(10):
        worker.gate.release()
    thread.end()


def test_that_overtaken_questions_are_dropped_counted_and_never_answered(
    worker: GatedWorker, listener: Listener, qtbot: QtBot
) -> None:
    worker.ask(Square(1))
    assert worker.begun.acquire(timeout=10)  # it is being answered, so it cannot be overtaken
    for number in (2, 3, 4, 5):
        worker.ask(Square(number))
    worker.gate.release()
    worker.gate.release()

    qtbot.waitUntil(lambda: len(listener.answers) == 2, timeout=A_WHILE)

    assert listener.answers == [(Square(1), 1), (Square(5), 25)]
    assert worker.computed == [Square(1), Square(5)]
    assert worker.dropped == 3


def test_that_a_question_of_another_kind_overtakes_nothing(
    worker: GatedWorker, listener: Listener, qtbot: QtBot
) -> None:
    worker.ask(Square(1))
    assert worker.begun.acquire(timeout=10)
    worker.ask(Square(2))
    worker.ask(Fail("no"))
    worker.gate.release()
    worker.gate.release()

    qtbot.waitUntil(lambda: len(listener.answers) == 2, timeout=A_WHILE)
    qtbot.waitUntil(lambda: len(listener.failures) == 1, timeout=A_WHILE)

    assert worker.dropped == 0


def test_that_an_error_is_told_and_the_worker_answers_on(
    worker: GatedWorker, listener: Listener, qtbot: QtBot
) -> None:
    worker.ask(Fail("a sentence"))
    worker.gate.release()
    worker.ask(Square(3))

    qtbot.waitUntil(lambda: bool(listener.answers), timeout=A_WHILE)

    ((question, error),) = listener.failures
    assert question == Fail("a sentence")
    assert isinstance(error, ValueError)
    assert str(error) == "a sentence"
    assert listener.answers == [(Square(3), 9)]


def test_that_forgotten_questions_are_never_answered(
    worker: GatedWorker, listener: Listener, qtbot: QtBot
) -> None:
    worker.ask(Square(1))
    assert worker.begun.acquire(timeout=10)
    worker.ask(Square(2))
    worker.forget()
    worker.ask(Fail("the end"))
    worker.gate.release()

    qtbot.waitUntil(lambda: bool(listener.failures), timeout=A_WHILE)

    assert listener.answers == [(Square(1), 1)]
    assert worker.computed == [Square(1), Fail("the end")]


def test_that_answers_are_computed_in_the_workers_thread_and_heard_in_the_main_one(
    worker: GatedWorker, listener: Listener, qtbot: QtBot
) -> None:
    main = QThread.currentThread()
    assert worker.thread() is not main
    worker.gate.release()
    worker.ask(Square(2))
    worker.ask(Fail("no"))

    qtbot.waitUntil(lambda: bool(listener.answers and listener.failures), timeout=A_WHILE)

    assert listener.threads == {main}


def test_that_many_threads_may_ask(worker: GatedWorker, listener: Listener, qtbot: QtBot) -> None:
    """Every question is computed, dropped, or waiting: none is lost and none is doubled."""
    for _ in range(400):
        worker.gate.release()

    def ask_fifty() -> None:
        for number in range(50):
            worker.ask(Square(number))

    askers = [threading.Thread(target=ask_fifty) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    worker.ask(Fail("the end"))  # asked last, and kinds are answered in the order of asking

    qtbot.waitUntil(lambda: bool(listener.failures), timeout=A_WHILE)
    qtbot.waitUntil(lambda: len(listener.answers) + worker.dropped == 200, timeout=A_WHILE)

    assert len(worker.computed) - 1 == len(listener.answers)
