"""A worker and the thread it lives in, started and ended together."""

import logging

from PySide6.QtCore import QObject, QThread

logger = logging.getLogger(__name__)

TELL_AFTER_MS = 60_000


class WorkerThread(QThread):
    """A thread that runs the event loop of one worker until `end` is called."""

    def __init__(self, worker: QObject, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._worker: QObject | None = worker
        worker.moveToThread(self)

    def end(self) -> None:
        """Leave the event loop after the present step and wait; called from the main thread.

        However long the step takes: Qt ends the process where a thread is destroyed that runs, and
        what the step was about to save is lost.
        """
        self.quit()
        while not self.wait(TELL_AFTER_MS):
            logger.warning("the thread “%s” is still at its present step", self.objectName())
        self._worker = None
