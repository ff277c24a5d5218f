"""Runs the jobs of the window one after the other, with progress and a way to cancel."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, Signal, Slot

from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.views.task_bar import TaskBar
from mogvae_gui.workers.job import Job

Progress = tuple[int, int, str]  # done, total, what it is busy with


def nothing(*_: Any) -> None:
    """The default for what should happen afterwards."""


@dataclass(frozen=True)
class JobRequest:
    """What to do, and what to do with the result; the callbacks run in the main thread."""

    label: str
    make_generator: Callable[[], Generator[Any, None, Any]]
    on_success: Callable[[Any], None] = nothing
    on_progress: Callable[[Any], None] = nothing
    on_cancel: Callable[[], None] = nothing
    on_failure: Callable[[Exception], None] | None = None  # tells of it in place of the banner
    on_end: Callable[[], None] = nothing  # whichever way it ended
    as_progress: Callable[[Any], Progress] = field(default=lambda _: (0, 0, ""))


class Jobs(QObject):
    """A queue of jobs. Those that touch the library never run side by side."""

    all_done = Signal()

    def __init__(self, task_bar: TaskBar, notices: NoticePresenter) -> None:
        super().__init__(task_bar)
        self._task_bar = task_bar
        self._notices = notices
        self._waiting: list[JobRequest] = []
        self._current: JobRequest | None = None
        self._job: Job | None = None
        self._clock = QElapsedTimer()
        task_bar.cancel_requested.connect(self._on_cancel_requested)

    @property
    def is_busy(self) -> bool:
        """Whether a job runs or waits."""
        return self._job is not None

    def start(self, request: JobRequest) -> None:
        """Do this as soon as the jobs before it are done."""
        self._waiting.append(request)
        if self._job is None:
            self._start_next()

    def cancel(self) -> None:
        """End the job that runs at its next step; `on_cancel` and `on_end` follow."""
        if self._job is not None:
            self._task_bar.show_cancelling()
            self._job.cancel()

    def stop_all(self) -> None:
        """Cancel what runs, forget what waits, and return when no thread is left."""
        self._waiting.clear()
        if self._job is not None:
            job, self._job, self._current = self._job, None, None
            job.blockSignals(True)  # what it said last may still wait to be heard
            job.cancel_and_wait()
            job.deleteLater()
        self._task_bar.show_nothing()

    def _start_next(self) -> None:
        self._current = self._waiting.pop(0)
        self._job = Job(self._current.make_generator, self._current.label, self)
        self._job.progressed.connect(self._on_progressed)
        self._job.succeeded.connect(self._on_succeeded)
        self._job.failed.connect(self._on_failed)
        self._job.cancelled.connect(self._on_cancelled)
        self._job.ended.connect(self._on_ended)
        self._task_bar.show_task(self._current.label)
        self._clock.start()
        self._job.start()

    @Slot(object)
    def _on_progressed(self, progress: Any) -> None:
        if self._current is None:
            return
        done, total, doing = self._current.as_progress(progress)
        elapsed_s = self._clock.elapsed() / 1000
        rest = elapsed_s / done * (total - done) if done and elapsed_s > 1 else None
        label = f"{self._current.label}: {doing}" if doing else self._current.label
        self._task_bar.show_progress(done, total, rest, label)
        self._current.on_progress(progress)

    @Slot(object)
    def _on_succeeded(self, result: Any) -> None:
        if self._current is not None:
            self._current.on_success(result)

    @Slot()
    def _on_cancelled(self) -> None:
        if self._current is not None:
            self._current.on_cancel()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if self._current is None:
            return
        if self._current.on_failure is not None:
            self._current.on_failure(error)
        else:
            self._notices.say_error(error, self._current.label)

    @Slot()
    def _on_ended(self) -> None:
        request, self._current = self._current, None
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        self._task_bar.show_nothing()
        if request is not None:
            request.on_end()
        if self._job is None and self._waiting:
            self._start_next()
        elif self._job is None:
            self.all_done.emit()

    @Slot()
    def _on_cancel_requested(self) -> None:
        if self._job is not None:
            self._job.cancel()
