"""What looks odd about a chair, by itself and beside the rest of a drop."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.importing.report import WarningKind
from core.shape_files import Shape

Oddities = list[tuple[WarningKind, str]]

FEW_FACES = 40  # the plainest game chairs have about 70
BIG_OBJECT = 0.1  # of the surface: a separate object of this share is no screw
GAP = 0.15  # of the largest radius: what lies further apart does not touch
FLOOR_SHARE = 0.25  # of the surface, in the lowest slice
SCALE_RATIO = 5.0  # times larger or smaller than the drop's median
FEWEST_TO_COMPARE = 3  # chairs in a drop


def oddities_of_shape(cloud: NDArray[np.float32], shape: Shape, points: int) -> Oddities:
    """What is odd about one chair: its normalised cloud (N, 3), and what its file held."""
    oddities: Oddities = []
    if shape.mesh is not None and len(shape.mesh.faces) < FEW_FACES:
        oddities.append(
            (
                "few_faces",
                f"It has only {len(shape.mesh.faces)} faces, few for a chair. Look whether all of "
                "it came in; if not, remove it and export it again with all its parts.",
            )
        )
    if shape.points is not None and len(shape.points) < points:
        oddities.append(
            (
                "few_points",
                f"It has {len(shape.points)} points and the library keeps {points}, so some are "
                "there more than once.",
            )
        )
    objects = separate_objects(cloud)
    if objects > 1:
        oddities.append(
            (
                "open_scene",
                f"It seems to hold {objects} separate objects, not one chair. If so, remove it and "
                "import each chair from a file of its own.",
            )
        )
    elif stands_on_floor(cloud):
        oddities.append(
            ("open_scene", "It seems to stand on a floor that is part of the file; remove it.")
        )
    return oddities


def separate_objects(cloud: NDArray[np.float32]) -> int:
    """How many large pieces lie apart from each other; 1 for one chair.

    Parts of a chair often share no vertex, so nearness of the (N, 3) points decides, not topology:
    cells of a grid that hold points belong together where they touch.
    """
    from scipy.ndimage import label  # slow to import

    # Sparse clouds have wide gaps of their own: a few times the spacing of N points on a sphere.
    cell = max(GAP / 2, 2.0 * np.sqrt(4 * np.pi / len(cloud)))
    cells = np.floor((cloud - cloud.min(axis=0)) / cell).astype(np.intp)
    grid = np.zeros(cells.max(axis=0) + 1, dtype=bool)
    grid[tuple(cells.T)] = True
    labels, _ = label(grid, structure=np.ones((3, 3, 3)))
    shares = np.bincount(labels[tuple(cells.T)]) / len(cloud)
    return max(1, int((shares >= BIG_OBJECT).sum()))


def stands_on_floor(cloud: NDArray[np.float32]) -> bool:
    """Whether a thin, large plate lies below everything else and reaches beyond it."""
    lowest = cloud[:, 2].min()
    height = np.ptp(cloud[:, 2])
    in_plate = cloud[:, 2] < lowest + 0.02 * height
    if in_plate.mean() < FLOOR_SHARE or in_plate.all():
        return False
    plate, above = np.ptp(cloud[in_plate, :2], axis=0), np.ptp(cloud[~in_plate, :2], axis=0)
    return bool((plate > 1.3 * above).all())


def scale_oddities(sizes: Sequence[float], unit: str) -> dict[int, str]:
    """Position in the drop -> sentence, for sizes far from the drop's median."""
    if len(sizes) < FEWEST_TO_COMPARE:
        return {}
    median = float(np.median(sizes))
    sentences = {}
    for position, size in enumerate(sizes):
        ratio = size / median
        if not 1 / SCALE_RATIO < ratio < SCALE_RATIO:
            times = f"{ratio:.3g} times larger" if ratio > 1 else f"{1 / ratio:.3g} times smaller"
            sentences[position] = (
                f"It is {times} than most of this drop ({size:.3g} against {median:.3g} {unit}); "
                "its unit is probably another. Its cloud is normalised all the same."
            )
    return sentences
