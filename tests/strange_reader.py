"""A reading process that meets the worst: what it does with a file depends on the file's name.

`read_strangely` makes `ReadingProcesses` start this one.
"""

import ctypes
import logging
import os
import re
import sys
import time

from core.importing import ReadingProcesses, reading_child
from core.importing.prepare import Job, Prepared, prepare_chair


def read_strangely(reading: ReadingProcesses) -> None:
    """Let the processes that start from now on read as this file says."""
    reading._command = reading._command.replace("core.importing.reading_child", __name__)
    assert __name__ in reading._command


def serve() -> None:
    """What the process runs."""
    reading_child.prepare_chair = strange_chair  # type: ignore[attr-defined]
    reading_child.serve()


def strange_chair(job: Job) -> Prepared:
    """Read a file, or do what its name says."""
    match job.path.stem.partition(" ")[0]:
        case "segfault":
            ctypes.string_at(0)
        case "exit":
            os._exit(3)
        case "abort":
            os.abort()
        case "sleep":
            time.sleep(3600)
        case "loop":
            while True:
                pass
        case "hold":  # the interpreter, so that no other thread of the process runs
            re.match(r"(a|aa)+$", "a" * 200 + "b")
        case "eat":
            held = []
            while True:
                held.append(bytearray(1 << 24))
        case "grab":
            bytearray(1 << 40)
        case "talk":
            sys.stdout.write("a library's chatter")
            os.write(1, b"\xff" * 100_000)
            os.write(2, b"!" * 3_000_000)
        case "lie":
            reading_child.packed_answer = _lie  # type: ignore[assignment,attr-defined]
        case "once" if not job.path.with_suffix(".met").exists():
            job.path.with_suffix(".met").touch()
            os._exit(4)
        case "unforeseen":
            logging.getLogger("core.shape_files").warning("a strange chair")
            raise ZeroDivisionError
    return prepare_chair(job)


def _lie(_answer: object) -> bytes:
    return b"\x05\x00\x00\x00cpos\nsystem"


if __name__ == "__main__":
    sys.exit("this is imported by the process that a test starts")
