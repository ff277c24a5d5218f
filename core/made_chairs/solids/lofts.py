"""Solids whose skin runs over rings: bars, tubes, legs and solids of revolution.

Axes: a section is (sides, 2), a ring (sides, 3), rings (rings, sides, 3); lengths in metres.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from core.made_chairs.solids.geometry import Faces, Points, facing_outwards, quads, unit
from core.mesh import Mesh


def round_section(sides: int = 10) -> Points:
    """A regular polygon in the unit circle, (sides, 2)."""
    angles = (np.arange(sides) + 0.5) * 2 * np.pi / sides
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def square_section(bevel: float = 0.25) -> Points:
    """A square from -1 to 1 with its corners cut off by `bevel`, (8, 2)."""
    low = 1.0 - bevel
    x = np.array([1, low, -low, -1, -1, -low, low, 1])
    return np.stack([x, np.roll(x, 2)], axis=1)


ROUND = round_section()
SQUARE = square_section()


def loft(rings: Points, closed: bool = False) -> Mesh:
    """The solid whose skin runs over `rings`; `closed` joins the last to the first, else the
    ends are capped. Rings must be star-shaped seen from their mean."""
    count, sides = rings.shape[:2]
    vertices = rings.reshape(-1, 3)
    if not closed:
        vertices = np.concatenate([vertices, rings[[0, -1]].mean(axis=1)])
    return facing_outwards(vertices, _loft_faces(count, sides, closed))


def swept(
    path: ArrayLike,
    half_sizes: ArrayLike,
    section: Points = ROUND,
    side: ArrayLike | None = None,
    closed: bool = False,
) -> Mesh:
    """A bar or tube along `path` (P, 3), its section at right angles to the path.

    `half_sizes` is a radius, (P,) radii, or (P, 2) or (1, 2) pairs (along `side`, across it).
    `side` holds the section's first axis as near to one direction as the path allows; without
    it the section is carried along without twist.
    """
    points = np.asarray(path, dtype=np.float64)
    tangents = _tangents(points, closed)
    if side is None:
        sides = _carried_along(tangents)
    else:
        along = np.asarray(side, dtype=np.float64)
        sides = unit(along - (tangents @ along)[:, None] * tangents)
    ups = np.cross(tangents, sides)
    halves = _half_sizes(half_sizes, len(points))
    across = section[:, 0] * halves[:, :1]  # (P, S)
    upwards = section[:, 1] * halves[:, 1:]
    rings = points[:, None] + across[..., None] * sides[:, None] + upwards[..., None] * ups[:, None]
    return loft(rings, closed)


def upright(path: ArrayLike, half_sizes: ArrayLike, section: Points = ROUND) -> Mesh:
    """A leg or post along `path` (P, 3), every section level, so that a splayed leg is cut flat.

    `half_sizes` as in `swept`, along x and y.
    """
    points = np.asarray(path, dtype=np.float64)
    level = section * _half_sizes(half_sizes, len(points))[:, None]  # (P, S, 2)
    rings = np.repeat(points[:, None], len(section), axis=1)
    rings[..., :2] += level
    return loft(rings)


def lathe(profile: ArrayLike, sides: int = 28) -> Mesh:
    """The solid of revolution about z with `profile` (P, 2) of radii > 0 and heights."""
    radii, heights = np.asarray(profile, dtype=np.float64).T
    path = np.stack([np.zeros_like(heights), np.zeros_like(heights), heights], axis=1)
    return upright(path, radii, round_section(sides))


def _half_sizes(half_sizes: ArrayLike, count: int) -> Points:
    """Half sizes of any accepted form as (count, 2)."""
    halves = np.asarray(half_sizes, dtype=np.float64)
    if halves.ndim < 2:
        halves = np.broadcast_to(halves, count)[:, None]
    return np.broadcast_to(halves, (count, 2))


def _tangents(points: Points, closed: bool) -> Points:
    if closed:
        return unit(np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0))
    segments = unit(np.diff(points, axis=0))
    return unit(np.concatenate([segments[:1], segments[:-1] + segments[1:], segments[-1:]]))


def _carried_along(tangents: Points) -> Points:
    """A direction across the path at each point, turned as little as possible on the way."""
    start = np.eye(3)[int(np.argmin(np.abs(tangents[0])))]
    sides = np.empty_like(tangents)
    side = start
    for i, tangent in enumerate(tangents):
        side = side - (side @ tangent) * tangent
        side = side / np.sqrt(side @ side)
        sides[i] = side
    return sides


@lru_cache(maxsize=256)
def _loft_faces(count: int, sides: int, closed: bool) -> Faces:
    rings = count if closed else count - 1
    ring, side = np.meshgrid(np.arange(rings), np.arange(sides), indexing="ij")
    after = (ring + 1) % count
    beside = (side + 1) % sides
    a, b = ring * sides + side, ring * sides + beside
    c, d = after * sides + beside, after * sides + side
    skin = quads(a.ravel(), b.ravel(), c.ravel(), d.ravel())
    if closed:
        return skin
    around = np.arange(sides)
    next_around = (around + 1) % sides
    middle = np.full(sides, count * sides)  # of the first cap; the last cap's comes after it
    last = (count - 1) * sides
    first_cap = np.stack([middle, next_around, around], axis=1)
    last_cap = np.stack([middle + 1, last + around, last + next_around], axis=1)
    return np.concatenate([skin, first_cap, last_cap])
