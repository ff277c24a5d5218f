"""Where a reconstruction is wrong: points of large error that lie together, the worst first.

Axes: points N of each cloud, in normalised units (the largest radius is 1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

_HIGH_SHARE: Final = 0.10  # of all points at most count as wrong
_HIGH_TIMES_MEDIAN: Final = 2.0  # and only those that are so many times as far as usual
_REACH: Final = 0.06  # points nearer than this lie together
_REACH_IN_SPACINGS: Final = 2.5  # in sparse clouds so many times the usual gap
_FEWEST_POINTS: Final = 4
_SMALLEST_RADIUS: Final = 0.08
_MILD: Final = 0.25  # of the largest mean error; regions below are noise beside it


@dataclass(frozen=True, eq=False)
class Region:
    """Points that are wrong together."""

    side: int  # the cloud of which most of the error is
    centre: Float[ndarray, " 3"]  # of the error, not of the points
    radius: float  # holds nine tenths of the points
    mean_error: float  # normalised units
    worst_error: float
    points: int


def worst_regions(
    clouds: Sequence[tuple[Float[ndarray, "points 3"], Float[ndarray, " points"]]],
    most: int = 8,
) -> tuple[Region, ...]:
    """Find regions of clouds that lie in one space, each given with its points' errors.

    A point is wrong when its error is among the largest tenth and at least twice the median;
    wrong points that can be reached from one another in short steps are a region, whichever cloud
    they are of. Regions are ordered by the sum of their points' errors.
    """
    points = np.concatenate([np.asarray(cloud, np.float64) for cloud, _ in clouds])
    errors = np.concatenate([np.asarray(values, np.float64) for _, values in clouds])
    sides = np.repeat(np.arange(len(clouds)), [len(cloud) for cloud, _ in clouds])
    if len(points) < 2:
        return ()
    least = max(np.quantile(errors, 1 - _HIGH_SHARE), _HIGH_TIMES_MEDIAN * np.median(errors))
    high = np.flatnonzero((errors >= least) & (errors > 0))
    labels = _together(points[high], max(_REACH, _REACH_IN_SPACINGS * _spacing(points)))
    regions = [
        _region(points[rows], errors[rows], sides[rows])
        for label in range(labels.max(initial=-1) + 1)
        if len(rows := high[labels == label]) >= _FEWEST_POINTS
    ]
    largest = max((region.mean_error for region in regions), default=0.0)
    regions.sort(key=lambda region: region.mean_error * region.points, reverse=True)
    return tuple(one for one in regions if one.mean_error >= _MILD * largest)[:most]


def _together(points: Float[ndarray, "n 3"], reach: float) -> ndarray:
    """A label for each point; those within reach of one another share it."""
    count = len(points)
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    pairs = KDTree(points).query_pairs(reach, output_type="ndarray")
    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(connected_components(links, directed=False)[1])


def _spacing(points: Float[ndarray, "n 3"]) -> float:
    """How far a point usually is from the next."""
    some = points[:: max(1, len(points) // 500)]
    distances, _ = KDTree(points).query(some, k=2)
    return float(np.median(np.asarray(distances)[:, 1]))


def _region(points: Float[ndarray, "n 3"], errors: Float[ndarray, " n"], sides: ndarray) -> Region:
    centre = errors @ points / errors.sum()
    distances = np.linalg.norm(points - centre, axis=1)
    return Region(
        side=int(np.bincount(sides, weights=errors).argmax()),
        centre=centre,
        radius=max(float(np.quantile(distances, 0.9)), _SMALLEST_RADIUS),
        mean_error=float(errors.mean()),
        worst_error=float(errors.max()),
        points=len(points),
    )
