"""Where errors go that nobody caught: the log file, and a sentence in the window."""

import faulthandler
import logging
import logging.handlers
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

logger = logging.getLogger(__name__)

LOG_BYTES = 1_000_000
KEPT_LOGS = 3
KEPT_ERRORS = 5
_KEPT_FRAMES = 12
_MOST_OF_A_CRASH = 100_000  # letters


@dataclass(frozen=True)
class LoggedError:
    """An error as the log has it, and as it can be shown to strangers."""

    full: str  # with messages, which may name folders and files
    anonymous: str  # where it arose in the program, and of what kind it was


class RecentErrors(logging.Handler):
    """Remembers the newest errors as words; holding on to them would hold on to windows."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._kept: deque[LoggedError] = deque(maxlen=KEPT_ERRORS)

    @property
    def errors(self) -> tuple[LoggedError, ...]:
        """Oldest first."""
        return tuple(self._kept)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._kept.append(LoggedError(self.format(record), _anonymous(record)))
        except Exception:  # noqa: BLE001 - as every handler: what logs must not fail
            self.handleError(record)

    def forget(self) -> None:
        """Begin anew."""
        self._kept.clear()


recent_errors = RecentErrors()


def _anonymous(record: logging.LogRecord) -> str:
    """Time, place and kind of an error; neither its message nor a path of the person's disk."""
    made = logging.Formatter().formatTime(record)
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return f"{made} {record.name}:{record.lineno}"
    frames = traceback.extract_tb(error.__traceback__)[-_KEPT_FRAMES:]
    places = [f"{_within_program(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return "\n    ".join([f"{made} {record.name}: {type(error).__name__}", *places])


def _within_program(file: str) -> str:
    """A source file from its package on; only the name of what lies elsewhere."""
    parts = Path(file).parts
    for package in ("mogvae_gui", "core", "site-packages"):
        if package in parts:
            start = len(parts) - 1 - parts[::-1].index(package)
            return "/".join(parts[start + (package == "site-packages") :])
    return parts[-1] if parts else file


def start_logging(path: Path) -> None:
    """Log to a file that is cut at 1 MB, with three older ones kept; to standard error where
    the file cannot be written."""
    handler: logging.Handler
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=KEPT_LOGS, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    recent_errors.setFormatter(handler.formatter)
    root = logging.getLogger()
    root.addHandler(handler)
    root.addHandler(recent_errors)
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)


def log_crashes(path: Path) -> None:
    """Have the place of a crash of the process itself written to a file, where Python cannot log.

    What a crash before left there goes to the log first. The file stays open to the end; one that
    cannot be written is no reason not to start.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8", errors="replace")
    except OSError:
        logger.warning("%s cannot be written: a crash would leave no trace", path, exc_info=True)
        return
    file.seek(0)
    if left := file.read(_MOST_OF_A_CRASH).strip():
        logger.error("a session before this one crashed:\n%s", left)
        file.truncate(0)
    faulthandler.enable(file)


def report_uncaught(show: Callable[[BaseException], None]) -> None:
    """Log every error that no code caught and `show` it; called in the thread where it arose."""

    def handle(error: BaseException, traceback: TracebackType | None) -> None:
        logger.error("uncaught", exc_info=(type(error), error, traceback))
        show(error)

    def in_main(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, traceback)
        else:
            handle(error, traceback)

    def in_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            handle(arguments.exc_value, arguments.exc_traceback)

    sys.excepthook = in_main
    threading.excepthook = in_thread
