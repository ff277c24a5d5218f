"""The metrics of a pair of clouds as people read them: labels, meanings, which way is better."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # it brings numpy, which the help of a command does without
    from core.metrics.likelihood import LogLikelihood

LABELS: Final = {"cd_1": "CD₁", "cd_sq": "CD²", "emd": "EMD", "f_score": "F-score"}
"""In the order in which they are shown; the keys are fields of `PairMetrics`."""

MEANINGS: Final = {
    "cd_1": "Chamfer distance: mean distance to the nearest point, both ways summed. The radius of "
    "a chair is 1. Lower is better.",
    "cd_sq": "Chamfer distance of squares: mean squared distance to the nearest point, both ways "
    "summed. Outliers weigh more. Lower is better.",
    "emd": "Earth mover's distance, exact: how far points move on average when every point goes to "
    "one of its own. Tells uneven density, which CD does not. Lower is better.",
    "f_score": "Share of points that lie within 1 % of the chair's diagonal of the other cloud, "
    "precision and recall in one. Higher is better.",
}

FEW_SAMPLES: Final = 2.0
"""Effective samples of a likelihood below which it is said that there are hardly any."""

_RESIDUALS: Final = {"by index": "points in correspondence", "nearest": "nearest points"}

_DECIMALS = {"cd_1": 4, "cd_sq": 5, "emd": 4, "f_score": 1}


def is_better(metric: str, value: float, other: float) -> bool:
    """Whether `value` is better than `other`."""
    return value > other if metric == "f_score" else value < other


def badness(metric: str, value: float) -> float:
    """A number that is larger the worse the value is."""
    return -value if metric == "f_score" else value


def few_samples_words(effective: float, samples: int) -> str | None:
    """What to know of an importance-sampled log p(x) that hardly any sample carries, else None."""
    if effective >= FEW_SAMPLES:
        return None
    return (
        f"The estimate of log p(x) rests on hardly more than one sample ({effective:.1f} of "
        f"{samples} count), so it is little more than a lower bound; small differences in it mean "
        "nothing."
    )


def residual_words(likelihood: "LogLikelihood") -> str:
    """Between which points a likelihood measures."""
    return _RESIDUALS[likelihood.residual]


def incomparable_words(first: "LogLikelihood", second: "LogLikelihood") -> str | None:
    """Why two values of log p(x) are not to be compared, where that is so."""
    if (first.sigma, first.residual) == (second.sigma, second.residual):
        return None
    return (
        "The two values of log p(x) are under different likelihoods, each its own training's: "
        f"σ = {first.sigma:.3g}, {residual_words(first)}, and σ = {second.sigma:.3g}, "
        f"{residual_words(second)}. Do not compare them."
    )


def value_text(metric: str, value: float | None) -> str:
    """A value as shown: "0.0521", "7.3 %"; a dash where there is none."""
    if value is None:
        return "–"
    share = metric == "f_score"
    number = f"{100 * value if share else value:.{_DECIMALS[metric]}f}"
    return number + (" %" if share else "")


def difference_text(metric: str, value: float | None) -> str:
    """A difference of two values, with its sign."""
    if value is None:
        return "–"
    share = metric == "f_score"
    return signed(100 * value if share else value, _DECIMALS[metric]) + (" %" if share else "")


def signed(value: float, decimals: int) -> str:
    """A number with its sign, a real minus; what rounds to nothing has none."""
    number = f"{value:+.{decimals}f}"
    return (number if number.strip("+-0.") else number[1:]).replace("-", "−")
