"""The process that reads a person's files: one request after the other until its parent is gone.

It imports neither torch nor Qt, so it starts in a fraction of a second.
"""

import contextlib
import faulthandler
import logging
import os
import queue
import sys
import threading
from typing import IO

from core.errors import ShapeFileError
from core.importing import limits
from core.importing.prepare import prepare_chair
from core.importing.wire import (
    Answer,
    LogLine,
    Outcome,
    Request,
    packed_answer,
    receive,
    send,
    unpacked_request,
)
from core.shape_files.shape import refusal

READY = b"ready"
STEPPED_BACK = 5  # nice(2): the window and a training go first
_LONGEST_LOG = 4000  # characters, of one line


def serve() -> None:
    """Answer requests from standard input on standard output."""
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not get between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    limits.keep_from_harm()
    faulthandler.enable()  # a crash leaves its place in the log
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(STEPPED_BACK)
    collected = _Collected()
    logging.basicConfig(handlers=[collected], level=logging.WARNING)
    import scipy.ndimage  # noqa: F401  (what the first file would wait for)

    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    # A thread waits for requests, so that this process ends with its parent though it is busy.
    threading.Thread(
        target=_receive_all, args=(sys.stdin.buffer, requests), name="requests", daemon=True
    ).start()
    send(answers, READY)
    while True:
        request = unpacked_request(requests.get())
        outcome, was_full = _prepared(request)
        send(answers, packed_answer(Answer(outcome, collected.taken())))
        if was_full:  # what is left of the memory may be in pieces: a fresh process goes on
            os._exit(0)


def _prepared(request: Request) -> tuple[Outcome, bool]:
    """What became of a job, and whether it ran out of memory."""
    name = request.job.path.name
    try:
        limits.hold_to(request.seconds, request.memory_bytes)
        return prepare_chair(request.job), False
    except ShapeFileError as error:
        return error, isinstance(error.__cause__, MemoryError)
    except MemoryError:
        mib = request.memory_bytes // limits.MIB
        return refusal(
            name,
            f"reading it takes more than {mib:,} MiB of memory, which is the limit",
            "Reduce the mesh in a modelling program (decimate) and export it again.",
        ), True
    except Exception as error:
        logging.getLogger(__name__).exception("a file could not be made into a chair")
        return refusal(name, f"it is damaged in an unforeseen way ({error!r})"), False
    finally:
        limits.let_go()


def _receive_all(stream: IO[bytes], requests: "queue.SimpleQueue[bytes]") -> None:
    while (body := receive(stream)) is not None:
        requests.put(body)
    os._exit(0)


class _Collected(logging.Handler):
    """Keeps what is logged, to be sent along."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[LogLine] = []

    def emit(self, record: logging.LogRecord) -> None:
        if len(self._lines) < 100:
            self._lines.append((record.levelno, self.format(record)[:_LONGEST_LOG]))

    def taken(self) -> tuple[LogLine, ...]:
        lines, self._lines = self._lines, []
        return tuple(lines)
