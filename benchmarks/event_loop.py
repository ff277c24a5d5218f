"""Waiting times of events in Qt's event loop."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Slot

from benchmarks.timing import spread_ms

EVERY_S = 0.005


class WaitingTimes(QObject):
    """Has an event fall due every 5 ms and notes how long each of them waits.

    While the loop is busy for 100 ms, twenty events fall due and wait 100, 95, 90 … ms. Timing the
    ticks of the timer alone would count that as one late tick among many good ones.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waits_s: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(EVERY_S * 1000))
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        """Begin to note."""
        self._waits_s.clear()
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> dict[str, float]:
        """End, and give median, percentiles and the worst in milliseconds."""
        self._timer.stop()
        return {**spread_ms(self._waits_s or [0.0]), "events": len(self._waits_s)}

    @Slot()
    def _on_tick(self) -> None:
        now = time.perf_counter()
        due = self._last + EVERY_S
        self._waits_s.append(max(0.0, now - due))
        due += EVERY_S
        while due <= now:
            self._waits_s.append(now - due)
            due += EVERY_S
        self._last = now


def run_until(is_so: Callable[[], bool], longest_s: float) -> bool:
    """Let the window live until the condition holds; False where it does not in time."""
    ends_at = time.monotonic() + longest_s
    while not is_so() and time.monotonic() < ends_at:
        run_event_loop(0.05)
    return is_so()


def run_event_loop(seconds: float) -> None:
    """Let the window live for so long."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
