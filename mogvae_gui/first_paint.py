"""Tells when a window has been painted for the first time: what can wait is done after that."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

LONGEST_WAIT_MS = 3000  # a window that starts minimised is not painted


class FirstPaint(QObject):
    """Watches a window from before it is shown; `done` comes once, after the first painting."""

    done = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._is_done = False
        window.installEventFilter(self)
        QTimer.singleShot(LONGEST_WAIT_MS, self, self._finish)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self, self._finish)  # once everything inside is painted too
        return False

    def _finish(self) -> None:
        if not self._is_done:
            self._is_done = True
            self._window.removeEventFilter(self)
            self.done.emit()
