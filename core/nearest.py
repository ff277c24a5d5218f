"""Nearest neighbours between clouds, by k-d tree."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # slow to import, and a window imports this before it is shown
    from scipy.spatial import KDTree


def build_tree(points: NDArray[np.floating]) -> "KDTree":
    """Build a tree of points (N, 3) made for few queries: cheap to build, with wide leaves.

    Splitting at the middle instead of the median and skipping the tight boxes halves the time to
    build; with some thousand points, queries are no slower for it. Raises ValueError for numbers
    that are not finite.
    """
    from scipy.spatial import KDTree

    return KDTree(points, leafsize=32, balanced_tree=False, compact_nodes=False)


def nearest(
    points: NDArray[np.floating], others: "NDArray[np.floating] | KDTree", workers: int = 1
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find for each of `points` (N, 3) the nearest of `others` (M, 3), or of a tree of them.

    Gives indices (N,) and unsquared distances (N,). Exact. `workers` threads share the work.
    """
    tree = build_tree(others) if isinstance(others, np.ndarray) else others
    distances, indices = tree.query(points, workers=workers)
    return np.asarray(indices, np.int64), np.asarray(distances, np.float64)
