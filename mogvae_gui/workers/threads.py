"""A worker and the thread it lives in, started and ended together."""

from PySide6.QtCore import QObject, QThread

STOP_TIMEOUT_MS = 60_000


class WorkerThread(QThread):
    """A thread that runs the event loop of one worker until `end` is called."""

    def __init__(self, worker: QObject, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._worker: QObject | None = worker
        worker.moveToThread(self)

    def end(self) -> None:
        """Leave the event loop after the present step and wait; called from the main thread."""
        self.quit()
        self.wait(STOP_TIMEOUT_MS)
        self._worker = None
