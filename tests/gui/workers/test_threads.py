"""The thread of a worker: its end is waited for, however long the present step takes."""

import logging
import threading

import pytest
from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from mogvae_gui.workers import threads
from mogvae_gui.workers.threads import WorkerThread


class LongStep(QObject):
    """A worker whose only step lasts until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.has_begun = threading.Event()
        self.let_go = threading.Event()
        self.is_saved = False

    @Slot()
    def run(self) -> None:
        self.has_begun.set()
        self.let_go.wait()
        self.is_saved = True


class LetsGoWhenTold(logging.Handler):
    """Ends the step once it was said that it takes long."""

    def __init__(self, worker: LongStep) -> None:
        super().__init__()
        self._worker = worker

    def emit(self, record: logging.LogRecord) -> None:
        self._worker.let_go.set()


def test_that_the_end_of_a_thread_waits_for_a_step_that_takes_longer_than_patience(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(threads, "TELL_AFTER_MS", 10)
    worker = LongStep()
    thread = WorkerThread(worker, "saving")
    thread.started.connect(worker.run)
    thread.start()
    assert worker.has_begun.wait(10)
    handler = LetsGoWhenTold(worker)
    threads.logger.addHandler(handler)
    try:
        thread.end()
    finally:
        threads.logger.removeHandler(handler)
        worker.let_go.set()

    assert thread.isFinished()
    assert worker.is_saved
    assert "“saving” is still at its present step" in caplog.text
