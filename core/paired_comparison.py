"""Two models on the same chairs: paired differences, and what can be said of them.

Axes: chairs n.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

_RESAMPLINGS = 10_000
_LEVEL = 0.95

_SAME = 1e-10
"""Differences whose spread is a smaller share of them differ by rounding alone."""


@dataclass(frozen=True)
class PairedComparison:
    """First minus second, chair by chair. None where there are too few chairs to tell."""

    difference: float
    """Mean over the chairs."""
    p_t: float | None
    """Paired t-test, two-sided."""
    p_wilcoxon: float | None
    """Wilcoxon's signed-rank test, two-sided."""
    ci95: tuple[float, float] | None
    """Interval of the mean difference by the bootstrap over chairs."""
    chairs: int

    @property
    def shows_difference(self) -> bool:
        """Whether both tests and the interval speak for a difference, at the level of 95 %."""
        if self.p_t is None or self.p_wilcoxon is None or self.ci95 is None:
            return False
        low, high = self.ci95
        return max(self.p_t, self.p_wilcoxon) < 1 - _LEVEL and not low <= 0 <= high


def compare_paired(
    first: Float[np.ndarray, " chairs"], second: Float[np.ndarray, " chairs"], seed: int = 0
) -> PairedComparison:
    """Compare a metric of two models, the i-th values being of the same chair.

    The bootstrap is Efron's BCa ("Better bootstrap confidence intervals", JASA 1987), drawn from
    `seed`. It speaks of other chairs, not of other seeds of the training.
    """
    from scipy import stats  # slow to import

    if first.shape != second.shape or first.ndim != 1 or len(first) == 0:
        raise ValueError(f"The values have shapes {first.shape} and {second.shape}, not (n,) both.")
    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    difference, count = float(differences.mean()), len(differences)
    if count < 2:
        return PairedComparison(difference, None, None, None, count)
    if np.ptp(differences) <= _SAME * np.abs(differences).max():
        # No spread, by which a t-test divides and from which a bootstrap draws.
        p_wilcoxon = float(stats.wilcoxon(differences).pvalue) if difference else 1.0
        p_t = None if difference else 1.0
        return PairedComparison(difference, p_t, p_wilcoxon, (difference, difference), count)
    interval = stats.bootstrap(
        (differences,),
        np.mean,
        n_resamples=_RESAMPLINGS,
        confidence_level=_LEVEL,
        method="BCa",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return PairedComparison(
        difference,
        p_t=float(stats.ttest_1samp(differences, 0.0).pvalue),
        p_wilcoxon=float(stats.wilcoxon(differences).pvalue),
        ci95=(float(interval.low), float(interval.high)),
        chairs=count,
    )
