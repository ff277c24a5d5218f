"""The training worker: pause, resume and stop, and nothing lost."""

import threading
from collections.abc import Callable, Generator, Iterator
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from core.project import Project
from core.training.reports import EpochReport, StepReport, TrainingRequest
from core.training.run import Run
from mogvae_gui.workers import training_worker
from mogvae_gui.workers.threads import WorkerThread
from mogvae_gui.workers.training_worker import TrainingWorker
from tests.small_project import RUN, quick_settings

A_WHILE = 30_000


class Diary(QObject):
    """Writes down what a training says."""

    def __init__(self, worker: TrainingWorker) -> None:
        super().__init__()
        self.steps: list[StepReport] = []
        self.epochs: list[EpochReport] = []
        self.words: list[str] = []
        self.errors: list[Exception] = []
        self.threads: set[QThread] = set()
        worker.step_done.connect(self.on_step_done)
        worker.epochs_done.connect(self.on_epochs_done)
        worker.failed.connect(self.on_failed)
        worker.finished.connect(self.on_finished)

    @Slot(object)
    def on_step_done(self, report: StepReport) -> None:
        self.threads.add(QThread.currentThread())
        self.words.append("step")
        self.steps.append(report)

    @Slot(object)
    def on_epochs_done(self, reports: tuple[EpochReport, ...]) -> None:
        self.threads.add(QThread.currentThread())
        self.words.append("epochs")
        self.epochs += reports

    @Slot(object)
    def on_failed(self, error: Exception) -> None:
        self.words.append("failed")
        self.errors.append(error)

    @Slot(bool)
    def on_finished(self, stopped: bool) -> None:
        self.words.append("stopped" if stopped else "ended")


StartTraining = Callable[[TrainingRequest], tuple[TrainingWorker, Diary]]


@pytest.fixture
def start() -> Iterator[StartTraining]:
    """Starts trainings in threads of their own and ends them after the test."""
    begun: list[tuple[TrainingWorker, WorkerThread]] = []

    def begin(request: TrainingRequest) -> tuple[TrainingWorker, Diary]:
        worker = TrainingWorker(request)
        thread = WorkerThread(worker, "training")
        diary = Diary(worker)
        thread.started.connect(worker.run)
        begun.append((worker, thread))
        thread.start()
        return worker, diary

    yield begin
    for worker, thread in begun:
        worker.stop()
        thread.end()


@pytest.fixture
def request_of_many_epochs(own_project: Project) -> TrainingRequest:
    run = Run.create(own_project.runs_folder / "long", quick_settings(epochs=100_000))
    return TrainingRequest(run.folder, own_project.library.folder)


class Stepper:
    """Stands in for `train`: counts the steps that it was asked for."""

    def __init__(self) -> None:
        self.taken = 0
        self.closed = threading.Event()
        self.moved = threading.Condition()

    def __call__(self, request: TrainingRequest) -> Generator[Any, None, None]:
        try:
            while True:
                with self.moved:
                    self.taken += 1
                    self.moved.notify_all()
                yield StepReport(1, self.taken, 10**9, 0.5, 0.0, 100.0)
        finally:
            self.closed.set()

    def wait_beyond(self, steps: int) -> None:
        with self.moved:
            assert self.moved.wait_for(lambda: self.taken > steps, timeout=10)


@pytest.fixture
def stepper(monkeypatch: pytest.MonkeyPatch) -> Stepper:
    stepper = Stepper()
    monkeypatch.setattr("core.training.train.train", stepper)
    monkeypatch.setattr(training_worker, "STEP_INTERVAL_S", 1e9)
    return stepper


@pytest.fixture
def any_request(own_project: Project) -> TrainingRequest:
    return TrainingRequest(own_project.runs_folder / RUN, own_project.library.folder)


def test_that_a_training_tells_its_epochs_and_ends(
    start: StartTraining, own_project: Project, qtbot: QtBot
) -> None:
    run = Run.create(own_project.runs_folder / "short", quick_settings(epochs=3))
    _, diary = start(TrainingRequest(run.folder, own_project.library.folder))

    qtbot.waitUntil(lambda: "ended" in diary.words, timeout=A_WHILE)

    assert [report.epoch for report in diary.epochs] == [1, 2, 3]
    assert diary.steps
    assert diary.words[-1] == "ended"
    assert diary.threads == {QThread.currentThread()}
    assert run.state.stopped_by == "end"


def test_that_stop_writes_a_checkpoint_from_which_training_goes_on(
    start: StartTraining, request_of_many_epochs: TrainingRequest, qtbot: QtBot
) -> None:
    worker, diary = start(request_of_many_epochs)
    qtbot.waitUntil(lambda: bool(diary.epochs), timeout=A_WHILE)
    worker.stop()
    qtbot.waitUntil(lambda: "stopped" in diary.words, timeout=A_WHILE)

    run = Run.open(request_of_many_epochs.run_folder)
    assert run.state.stopped_by == "stop"
    assert run.state.epochs_done >= diary.epochs[-1].epoch
    done = run.state.epochs_done

    request = TrainingRequest(
        run.folder, request_of_many_epochs.library_folder, until_epoch=done + 1, resume=True
    )
    _, diary = start(request)
    qtbot.waitUntil(lambda: "ended" in diary.words, timeout=A_WHILE)
    assert [report.epoch for report in diary.epochs] == [done + 1]


def test_that_a_paused_training_asks_for_no_step_until_it_goes_on(
    start: StartTraining, stepper: Stepper, any_request: TrainingRequest
) -> None:
    worker, _ = start(any_request)
    stepper.wait_beyond(5)
    worker.pause()
    with stepper.moved:  # one step may be under way, no more
        assert not stepper.moved.wait_for(lambda: False, timeout=0.05)
        taken = stepper.taken
        assert not stepper.moved.wait_for(lambda: stepper.taken > taken, timeout=0.1)

    worker.resume()

    stepper.wait_beyond(taken + 5)


def test_that_a_paused_training_can_be_stopped(
    start: StartTraining, stepper: Stepper, any_request: TrainingRequest, qtbot: QtBot
) -> None:
    worker, diary = start(any_request)
    stepper.wait_beyond(5)
    worker.pause()
    worker.stop()

    qtbot.waitUntil(lambda: diary.words[-1:] == ["stopped"], timeout=A_WHILE)

    assert stepper.closed.is_set()


def test_that_a_pause_after_a_stop_does_not_hold_it_up(
    start: StartTraining, stepper: Stepper, any_request: TrainingRequest, qtbot: QtBot
) -> None:
    worker, diary = start(any_request)
    worker.stop()
    worker.pause()

    qtbot.waitUntil(lambda: diary.words[-1:] == ["stopped"], timeout=A_WHILE)


def test_that_steps_are_told_at_most_ten_times_a_second(
    start: StartTraining,
    stepper: Stepper,
    any_request: TrainingRequest,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training_worker, "STEP_INTERVAL_S", 0.1)
    clock = SimpleNamespace(monotonic=lambda: 50.0 + 0.01 * stepper.taken)
    monkeypatch.setattr("mogvae_gui.workers.training_worker.time", clock)
    worker, diary = start(any_request)
    stepper.wait_beyond(200)
    worker.stop()
    qtbot.waitUntil(lambda: diary.words[-1:] == ["stopped"], timeout=A_WHILE)

    gaps = {after.step - before.step for before, after in pairwise(diary.steps)}
    assert gaps <= {10, 11}
    assert diary.steps[0].step == 1


def test_that_epochs_are_told_a_few_times_a_second_and_none_is_lost(
    start: StartTraining,
    own_project: Project,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Events that come faster than they are dealt with would keep the mouse waiting for ever."""
    run = Run.create(own_project.runs_folder / "quick", quick_settings(epochs=12))
    moments = iter([50.0 + 0.01 * step for step in range(10**6)])
    clock = SimpleNamespace(monotonic=lambda: next(moments))
    monkeypatch.setattr("mogvae_gui.workers.training_worker.time", clock)
    _, diary = start(TrainingRequest(run.folder, own_project.library.folder))

    qtbot.waitUntil(lambda: "ended" in diary.words, timeout=A_WHILE)

    assert [report.epoch for report in diary.epochs] == list(range(1, 13))
    assert 2 <= diary.words.count("epochs") <= 8


def test_that_what_is_known_is_told_before_a_pause(
    start: StartTraining,
    request_of_many_epochs: TrainingRequest,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training_worker, "EPOCHS_INTERVAL_S", 1e9)
    worker, diary = start(request_of_many_epochs)
    qtbot.waitUntil(lambda: bool(diary.steps), timeout=A_WHILE)
    qtbot.waitUntil(
        lambda: len(Run.open(request_of_many_epochs.run_folder).metrics()) > 2, timeout=A_WHILE
    )
    told = len(diary.epochs)
    worker.pause()

    qtbot.waitUntil(lambda: len(diary.epochs) > told, timeout=A_WHILE)


@pytest.mark.parametrize("epochs", [0, 1])
def test_that_a_failure_is_told_and_the_end_comes_last(
    epochs: int,
    start: StartTraining,
    any_request: TrainingRequest,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(request: TrainingRequest) -> Generator[Any, None, None]:
        for step in range(epochs):
            yield StepReport(1, step + 1, 10, 0.5, 0.0, 100.0)
        raise ValueError("the loss is NaN")

    monkeypatch.setattr("core.training.train.train", failing)
    _, diary = start(any_request)

    qtbot.waitUntil(lambda: diary.words[-2:] == ["failed", "ended"], timeout=A_WHILE)

    assert str(diary.errors[0]) == "the loss is NaN"


def test_that_a_run_that_cannot_be_opened_is_a_failure(
    start: StartTraining, own_project: Project, qtbot: QtBot
) -> None:
    _, diary = start(TrainingRequest(own_project.folder / "nowhere", own_project.library.folder))

    qtbot.waitUntil(lambda: diary.words == ["failed", "ended"], timeout=A_WHILE)

    assert "settings.json is missing" in str(diary.errors[0])
