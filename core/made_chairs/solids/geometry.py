"""What all solids need: normals, volume, faces of quads. Points are (n, 3), faces index them."""

import numpy as np
from numpy.typing import NDArray

from core.mesh import Mesh

Points = NDArray[np.float64]
Faces = NDArray[np.int64]


def signed_volume(vertices: Points, faces: Faces) -> float:
    """The volume within closed faces; negative where they face inwards."""
    first, second, third = np.moveaxis(vertices[faces], 1, 0)
    return float(np.einsum("fi,fi->", first, np.cross(second, third))) / 6


def facing_outwards(vertices: Points, faces: Faces) -> Mesh:
    if signed_volume(vertices, faces) < 0:
        faces = faces[:, ::-1]
    return Mesh(vertices, faces)


def unit(vectors: Points) -> Points:
    lengths = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))
    unit: Points = vectors / np.maximum(lengths, 1e-12)[..., None]
    return unit


def quads(a: Faces, b: Faces, c: Faces, d: Faces) -> Faces:
    return np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
