"""What two runs' figures on the same chairs say, in a sentence that the figures carry."""

import math
from collections.abc import Mapping
from typing import Final

from core.metric_words import LABELS, signed
from core.paired_comparison import PairedComparison

ONE_TRAINING: Final = (
    "This compares one training of each; other seeds may differ by more than these chairs do."
)

FEWEST_CHAIRS: Final = 6
"""With fewer pairs no outcome of Wilcoxon's two-sided test is below 0.05: with 5 the smallest p is
2 / 2⁵."""

_MOST_DECIMALS = 6


def conclusion(metric: str, comparison: PairedComparison, first: str, second: str) -> str:
    """Say which of the runs `first` and `second` is better in a metric, or that neither is shown.

    `comparison` is of the first minus the second. A difference is shown where the interval and
    both tests agree on it (`PairedComparison.shows_difference`).
    """
    label = LABELS[metric]
    if comparison.chairs < 2 or comparison.ci95 is None:
        return f"One chair is too few to compare {first} and {second} in {label}."
    if comparison.difference == 0 and comparison.ci95 == (0.0, 0.0):
        return (
            f"No difference is shown in {label}: {first} and {second} are the same on each of "
            f"{comparison.chairs:,} chairs."
        )
    if comparison.shows_difference:
        return _difference(metric, comparison, first, second)
    low, high = comparison.ci95
    numbers = _Numbers(metric, comparison)
    text = (
        f"No difference is shown in {label}: {first} minus {second} is "
        f"{numbers.signed(comparison.difference)}{numbers.unit} on average, "
        f"95 % interval "
        f"{numbers.signed(low)} to {numbers.signed(high)}, {_tests(comparison)}."
    )
    if comparison.chairs < FEWEST_CHAIRS:
        text += f" Fewer than {FEWEST_CHAIRS} chairs cannot show any."
    return text


def conclusions(paired: Mapping[str, PairedComparison], first: str, second: str) -> tuple[str, ...]:
    """A sentence for each metric that was compared, and what they leave open."""
    sentences = [
        conclusion(metric, paired[metric], first, second) for metric in LABELS if metric in paired
    ]
    return (*sentences, ONE_TRAINING)


def better_run(metric: str, comparison: PairedComparison) -> int | None:
    """0 where the first run is shown to be better, 1 where the second is, else None."""
    if not comparison.shows_difference:
        return None
    first_is_higher = comparison.difference > 0
    return int(first_is_higher != (metric == "f_score"))


def _difference(metric: str, comparison: PairedComparison, first: str, second: str) -> str:
    """Told of the better run, so that all its figures are positive."""
    better, worse = (first, second) if better_run(metric, comparison) == 0 else (second, first)
    low, high = sorted(abs(end) for end in comparison.ci95 or (0.0, 0.0))
    numbers = _Numbers(metric, comparison)
    more = "higher" if metric == "f_score" else "lower"
    return (
        f"{better} is better than {worse} in {LABELS[metric]}: {more} by "
        f"{numbers.plain(abs(comparison.difference))}{numbers.unit} on average, 95 % interval "
        f"{numbers.plain(low)} to {numbers.plain(high)}, {_tests(comparison)}."
    )


def _tests(comparison: PairedComparison) -> str:
    return (
        f"paired t-test {_p(comparison.p_t)}, Wilcoxon {_p(comparison.p_wilcoxon)}, "
        f"{comparison.chairs:,} chairs"
    )


def _p(value: float | None) -> str:
    if value is None:
        return "not defined"
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}"


class _Numbers:
    """Figures of one comparison, as fine as its interval: two digits of its half width."""

    def __init__(self, metric: str, comparison: PairedComparison) -> None:
        is_share = metric == "f_score"
        self._factor = 100.0 if is_share else 1.0
        self.unit = " percentage points" if is_share else ""
        low, high = comparison.ci95 or (0.0, 0.0)
        width = self._factor * (high - low) / 2 or self._factor * abs(comparison.difference)
        digits = 1 - math.floor(math.log10(width)) if width > 0 else 0
        self._decimals = min(max(digits, 0), _MOST_DECIMALS)

    def plain(self, value: float) -> str:
        """A figure without a sign."""
        return f"{self._factor * value:.{self._decimals}f}"

    def signed(self, value: float) -> str:
        """A figure with its sign."""
        return signed(self._factor * value, self._decimals)
