"""What a file holds, and the checks that every format shares."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import ShapeFileError
from core.frame import Axis
from core.mesh import Mesh
from core.plain_text import clean_text
from core.shape_files.polygons import triangulate

# Beyond these a coordinate is no length of a chair in any unit, and its square overflows float32.
LARGEST_COORDINATE = 1e15
SMALLEST_SIZE = 1e-15

MOST_CORNERS = 60_000_000  # of all faces together: what fits into the memory of a small machine


@dataclass(frozen=True, eq=False)
class Shape:
    """A file's content in its own units and pose: a mesh, or else points."""

    mesh: Mesh | None = None
    points: NDArray[np.float64] | None = None  # (n, 3)
    notes: tuple[str, ...] = ()  # what was passed over or mended, a sentence each
    up: Axis | None = None  # the axis that points up, where the format or file says so
    up_reason: str = ""  # who says so
    metres_per_unit: float | None = None  # where the format or file says so


def refusal(name: str, what: str, remedy: str = "Export it again.") -> ShapeFileError:
    """The error to raise: file, what is wrong and where, what to do."""
    return ShapeFileError(f"{clean_text(name)}: {clean_text(what, 300)}. {remedy}")


def checked_points(name: str, points: ArrayLike, kind: str = "point") -> NDArray[np.float64]:
    """(n, 3) float64, all finite, of a sensible size. Names the first bad one, counted from 1."""
    array = np.ascontiguousarray(points, dtype=np.float64).reshape(-1, 3)
    finite = np.isfinite(array).all(axis=1)
    if not finite.all():
        first = int(np.argmin(finite))
        text = " ".join(f"{value:g}" for value in array[first])
        raise refusal(
            name,
            f"{kind} {first + 1} of {len(array)} is not a number ({text})",
            "Remove it in the program that made the file, and export again.",
        )
    if len(array):
        largest = float(np.abs(array).max())
        if largest > LARGEST_COORDINATE:
            raise refusal(
                name,
                f"coordinates go up to {largest:.3g}, which is no size for a chair",
                "The file is probably damaged; export it again.",
            )
        if float(np.ptp(array, axis=0).max()) < SMALLEST_SIZE:
            raise refusal(name, f"all {len(array)} {kind}s are in one place")
    return array


def mesh_shape(
    name: str,
    vertices: ArrayLike,
    corner_counts: ArrayLike,
    corners: ArrayLike,
    *,
    notes: tuple[str, ...] = (),
    first_index: int = 0,
) -> Shape:
    """A checked mesh from polygons; points where there are no polygons.

    `corners` holds the vertex indices of all polygons behind each other, counted from 0;
    `first_index` is what the format counts from, for the sentence.
    """
    vertices = checked_points(name, vertices, "vertex")
    corner_counts = np.asarray(corner_counts, dtype=np.int64).reshape(-1)
    corners = np.asarray(corners, dtype=np.int64).reshape(-1)
    if len(vertices) == 0:
        raise refusal(name, "the file holds no vertices", "Export it again with its geometry.")
    if len(corners) > MOST_CORNERS:
        raise refusal(
            name, f"{len(corners):,} corners of faces are more than can be handled", _DECIMATE
        )
    outside = (corners < 0) | (corners >= len(vertices))
    if outside.any():
        first = int(np.argmax(outside))
        face = int(np.searchsorted(np.cumsum(corner_counts), first, side="right"))
        raise refusal(
            name,
            f"face {face + 1} uses vertex {int(corners[first]) + first_index}, but the file has "
            f"only {len(vertices)} ({first_index} to {len(vertices) - 1 + first_index})",
            "The file is probably cut short; export it again.",
        )
    if not (corner_counts >= 3).any():
        return Shape(points=vertices, notes=notes)
    if (corner_counts < 3).any():
        few = int((corner_counts < 3).sum())
        notes = (*notes, f"{few} faces with fewer than 3 corners were passed over.")
    faces = triangulate(vertices, corner_counts, corners)
    mesh = Mesh(vertices, faces)
    if not mesh.area > 0:
        raise refusal(
            name,
            f"none of the {len(faces)} faces has an area",
            "The mesh is flattened to a line or a point; export it again.",
        )
    return Shape(mesh=mesh, notes=notes)


def cloud_shape(name: str, points: ArrayLike, notes: tuple[str, ...] = ()) -> Shape:
    """Checked points."""
    array = checked_points(name, points)
    if len(array) == 0:
        raise refusal(name, "the file holds no points", "Export it again with its points.")
    return Shape(points=array, notes=notes)


_DECIMATE = "Reduce the mesh in a modelling program (decimate) and export it again."
