"""One job of `core`, a generator that yields progress and returns a result, in a thread."""

import logging
import threading
import time
from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from mogvae_gui.workers.threads import WorkerThread

logger = logging.getLogger(__name__)

REPORT_INTERVAL_S = 0.05  # more often than this nobody can read it


class JobWorker(QObject):
    """Runs one generator; each of its yields is a place to stop."""

    progressed = Signal(object)  # the newest value yielded, at most every 50 ms
    succeeded = Signal(object)  # what the generator returned
    cancelled = Signal()
    failed = Signal(object)  # Exception
    ended = Signal()  # always last, however the job ended

    def __init__(self, make_generator: Callable[[], Generator[Any, None, Any]]) -> None:
        super().__init__()
        self._make_generator = make_generator
        self._cancelled = threading.Event()

    @Slot()
    def run(self) -> None:
        """Run to the end, to a cancel or to an error."""
        try:
            self._run()
        except Exception as error:
            logger.exception("job failed: %r", self._make_generator)
            self.failed.emit(error)
        finally:
            self.ended.emit()

    def cancel(self) -> None:
        """Stop at the next yield. A plain call: a queued slot would wait for the job to end."""
        self._cancelled.set()

    def _run(self) -> None:
        generator = self._make_generator()
        reported_at = 0.0
        while not self._cancelled.is_set():
            try:
                progress = next(generator)
            except StopIteration as stop:
                self.succeeded.emit(stop.value)
                return
            now = time.monotonic()
            if now - reported_at >= REPORT_INTERVAL_S:
                reported_at = now
                self.progressed.emit(progress)
        generator.close()
        self.cancelled.emit()


class Job(QObject):
    """A running job as the main thread holds it. Keep it until `ended`."""

    progressed = Signal(object)
    succeeded = Signal(object)
    cancelled = Signal()
    failed = Signal(object)
    ended = Signal()

    def __init__(
        self,
        make_generator: Callable[[], Generator[Any, None, Any]],
        name: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._worker = JobWorker(make_generator)
        self._thread = WorkerThread(self._worker, name, self)
        self._worker.progressed.connect(self.progressed)
        self._worker.succeeded.connect(self.succeeded)
        self._worker.cancelled.connect(self.cancelled)
        self._worker.failed.connect(self.failed)
        self._worker.ended.connect(self._on_ended)
        self._thread.started.connect(self._worker.run)

    def start(self) -> None:
        """Begin; the signals follow."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the job to stop at its next step."""
        self._worker.cancel()

    def cancel_and_wait(self) -> None:
        """Stop the job and return when its thread has ended."""
        self.cancel()
        self._thread.end()

    def finish(self) -> None:
        """Let the job go on to its end; returns when its thread has ended."""
        self._thread.end()

    def finish_within(self, milliseconds: int) -> None:
        """Let the job go on for so long, then stop it; returns when its thread has ended."""
        self._thread.quit()
        if not self._thread.wait(milliseconds):
            self.cancel()
        self._thread.end()

    @Slot()
    def _on_ended(self) -> None:
        self._thread.end()
        self.ended.emit()


class NewestJob(QObject):
    """Runs jobs of which only the newest counts: late answers are dropped."""

    succeeded = Signal(object)
    failed = Signal(object)

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._name = name
        self._job: Job | None = None
        self._is_wanted = False  # the one that runs
        self._is_stopped = False
        self._waiting: Callable[[], Generator[Any, None, Any]] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether an answer will come."""
        return self._is_wanted or self._waiting is not None

    def start(self, make_generator: Callable[[], Generator[Any, None, Any]]) -> None:
        """Run this one; what was asked for before is forgotten."""
        self.forget()
        if self._is_stopped:  # while the window closes, others may still ask
            return
        if self._job is None:
            self._begin(make_generator)
        else:
            self._waiting = make_generator

    def forget(self) -> None:
        """Let no answer come."""
        self._waiting, self._is_wanted = None, False
        if self._job is not None:
            self._job.cancel()

    def stop(self) -> None:
        """Let no answer come and no job begin any more; returns when no thread is left."""
        self._is_stopped = True
        self.forget()
        if self._job is not None:
            self._job.cancel_and_wait()
            self._job = None

    def _begin(self, make_generator: Callable[[], Generator[Any, None, Any]]) -> None:
        self._is_wanted = True
        self._job = Job(make_generator, self._name, self)
        self._job.succeeded.connect(self._on_succeeded)
        self._job.failed.connect(self._on_failed)
        self._job.ended.connect(self._on_ended)
        self._job.start()

    @Slot(object)
    def _on_succeeded(self, result: object) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self.succeeded.emit(result)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self.failed.emit(error)

    @Slot()
    def _on_ended(self) -> None:
        if self._job is None:
            return
        self._job.deleteLater()
        self._job = None
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._begin(waiting)
