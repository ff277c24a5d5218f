"""Runs one training, a generator of `core`, in the thread it was moved to."""

import logging
import threading
import time

from PySide6.QtCore import QObject, Signal, Slot

from core.training.reports import EpochReport, StepReport, TrainingRequest
from mogvae_gui.workers.priority import step_back

logger = logging.getLogger(__name__)

STEP_INTERVAL_S = 0.25
# Qt deals with all that was posted before it looks at the mouse. Where an epoch takes less time
# than showing it, telling each by itself would leave the mouse waiting until the training ends.
EPOCHS_INTERVAL_S = 0.2
PAUSE_POLL_S = 0.2


class TrainingWorker(QObject):
    """Carries a training; pausing is not asking the generator for its next step."""

    preparing = Signal(object)  # PreparationReport, at most four a second
    step_done = Signal(object)  # StepReport, at most four a second
    epochs_done = Signal(object)  # tuple[EpochReport, ...], at most five times a second
    failed = Signal(object)  # Exception
    finished = Signal(bool)  # always last; whether it was stopped before its end

    def __init__(self, request: TrainingRequest) -> None:
        super().__init__()
        self._request = request
        self._stop = threading.Event()
        self._go_on = threading.Event()
        self._go_on.set()

    @Slot()
    def run(self) -> None:
        """Train until the end, a stop or an error."""
        stopped = False
        step_back()
        try:
            stopped = self._run()
        except Exception as error:
            logger.exception("training failed: %s", self._request.run_folder)
            self.failed.emit(error)
        finally:
            self.finished.emit(stopped)

    def stop(self) -> None:
        """Stop after this step, keeping everything. A plain call from any thread."""
        self._stop.set()
        self._go_on.set()

    def pause(self) -> None:
        """Wait after this step. A plain call from any thread."""
        self._go_on.clear()

    def resume(self) -> None:
        """Go on. A plain call from any thread."""
        self._go_on.set()

    def _run(self) -> bool:
        reported_at = epochs_told_at = 0.0
        epochs: list[EpochReport] = []
        from core.training.train import train  # it brings torch: slow to import

        reports = train(self._request)
        try:
            for report in reports:
                if isinstance(report, EpochReport):
                    epochs.append(report)
                elif time.monotonic() - reported_at >= STEP_INTERVAL_S:
                    reported_at = time.monotonic()
                    if isinstance(report, StepReport):
                        self.step_done.emit(report)
                    else:
                        self.preparing.emit(report)
                due = time.monotonic() - epochs_told_at >= EPOCHS_INTERVAL_S
                if epochs and (due or not self._go_on.is_set()):
                    epochs_told_at = time.monotonic()
                    self._tell(epochs)
                while not self._go_on.wait(PAUSE_POLL_S) and not self._stop.is_set():
                    pass
                if self._stop.is_set():
                    return True
        finally:
            self._tell(epochs)
            reports.close()  # writes the checkpoint of a training that was stopped
        return False

    def _tell(self, epochs: list[EpochReport]) -> None:
        """Let the window know of these epochs, and begin the list anew."""
        if epochs:
            self.epochs_done.emit(tuple(epochs))
            epochs.clear()
