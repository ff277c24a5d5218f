"""What a click in a picture of the latent space means: plain geometry, no toolkit.

Axes: n points, k ellipsoids. Rays are a start and a direction of length one.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int64

Vector = Float[np.ndarray, " 3"]


@dataclass(frozen=True, eq=False)
class Ray:
    """A half-line from the eye through a pixel."""

    start: Vector
    direction: Vector  # length 1


def rows_near(
    positions: Float[np.ndarray, "n 3"],
    projection: Float[np.ndarray, "4 4"],
    place: tuple[float, float],
    reach: tuple[float, float],
) -> Int64[np.ndarray, " rows"]:
    """The points that are seen within a rectangle, from -1 to 1 across the view and up it.

    `projection` leads from positions to clip coordinates (x, y, z, w). x/w between two numbers
    is x between two multiples of w, so it takes one product of the points with five columns and
    no division: a millisecond for 100,000 points. Points behind the eye are none.
    """
    x, y, w = projection[0], projection[1], projection[3]
    sides = np.stack(
        [
            x - (place[0] - reach[0]) * w,
            (place[0] + reach[0]) * w - x,
            y - (place[1] - reach[1]) * w,
            (place[1] + reach[1]) * w - y,
            w,
        ]
    ).astype(positions.dtype)  # (5 planes, 4), each positive on the side that counts
    inside = sides[:, :3] @ positions.T > -sides[:, 3:]  # (5, n): rows are long, as NumPy likes it
    return np.flatnonzero(inside.all(axis=0))


def nearest_on_screen(
    pixels: Float[np.ndarray, "n 2"],
    depths: Float[np.ndarray, " n"],
    cursor: tuple[float, float],
    radius: float,
) -> int | None:
    """The point under the cursor: among those within `radius` pixels, the nearest to the eye.

    Points are drawn as discs; of overlapping discs the front one is seen, so it is the one meant
    unless another lies less than half as far from the cursor.
    """
    distance = np.hypot(pixels[:, 0] - cursor[0], pixels[:, 1] - cursor[1])
    within = np.flatnonzero(distance <= radius)
    if within.size == 0:
        return None
    closest = within[distance[within].argmin()]
    front = within[depths[within].argmin()]
    return int(closest if distance[closest] < 0.5 * distance[front] else front)


def ellipsoid_hits(
    ray: Ray,
    means: Float[np.ndarray, "k 3"],
    covariances: Float[np.ndarray, "k 3 3"],
    sigmas: float,
) -> Float[np.ndarray, " k"]:
    """How far along the ray each ellipsoid is met first; infinity where it is missed.

    The ellipsoid is {x: (x - m)' S^-1 (x - m) = sigmas^2}. A ray that starts inside meets it on
    its way out.
    """
    inverses = np.linalg.inv(covariances)
    offset = ray.start - means  # (k, 3)
    a = np.einsum("i,kij,j->k", ray.direction, inverses, ray.direction)
    b = np.einsum("i,kij,kj->k", ray.direction, inverses, offset)
    c = np.einsum("ki,kij,kj->k", offset, inverses, offset) - sigmas**2
    discriminant = b**2 - a * c
    root = np.sqrt(np.maximum(discriminant, 0.0))
    first, second = (-b - root) / a, (-b + root) / a
    distance = np.where(first > 0, first, second)
    return np.where((discriminant >= 0) & (distance > 0), distance, np.inf)


def plane_hit(ray: Ray, point: Vector, normal: Vector) -> Vector | None:
    """Where the ray meets the plane through `point`, or None when it never does."""
    slope = float(ray.direction @ normal)
    if abs(slope) < 1e-9:
        return None
    distance = float((point - ray.start) @ normal) / slope
    return ray.start + distance * ray.direction if distance > 0 else None
