"""What can be reckoned with codes: means, analogies, neighbours, and how two groups differ.

Axes: codes n, latent size d, points N.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int64

ARROWS = 110  # of a difference; more hide the shape
_SHORTEST = 0.12  # of the longest displacement; shorter arrows are dots


def mean_code(codes: Float[np.ndarray, "n latent"]) -> tuple[float, ...]:
    """The middle of some codes; ValueError without any."""
    if not len(codes):
        raise ValueError("There is no mean of no codes. Choose at least one chair.")
    return tuple(float(value) for value in np.asarray(codes, dtype=np.float64).mean(axis=0))


def analogy(
    first: tuple[float, ...], second: tuple[float, ...], third: tuple[float, ...]
) -> tuple[float, ...]:
    """A − B + C: what A has and B has not, given to C."""
    return tuple(a - b + c for a, b, c in zip(first, second, third, strict=True))


def nearest_codes(
    codes: Float[np.ndarray, "n latent"], place: tuple[float, ...], count: int
) -> tuple[Int64[np.ndarray, " k"], Float[np.ndarray, " k"]]:
    """Rows of the `count` codes nearest to a place, the nearest first, and their distances.

    Every distance is computed: 0.3 ms for 10,000 codes of 3 numbers, and no tree pays at 64.
    Rows that are not finite are passed over; of equal distances the earlier row comes first.
    """
    offsets = np.asarray(codes, dtype=np.float64) - np.asarray(place)
    squared = np.einsum("nd,nd->n", offsets, offsets)
    rows = np.flatnonzero(np.isfinite(squared))
    if len(rows) > count > 0:
        farthest = np.partition(squared[rows], count - 1)[count - 1]
        rows = rows[squared[rows] <= farthest]
    rows = rows[np.argsort(squared[rows], kind="stable")][: max(count, 0)]
    return rows.astype(np.int64), np.sqrt(squared[rows])


@dataclass(frozen=True, eq=False)
class Arrows:
    """Where points of a shape go: few enough to be seen one by one."""

    starts: Float[np.ndarray, "arrows 3"]
    vectors: Float[np.ndarray, "arrows 3"]


def arrows_of(
    points: Float[np.ndarray, "points 3"],
    displacement: Float[np.ndarray, "points 3"],
    count: int = ARROWS,
) -> Arrows:
    """Arrows spread evenly over the shape, without those that are too short to be seen."""
    lengths = np.linalg.norm(displacement, axis=1)
    moving = np.flatnonzero(lengths > _SHORTEST * max(float(lengths.max(initial=0.0)), 1e-9))
    chosen = moving[spread_rows(points[moving], count)]
    return Arrows(points[chosen], displacement[chosen])


def spread_rows(points: Float[np.ndarray, "points 3"], count: int) -> Int64[np.ndarray, " k"]:
    """Rows of points that lie far from each other: each is the farthest from all before it.

    Gonzalez, "Clustering to minimize the maximum intercluster distance" (1985), section 3.
    """
    if not len(points):
        return np.empty(0, dtype=np.int64)
    chosen = [0]
    nearest = np.full(len(points), np.inf)
    while len(chosen) < min(count, len(points)):
        nearest = np.minimum(nearest, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int(nearest.argmax()))
    return np.array(chosen, dtype=np.int64)
