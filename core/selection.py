"""Choosing chairs: what lies inside a line drawn by hand, and how it joins what was chosen before.

Axes: n points on the screen, m corners of a polygon.
"""

from collections.abc import Iterable
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

Joining = Literal["replace", "add", "remove"]


def joined(
    chosen: tuple[str, ...], found: Iterable[str], joining: Joining = "replace"
) -> tuple[str, ...]:
    """The ids that are chosen after `found` has replaced, joined or left `chosen`.

    The first id is the one on the stage: it stays first as long as it is chosen. Nothing is there
    twice.
    """
    found = tuple(dict.fromkeys(found))
    if joining == "remove":
        leaving = set(found)
        return tuple(chair_id for chair_id in chosen if chair_id not in leaving)
    if joining == "add":
        return tuple(dict.fromkeys((*chosen, *found)))
    first = chosen[:1] if chosen and chosen[0] in set(found) else ()
    return tuple(dict.fromkeys((*first, *found)))


def inside_polygon(
    points: Float[np.ndarray, "n 2"], corners: Float[np.ndarray, "m 2"]
) -> Bool[np.ndarray, " n"]:
    """Which points lie inside the closed polygon; where it crosses itself, by the even-odd rule.

    A point is inside when a ray to the right from it meets an odd number of edges (Shimrat,
    "Algorithm 112: position of point relative to polygon", CACM 1962; each edge owns its lower
    end, so that a ray through a corner counts it once). Points that are not finite are outside.
    """
    inside: Bool[np.ndarray, " n"] = np.zeros(len(points), dtype=bool)
    if len(corners) < 3:
        return inside
    there = np.isfinite(points).all(axis=1)
    x, y = points[there, 0], points[there, 1]
    crossings = np.zeros(len(x), dtype=bool)
    # Edge by edge: a line drawn by hand has hundreds of edges, a library up to 100,000 codes.
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        spans = (y1 <= y) != (y2 <= y)
        crossings[spans] ^= x[spans] < x1 + (y[spans] - y1) * (x2 - x1) / (y2 - y1)
    inside[there] = crossings
    return inside


def box_corners(
    first: tuple[float, float], last: tuple[float, float]
) -> Float[np.ndarray, "corners 2"]:
    """The corners of the box between two opposite ones, (4, 2)."""
    (x1, y1), (x2, y2) = first, last
    return np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], dtype=np.float64)
