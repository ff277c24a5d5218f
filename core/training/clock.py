"""Time spent computing: a pause of the reader of reports does not count."""

import time


class Clock:
    """Runs between `start` and `pause`."""

    def __init__(self, seconds: float = 0.0) -> None:
        self._seconds = seconds
        self._started_at: float | None = None

    def start(self) -> None:
        self._started_at = time.perf_counter()

    def pause(self) -> None:
        self._seconds = self.seconds
        self._started_at = None

    @property
    def seconds(self) -> float:
        """Seconds that it ran so far."""
        if self._started_at is None:
            return self._seconds
        return self._seconds + time.perf_counter() - self._started_at
