"""Metrics of many pairs, in other processes, so that neither a window nor a core stands still."""

import contextlib
import ctypes
import sys
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future
from functools import partial
from itertools import chain, islice
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from core.memory import fitting
from core.metrics.exact_emd import memory_of, told_when_killed
from core.metrics.pair import compare_clouds
from core.pair_metrics import PairMetrics
from core.processes import end_processes, map_patiently, spare_processes, start_processes

# Names of mallopt(3)'s parameters in <malloc.h>.
_MALLOC_TRIM_THRESHOLD = -1
_MALLOC_MMAP_THRESHOLD = -3

Pair = tuple[NDArray[np.floating], NDArray[np.floating]]  # a cloud and its reference


class PairProcesses:
    """Processes that compare pairs of clouds, for one at a time or for many.

    A process starts with the first pair, takes about a second to, and then waits for more; close
    it when done, or use `with`. Each needs 1 GiB while it computes an EMD of 5,000 points.
    """

    def __init__(self, processes: int | None = None, *, keep_memory: bool = False) -> None:
        """Get ready to use so many processes; None leaves one core to the rest of the program.

        With `keep_memory` a process keeps its 1 GiB from one pair to the next, which makes an EMD
        a quarter faster: for many pairs in a row, not for a process that mostly waits.
        """
        self.processes = spare_processes() if processes is None else processes
        self._pool = start_processes(
            self.processes, _prepare_for_many if keep_memory else _import_solver
        )

    def compare(
        self,
        cloud: NDArray[np.floating],
        reference: NDArray[np.floating],
        *,
        with_emd: bool = True,
        scale: float = 1.0,
    ) -> Future[PairMetrics]:
        """Begin `compare_clouds` for one pair; the future has its result or its error."""
        return self._pool.submit(compare_clouds, cloud, reference, with_emd=with_emd, scale=scale)

    def compare_patiently(
        self,
        pairs: Iterable[Pair],
        *,
        scales: Iterable[float] | None = None,
        with_emd: bool = True,
        patience_s: float | None = None,
    ) -> Iterator[PairMetrics | None]:
        """Yield the metrics of each pair, in order, and None whenever none came for so long.

        Raises MetricError for a process that was ended from outside; the others are of no use then.
        """
        work = partial(_compare, with_emd=with_emd)
        tasks, ahead = _scaled(pairs, scales), 2 * self.processes
        with told_when_killed():
            for done in map_patiently(self._pool, work, tasks, ahead, patience_s):
                yield None if done is None else done.result()

    def close(self) -> None:
        """End the processes at once, whatever they are at. From any thread, and more than once."""
        end_processes(self._pool)

    def __enter__(self) -> "PairProcesses":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def compare_many(
    pairs: Iterable[Pair],
    *,
    scales: Iterable[float] | None = None,
    with_emd: bool = True,
    processes: int | None = None,
) -> Iterator[PairMetrics]:
    """Yield the metrics of each pair of clouds, in order: one step of progress per pair.

    `scales` are the pairs' frames', one for each, to be recorded; None where the clouds are in
    their own units. `processes` None leaves one core to the rest of the program; 0 stays in this
    process, which the EMD blocks. Without the EMD no processes are needed: it is all hundredths of
    a second. Closing the iterator cancels the rest. Raises `MetricError` as `compare_clouds` does.
    """
    measured = compare_patiently(
        pairs, scales=scales, with_emd=with_emd, processes=processes, patience_s=None
    )
    yield from (metrics for metrics in measured if metrics is not None)


def compare_patiently(
    pairs: Iterable[Pair],
    *,
    scales: Iterable[float] | None,
    with_emd: bool = True,
    processes: int | None,
    patience_s: float | None,
) -> Generator[PairMetrics | None, None, None]:
    """As `compare_many`, and None whenever no pair was done for so many seconds.

    An EMD takes seconds: so whoever was told to stop need not wait for the end of one.
    """
    if processes == 0 or not with_emd:
        yield from (_compare(each, with_emd=with_emd) for each in _scaled(pairs, scales))
        return
    taken = iter(pairs)
    first = list(islice(taken, 1))
    wanted = spare_processes() if processes is None else processes
    if first:
        wanted = fitting(wanted, memory_of(*map(len, first[0])))
    pairs = chain(first, taken)
    with PairProcesses(wanted, keep_memory=True) as pool:
        yield from pool.compare_patiently(
            pairs, scales=scales, with_emd=with_emd, patience_s=patience_s
        )


def _scaled(pairs: Iterable[Pair], scales: Iterable[float] | None) -> Iterator[tuple[Pair, float]]:
    if scales is None:
        return ((pair, 1.0) for pair in pairs)
    return zip(pairs, scales, strict=True)


def _compare(scaled: tuple[Pair, float], *, with_emd: bool) -> PairMetrics:
    pair, scale = scaled
    return compare_clouds(*pair, with_emd=with_emd, scale=scale)


def _import_solver() -> None:
    import ot  # noqa: F401  (before the first pair arrives; it takes a second or two)


def _prepare_for_many() -> None:
    _keep_freed_memory()
    _import_solver()


def _keep_freed_memory() -> None:
    """Tell glibc to keep freed blocks of any size; other systems go on as they are.

    A quarter of an EMD's time is the kernel clearing the same gigabyte for it again.
    """
    if not sys.platform.startswith("linux"):
        return
    most = 2**31 - 1
    with contextlib.suppress(OSError, AttributeError):  # another C library
        library = ctypes.CDLL(None)
        for parameter in (_MALLOC_TRIM_THRESHOLD, _MALLOC_MMAP_THRESHOLD):
            library.mallopt(parameter, most)
