"""How much memory a piece of work adds at its peak, measured in a process of its own.

In one process the second piece would find memory that the first has left behind.
"""

import gc
import multiprocessing
import re
import sys
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

Work = Callable[[], object]
Peaks = dict[str, int | None]


def peak_bytes(makers: Mapping[str, tuple[Callable[..., Work], tuple[Any, ...]]]) -> Peaks:
    """Bytes of resident memory that each work adds to what `make(*arguments)` has prepared.

    The makers are functions of a module, for they travel to the processes, which run side by side:
    memory does not mind. None for each where the system does not tell (other than Linux).
    """
    if not sys.platform.startswith("linux"):
        return dict.fromkeys(makers)
    context = multiprocessing.get_context("spawn")
    started = {}
    for name, (make, arguments) in makers.items():
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_measure, args=(there, make, arguments))
        process.start()
        there.close()
        started[name] = (process, here)
    added: Peaks = {}
    for name, (process, connection) in started.items():
        try:
            added[name] = int(connection.recv())
        except EOFError as error:
            raise RuntimeError(f"the process that measures {name} ended early") from error
        finally:
            process.join()
    return added


def ratio(peaks: Peaks, ours: str, other: str) -> float | None:
    """Our peak over the other, None where they were not measured."""
    one, two = peaks.get(ours), peaks.get(other)
    return one / two if one is not None and two else None


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
