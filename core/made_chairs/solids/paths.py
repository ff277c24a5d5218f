"""Lines in space, (n, 3) in metres, along which solids are swept."""

import math

import numpy as np
from numpy.typing import ArrayLike

from core.made_chairs.solids.geometry import Points


def rounded_path(corners: ArrayLike, radius: float, steps: int = 6) -> Points:
    """A polyline (n, 3) whose inner corners are bent as arcs of `radius`, each in `steps` chords.

    An arc takes at most half of the shorter segment beside it, so the radius shrinks where there
    is no room.
    """
    points = np.asarray(corners, dtype=np.float64)
    segments = np.diff(points, axis=0)
    lengths = np.linalg.norm(segments, axis=1)
    directions = segments / lengths[:, None]
    path = [points[:1]]
    for i in range(1, len(points) - 1):
        before, after = directions[i - 1], directions[i]
        turn = float(np.arccos(np.clip(before @ after, -1.0, 1.0)))
        if turn < 1e-3:
            continue
        room = 0.5 * min(lengths[i - 1], lengths[i])
        fitting = min(radius, 0.98 * room / np.tan(turn / 2))
        inwards = (after - before) / np.linalg.norm(after - before)
        along = (after + before) / np.linalg.norm(after + before)
        centre = points[i] + inwards * fitting / np.cos(turn / 2)
        angles = np.linspace(-turn / 2, turn / 2, steps + 1)[:, None]
        path.append(centre + fitting * (along * np.sin(angles) - inwards * np.cos(angles)))
    path.append(points[-1:])
    return np.concatenate(path)


def smooth_curve(knots: ArrayLike, steps: int = 6) -> Points:
    """A curve through `knots` (n, k), `steps` chords between each two.

    Catmull & Rom, "A class of local interpolating splines" (1974), uniform, with the end
    knots mirrored outwards.
    """
    points = np.asarray(knots, dtype=np.float64)
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = (np.arange(steps) / steps)[:, None, None]  # (steps, 1, 1)
    a, b, c, d = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]  # each (n - 1, k)
    curve = b + 0.5 * t * (
        c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))
    )  # (steps, n - 1, k)
    inner = np.swapaxes(curve, 0, 1).reshape(-1, points.shape[1])
    return np.concatenate([inner, points[-1:]])


def circle(centre: ArrayLike, radius: float, steps: int = 40) -> Points:
    """A level circle, open: its last point is one step before its first."""
    angles = np.linspace(0.0, 2 * np.pi, steps, endpoint=False)
    ring = np.stack([np.cos(angles), np.sin(angles), np.zeros(steps)], axis=1)
    return np.asarray(centre, dtype=np.float64) + radius * ring


def leaned(y: float, z: float, rake_degrees: float, along: ArrayLike) -> tuple[Points, Points]:
    """The (y, z) of points `along` a line that leans back by the rake from (y, z)."""
    distance = np.asarray(along, dtype=np.float64)
    rake = np.radians(rake_degrees)
    return y + distance * np.sin(rake), z + distance * np.cos(rake)


def leaned_point(
    x: float, y: float, z: float, rake_degrees: float, along: float
) -> tuple[float, float, float]:
    """The point `along` a line that leans back by the rake from (x, y, z)."""
    rake = math.radians(rake_degrees)
    return x, y + along * math.sin(rake), z + along * math.cos(rake)
