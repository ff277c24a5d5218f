"""Ctrl+C and SIGTERM as a request: work ends between two steps, and what it did is kept."""

import signal
import threading
from types import FrameType, TracebackType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Within its `with`, the first signal is only noted; a second of its kind ends the program.

    Of the other kind it is not a second thought: torchrun sends SIGTERM when it gets a Ctrl+C.
    """

    def __init__(self) -> None:
        self._asked: set[int] = set()
        self._handlers: dict[signal.Signals, object] = {}

    @property
    def is_asked(self) -> bool:
        """Whether the work should end."""
        return bool(self._asked)

    def __enter__(self) -> "Interruption":
        # Python lets only the main thread take signals; elsewhere they do not arrive anyway.
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                self._handlers[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._handlers = {}

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number in self._asked:
            raise KeyboardInterrupt
        self._asked.add(number)
