"""What the reading of one file may take, and how a process holds itself to it.

Linux keeps both limits; macOS the time alone, for its kernel does not refuse memory; on Windows
the parent ends what takes too long. Everywhere the sizes that a file declares are checked before
memory is taken for them, so the memory limit is the second line, not the first.
"""

import contextlib
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
_SPARE_S = 5.0  # what the parent has to end a process before the kernel does


@dataclass(frozen=True)
class Limits:
    """Generous: they stop what would never end, not what is large."""

    seconds: float = 30.0
    seconds_per_mib: float = 2.0  # text is read at 10 MiB/s and more on a slow machine
    memory_bytes: int = 1 << 30
    memory_per_byte: int = 24  # of the file; the words of a text take 60 bytes each

    def seconds_for(self, size: int) -> float:
        """How long a file of `size` bytes may be read."""
        return self.seconds + self.seconds_per_mib * size / MIB

    def memory_for(self, size: int) -> int:
        """How many bytes reading it may take, besides what the process holds anyway."""
        wanted = self.memory_bytes + self.memory_per_byte * size
        machine = _machine_bytes()
        return wanted if machine is None else min(wanted, max(self.memory_bytes, machine // 2))


def hold_to(seconds: float, memory_bytes: int) -> None:
    """Hold this process to its limits until the next call, as far as the system can.

    Beyond the memory Python raises MemoryError. The time is the parent's to keep; should it be
    gone or stopped, the kernel ends this process a little later, whatever it is busy with.
    """
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds + _SPARE_S)
    if sys.platform == "linux":
        import resource

        _, hardest = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = _held_bytes() + memory_bytes
        if hardest != resource.RLIM_INFINITY:
            wanted = min(wanted, hardest)
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, hardest))


def let_go() -> None:
    """Lift both limits: nothing is being read."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)
    if sys.platform == "linux":
        import resource

        _, hardest = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (hardest, hardest))


def keep_from_harm() -> None:
    """What a process that reads strangers' files does without: core dumps and written files."""
    if sys.platform == "win32":
        return
    import resource

    for kind, least in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, MIB)):
        with contextlib.suppress(OSError, ValueError):
            _, hardest = resource.getrlimit(kind)
            resource.setrlimit(kind, (least, hardest))


def _held_bytes() -> int:
    """Writable memory that this process has mapped: what RLIMIT_DATA counts."""
    return int(Path("/proc/self/statm").read_bytes().split()[5]) * os.sysconf("SC_PAGE_SIZE")


def _machine_bytes() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
