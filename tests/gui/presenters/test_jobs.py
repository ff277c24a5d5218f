"""The queue of jobs: one after the other, with progress, cancel, and an end that is clean."""

import threading
from collections.abc import Generator, Iterator
from typing import Any
from unittest.mock import create_autospec

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mogvae_gui.presenters.jobs import JobRequest, Jobs
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.views.task_bar import TaskBar
from mogvae_gui.workers import job as job_module

A_WHILE = 10_000
Steps = Generator[Any, None, Any]


@pytest.fixture
def task_bar(qtbot: QtBot) -> TaskBar:
    task_bar = TaskBar()
    qtbot.addWidget(task_bar)
    return task_bar


@pytest.fixture
def notices() -> Any:
    return create_autospec(NoticePresenter, instance=True)


@pytest.fixture
def jobs(task_bar: TaskBar, notices: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    monkeypatch.setattr(job_module, "REPORT_INTERVAL_S", 0.0)
    jobs = Jobs(task_bar, notices)
    yield jobs
    jobs.stop_all()


class Diary:
    """What the callbacks of jobs were told, and in which thread."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, Any]] = []
        self.threads: set[int] = set()

    def request(self, label: str, steps: Steps | None = None, **more: Any) -> JobRequest:
        def write(word: str, value: Any = None) -> None:
            self.threads.add(threading.get_ident())
            self.lines.append((label, word, value))

        return JobRequest(
            label,
            lambda: simple(label) if steps is None else steps,
            on_success=lambda result: write("success", result),
            on_progress=lambda step: write("progress", step),
            on_cancel=lambda: write("cancel"),
            on_end=lambda: write("end"),
            **more,
        )

    def words(self, label: str) -> list[str]:
        return [word for who, word, _ in self.lines if who == label]


def simple(result: str) -> Steps:
    yield 1
    return result


def endless() -> Steps:
    while True:
        yield 1


def failing() -> Steps:
    yield 1
    raise ValueError("a broken chair")


def test_that_a_job_reports_its_steps_result_and_end_in_the_main_thread(
    jobs: Jobs, qtbot: QtBot
) -> None:
    diary = Diary()
    with qtbot.waitSignal(jobs.all_done, timeout=A_WHILE):
        jobs.start(diary.request("a"))
        assert jobs.is_busy

    assert diary.lines == [("a", "progress", 1), ("a", "success", "a"), ("a", "end", None)]
    assert diary.threads == {threading.get_ident()}
    assert not jobs.is_busy


def test_that_jobs_never_run_side_by_side(jobs: Jobs, qtbot: QtBot) -> None:
    running: list[str] = []
    most: list[int] = []

    def steps(name: str) -> Steps:
        running.append(name)
        most.append(len(running))
        yield None
        running.remove(name)

    diary = Diary()
    with qtbot.waitSignal(jobs.all_done, timeout=A_WHILE):
        for name in "abc":
            jobs.start(diary.request(name, steps(name)))

    assert most == [1, 1, 1]
    assert [who for who, word, _ in diary.lines if word == "end"] == ["a", "b", "c"]


def test_that_a_job_started_by_the_end_of_another_runs_before_all_is_done(
    jobs: Jobs, qtbot: QtBot
) -> None:
    diary = Diary()
    first = JobRequest("first", lambda: simple(""), on_end=lambda: jobs.start(diary.request("b")))
    with qtbot.waitSignal(jobs.all_done, timeout=A_WHILE):
        jobs.start(first)

    assert diary.words("b")[-1] == "end"


def test_that_progress_is_shown_and_goes(jobs: Jobs, task_bar: TaskBar, qtbot: QtBot) -> None:
    shown: list[tuple[str, str]] = []
    task_bar_words = lambda _: shown.append((task_bar._label.text(), task_bar._rest.text()))  # noqa: E731
    request = JobRequest(
        "Importing",
        lambda: simple(""),
        on_progress=task_bar_words,
        as_progress=lambda step: (step, 4, "chair.obj"),
    )
    with qtbot.waitSignal(jobs.all_done, timeout=A_WHILE):
        jobs.start(request)
        assert not task_bar.isHidden()

    assert shown == [("Importing: chair.obj", "1 of 4")]
    assert task_bar.isHidden()


def test_that_the_cancel_button_ends_what_runs_and_the_next_begins(
    jobs: Jobs, task_bar: TaskBar, qtbot: QtBot
) -> None:
    diary = Diary()
    jobs.start(diary.request("long", endless()))
    jobs.start(diary.request("next"))
    qtbot.waitUntil(lambda: "progress" in diary.words("long"), timeout=A_WHILE)

    with qtbot.waitSignal(jobs.all_done, timeout=A_WHILE):
        QTest.mouseClick(task_bar.cancel_button, Qt.MouseButton.LeftButton)

    assert diary.words("long")[-2:] == ["cancel", "end"]
    assert diary.words("next") == ["progress", "success", "end"]


def test_that_a_failure_is_said_and_the_next_job_begins(
    jobs: Jobs, notices: Any, qtbot: QtBot
) -> None:
    diary = Diary()
    with qtbot.waitSignal(jobs.all_done, timeout=A_WHILE):
        jobs.start(diary.request("bad", failing()))
        jobs.start(diary.request("good"))

    ((error, doing), _) = notices.say_error.call_args
    assert (str(error), doing) == ("a broken chair", "bad")
    assert diary.words("bad") == ["progress", "end"]
    assert diary.words("good")[-2:] == ["success", "end"]


def test_that_stopping_all_leaves_no_thread_and_nothing_is_called_later(
    jobs: Jobs, qtbot: QtBot
) -> None:
    diary = Diary()
    jobs.start(diary.request("long", endless()))
    jobs.start(diary.request("never"))
    qtbot.waitUntil(lambda: "progress" in diary.words("long"), timeout=A_WHILE)

    jobs.stop_all()
    said = list(diary.lines)
    for _ in range(5):
        QApplication.processEvents()

    assert diary.lines == said
    assert diary.words("never") == []
    assert not jobs.is_busy


def test_that_a_result_that_was_under_way_when_all_was_stopped_is_dropped(
    jobs: Jobs, qtbot: QtBot
) -> None:
    """The window closes: nobody is there who could show it."""
    done = threading.Event()

    def steps() -> Steps:
        yield None
        done.set()
        return "late"

    diary = Diary()
    jobs.start(diary.request("quick", steps()))
    assert done.wait(10)  # its signals wait in the queue of the main thread
    jobs.stop_all()
    for _ in range(5):
        QApplication.processEvents()

    assert diary.lines == []


def test_that_jobs_can_be_started_after_all_were_stopped(jobs: Jobs, qtbot: QtBot) -> None:
    jobs.stop_all()
    diary = Diary()
    with qtbot.waitSignal(jobs.all_done, timeout=A_WHILE):
        jobs.start(diary.request("a"))

    assert diary.words("a")[-1] == "end"


def test_that_a_callback_that_fails_does_not_stop_the_queue(jobs: Jobs, qtbot: QtBot) -> None:
    def broken(_: Any) -> None:
        raise ValueError("in a callback")

    diary = Diary()
    with (
        qtbot.captureExceptions() as errors,
        qtbot.waitSignal(jobs.all_done, timeout=A_WHILE),
    ):
        jobs.start(JobRequest("broken", lambda: simple(""), on_success=broken))
        jobs.start(diary.request("next"))

    assert [str(error[1]) for error in errors] == ["in a callback"]
    assert diary.words("next")[-1] == "end"
