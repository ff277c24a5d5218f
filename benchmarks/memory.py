"""How much memory a piece of work adds at its peak, measured in a process of its own.

In one process the second piece would find memory that the first has left behind.
"""

import gc
import multiprocessing
import re
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

Work = Callable[[], object]


def peak_bytes(make: Callable[..., Work], *arguments: Any) -> int | None:
    """Bytes of resident memory that the work adds to what `make(*arguments)` has prepared.

    `make` is a function of a module, for it travels to the process. None where the system does
    not tell (other than Linux).
    """
    if not sys.platform.startswith("linux"):
        return None
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(there, make, arguments))
    process.start()
    there.close()
    try:
        added: int = here.recv()
    except EOFError as error:
        raise RuntimeError(f"the process that measures {make.__name__} ended early") from error
    finally:
        process.join()
    return added


def _measure(connection: Connection, make: Callable[..., Work], arguments: tuple[Any, ...]) -> None:
    work = make(*arguments)
    gc.collect()
    # 5 resets the high-water mark; see proc(5), /proc/pid/clear_refs.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _status_bytes("VmRSS")
    work()
    connection.send(_status_bytes("VmHWM") - before)
    connection.close()


def _status_bytes(key: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    found = re.search(rf"^{key}:\s+(\d+) kB$", status, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"/proc/self/status does not tell {key}")
    return int(found.group(1)) * 1024
