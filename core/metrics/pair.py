"""One record for a pair of clouds: Chamfer distances, earth mover's distance, F-score."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.metrics.exact_emd import check_cloud, exact_emd
from core.nearest import nearest
from core.pair_metrics import PairMetrics

# The F-score counts points within this share of the reference's bounding box diagonal.
F_SCORE_SHARE = 0.01


def compare_clouds(
    cloud: NDArray[np.floating],
    reference: NDArray[np.floating],
    *,
    with_emd: bool = True,
    scale: float = 1.0,
) -> PairMetrics:
    """Compare a cloud (N, 3) with its reference (M, 3), such as the original.

    The EMD takes seconds and holds the interpreter lock (see `exact_emd`); the rest takes
    hundredths of a second. `scale` is only recorded: the frame's, so that a reader can tell
    centimetres. Raises `MetricError` for coordinates that are not finite.
    """
    check_cloud("first", cloud)
    check_cloud("second", reference)
    there, back = _both_ways(cloud, reference)
    metrics = metrics_of_distances(there, back, diagonal(reference), scale=scale)
    return replace(metrics, emd=exact_emd(cloud, reference)) if with_emd else metrics


def metrics_of_distances(
    there: NDArray[np.floating],
    back: NDArray[np.floating],
    reference_diagonal: float,
    *,
    scale: float = 1.0,
) -> PairMetrics:
    """Everything but the EMD, from distances that are known already.

    `there` (N,) are those of the cloud's points to the reference, `back` (M,) the other way.
    """
    return PairMetrics(
        cd_sq=float(np.square(there).mean() + np.square(back).mean()),
        cd_1=float(there.mean() + back.mean()),
        emd=None,
        f_score=_f_score(there, back, F_SCORE_SHARE * reference_diagonal),
        points=len(there),
        reference_points=len(back),
        scale=scale,
    )


def chamfer_sq(cloud: NDArray[np.floating], reference: NDArray[np.floating]) -> float:
    """Mean squared distance to the nearest point, both ways summed: eq. (9) of the study."""
    there, back = _both_ways(cloud, reference)
    return float(np.square(there).mean() + np.square(back).mean())


def chamfer_1(cloud: NDArray[np.floating], reference: NDArray[np.floating]) -> float:
    """Mean unsquared distance to the nearest point, both ways summed.

    The study's printed figures are of this size, although its eq. (9) squares.
    """
    there, back = _both_ways(cloud, reference)
    return float(there.mean() + back.mean())


def f_score(
    cloud: NDArray[np.floating],
    reference: NDArray[np.floating],
    threshold: float | None = None,
) -> float:
    """Harmonic mean of precision and recall at a distance, 0 to 1.

    Precision is the share of the cloud's points within `threshold` of the reference, recall that
    of the reference's within it of the cloud (Knapitsch et al., "Tanks and Temples", 2017). None
    takes 1 % of the diagonal of the reference's bounding box.
    """
    there, back = _both_ways(cloud, reference)
    if threshold is None:
        threshold = F_SCORE_SHARE * diagonal(reference)
    return _f_score(there, back, threshold)


def diagonal(points: NDArray[np.floating]) -> float:
    """Length of the bounding box's diagonal."""
    return float(np.linalg.norm(np.ptp(np.asarray(points, dtype=np.float64), axis=0)))


def _both_ways(
    cloud: NDArray[np.floating], reference: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the distance of each point to the other cloud: (N,) and (M,)."""
    return nearest(cloud, reference)[1], nearest(reference, cloud)[1]


def _f_score(there: NDArray[np.floating], back: NDArray[np.floating], threshold: float) -> float:
    precision = float((there <= threshold).mean())
    recall = float((back <= threshold).mean())
    if precision + recall == 0:
        return 0.0
    return 2 * precision * recall / (precision + recall)
