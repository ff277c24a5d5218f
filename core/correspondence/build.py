"""Orders for all clouds of a library: from disk where they are kept, on several processes else."""

from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.correspondence.matching import Order, match_points
from core.correspondence.store import OrderStore, OrderTable, cloud_hash
from core.correspondence.template import keep_template
from core.processes import map_on, spare_processes, start_processes

# A process starts in about a second, in which one process alone matches eight clouds.
FEWEST_FOR_PROCESSES = 24
CLOUDS_PER_PART = 256


@dataclass(frozen=True, eq=False)
class CorrespondenceProgress:
    """How far the matching is; the last one has the orders."""

    done: int
    total: int
    orders: OrderTable | None = None


def bring_into_correspondence(
    folder: Path,
    clouds: NDArray[np.float32],
    rows: NDArray[np.int64] | None = None,
    *,
    template: NDArray[np.float32] | None = None,
    template_rows: NDArray[np.int64] | None = None,
    processes: int | None = None,
) -> Iterator[CorrespondenceProgress]:
    """Find the order of each cloud (n, N, 3), or of some rows; the last report has them all.

    Orders are kept in `folder` (`library/correspondence`) by the content of clouds and template:
    0.1 to 0.5 s a cloud of 5,000 points the first time, nothing later, and a matching that was
    broken off goes on where it was. `template` None is the folder's own, chosen once, of
    `template_rows` (None: of `rows`). `processes` None leaves a core to the rest of the program,
    0 stays in this process; the orders do not depend on it. Closing the iterator keeps what is
    done.
    """
    rows = np.arange(len(clouds)) if rows is None else rows
    if template is None:
        chosen_of = rows if template_rows is None else template_rows
        template = keep_template(folder, clouds, chosen_of)
    template = np.asarray(template, dtype=np.float32)
    store = OrderStore(folder, template)
    names = [cloud_hash(clouds[row]) for row in rows]
    missing = {name: row for name, row in zip(names, rows, strict=True) if name not in store}
    # Clouds that are equal have one order between them and count once.
    done = total = len(set(names))
    done -= len(missing)
    if missing:
        yield CorrespondenceProgress(done, total)
    waiting: dict[str, Order] = {}
    try:
        found = _match(template, clouds, list(missing.values()), processes)
        for name, order in zip(missing, found, strict=True):
            waiting[name] = order
            done += 1
            if len(waiting) == CLOUDS_PER_PART:
                store.add(waiting)
                waiting = {}
            if done < total:
                yield CorrespondenceProgress(done, total)
    finally:
        store.add(waiting)  # also what was done when the reader stopped
    yield CorrespondenceProgress(total, total, OrderTable(template, store, names))


def _match(
    template: NDArray[np.float32],
    clouds: NDArray[np.float32],
    rows: Sequence[np.int64],
    processes: int | None,
) -> Iterator[Order]:
    if processes is None:
        processes = spare_processes() if len(rows) >= FEWEST_FOR_PROCESSES else 0
    match = partial(match_points, template)
    done = 0
    if processes > 0:
        tasks = (np.array(clouds[row]) for row in rows)
        try:
            with start_processes(processes) as pool:
                for order in map_on(pool, match, tasks, ahead=2 * processes):
                    yield order
                    done += 1
        except BrokenProcessPool:
            pass  # they cannot start in every program; the rest is matched here
    for row in rows[done:]:
        yield match(np.array(clouds[row]))
