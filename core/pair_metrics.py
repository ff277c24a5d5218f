"""The record of a pair of clouds, apart from what computes it, which takes long to load."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PairMetrics:
    """How far a cloud is from its reference."""

    cd_sq: float  # mean squared distance to the nearest point, both ways summed: eq. (9)
    cd_1: float  # mean unsquared distance to the nearest point, both ways summed
    emd: float | None  # earth mover's distance, exact: eq. (10); None where not asked for
    f_score: float  # share of points within 1 % of the diagonal, 0 to 1
    points: int  # N of the cloud
    reference_points: int  # N of the reference
    scale: float  # units of the shape's own per unit of these figures
