"""Where in space the points of many clouds lie, and how far apart two such pictures are.

Axes: clouds n, points N, cells of the grid c.
"""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial import KDTree
from scipy.special import rel_entr

from core.nearest import nearest

RESOLUTION = 28
"""Cells along each axis, as in Achlioptas et al. 2018."""


class OccupancyGrid:
    """Cell centres on a lattice over the cube [-1, 1]³, those within the unit sphere.

    The grid of Achlioptas et al., "Learning Representations and Generative Models for 3D Point
    Clouds" (ICML 2018, arXiv:1707.02392), section 3, in our scale, where the largest radius of a
    cloud is 1. A point outside the sphere counts for the cell that is nearest to it.
    """

    def __init__(self, resolution: int = RESOLUTION) -> None:
        axis = np.linspace(-1.0, 1.0, resolution)
        lattice = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
        # A hair's breadth more than 1, for the six centres at the poles.
        self.centres = lattice[np.square(lattice).sum(axis=1) <= 1.0 + 1e-9]
        self._tree = KDTree(self.centres)

    def count(self, clouds: Iterable[Float[ndarray, "points 3"]]) -> Float[ndarray, " cells"]:
        """How many points of all the clouds together lie in each cell."""
        counts = np.zeros(len(self.centres))
        for cloud in clouds:
            cells, _ = nearest(cloud, self._tree)
            counts += np.bincount(cells, minlength=len(counts))
        return counts


def jensen_shannon_divergence(
    counts: Float[ndarray, " cells"], other_counts: Float[ndarray, " cells"]
) -> float:
    """Between two distributions given by counts, in nats: 0 where equal, ln 2 where disjoint.

    1/2 KL(P || M) + 1/2 KL(Q || M) with M = (P + Q) / 2. The papers on point clouds print it to
    base 2: divide by ln 2 to compare.
    """
    shares, other_shares = counts / counts.sum(), other_counts / other_counts.sum()
    middle = 0.5 * (shares + other_shares)
    total = rel_entr(shares, middle).sum() + rel_entr(other_shares, middle).sum()
    return float(0.5 * total)
