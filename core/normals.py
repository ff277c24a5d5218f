"""Surface normals of a cloud, estimated from neighbourhoods.

Axes: N points, k neighbours.
"""

import numpy as np
from jaxtyping import Float, Float32


def estimate_normals(
    points: Float[np.ndarray, "points 3"], neighbours: int = 12
) -> Float32[np.ndarray, "points 3"]:
    """Unit normals, each the direction in which its neighbourhood is thinnest; sign is arbitrary.

    Hoppe et al., "Surface reconstruction from unorganized points", SIGGRAPH 1992, section 3.1.
    """
    count = len(points)
    if count < 3:
        return np.tile(np.array([0, 0, 1], dtype=np.float32), (count, 1))
    from scipy.spatial import cKDTree  # slow to import

    _, indices = cKDTree(points).query(points, k=min(neighbours, count))
    patches = points[indices].astype(np.float32)  # (N, k, 3)
    patches -= patches.mean(axis=1, keepdims=True)
    covariances = np.matmul(patches.transpose(0, 2, 1), patches)  # (N, 3, 3)
    _, vectors = np.linalg.eigh(covariances)
    return np.ascontiguousarray(vectors[:, :, 0], dtype=np.float32)
