"""How many CPU threads the arithmetic libraries use, for the span of a `with`."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.cores import usable_cores as usable_cores


def shared_threads(processes: int) -> int:
    """Threads for each of several processes on this machine; 0, the usual number, for one alone."""
    return 0 if processes == 1 else max(1, usable_cores() // processes)


@contextmanager
def single_threaded() -> Iterator[None]:
    """One thread for scikit-learn and its kind, whose sums otherwise come in any order.

    With the order the last bits change, and with them whether a seed reproduces a run.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Let torch compute with `count` threads (0: all cores but one, at least one)."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count or max(1, usable_cores() - 1))
    try:
        yield
    finally:
        torch.set_num_threads(before)
