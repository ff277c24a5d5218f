"""Surface normals of a cloud, estimated from neighbourhoods.

Axes: N points, k neighbours.
"""

import numpy as np
from jaxtyping import Float, Float32, Float64, Int64

_ROUND = 1e-10  # below this, relative, two eigenvalues are taken for one


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
    covariances = _covariances(points, np.asarray(indices))
    return thinnest_directions(covariances).astype(np.float32)


def thinnest_directions(
    covariances: Float64[np.ndarray, "count 3 3"],
) -> Float64[np.ndarray, "count 3"]:
    """Unit eigenvectors of the smallest eigenvalues of symmetric matrices; sign is arbitrary.

    In closed form, all at once: eigenvalues by the trigonometric solution of the cubic (Smith,
    "Eigenvalues of a symmetric 3 × 3 matrix", CACM 4(4), 1961), vectors as cross products of rows
    (Kopp, "Efficient numerical diagonalization of Hermitian 3 × 3 matrices", 2008). LAPACK, which
    takes them one by one, does those whose smallest eigenvalue is double.
    """
    shifted = covariances - np.trace(covariances, axis1=1, axis2=2)[:, None, None] / 3 * np.eye(3)
    (a, d, e), (_, b, f), (_, _, c) = np.moveaxis(shifted, 0, 2)
    scale = np.sqrt((a * a + b * b + c * c + 2 * (d * d + e * e + f * f)) / 6)
    determinant = a * (b * c - f * f) - d * (d * c - f * e) + e * (d * f - b * e)
    cosine = (determinant / np.maximum(2 * scale**3, np.finfo(float).tiny)).clip(-1, 1)
    smallest = 2 * scale * np.cos((np.arccos(cosine) + 2 * np.pi) / 3)
    a, b, c = a - smallest, b - smallest, c - smallest
    # Rows of a matrix that takes the vector to zero: what is orthogonal to two of them.
    crosses = np.array(
        [
            [d * f - e * b, e * d - a * f, a * b - d * d],  # first and second
            [b * c - f * f, f * e - d * c, d * f - b * e],  # second and third
            [f * e - c * d, c * a - e * e, e * d - f * a],  # third and first
        ]
    )
    lengths = (crosses * crosses).sum(axis=1)
    best = lengths.argmax(axis=0)
    each = np.arange(len(covariances))
    longest = lengths[best, each]
    found = crosses[best, :, each] / np.sqrt(np.maximum(longest, np.finfo(float).tiny))[:, None]
    double = longest <= _ROUND * scale**4
    if double.any():
        found[double] = np.linalg.eigh(covariances[double])[1][:, :, 0]
    return np.asarray(found)


def _covariances(
    points: Float[np.ndarray, "points 3"], indices: Int64[np.ndarray, "points k"]
) -> Float64[np.ndarray, "points 3 3"]:
    """Of each neighbourhood, times k. By coordinates: products of 3 by k would be 5,000 calls."""
    patches = [np.ascontiguousarray(axis)[indices].astype(np.float64) for axis in points.T]
    for patch in patches:
        patch -= patch.mean(axis=1, keepdims=True)
    covariances = np.empty((len(indices), 3, 3))
    for row in range(3):
        for column in range(row, 3):
            product = np.einsum("nk,nk->n", patches[row], patches[column])
            covariances[:, row, column] = covariances[:, column, row] = product
    return covariances
