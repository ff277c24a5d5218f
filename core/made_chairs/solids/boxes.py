"""Boxes with rounded edges: cushions, boards and rails; lengths in metres."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from core.made_chairs.solids.geometry import Faces, Points, quads, unit
from core.mesh import Mesh


def rounded_box(
    size: ArrayLike, radius: float, puff: float = 0.0, round_steps: int = 3, flat_steps: int = 4
) -> Mesh:
    """A box of `size` (3,) about the origin with edges rounded by `radius`.

    `puff` raises the middle of the upper and lower faces by that much, as a cushion's filling
    does. `flat_steps` are the faces across each flat side, for what is bent afterwards.
    """
    half = np.asarray(size, dtype=np.float64) / 2
    radius = min(radius, 0.999 * float(half.min()))
    bulge, flat, faces = _box_pattern(round_steps, flat_steps)
    vertices = flat * (half - radius) + radius * bulge
    if puff:
        across = 1.0 - (vertices[:, :2] / half[:2]) ** 2
        vertices[:, 2] += puff * vertices[:, 2] / half[2] * across[:, 0] * across[:, 1]
    return Mesh(vertices, faces)


def box(centre: ArrayLike, size: ArrayLike, radius: float = 0.004) -> Mesh:
    """A plain board or rail with slightly broken edges."""
    solid = rounded_box(size, radius, round_steps=1, flat_steps=1)
    return Mesh(solid.vertices + np.asarray(centre), solid.faces)


@lru_cache(maxsize=16)
def _box_pattern(round_steps: int, flat_steps: int) -> tuple[Points, Points, Faces]:
    """What a rounded box of any size is made from: (bulge (V, 3), flat (V, 3), faces).

    A vertex is `flat` x (half size - radius) + `bulge` x radius. The lattice of a cube's surface
    is cut along each axis into the lower edge's rounding, the flat and the upper edge's.
    """
    curve = np.tan(np.linspace(-np.pi / 4, 0, round_steps + 1))
    flat_axis = np.linspace(-1, 1, flat_steps + 1)
    bulge_axis = np.concatenate([curve, np.zeros(flat_steps - 1), -curve[::-1]])
    flat_axis = np.concatenate([np.full(round_steps, -1.0), flat_axis, np.full(round_steps, 1.0)])
    size = len(flat_axis)
    number = np.full((size, size, size), -1, dtype=np.int64)
    lattice = np.indices((size, size, size)).reshape(3, -1).T
    surface = lattice[((lattice == 0) | (lattice == size - 1)).any(axis=1)]
    number[tuple(surface.T)] = np.arange(len(surface))
    bulge = unit(bulge_axis[surface])
    faces = []
    for axis in range(3):
        sides = np.moveaxis(number, axis, 0)
        for end, grid in ((0, sides[0]), (1, sides[-1])):
            a, b = grid[:-1, :-1].ravel(), grid[1:, :-1].ravel()
            c, d = grid[1:, 1:].ravel(), grid[:-1, 1:].ravel()
            # The two axes left keep their order, which is left-handed for y.
            outwards = (end == 1) != (axis == 1)
            faces.append(quads(a, b, c, d) if outwards else quads(d, c, b, a))
    return bulge, flat_axis[surface], np.concatenate(faces)
