"""A worker that answers the newest question of each kind and drops those it overtakes."""

import threading
from collections.abc import Generator, Iterator
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


@dataclass(frozen=True)
class Draw:
    """Answered in parts."""

    pictures: int
    fails_at: int = -1


@dataclass(frozen=True)
class Drag:
    """Urgent."""

    number: int


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

        self.answer_in_parts(Draw, self._draw)
        self.answer_with(Drag, self._drag, urgent=True)

    def _draw(self, question: Draw) -> Generator[None, None, int]:
        for picture in range(question.pictures):
            if picture == question.fails_at:
                raise ValueError("no picture")
            self.computed.append((question, picture))
            self.begun.release()
            assert self.gate.acquire(timeout=10)
            yield
        return question.pictures

    def _drag(self, question: Drag) -> int:
        self.computed.append(question)
        return question.number

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


def test_that_a_drag_waits_for_one_part_of_a_drawing_and_not_for_all(
    worker: GatedWorker, listener: Listener, qtbot: QtBot
) -> None:
    worker.ask(Draw(3))
    assert worker.begun.acquire(timeout=10)
    worker.ask(Drag(1))
    worker.ask(Drag(2))
    for _ in range(3):
        worker.gate.release()

    qtbot.waitUntil(lambda: len(listener.answers) == 2, timeout=A_WHILE)

    assert worker.computed == [(Draw(3), 0), Drag(2), (Draw(3), 1), (Draw(3), 2)]
    assert listener.answers == [(Drag(2), 2), (Draw(3), 3)]
    assert worker.dropped == 1


def test_that_a_newer_drawing_ends_the_one_that_is_under_way(
    worker: GatedWorker, listener: Listener, qtbot: QtBot
) -> None:
    worker.ask(Draw(50))
    assert worker.begun.acquire(timeout=10)
    worker.ask(Draw(2))
    for _ in range(3):
        worker.gate.release()

    qtbot.waitUntil(lambda: bool(listener.answers), timeout=A_WHILE)

    assert listener.answers == [(Draw(2), 2)]
    assert worker.computed == [(Draw(50), 0), (Draw(2), 0), (Draw(2), 1)]
    assert worker.dropped == 1


def test_that_a_drag_overtakes_drawings_and_nothing_else(
    worker: GatedWorker, listener: Listener, qtbot: QtBot
) -> None:
    """What was asked after another model was to come in view is meant for that model."""
    worker.ask(Square(1))
    assert worker.begun.acquire(timeout=10)
    worker.ask(Draw(1))
    worker.ask(Drag(1))
    worker.ask(Fail("a model that takes its turn"))
    worker.ask(Drag(2))  # replaces the first, and stands behind the model
    worker.gate.release()
    worker.gate.release()

    qtbot.waitUntil(lambda: len(listener.answers) == 3, timeout=A_WHILE)

    fail = Fail("a model that takes its turn")
    assert worker.computed == [Square(1), (Draw(1), 0), fail, Drag(2)]


def test_that_a_part_that_fails_is_told_and_the_worker_answers_on(
    worker: GatedWorker, listener: Listener, qtbot: QtBot
) -> None:
    worker.gate.release()
    worker.ask(Draw(3, fails_at=1))
    worker.ask(Drag(7))

    qtbot.waitUntil(lambda: bool(listener.answers and listener.failures), timeout=A_WHILE)

    ((question, error),) = listener.failures
    assert question == Draw(3, fails_at=1)
    assert str(error) == "no picture"
    assert listener.answers == [(Drag(7), 7)]
