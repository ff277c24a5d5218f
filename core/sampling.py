"""Points on meshes and out of clouds: (N, 3), drawn by area, the same for the same content.

A sample depends on the seed and on the content alone: the file's name and format, the order of
its faces and corners and their winding change nothing.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

from core.mesh import Mesh

# Odd constants that spread the bits of x, y, z (and of three corners) over 64 bits.
_SPREAD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
_FLOAT32_IS_FINE = 1e-6  # rounding, as a share of the mesh's size, that nobody would feel


def sample_surface(mesh: Mesh, count: int, seed: int = 0) -> NDArray[np.float32]:
    """Draw `count` points uniformly by area: (count, 3) float32, own units and pose.

    Raises ValueError where no face has an area.
    """
    return sample_surface_exactly(mesh, count, seed).astype(np.float32)


def sample_surface_exactly(mesh: Mesh, count: int, seed: int = 0) -> NDArray[np.float64]:
    """The same points as `sample_surface`, as float64: (count, 3).

    A face is chosen with a probability in proportion to its area, then a point in it by
    Osada et al., "Shape distributions" (ACM ToG 2002), eq. (1). Raises ValueError where no
    face has an area.
    """
    triangles = _triangles_in_canonical_order(mesh)  # (F, 3 corners, 3)
    first, second, third = np.moveaxis(triangles, 1, 0)
    normals = np.cross(second - first, third - first)
    cumulative = np.cumsum(np.sqrt(np.einsum("fi,fi->f", normals, normals)))
    if len(cumulative) == 0 or not cumulative[-1] > 0:
        raise ValueError("The mesh has no surface: every face is a line or a point.")
    generator = _generator(mesh.content_hash, seed)
    draws = generator.random((3, count))
    # side="right" passes over faces without area: they leave the cumulative sum as it was.
    chosen = np.searchsorted(cumulative, draws[0] * cumulative[-1], side="right")
    chosen = np.minimum(chosen, _last_with_area(cumulative))
    root = np.sqrt(draws[1])[:, None]
    along = draws[2][:, None]
    return np.asarray(
        (1 - root) * first[chosen]
        + root * (1 - along) * second[chosen]
        + root * along * third[chosen]
    )


def resample_points(points: NDArray[np.floating], count: int, seed: int = 0) -> NDArray[np.float64]:
    """Choose `count` of the (n, 3) points, each once where there are enough of them.

    With fewer, every point comes at least n-th part as often as any other: (count, 3) float64.
    Depends on the set of points and the seed, not on their order.
    """
    ordered = np.asarray(points, dtype=np.float64)
    ordered = ordered[np.lexsort(ordered.T)]
    generator = _generator(points_hash(points), seed)
    rounds = -(-count // len(ordered))
    chosen = np.concatenate([generator.permutation(len(ordered)) for _ in range(rounds)])
    return np.asarray(ordered[chosen[:count]])


def points_hash(points: NDArray[np.floating]) -> str:
    """32 hexadecimal digits that name a set of (n, 3) points, whatever their order.

    Coordinates count as float32, as in `Mesh.content_hash`.
    """
    coordinates = np.asarray(points).astype(np.float32) + np.float32(0.0)  # -0.0 becomes 0.0
    ordered = coordinates[np.lexsort(coordinates.T)]
    return hashlib.blake2b(ordered.tobytes(), digest_size=16, person=b"points").hexdigest()


def _triangles_in_canonical_order(mesh: Mesh) -> NDArray[np.float64]:
    """The corners (F, 3, 3) in an order that depends on their places alone."""
    rounded = mesh.vertices.astype(np.float32) + np.float32(0.0)  # -0.0 becomes 0.0
    bits = rounded.view(np.uint32).astype(np.uint64)  # (V, 3)
    keys = (bits * _SPREAD).sum(axis=1, dtype=np.uint64)
    corner_keys = keys[mesh.faces]  # (F, 3)
    corner_order = np.argsort(corner_keys, axis=1)
    corner_keys = np.take_along_axis(corner_keys, corner_order, axis=1)
    face_keys = (corner_keys * _SPREAD).sum(axis=1, dtype=np.uint64)
    faces = np.take_along_axis(mesh.faces, corner_order, axis=1)[np.argsort(face_keys)]
    # float32 makes a sample the same to the bit for a text and a binary file of one mesh; a mesh
    # far from its origin would lose its shape by it and keeps float64.
    exact = mesh.vertices
    rounded_exactly = rounded.astype(np.float64)
    size = float(np.ptp(exact, axis=0).max(initial=0.0)) if len(exact) else 0.0
    error = float(np.abs(rounded_exactly - exact).max(initial=0.0))
    return (rounded_exactly if error <= _FLOAT32_IS_FINE * size else exact)[faces]


def _last_with_area(cumulative: NDArray[np.float64]) -> int:
    """The last face that raises the cumulative area: where a draw at the very end belongs."""
    return int(np.searchsorted(cumulative, cumulative[-1], side="left"))


def _generator(content_hash: str, seed: int) -> np.random.Generator:
    digest = hashlib.blake2b(f"{seed} {content_hash}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "little")))
