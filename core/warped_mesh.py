"""A mesh bent to a decoded shape: the nearest known chair's, moved as the decoder moves its points.

The decoder puts point i of every shape in the same place of the shape, so what it decodes for the
known chair's code and for the wanted code shows how the one becomes the other. That displacement
is carried over to the mesh's vertices by thin-plate splines through the nearest points (Bookstein,
"Principal warps", 1989; scipy's `RBFInterpolator`).

Axes: points N of a decoded cloud, vertices V and faces F; normalised units.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.interpolate import RBFInterpolator
from trimesh.remesh import subdivide_to_size

from core.frame import Frame
from core.library import Chair, Library
from core.made_chairs import mesh_of
from core.mesh import Mesh
from core.shape_model import ShapeModel

_LONGEST_EDGE: Final = 0.08  # longer ones are split, so that a plank can bend
_MOST_SPLITS: Final = 8  # of an edge, one after the other
_NEIGHBOURS: Final = 24  # points that move a vertex
_SMOOTHING: Final = 1e-3  # points need not be hit exactly: a decoder trembles


@dataclass(frozen=True, eq=False)
class WarpedMesh:
    """A mesh in normalised units, and whose it was."""

    mesh: Mesh
    chair: Chair


def warp_nearest(
    model: ShapeModel,
    code: Float[ndarray, " latent"],
    library: Library,
    chairs: Sequence[Chair],
    codes: Float[ndarray, "chairs latent"],
) -> WarpedMesh | None:
    """Bend the mesh of the chair whose code is nearest; None where no chair has a mesh."""
    row = nearest_with_mesh(code, library, chairs, codes)
    mesh = None if row is None else mesh_of(library, chairs[row])
    if row is None or mesh is None:
        return None
    start, end = model.decode(np.stack([codes[row], code]).astype(np.float32))
    return WarpedMesh(warped(as_normalised(mesh, chairs[row].frame), start, end), chairs[row])


def nearest_with_mesh(
    code: Float[ndarray, " latent"],
    library: Library,
    chairs: Sequence[Chair],
    codes: Float[ndarray, "chairs latent"],
) -> int | None:
    """Which of the chairs that have a mesh has the nearest code."""
    for row in np.argsort(np.linalg.norm(codes - code, axis=1), kind="stable"):
        mesh = mesh_of(library, chairs[row])
        if mesh is not None and len(mesh.faces):
            return int(row)
    return None


def warped(mesh: Mesh, start: Float[ndarray, "points 3"], end: Float[ndarray, "points 3"]) -> Mesh:
    """Move a mesh as points move from `start` to `end`; all in one space, points in pairs."""
    mesh = with_short_edges(mesh)
    moves = np.asarray(end, np.float64) - start
    field = RBFInterpolator(
        np.asarray(start, np.float64),
        moves,
        neighbors=min(_NEIGHBOURS, len(start)),
        smoothing=_SMOOTHING,
        kernel="thin_plate_spline",
    )
    # Far from every point a spline runs away: no vertex moves farther than the points do.
    shift = field(mesh.vertices)
    longest = float(np.linalg.norm(moves, axis=1).max(initial=0.0))
    length = np.maximum(np.linalg.norm(shift, axis=1, keepdims=True), 1e-12)
    return Mesh(mesh.vertices + shift * np.minimum(1.0, longest / length), mesh.faces)


def with_short_edges(mesh: Mesh) -> Mesh:
    """The same surface with no edge longer than a hand's breadth of a chair."""
    vertices, faces = subdivide_to_size(
        mesh.vertices, mesh.faces, max_edge=_LONGEST_EDGE, max_iter=_MOST_SPLITS
    )
    return Mesh(vertices, faces)


def as_normalised(mesh: Mesh, frame: Frame) -> Mesh:
    """A chair's mesh where its cloud is."""
    return Mesh(frame.to_normalised(mesh.vertices), mesh.faces)
