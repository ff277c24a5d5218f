"""The memory of this machine, as far as the system tells."""

import os
from pathlib import Path
from typing import Final

MIB: Final = 2**20

_MEMINFO: Final = Path("/proc/meminfo")
_GROUP: Final = Path("/sys/fs/cgroup")
"""Of a container: what it may take is less than what the machine has."""


def free_memory() -> int | None:
    """Bytes that can be taken without another program losing them; None where nobody tells."""
    told = [free for free in (_free_on_machine(), _free_in_group()) if free is not None]
    return min(told, default=None)


def fitting(processes: int, bytes_each: int) -> int:
    """So many of the processes have room side by side, 1 where not even one has."""
    free = free_memory()
    return processes if free is None else max(1, min(processes, free // bytes_each))


def _free_on_machine() -> int | None:
    try:
        for line in _MEMINFO.read_text(encoding="ascii").splitlines():
            name, _, amount = line.partition(":")
            if name == "MemAvailable":
                return int(amount.split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _free_in_group() -> int | None:
    """Where a limit is set on the group of processes; files that are only cached do not count."""
    try:
        most = int((_GROUP / "memory.max").read_text(encoding="ascii"))
        taken = int((_GROUP / "memory.current").read_text(encoding="ascii"))
        stat = (_GROUP / "memory.stat").read_text(encoding="ascii").split()
        cached = int(stat[stat.index("inactive_file") + 1])
    except (OSError, ValueError, IndexError):  # "max" is no number: there is no limit
        return None
    return max(0, most - (taken - cached))
