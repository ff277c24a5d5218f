"""Polygons into triangles: vertices (V, 3), polygons as corner counts (P,) and flat corners.

A fan from the first corner is right for convex polygons only; in a concave one it covers places
outside. So polygons are checked together; concave ones get a fan from another corner, or else
lose their ears one by one.
"""

import numpy as np
from numpy.typing import NDArray

# Ears cost the square of the corners. What a hostile file has beyond stays a fan.
MOST_EAR_STEPS = 50_000_000
MOST_FAN_STARTS = 16  # corners from which a fan is tried

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def triangulate(vertices: Floats, corner_counts: Integers, corners: Integers) -> Integers:
    """Faces (F, 3) in the order of their polygons; polygons below 3 corners give none."""
    starts = np.cumsum(corner_counts) - corner_counts
    faces: list[Integers] = []
    places: list[Integers] = []  # which polygon each face is of, to bring them into order
    for count in np.unique(corner_counts):
        if count < 3:
            continue
        which = np.flatnonzero(corner_counts == count)
        polygons = corners[starts[which, None] + np.arange(count)]  # (P, count)
        made = polygons[:, None] if count == 3 else _of_equal_count(vertices, polygons)
        faces.append(made.reshape(-1, 3))
        places.append(np.repeat(which, count - 2))
    if not faces:
        return np.empty((0, 3), dtype=np.int64)
    order = np.argsort(np.concatenate(places), kind="stable")
    return np.asarray(np.concatenate(faces)[order])


def _of_equal_count(vertices: Floats, polygons: Integers) -> Integers:
    """(P, n) -> (P, n - 2, 3): fans where one stays inside the polygon, else ears."""
    count = polygons.shape[1]
    triangles = _fans(polygons)
    concave = np.flatnonzero(_fan_leaves_polygon(vertices, polygons))
    # Most concave polygons are seen whole from one of their corners: fans from there.
    for start in range(1, min(count, MOST_FAN_STARTS)):
        if len(concave) == 0:
            return triangles
        turned = np.roll(polygons[concave], -start, axis=1)
        stays = ~_fan_leaves_polygon(vertices, turned)
        triangles[concave[stays]] = _fans(turned[stays])
        concave = concave[~stays]
    affordable = MOST_EAR_STEPS // count**2
    for polygon in concave[:affordable]:
        places = vertices[polygons[polygon]]
        triangles[polygon] = polygons[polygon][_clip_ears(_flattened(places))]
    return triangles


def _fans(polygons: Integers) -> Integers:
    """(P, n) -> (P, n - 2, 3): triangles from each first corner."""
    first = np.broadcast_to(polygons[:, :1], (len(polygons), polygons.shape[1] - 2))
    return np.stack([first, polygons[:, 1:-1], polygons[:, 2:]], axis=2)


def _fan_leaves_polygon(vertices: Floats, polygons: Integers) -> NDArray[np.bool_]:
    """Where a triangle of the fan from the first corner looks against the polygon, (P,)."""
    places = vertices[polygons]  # (P, n, 3)
    arms = places[:, 1:] - places[:, :1]
    crosses = np.cross(arms[:, :-1], arms[:, 1:])  # (P, n - 2, 3), twice the fan's areas
    normals = crosses.sum(axis=1, keepdims=True)  # Newell's normal
    along = (crosses * normals).sum(axis=2)
    tolerance = 1e-9 * (normals * normals).sum(axis=2)
    return np.asarray((along < -tolerance).any(axis=1))


def _flattened(places: Floats) -> Floats:
    """One polygon's corners (n, 3) in the plane of its Newell normal, counter-clockwise, (n, 2)."""
    arms = places - places[0]
    normal = np.cross(arms[:-1], arms[1:]).sum(axis=0)
    drop = int(np.argmax(np.abs(normal)))
    # The two other axes in cyclic order keep the turning sense where the normal is positive.
    flat = places[:, [(drop + 1) % 3, (drop + 2) % 3]]
    return flat if normal[drop] >= 0 else flat * [-1.0, 1.0]


def _clip_ears(flat: Floats) -> Integers:
    """Triangles (n - 2, 3) of a counter-clockwise polygon (n, 2), as indices into it.

    Ear clipping after Meisters, "Polygons have ears" (1975): cut a convex corner whose triangle
    holds no other corner. A polygon that crosses itself has no right answer; its least bad corner
    is cut, so that every polygon ends after n - 2 cuts.
    """
    remaining = list(range(len(flat)))
    triangles = []
    while len(remaining) > 3:
        ring = flat[remaining]
        cut = _best_ear(ring)
        triangles.append((remaining[cut - 1], remaining[cut], remaining[(cut + 1) % len(ring)]))
        del remaining[cut]
    triangles.append((remaining[0], remaining[1], remaining[2]))
    return np.array(triangles, dtype=np.int64)


def _best_ear(ring: Floats) -> int:
    """The corner to cut: of the ears, the one with the widest smallest angle."""
    before, after = np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0)
    turns = _cross(ring - before, after - ring)
    longest = np.maximum.reduce(
        [((a - b) ** 2).sum(axis=1) for a, b in ((ring, before), (after, ring), (before, after))]
    )
    quality = turns / np.maximum(longest, np.finfo(float).tiny)
    reflex = ring[turns <= 0]
    for corner in np.argsort(-quality):
        if turns[corner] <= 0:
            break
        if not _any_inside(reflex, before[corner], ring[corner], after[corner]):
            return int(corner)
    return int(np.argmax(quality))


def _any_inside(points: Floats, first: Floats, second: Floats, third: Floats) -> bool:
    """Whether a point lies in the triangle or on its edges, its own corners left out."""
    own = [(points == corner).all(axis=1) for corner in (first, second, third)]
    others = points[~np.logical_or.reduce(own)]
    sides = [
        _cross(end - start, others - start) >= 0
        for start, end in ((first, second), (second, third), (third, first))
    ]
    return bool(np.logical_and.reduce(sides).any())


def _cross(a: Floats, b: Floats) -> Floats:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])
