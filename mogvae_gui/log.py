"""Where errors go that nobody caught: the log file, and a sentence in the window."""

import logging
import logging.handlers
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

logger = logging.getLogger(__name__)

LOG_BYTES = 1_000_000
KEPT_LOGS = 3


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
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)


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
