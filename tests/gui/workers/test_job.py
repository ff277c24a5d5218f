"""A job: a generator in a thread, with progress, cancel, failure, and an end that comes last."""

import threading
from collections.abc import Callable, Generator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, QThread, Slot
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from mogvae_gui.workers import job as job_module
from mogvae_gui.workers.job import Job, NewestJob
from tests.gui.spies import said

A_WHILE = 10_000
Steps = Generator[Any, None, Any]


class Diary(QObject):
    """Writes down what a job says, and in which thread it was heard."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.lines: list[tuple[str, Any]] = []
        self.threads: set[QThread] = set()
        job.progressed.connect(self.on_progressed)
        job.succeeded.connect(self.on_succeeded)
        job.cancelled.connect(self.on_cancelled)
        job.failed.connect(self.on_failed)
        job.ended.connect(self.on_ended)

    @property
    def words(self) -> list[str]:
        return [word for word, _ in self.lines]

    def _write(self, word: str, value: Any = None) -> None:
        self.threads.add(QThread.currentThread())
        self.lines.append((word, value))

    @Slot(object)
    def on_progressed(self, value: Any) -> None:
        self._write("progressed", value)

    @Slot(object)
    def on_succeeded(self, value: Any) -> None:
        self._write("succeeded", value)

    @Slot()
    def on_cancelled(self) -> None:
        self._write("cancelled")

    @Slot(object)
    def on_failed(self, error: Exception) -> None:
        self._write("failed", error)

    @Slot()
    def on_ended(self) -> None:
        self._write("ended")


@pytest.fixture
def start(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Job]]:
    """Makes a job whose every step is reported, and ends it after the test."""
    monkeypatch.setattr(job_module, "REPORT_INTERVAL_S", 0.0)
    jobs: list[Job] = []

    def make(steps: Callable[[], Steps]) -> Job:
        jobs.append(Job(steps, "a job"))
        return jobs[-1]

    yield make
    for job in jobs:
        job.cancel_and_wait()


def test_that_a_job_tells_its_steps_then_its_result_then_its_end(
    start: Callable[..., Job], qtbot: QtBot
) -> None:
    def steps() -> Steps:
        yield 1
        yield 2
        return "the result"

    job = start(steps)
    diary = Diary(job)
    with qtbot.waitSignal(job.ended, timeout=A_WHILE):
        job.start()

    assert diary.lines == [
        ("progressed", 1),
        ("progressed", 2),
        ("succeeded", "the result"),
        ("ended", None),
    ]
    assert diary.threads == {QThread.currentThread()}


def test_that_the_work_is_done_in_another_thread(start: Callable[..., Job], qtbot: QtBot) -> None:
    seen: list[int] = []

    def steps() -> Steps:
        seen.append(threading.get_ident())
        yield None

    job = start(steps)
    with qtbot.waitSignal(job.ended, timeout=A_WHILE):
        job.start()

    assert seen != [threading.get_ident()]


def test_that_a_cancelled_job_is_closed_at_its_next_step(
    start: Callable[..., Job], qtbot: QtBot
) -> None:
    closed = threading.Event()

    def steps() -> Steps:
        try:
            while True:
                yield "another"
        finally:
            closed.set()

    job = start(steps)
    diary = Diary(job)
    with qtbot.waitSignal(job.ended, timeout=A_WHILE):
        with qtbot.waitSignal(job.progressed, timeout=A_WHILE):
            job.start()
        job.cancel()

    assert closed.is_set()
    assert diary.words[-2:] == ["cancelled", "ended"]
    assert "succeeded" not in diary.words


def test_that_a_job_that_is_cancelled_before_it_began_does_nothing(
    start: Callable[..., Job], qtbot: QtBot
) -> None:
    begun = threading.Event()

    def steps() -> Steps:
        begun.set()
        yield None

    job = start(steps)
    diary = Diary(job)
    job.cancel()
    with qtbot.waitSignal(job.ended, timeout=A_WHILE):
        job.start()

    assert not begun.is_set()
    assert diary.words == ["cancelled", "ended"]


@pytest.mark.parametrize("at", ["making", "stepping", "closing"])
def test_that_a_failure_is_told_and_the_end_follows(
    at: str, start: Callable[..., Job], qtbot: QtBot
) -> None:
    def steps() -> Steps:
        try:
            yield 1
            if at == "stepping":
                raise ValueError("stepping")
            while True:
                yield 2
        finally:
            if at == "closing":
                raise ValueError("closing")

    def making() -> Steps:
        raise ValueError("making")

    job = start(making if at == "making" else steps)
    diary = Diary(job)
    with qtbot.waitSignal(job.ended, timeout=A_WHILE):
        job.start()
        if at == "closing":
            qtbot.waitUntil(lambda: "progressed" in diary.words, timeout=A_WHILE)
            job.cancel()

    assert diary.words[-2:] == ["failed", "ended"]
    assert str(diary.lines[-2][1]) == at
    assert "succeeded" not in diary.words


def test_that_waiting_for_a_cancelled_job_ends_its_thread(
    start: Callable[..., Job], qtbot: QtBot
) -> None:
    def steps() -> Steps:
        while True:
            yield None

    job = start(steps)
    with qtbot.waitSignal(job.progressed, timeout=A_WHILE):
        job.start()
    job.cancel_and_wait()

    assert not job._thread.isRunning()


def test_that_a_fast_job_reports_no_more_often_than_anyone_can_read(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([100.0 + 0.01 * step for step in range(1000)])
    clock = SimpleNamespace(monotonic=lambda: next(moments))
    monkeypatch.setattr("mogvae_gui.workers.job.time", clock)

    def steps() -> Steps:
        yield from range(50)

    job = Job(steps, "a fast job")
    diary = Diary(job)
    with qtbot.waitSignal(job.ended, timeout=A_WHILE):
        job.start()

    # Half a second of steps, a hundredth apart: told at most every 50 ms, the first at once.
    told = [value for word, value in diary.lines if word == "progressed"]
    assert told[0] == 0
    assert 8 <= len(told) <= 11


# Only the newest


@pytest.fixture
def newest(qtbot: QtBot) -> Iterator[NewestJob]:
    parent = QObject()
    newest = NewestJob("newest", parent)
    yield newest
    newest.stop()


def test_that_of_jobs_asked_for_in_a_row_only_the_newest_answers(
    newest: NewestJob, qtbot: QtBot
) -> None:
    go_on = threading.Event()
    begun: list[str] = []

    def job(name: str) -> Generator[None, None, str]:
        begun.append(name)
        if name == "first":
            go_on.wait()
        yield
        return name

    answers = QSignalSpy(newest.succeeded)
    with qtbot.waitSignal(newest.succeeded, timeout=10_000):
        newest.start(lambda: job("first"))
        qtbot.waitUntil(lambda: begun == ["first"])
        newest.start(lambda: job("second"))
        newest.start(lambda: job("third"))
        go_on.set()

    assert said(answers) == [["third"]]
    assert begun == ["first", "third"]
    assert not newest.is_busy


def test_that_after_the_end_nothing_begins(newest: NewestJob) -> None:
    begun: list[str] = []

    def job() -> Generator[None, None, None]:
        begun.append("a")
        yield

    newest.stop()
    newest.start(job)

    assert not newest.is_busy
    assert newest.findChildren(QThread) == []
    assert begun == []
