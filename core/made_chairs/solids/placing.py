"""Joining, moving and bending of finished solids: (n, 3) in metres, z up, front towards -y."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike

from core.made_chairs.solids.geometry import Points
from core.mesh import Mesh


def joined(solids: Iterable[Mesh]) -> Mesh:
    """All solids as one mesh; they keep their own vertices, so each stays closed by itself."""
    solids = list(solids)
    offsets = np.cumsum([0, *(len(solid.vertices) for solid in solids)])
    return Mesh(
        np.concatenate([solid.vertices for solid in solids]),
        np.concatenate([solid.faces + offsets[i] for i, solid in enumerate(solids)]),
    )


def moved(solid: Mesh, offset: ArrayLike) -> Mesh:
    """The solid shifted by `offset` (3,)."""
    return Mesh(solid.vertices + np.asarray(offset), solid.faces)


def tilted_back(solid: Mesh, degrees: float, pivot: ArrayLike = (0.0, 0.0, 0.0)) -> Mesh:
    """The solid leaned towards +y about the line along x through `pivot`."""
    angle = np.radians(degrees)
    cosine, sine = np.cos(angle), np.sin(angle)
    rotation = np.array([[1.0, 0.0, 0.0], [0.0, cosine, sine], [0.0, -sine, cosine]])
    centre = np.asarray(pivot)
    return Mesh((solid.vertices - centre) @ rotation.T + centre, solid.faces)


def turned_about_z(solid: Mesh, degrees: float) -> Mesh:
    """The solid turned about the z axis, anticlockwise seen from above."""
    angle = np.radians(degrees)
    cosine, sine = np.cos(angle), np.sin(angle)
    rotation = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    return Mesh(solid.vertices @ rotation.T, solid.faces)


def mirrored(solid: Mesh) -> Mesh:
    """The solid on the other side of the plane x = 0, still facing outwards."""
    return Mesh(solid.vertices * [-1.0, 1.0, 1.0], solid.faces[:, ::-1])


def both_sides(solid: Mesh) -> tuple[Mesh, Mesh]:
    """The solid and its mirror image: chairs are symmetric about x = 0."""
    return solid, mirrored(solid)


def reshaped(solid: Mesh, shape: Callable[[Points], Points]) -> Mesh:
    """The solid with its vertices (V, 3) sent through `shape`, which must not fold it over."""
    return Mesh(shape(solid.vertices), solid.faces)


def tapered_to_back(solid: Mesh, depth: float, narrowing: float) -> Mesh:
    """Narrow a seat linearly along its `depth` about y = 0: front (1 + n), back (1 - n) wide."""

    def narrow(points: Points) -> Points:
        points = points.copy()
        points[:, 0] *= 1.0 - narrowing * points[:, 1] / (depth / 2)
        return points

    return reshaped(solid, narrow)
