"""Work on several processes, for what holds the interpreter lock or a whole core for seconds."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from typing import TypeVar

from core.cores import usable_cores

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


def start_processes(count: int, prepare: Callable[[], None] | None = None) -> ProcessPoolExecutor:
    """Give a pool of `count` processes, each of which calls `prepare` when it starts.

    They are started, not forked: the program may have threads and a window, which a forked copy
    cannot carry. So what they run has to be importable, and the script's start be guarded by
    `if __name__ == "__main__"`.
    """
    return ProcessPoolExecutor(
        count,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(prepare,),
    )


def end_processes(pool: ProcessPoolExecutor) -> None:
    """Drop what has not begun and end what has, at once: an EMD would take seconds to its end.

    Who waits for a result meets BrokenProcessPool. From any thread, and more than once.
    """
    for process in list((pool._processes or {}).values()):  # `kill_workers()` from Python 3.14 on
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)


def spare_processes() -> int:
    """How many processes leave one core to the rest of the program; at least 1."""
    return max(1, usable_cores() - 1)


def map_on(
    pool: ProcessPoolExecutor,
    work: Callable[[_Task], _Result],
    tasks: Iterable[_Task],
    ahead: int,
) -> Iterator[_Result]:
    """Yield the results in the order of the tasks, which are taken only `ahead` of the reader.

    Closing the iterator drops the tasks that have not begun.
    """
    for done in map_patiently(pool, work, tasks, ahead, None):
        if done is not None:
            yield done.result()


def map_patiently(
    pool: ProcessPoolExecutor,
    work: Callable[[_Task], _Result],
    tasks: Iterable[_Task],
    ahead: int,
    patience_s: float | None,
) -> Iterator[Future[_Result] | None]:
    """As `map_on`, as futures that are done, and None whenever nothing was for so many seconds.

    So who reads can stop while a task takes long. Without patience (None) there is only waiting.
    """
    waiting: deque[Future[_Result]] = deque()
    try:
        for task in tasks:
            waiting.append(pool.submit(work, task))
            if len(waiting) >= ahead:
                yield from _pauses_until(waiting[0], patience_s)
                yield waiting.popleft()
        while waiting:
            yield from _pauses_until(waiting[0], patience_s)
            yield waiting.popleft()
    finally:
        for future in waiting:
            future.cancel()


def _pauses_until(future: Future[_Result], patience_s: float | None) -> Iterator[None]:
    while not wait((future,), timeout=patience_s).done:
        yield None


def _begin(prepare: Callable[[], None] | None) -> None:
    # Ctrl+C goes to every process of a terminal; the parent alone ends the work.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if prepare is not None:
        prepare()
