"""Small pictures of clouds, with numpy alone: (size, size, 4) uint8, transparent background.

Each point is a small disc; the nearest one wins a pixel. Depth darkens what lies behind an edge
(eye-dome lighting: Boucheny, "Interactive scientific visualization of large datasets", 2009), which
makes shapes of points readable without normals.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Pixels = NDArray[np.float32]

AZIMUTH_DEGREES = 35.0  # of the eye, from straight in front towards the chair's left
ELEVATION_DEGREES = 22.0  # of the eye, above the horizon
MARGIN = 0.05  # of the picture, on each side

# The map of heights in the window (viridis without its ends), so that a thumbnail looks like the
# stage; written out because matplotlib takes long to import.
_HEIGHT_NODES = np.array([
    [71, 42, 122], [68, 58, 131], [62, 74, 137], [56, 89, 140], [49, 102, 142], [44, 114, 142],
    [39, 127, 142], [34, 139, 141], [31, 152, 139], [32, 163, 134], [41, 175, 127], [59, 187, 117],
    [84, 197, 104], [115, 208, 86], [147, 215, 65], [181, 222, 43], [216, 226, 25],
], dtype=np.float64)  # fmt: skip

_OVERSAMPLING = 2  # pixels of the inner picture along a pixel of the result
_CELL = 6  # inner pixels along a coarse cell
_REACH = (2, 5)  # inner pixels over which depth edges are looked for
_HOLE_DEPTH = 2.0  # inner pixels that lie between a surface and what is seen through its hole
_EDGE_STRENGTH = 5.0
_DARKEST = 0.42  # share of a colour's lightness that the deepest edge keeps
_FAR_LIGHTNESS = 0.80  # share of lightness that the farthest point keeps


# Neighbours by distance.
_SPIRAL = sorted(
    ((r, c) for r in range(-6, 7) for c in range(-6, 7) if (r, c) != (0, 0)),
    key=lambda step: step[0] ** 2 + step[1] ** 2,
)


def thumbnail(
    cloud: ArrayLike,
    size: int = 96,
    *,
    colour: Literal["height"] | ArrayLike = "height",
    azimuth: float = AZIMUTH_DEGREES,
    elevation: float = ELEVATION_DEGREES,
) -> NDArray[np.uint8]:
    """A three-quarter view of a normalised cloud (N, 3), as RGBA (size, size, 4).

    `colour` is "height", one colour (3,), or a colour a point (N, 3), levels 0 to 255. Points that
    are not numbers are left out; without any the picture is empty.
    """
    points = np.asarray(cloud, dtype=np.float64).reshape(-1, 3)
    finite: NDArray[np.bool_] = np.asarray(np.isfinite(points).all(axis=1))
    colours = _colours(points, colour, finite)
    points = points[finite]
    if len(points) == 0:
        return np.zeros((size, size, 4), dtype=np.uint8)
    inner = size * _OVERSAMPLING
    across, upwards, towards_eye = _projected(points, azimuth, elevation)
    columns, rows, pixels_per_unit = _placed(across, upwards, inner)
    radius = _disc_radius(columns, rows, towards_eye * pixels_per_unit, inner)
    winner = _nearest_points(columns, rows, towards_eye, radius, inner)
    hole_reach = int(np.clip(np.round(0.9 * radius - 0.8), 1, 6))
    winner = _without_holes(winner, towards_eye * pixels_per_unit, hole_reach)
    covered = winner >= 0
    depth = np.where(covered, towards_eye[winner] * pixels_per_unit, -np.inf)
    light = _edge_light(depth, covered) * _far_light(towards_eye)[winner]
    lit = (colours[winner] * (light * covered)[..., None]).astype(np.float32)
    cover = _block_means(covered.astype(np.float32), size)  # (size, size), 0 to 1
    whole = np.maximum(cover, 1e-6)
    seen_depth = np.where(covered, depth, 0.0).astype(np.float32)
    mean_depth = np.asarray(_block_means(seen_depth, size) / whole, dtype=np.float32)
    slope_light = _slope_light(mean_depth / np.float32(_OVERSAMPLING), cover > 0)
    # Colours count by their cover, so the edges of the shape do not darken.
    levels = _block_means(lit, size) / whole[..., None] * slope_light[..., None]
    rgba = np.concatenate([levels, 255 * cover[..., None]], axis=2)
    return np.asarray(np.clip(np.round(rgba), 0, 255).astype(np.uint8))


def _colours(
    points: Floats, colour: Literal["height"] | ArrayLike, finite: NDArray[np.bool_]
) -> Floats:
    """A colour for each finite point, (n, 3)."""
    count = int(finite.sum())
    if isinstance(colour, str):
        height = points[finite, 2]
        span = np.ptp(height) if count else 0.0
        share = (height - height.min()) / span if span > 0 else np.full(count, 0.5)
        nodes = np.linspace(0.0, 1.0, len(_HEIGHT_NODES))
        return np.stack([np.interp(share, nodes, level) for level in _HEIGHT_NODES.T], axis=1)
    given = np.asarray(colour, dtype=np.float64)
    return given[finite] if given.ndim == 2 else np.broadcast_to(given[:3], (count, 3))


def _projected(points: Floats, azimuth: float, elevation: float) -> tuple[Floats, Floats, Floats]:
    """Orthographic: to the right, upwards, and towards the eye, (n,) each."""
    turn, tilt = np.radians(azimuth), np.radians(elevation)
    eye = np.array([np.sin(turn) * np.cos(tilt), -np.cos(turn) * np.cos(tilt), np.sin(tilt)])
    right = np.array([np.cos(turn), np.sin(turn), 0.0])
    up = np.cross(eye, right)
    return points @ right, points @ up, points @ eye


def _placed(across: Floats, upwards: Floats, inner: int) -> tuple[Floats, Floats, float]:
    """Columns and rows in inner pixels, the cloud in the middle and as large as fits."""
    span = max(float(np.ptp(across)), float(np.ptp(upwards)), 1e-9)
    scale = (inner * (1 - 2 * MARGIN) - 2) / span  # discs reach beyond their points
    columns = (across - (across.min() + across.max()) / 2) * scale + inner / 2
    rows = -(upwards - (upwards.min() + upwards.max()) / 2) * scale + inner / 2
    return columns, rows, scale


def _disc_radius(columns: Floats, rows: Floats, depths: Floats, inner: int) -> float:
    """In inner pixels: so large that discs strewn at random over the shape leave few gaps.

    The shape's area is counted in coarse cells, and so are the points on the side that is seen.
    Discs that together have 5 times an area leave exp(-5), 0.7 %, of it bare.
    """
    across = inner // _CELL + 2
    cells = (rows // _CELL).astype(np.intp) * across + (columns // _CELL).astype(np.intp)
    front = np.full(across * across, -np.inf)
    np.maximum.at(front, cells, depths)
    area = 0.75 * np.isfinite(front).sum() * _CELL**2  # cells at the edge are partly empty
    seen = (depths >= front[cells] - _CELL * 1.5).sum()
    return float(np.clip(np.sqrt(5 / np.pi * area / seen), 1.2, 0.03 * inner + 1.2))


def _nearest_points(
    columns: Floats, rows: Floats, towards_eye: Floats, radius: float, inner: int
) -> NDArray[np.intp]:
    """Which point is seen at each pixel, -1 where none is; (inner, inner)."""
    reach = int(np.ceil(radius))
    steps = np.arange(-reach, reach + 1)
    far_to_near = np.argsort(towards_eye)
    columns, rows = columns[far_to_near], rows[far_to_near]
    middle_columns, middle_rows = np.floor(columns), np.floor(rows)
    # (n, steps): squared distance from the point to the middles of the pixels around it
    off_columns = (middle_columns - columns + 0.5)[:, None] + steps
    off_rows = (middle_rows - rows + 0.5)[:, None] + steps
    inside = (off_rows**2)[:, :, None] + (off_columns**2)[:, None, :] <= radius**2
    padded = inner + 2 * reach
    first = (middle_rows + reach).astype(np.intp) * padded + (middle_columns + reach).astype(
        np.intp
    )
    pixels = first[:, None, None] + (steps[:, None] * padded + steps)
    winner = np.full(padded * padded, -1, dtype=np.intp)
    # Assigned far to near, so that the nearest stays.
    owners = np.broadcast_to(far_to_near[:, None, None], inside.shape)
    winner[pixels[inside]] = owners[inside]
    return winner.reshape(padded, padded)[reach:-reach, reach:-reach]


def _without_holes(winner: NDArray[np.intp], depths: Floats, reach: int) -> NDArray[np.intp]:
    """Close holes of a few pixels through which something far behind is seen.

    A hole is where the depth lies below its morphological closing by far; it takes the winner of
    the nearest neighbour that reaches the closing.
    """
    depth = np.where(winner >= 0, depths[winner], -np.inf)
    closed = -_highest_around(-_highest_around(depth, reach), reach)
    lowest_accepted = closed - _HOLE_DEPTH
    with np.errstate(invalid="ignore"):
        holes = np.flatnonzero(depth < lowest_accepted)
    if len(holes) == 0:
        return winner
    inner = len(winner)
    rows, columns = np.divmod(holes, inner)
    filled = winner.copy().reshape(-1)
    flat_depth = depth.reshape(-1)
    left = np.ones(len(holes), dtype=bool)
    for row, column in _SPIRAL:
        if not left.any():
            break
        near = np.clip(rows + row, 0, inner - 1) * inner + np.clip(columns + column, 0, inner - 1)
        takes = left & (flat_depth[near] >= lowest_accepted.reshape(-1)[holes])
        filled[holes[takes]] = winner.reshape(-1)[near[takes]]
        left &= ~takes
    return filled.reshape(inner, inner)


def _highest_around(values: Floats, reach: int) -> Floats:
    """The largest value in the square around each pixel."""
    for axis in (0, 1):
        widths = [(reach, reach) if axis == at else (0, 0) for at in (0, 1)]
        padded = np.pad(values, widths, constant_values=-np.inf)
        result = values
        for start in range(2 * reach + 1):
            window = [slice(None), slice(None)]
            window[axis] = slice(start, start + values.shape[axis])
            result = np.maximum(result, padded[tuple(window)])
        values = result
    return values


def _slope_light(depth: Pixels, covered: NDArray[np.bool_]) -> Pixels:
    """Lightness by the slope of the surface, lit from above and from the left; (size, size)."""
    weight = covered.astype(np.float32)
    smooth = depth * weight
    for _ in range(2):
        smooth, weight = _blurred(smooth), _blurred(weight)
    smooth = smooth / np.maximum(weight, 1e-6)
    down, right = np.gradient(smooth)
    steep = np.sqrt(1 + down**2 + right**2)
    # The normal, in the picture's axes, is (-right, down, 1) / steep.
    lit = (right * 0.35 + down * 0.65 + 0.67) / steep
    return np.asarray(np.clip(0.62 + 0.42 * lit, 0.5, 1.08))


def _blurred(values: Pixels) -> Pixels:
    """Means over squares of 3 by 3 pixels, zeros outside."""
    padded = np.pad(values, 1)
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    return np.asarray((rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / np.float32(9))


def _edge_light(depth: Floats, covered: NDArray[np.bool_]) -> Floats:
    """Lightness (inner, inner): lower where a neighbour is nearer to the eye."""
    inner = len(depth)
    shade = np.zeros_like(depth)
    here = np.where(covered, depth, np.inf)
    for reach in _REACH:
        around = np.pad(depth, reach, constant_values=-np.inf)
        for row, column in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            top, left = reach * (1 + row), reach * (1 + column)
            neighbour = around[top : top + inner, left : left + inner]
            with np.errstate(invalid="ignore"):
                step = np.maximum(neighbour - here, 0.0) / inner
            shade += np.minimum(step, 0.12) / len(_REACH)
    return np.asarray(_DARKEST + (1 - _DARKEST) * np.exp(-_EDGE_STRENGTH * shade))


def _far_light(towards_eye: Floats) -> Floats:
    """Lightness of each point: what is farther away is a little darker."""
    span = max(float(np.ptp(towards_eye)), 1e-9)
    share = (towards_eye - towards_eye.min()) / span
    return np.asarray(_FAR_LIGHTNESS + (1 - _FAR_LIGHTNESS) * share)


def _block_means(values: Pixels, size: int) -> Pixels:
    """Means over the inner pixels of each pixel: (inner, inner, …) -> (size, size, …)."""
    step = _OVERSAMPLING
    total = np.zeros((size, size, *values.shape[2:]), dtype=np.float32)
    for row in range(step):
        for column in range(step):
            total += values[row::step, column::step]
    return np.asarray(total / np.float32(step * step), dtype=np.float32)
