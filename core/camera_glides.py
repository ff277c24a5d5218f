"""Camera moves: where to stand to see a region, and the way there.

Directions are of length 1; z is up.
"""

from typing import Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from core.places import CameraPose, Vector

_ROOM: Final = 3.2  # the picture is so many times as wide as the region
_NEAREST: Final = 0.9  # normalised units; nearer, single points are all that is seen
_FACING: Final = 0.3  # cosine from which on a region faces the eye
_HIGHEST: Final = np.radians(70.0)
_LOWEST: Final = np.radians(-40.0)


def pose_to_see(centre: Float[ndarray, " 3"], radius: float, now: CameraPose) -> CameraPose:
    """A pose that shows a ball of an object around the origin, large and from outside.

    The direction stays where the region already faces the eye; never nearer than is useful and
    never farther than now.
    """
    direction, distance = _seen_from(now)
    outward = np.asarray(centre, np.float64)
    away = float(np.linalg.norm(outward))
    if away > 1e-6 and float(direction @ outward) / away < _FACING:
        direction = _with_elevation(outward / away)
    wanted = _ROOM * radius / np.tan(np.radians(now.view_angle) / 2) / 2
    distance = min(max(wanted, _NEAREST), max(distance, _NEAREST))
    return CameraPose(
        _vector(centre + distance * direction),
        _vector(centre),
        (0.0, 0.0, 1.0),
        now.view_angle,
        now.parallel_scale,
    )


def glide(start: CameraPose, end: CameraPose, share: float) -> CameraPose:
    """The pose when `share` (0 to 1) of the time from one to the other has passed.

    Slow at both ends. The focus moves straight; the eye goes round it, its distance in equal
    ratios, so that nothing is flown through; so does the scale of a view without perspective.
    """
    if share <= 0:
        return start
    if share >= 1:
        return end
    t = share * share * (3 - 2 * share)
    (first, near), (last, far) = _seen_from(start), _seen_from(end)
    focus = (1 - t) * np.array(start.focal_point) + t * np.array(end.focal_point)
    direction = _between(first, last, t)
    distance = near ** (1 - t) * far**t
    up = (1 - t) * np.array(start.up) + t * np.array(end.up)
    length = float(np.linalg.norm(up))
    up = up / length if length > 1e-6 else np.array([0.0, 0.0, 1.0])
    angle = (1 - t) * start.view_angle + t * end.view_angle
    small, large = start.parallel_scale, end.parallel_scale
    scale = large if small is None or large is None else small ** (1 - t) * large**t
    return CameraPose(
        _vector(focus + distance * direction), _vector(focus), _vector(up), angle, scale
    )


def _seen_from(pose: CameraPose) -> tuple[Float[ndarray, " 3"], float]:
    """From the focus to the eye: direction and distance."""
    way = np.array(pose.position, dtype=np.float64) - np.array(pose.focal_point)
    distance = max(float(np.linalg.norm(way)), 1e-9)
    return way / distance, distance


def _between(
    first: Float[ndarray, " 3"], last: Float[ndarray, " 3"], t: float
) -> Float[ndarray, " 3"]:
    """Spherical interpolation (Shoemake, "Animating rotation with quaternion curves", 1985)."""
    angle = float(np.arccos(np.clip(first @ last, -1, 1)))
    if angle < 1e-6:
        return last
    if angle > np.pi - 1e-3:  # behind: go round on the level, for there is no shortest way
        aside = np.cross(first, [0.0, 0.0, 1.0])
        if float(np.linalg.norm(aside)) < 1e-6:
            aside = np.array([1.0, 0.0, 0.0])
        aside = aside / np.linalg.norm(aside)
        return np.asarray(np.cos(np.pi * t) * first + np.sin(np.pi * t) * aside)
    mixed = np.sin((1 - t) * angle) * first + np.sin(t * angle) * last
    return np.asarray(mixed / np.sin(angle))


def _with_elevation(direction: Float[ndarray, " 3"]) -> Float[ndarray, " 3"]:
    """The direction, not too steep, so that up stays up."""
    level = float(np.hypot(direction[0], direction[1]))
    azimuth = np.arctan2(direction[1], direction[0]) if level > 1e-6 else -np.pi / 2
    elevation = np.clip(np.arctan2(direction[2], level) + 0.2, _LOWEST, _HIGHEST)
    return np.array(
        [
            np.cos(azimuth) * np.cos(elevation),
            np.sin(azimuth) * np.cos(elevation),
            np.sin(elevation),
        ]
    )


def _vector(values: Float[ndarray, " 3"]) -> Vector:
    x, y, z = (float(value) for value in values)
    return (x, y, z)
