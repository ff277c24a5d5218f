"""Two models on the same chairs and seeds: differences, and what many comparisons leave of them.

Axes: seeds S, chairs n, resamplings R.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy import stats

from core.metric_words import is_better
from core.paired_comparison import PairedComparison, compare_paired

LEVEL: Final = 0.95
_RESAMPLINGS: Final = 10_000


@dataclass(frozen=True)
class OverSeeds(PairedComparison):
    """A comparison in which the seeds have a say."""

    p_seeds: float | None = None
    seeds: int = 1

    @property
    def shows_difference(self) -> bool:
        """Also over several seeds: one training of each model says nothing of the models.

        Below the level over the seeds, where their differences are not all the same.
        """
        seeds_agree = self.p_seeds is None or self.p_seeds < 1 - LEVEL
        return self.seeds > 1 and seeds_agree and super().shows_difference

    @property
    def trainings_differ(self) -> bool:
        """Whether these very trainings differ over chairs, whatever other seeds would do."""
        return super().shows_difference


@dataclass(frozen=True)
class ModelComparison:
    """First model minus second, in one metric, trained with one loss."""

    loss: str
    metric: str
    first: str
    second: str
    difference: float
    """Mean over chairs and seeds."""
    relative: float | None
    """The difference as a share of the second model's mean; None where that is nothing."""
    ci95: tuple[float, float]
    """Interval of the difference by a bootstrap over chairs and over seeds."""
    effect_size: float | None
    """Cohen's d of paired values: the mean of the chairs' differences by their deviation. None
    where they are all the same."""
    p_t: float | None
    p_wilcoxon: float | None
    """Over chairs, each chair's values averaged over the seeds."""
    p_seeds: float | None
    """Paired t-test over the seeds, each seed's values averaged over the chairs; None for one."""
    seeds_better: int
    """Seeds for which the first model is better on average."""
    chairs_better: int
    seeds: int
    chairs: int
    p_t_corrected: float | None = None
    p_wilcoxon_corrected: float | None = None
    """By Holm's method over all comparisons of the study."""

    @property
    def paired(self) -> OverSeeds:
        """For the sentences of `core.plain_conclusion`: with corrected p values."""
        return OverSeeds(
            self.difference,
            self.p_t_corrected,
            self.p_wilcoxon_corrected,
            self.ci95,
            self.chairs,
            self.p_seeds,
            self.seeds,
        )

    @property
    def shows_difference(self) -> bool:
        """Whether both corrected tests, the interval and the seeds speak for a difference."""
        return self.paired.shows_difference

    @property
    def first_is_better(self) -> bool:
        return is_better(self.metric, self.difference, 0.0)


def compare_models(
    loss: str,
    metric: str,
    first: str,
    second: str,
    first_values: Float[ndarray, "seeds chairs"],
    second_values: Float[ndarray, "seeds chairs"],
    seed: int = 0,
) -> ModelComparison:
    """Compare by values of the same seeds and chairs. `corrected` fills in what many cost."""
    differences = np.asarray(first_values, dtype=np.float64) - second_values  # (S, n)
    of_chairs, of_seeds = differences.mean(axis=0), differences.mean(axis=1)
    over_chairs = compare_paired(first_values.mean(axis=0), second_values.mean(axis=0))
    deviation = float(of_chairs.std(ddof=1)) if len(of_chairs) > 1 else 0.0
    mean, of_second = float(differences.mean()), float(np.mean(second_values))
    return ModelComparison(
        loss=loss,
        metric=metric,
        first=first,
        second=second,
        difference=mean,
        relative=mean / of_second if of_second else None,
        ci95=bootstrap_interval(differences, seed),
        effect_size=mean / deviation if deviation > 1e-12 else None,
        p_t=over_chairs.p_t,
        p_wilcoxon=over_chairs.p_wilcoxon,
        p_seeds=_p_of(of_seeds),
        seeds_better=sum(is_better(metric, float(value), 0.0) for value in of_seeds),
        chairs_better=sum(is_better(metric, float(value), 0.0) for value in of_chairs),
        seeds=len(of_seeds),
        chairs=len(of_chairs),
    )


def bootstrap_interval(
    differences: Float[ndarray, "seeds chairs"], seed: int = 0
) -> tuple[float, float]:
    """95 % interval of the mean over other chairs and other seeds.

    Chairs and seeds are drawn with replacement at once, each row and each column as a whole: the
    bootstrap of crossed factors (Owen, "The pigeonhole bootstrap", Annals of Applied Statistics
    2007). Percentiles of 10,000 draws. Of a handful of seeds any bootstrap is too narrow, so the
    t-test over the seeds has a say beside it. With one seed it speaks of other chairs only.
    """
    generator = np.random.default_rng(seed)
    seeds, chairs = differences.shape
    seed_shares = generator.multinomial(seeds, np.full(seeds, 1 / seeds), _RESAMPLINGS) / seeds
    chair_shares = generator.multinomial(chairs, np.full(chairs, 1 / chairs), _RESAMPLINGS) / chairs
    means = np.einsum("rs,sn,rn->r", seed_shares, differences, chair_shares, optimize=True)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def corrected(comparisons: Sequence[ModelComparison]) -> tuple[ModelComparison, ...]:
    """The same with Holm's correction over all of them, the t-tests and Wilcoxon's each by itself.

    Tests that are not defined take no part.
    """
    t = _corrected_known([each.p_t for each in comparisons])
    wilcoxon = _corrected_known([each.p_wilcoxon for each in comparisons])
    return tuple(
        replace(each, p_t_corrected=p_t, p_wilcoxon_corrected=p_wilcoxon)
        for each, p_t, p_wilcoxon in zip(comparisons, t, wilcoxon, strict=True)
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """p values such that rejecting those below a level keeps the chance of any error at it.

    Holm, "A simple sequentially rejective multiple test procedure" (Scandinavian Journal of
    Statistics 1979): the i-th smallest of m, from i = 0, is multiplied by m - i, is never below
    the one before it, nor above 1.
    """
    order = np.argsort(p_values, kind="stable")
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, position in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * float(p_values[position])))
        adjusted[position] = largest
    return adjusted


def _corrected_known(p_values: Sequence[float | None]) -> list[float | None]:
    known = iter(holm([p for p in p_values if p is not None]))
    return [None if p is None else next(known) for p in p_values]


def _p_of(values: Float[ndarray, " seeds"]) -> float | None:
    if len(values) < 2 or np.ptp(values) <= 1e-10 * max(float(np.abs(values).max()), 1e-300):
        return None
    return float(stats.ttest_1samp(values, 0.0).pvalue)
