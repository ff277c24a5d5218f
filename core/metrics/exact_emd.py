"""The earth mover's distance, exactly: never a figure of a solver that stopped early."""

from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from core.errors import StudioError
from core.memory import MIB

# POT's default of 1e5 steps stops early at 5,000 points, 0.84 % too high.
MOST_STEPS = 20_000_000


class MetricError(StudioError):
    """A metric could not be computed for these clouds."""


def exact_emd(
    points: NDArray[np.floating],
    others: NDArray[np.floating],
    *,
    most_steps: int = MOST_STEPS,
) -> float:
    """Mean unsquared distance that the best transport plan moves the points: eq. (10).

    Every point of a cloud has the same mass. With equally many points this is the best one-to-one
    assignment. By POT's network simplex (Bonneel et al., 2011): at 5,000 points 3 s and 1 GiB,
    **during which Python's interpreter lock is held**: a program with a window computes it in
    another process (`PairProcesses`). Raises `MetricError` for numbers that are not finite, and
    when the solver has not finished after `most_steps`.
    """
    # Imported here, for it takes a second.
    import ot

    check_cloud("first", points)
    check_cloud("second", others)
    costs = cdist(points, others)  # float64; zero between equal points
    # Whole numbers as masses leave nothing to rounding; together they weigh N · M.
    masses = np.full(len(points), float(len(others)))
    other_masses = np.full(len(others), float(len(points)))
    try:
        total, log = ot.emd2(masses, other_masses, costs, numItermax=most_steps, log=True)
        warning = log["warning"]
    except UserWarning as raised:  # where a program turns warnings into errors
        warning = raised
    if warning is not None:
        raise MetricError(
            f"The earth mover's distance of clouds of {len(points)} and {len(others)} points was "
            f"not found within {most_steps:,} steps ({warning}). Compare clouds of fewer points."
        )
    return float(total) / (len(points) * len(others))


def memory_of(points: int, others: int) -> int:
    """Bytes that a process needs for the EMD of clouds of so many points: itself and the tables."""
    return 256 * MIB + 32 * points * others


@contextmanager
def told_when_killed() -> Iterator[None]:
    """Raise MetricError in words where a process that measures did not come to its end."""
    try:
        yield
    except BrokenProcessPool as error:
        raise MetricError(
            "A process that computes the earth mover's distance was ended from outside, as the "
            "system does when the memory is full: one pair of 5,000 points needs 1 GiB. Close "
            "other programs, then measure again."
        ) from error


def check_cloud(which: str, points: NDArray[np.floating]) -> None:
    if points.ndim != 2 or points.shape[1] != 3 or len(points) == 0:
        raise MetricError(
            f"The {which} cloud has shape {points.shape}; give (points, 3) with at least one point."
        )
    if not np.isfinite(points).all():
        raise MetricError(
            f"The {which} cloud has coordinates that are not finite numbers. Where it was "
            "decoded, the run has diverged: take an earlier checkpoint or train with a lower "
            "learning rate."
        )
