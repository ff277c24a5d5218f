"""The exact EMD of the shown pair comes from another process, which ends with the window."""

import multiprocessing
import threading
import time
from concurrent.futures import Future

import numpy as np
import pytest
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.metrics import MetricError, PairMetrics, PairProcesses, compare_clouds
from mogvae_gui.workers.measure_worker import Measure, MeasureWorker
from mogvae_gui.workers.threads import WorkerThread


class Listener(QObject):
    def __init__(self, worker: MeasureWorker) -> None:
        super().__init__()
        self.answers: list[PairMetrics] = []
        self.errors: list[Exception] = []
        worker.answered.connect(self.on_answered)
        worker.failed.connect(self.on_failed)

    @Slot(object, object)
    def on_answered(self, _question: object, answer: PairMetrics) -> None:
        self.answers.append(answer)

    @Slot(object, object)
    def on_failed(self, _question: object, error: Exception) -> None:
        self.errors.append(error)


def test_that_a_pair_is_measured_with_emd_and_the_process_ends_with_the_worker(
    qtbot: QtBot,
) -> None:
    generator = np.random.default_rng(0)
    original, reconstruction = generator.normal(size=(2, 100, 3)).astype(np.float32)
    worker = MeasureWorker()
    thread = WorkerThread(worker, "measuring")
    listener = Listener(worker)
    before = set(multiprocessing.active_children())
    thread.start()
    worker.ask(Measure(original, reconstruction))
    qtbot.waitUntil(lambda: bool(listener.answers), timeout=60_000)
    worker.ask(Measure(original, reconstruction[:50]))  # EMD needs equally many points
    qtbot.waitUntil(lambda: len(listener.answers) + len(listener.errors) == 2, timeout=60_000)
    worker.close()
    thread.end()

    expected = compare_clouds(reconstruction, original)
    assert listener.answers[0].emd == pytest.approx(expected.emd)
    assert listener.answers[0].cd_1 == pytest.approx(expected.cd_1)
    assert set(multiprocessing.active_children()) <= before


def test_that_a_worker_that_measured_nothing_starts_no_process() -> None:
    before = set(multiprocessing.active_children())
    worker = MeasureWorker()

    worker.close()

    assert set(multiprocessing.active_children()) <= before


def test_that_closing_waits_for_no_pair_and_says_nothing_of_it(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A pair of 5,000 points takes seconds, and a window that closes would stand still for them."""
    begun = threading.Event()

    def never_mind(processes: PairProcesses, *_clouds: np.ndarray) -> Future[None]:
        begun.set()
        return processes._pool.submit(time.sleep, 60)

    monkeypatch.setattr(PairProcesses, "compare", never_mind)
    cloud = np.zeros((4, 3), dtype=np.float32)
    worker = MeasureWorker()
    thread = WorkerThread(worker, "measuring")
    listener = Listener(worker)
    before = set(multiprocessing.active_children())
    thread.start()
    worker.ask(Measure(cloud, cloud))
    qtbot.waitUntil(begun.is_set, timeout=60_000)
    worker.close()
    worker.ask(Measure(cloud, cloud))  # too late
    thread.end()
    QApplication.processEvents()

    assert not listener.answers
    assert not listener.errors
    assert not caplog.records
    assert set(multiprocessing.active_children()) <= before


def test_that_a_process_that_was_killed_is_told_and_replaced() -> None:
    generator = np.random.default_rng(0)
    original, reconstruction = generator.normal(size=(2, 100, 3)).astype(np.float32)
    before = set(multiprocessing.active_children())
    worker = MeasureWorker()
    question = Measure(original, reconstruction)
    wanted = worker.answer(question)
    for process in set(multiprocessing.active_children()) - before:
        process.kill()
        process.join()
    with pytest.raises(MetricError, match=r"ended from outside.*memory is full.*Close other"):
        worker.answer(question)
    assert worker.answer(question) == wanted
    worker.close()
    assert set(multiprocessing.active_children()) <= before
