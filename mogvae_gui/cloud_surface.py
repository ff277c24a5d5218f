"""A surface around a cloud: the skin at a small distance from its points, drawn in to them.

VTK's contouring does it, which is why it is here and not in core. PyVista is imported when a
surface is asked for.
"""

from typing import Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from core.mesh import Mesh
from core.nearest import build_tree

_CELL_IN_SPACINGS: Final = 0.8  # the grid's cells, in the usual distance of two points
_SKIN_IN_SPACINGS: Final = 1.6  # nearer ones leave holes between points
_DRAWN_TO: Final = 0.35  # of the skin's distance
_SMALLEST_CELL: Final = 0.012  # of the radius: 4 million cells around a chair
_MEAN_OF: Final = 6  # points that a vertex is drawn to


def skin(points: Float[ndarray, "points 3"]) -> Mesh:
    """A closed surface around a cloud in normalised units."""
    import pyvista as pv

    cloud = np.asarray(points, dtype=np.float64)
    tree = build_tree(cloud)
    spacing = float(np.median(np.asarray(tree.query(cloud, k=2)[0])[:, 1]))
    reach = _SKIN_IN_SPACINGS * spacing
    cell = max(_CELL_IN_SPACINGS * spacing, _SMALLEST_CELL)
    low = cloud.min(axis=0) - 2 * (reach + cell)
    counts = np.ceil((cloud.max(axis=0) + 2 * (reach + cell) - low) / cell).astype(int) + 1
    grid = pv.ImageData(dimensions=tuple(counts), spacing=(cell,) * 3, origin=tuple(low))
    distances, _ = tree.query(np.asarray(grid.points), distance_upper_bound=3 * reach)
    grid.point_data["distance"] = np.minimum(distances, 3 * reach)
    surface = grid.contour([reach], scalars="distance").triangulate()
    vertices = np.asarray(surface.points, dtype=np.float64)
    faces = np.asarray(surface.regular_faces, dtype=np.int64)
    _, nearest = tree.query(vertices, k=range(1, min(_MEAN_OF, len(cloud)) + 1))
    middle = cloud[np.asarray(nearest)].mean(axis=1)
    return Mesh(middle + _DRAWN_TO * (vertices - middle), faces)
