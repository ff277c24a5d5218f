"""Clouds of made chairs, many at a time, on one process or several."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.frame import Frame
from core.made_chairs.drawing import MadeChair, build_mesh
from core.sampling import sample_surface_exactly

# A chair takes about 5 ms. A process that starts imports the whole program first, so fewer chairs
# than these are made sooner by one process.
FEWEST_FOR_PROCESSES = 1500
MOST_PROCESSES = 4
CHAIRS_PER_TASK = 50


@dataclass(frozen=True, eq=False)
class MadeCloud:
    """A made chair as the library takes it."""

    chair: MadeChair
    points: NDArray[np.float32]  # (N, 3), normalised
    frame: Frame  # back to metres on the floor
    content_hash: str  # of the mesh


def made_clouds(
    chairs: Sequence[MadeChair], points: int = 5000, seed: int = 0, processes: int | None = None
) -> Iterator[MadeCloud]:
    """Build and sample each chair, in the order given: one step of progress per chair.

    `points` per cloud; `seed` is that of the sampling. `processes` None lets the number follow
    the machine and the count; 1 stays in this process. The clouds do not depend on it. Closing
    the iterator drops what has not been made.
    """
    if processes is None:
        processes = _processes_for(len(chairs))
    make = partial(_make_clouds, points=points, seed=seed)
    tasks = [chairs[i : i + CHAIRS_PER_TASK] for i in range(0, len(chairs), CHAIRS_PER_TASK)]
    if processes <= 1 or len(tasks) <= 1:
        for chair in chairs:
            yield from make([chair])
        return
    done = 0
    try:
        for cloud in _on_processes(make, tasks, processes):
            yield cloud
            done += 1
    except BrokenProcessPool:
        # Processes cannot start in every program (a script without a main guard, little
        # memory). What is missing is made here.
        for chair in chairs[done:]:
            yield from make([chair])


def _make_clouds(chairs: Sequence[MadeChair], points: int, seed: int) -> list[MadeCloud]:
    """What a process does: plain data in, plain data out."""
    clouds = []
    for chair in chairs:
        mesh = build_mesh(chair)
        sample = sample_surface_exactly(mesh, points, seed)
        frame = Frame.fitting(sample)
        normalised = frame.to_normalised(sample).astype(np.float32)
        clouds.append(MadeCloud(chair, normalised, frame, mesh.content_hash))
    return clouds


def _on_processes(
    make: partial[list[MadeCloud]], tasks: Sequence[Sequence[MadeChair]], processes: int
) -> Iterator[MadeCloud]:
    """Results in the order of the tasks; only a few tasks ahead of who takes them."""
    pool = ProcessPoolExecutor(
        processes,
        # Not fork: the program may have threads and a window, which a forked copy cannot carry.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_leave_interrupts_to_the_parent,
    )
    waiting: deque[Future[list[MadeCloud]]] = deque()
    try:
        for task in tasks:
            waiting.append(pool.submit(make, task))
            if len(waiting) > 2 * processes:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    """Ctrl+C goes to every process of a terminal; the parent alone ends the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _processes_for(count: int) -> int:
    if count < FEWEST_FOR_PROCESSES:
        return 1
    spare = (os.cpu_count() or 1) - 1  # the window keeps a core
    return max(1, min(MOST_PROCESSES, spare))
