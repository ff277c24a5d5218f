"""Curved boards: a grid of points, (rows, columns, 3) in metres, thickened to either side."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.made_chairs.solids.geometry import Faces, Points, facing_outwards, quads, unit
from core.mesh import Mesh


def slab(middle: Points, thickness: ArrayLike) -> Mesh:
    """A curved board: the grid `middle` (A, B, 3) thickened by half to either side.

    `thickness` is one number or (A, B); the rim is rounded.
    """
    rows, columns = middle.shape[:2]
    normals = _grid_normals(middle)
    half = 0.5 * np.broadcast_to(np.asarray(thickness, dtype=np.float64), (rows, columns))
    offset = normals * half[..., None]
    rim = _rim(rows, columns)
    flat = middle.reshape(-1, 3)
    border = flat[rim]
    along = unit(np.roll(border, -1, axis=0) - np.roll(border, 1, axis=0))
    across = offset.reshape(-1, 3)[rim]
    outwards = np.cross(along, across)  # as long as `across`: half of the thickness
    diagonal = np.sqrt(0.5)  # the rim is half an octagon: at 45, 0 and -45 degrees
    edges = [
        border + diagonal * (outwards + across),
        border + outwards,
        border + diagonal * (outwards - across),
    ]
    faces_of_skin = [(middle + offset).reshape(-1, 3), (middle - offset).reshape(-1, 3)]
    vertices = np.concatenate([*faces_of_skin, *edges])
    return facing_outwards(vertices, _slab_faces(rows, columns))


def square_grid(rows: int, columns: int) -> tuple[Points, Points]:
    """Coordinates (u, v) in [-1, 1], each (rows, columns), u along columns and v along rows."""
    v, u = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
    return u, v


def rounded_square(u: Points, v: Points, exponent: float) -> tuple[Points, Points]:
    """Draw in the corners of the square [-1, 1]² until its outline is |u|ⁿ + |v|ⁿ = 1.

    Exponent 2 gives a disc, more comes nearer to the square. Points move towards the middle on
    straight lines; the middle stays.
    """
    largest = np.maximum(np.abs(u), np.abs(v))
    norm = (np.abs(u) ** exponent + np.abs(v) ** exponent) ** (1 / exponent)
    scale = largest / np.maximum(norm, 1e-12)
    return u * scale, v * scale


def rounded_strip(
    length: float, height: float, radius: float, rows: int = 6, columns: int = 13
) -> tuple[Points, Points]:
    """Coordinates (x, y), each (rows, more columns), of a long board with rounded ends.

    x runs from -length / 2 to length / 2, y from -height / 2 to height / 2; `radius` is that of
    the four corners, at most half of the height.
    """
    radius = min(radius, 0.49 * height)
    turn = np.linspace(np.pi / 2, 0, 6)[:-1]  # from a corner's end towards the flat
    end = length / 2 - radius + radius * np.sin(turn)
    flat = np.linspace(length / 2 - radius, 0, columns // 2, endpoint=False)
    right = np.concatenate([end, flat])
    halves = np.concatenate([height / 2 - radius + radius * np.cos(turn), 0 * flat + height / 2])
    x = np.concatenate([-right, [0.0], right[::-1]])
    half_height = np.concatenate([halves, [height / 2], halves[::-1]])
    v = np.linspace(-1, 1, rows)[:, None]
    return np.broadcast_to(x, (rows, len(x))), v * half_height


def _grid_normals(grid: Points) -> Points:
    """Unit normals at the points of a grid, the mean of those of the cells around.

    A cell's normal comes from its diagonals: at the corner of a rounded outline the two edges
    lie nearly on one line and would tell nothing.
    """
    cells = np.cross(grid[1:, 1:] - grid[:-1, :-1], grid[1:, :-1] - grid[:-1, 1:])
    padded = np.pad(cells, ((1, 1), (1, 1), (0, 0)))
    return unit(padded[1:, 1:] + padded[:-1, 1:] + padded[1:, :-1] + padded[:-1, :-1])


@lru_cache(maxsize=64)
def _rim(rows: int, columns: int) -> NDArray[np.int64]:
    """Flat indices of a grid's border, once around."""
    index = np.arange(rows * columns).reshape(rows, columns)
    return np.concatenate([index[0, :-1], index[:-1, -1], index[-1, :0:-1], index[:0:-1, 0]])


@lru_cache(maxsize=64)
def _slab_faces(rows: int, columns: int) -> Faces:
    """Faces over the vertices of `slab`: upper grid, lower grid, three lines around the rim."""
    total = rows * columns
    index = np.arange(total).reshape(rows, columns)
    a, b = index[:-1, :-1].ravel(), index[:-1, 1:].ravel()
    c, d = index[1:, 1:].ravel(), index[1:, :-1].ravel()
    upper = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
    lower = upper[:, ::-1] + total
    rim = _rim(rows, columns)
    edges = [2 * total + i * len(rim) + np.arange(len(rim)) for i in range(3)]
    lines = [rim, *edges, rim + total]  # from the upper grid's border to the lower grid's
    walls = [quads(np.roll(high, -1), high, low, np.roll(low, -1)) for high, low in pairwise(lines)]
    return np.concatenate([upper, lower, *walls])
