"""A model's figures as rows of words."""

from dataclasses import replace
from typing import TYPE_CHECKING

from core.metric_words import few_samples_words, incomparable_words
from mogvae_gui.views.model_figures_panel import FigureRow

if TYPE_CHECKING:  # they bring torch and scipy, which the window is painted without
    from collections.abc import Mapping

    from core.metrics.generation import SetDistances
    from core.metrics.likelihood import LogLikelihood
    from core.model_figures import ModelFigures

_MMD = (
    "Minimum matching distance: from each chair to the nearest new shape, on average. Lower is "
    "better."
)
_COV = "Coverage: the share of chairs that are nearest to some new shape. Higher is better."
_NNA = (
    "1-nearest-neighbour accuracy: how often new shapes and chairs can be told apart by their "
    "nearest neighbour. Best is 50 %."
)


_LOG_P = "log p(x), nats"
_NOT_COMPARABLE = "Under different likelihoods: not to be compared"
_UNKNOWN = "–"

_POINTS = {
    "nearest": "the nearest points",
    "by index": "the points at the same place of each chair",
}


def figure_rows(figures: "ModelFigures") -> tuple[FigureRow, ...]:
    """Rows for the panel, with headings."""
    generation, likelihood, use = figures.generation, figures.likelihood, figures.use
    rows = [
        FigureRow(
            f"New shapes ({generation.generated} against {generation.references} chairs)",
            meaning=f"Drawn from the prior and compared at {generation.points:,} points; compare "
            "figures of the same sizes only.",
        ),
        *_distances("CD²", generation.cd, 5),
        *(() if generation.emd is None else _distances("EMD", generation.emd, 4)),
        FigureRow(
            "JSD, nats",
            f"{generation.jsd:.3f}",
            "Jensen-Shannon divergence of where points lie: 0 is the same, 0.69 the most.",
        ),
        FigureRow("Likelihood"),
        FigureRow(
            _LOG_P,
            f"{likelihood.mean:,.0f}".replace("-", "−"),
            f"Importance-sampled, {likelihood.samples} samples, {len(likelihood.values)} chairs, "
            f"under a Gaussian of {likelihood.sigma:.2g} around {_POINTS[likelihood.residual]}. "
            "Only differences between models on the same chairs mean something.",
        ),
        samples_that_count(likelihood),
        FigureRow("Latent space"),
        FigureRow(
            "active axes",
            f"{use.active_units} of {use.latent}",
            "Latent axes along which the codes of chairs vary.",
        ),
        FigureRow(
            "used components",
            f"{use.used_components:.1f} of {len(use.component_usage)}",
            "As many components, equally used, would be as evenly spread.",
        ),
    ]
    recovery = figures.recovery
    if recovery is not None:
        rows += [
            FigureRow(f"Families of made chairs ({recovery.families})"),
            FigureRow(
                "components are families",
                f"{recovery.adjusted_rand:.2f}",
                "Adjusted Rand index: 1 is the same groups, 0 chance.",
            ),
            FigureRow(
                "codes name the family",
                "–"
                if recovery.probe_accuracy is None
                else f"{100 * recovery.probe_accuracy:.0f} %",
                "A linear classifier on chairs that it was not fitted to; always naming the "
                f"largest family gets {100 * recovery.guess_accuracy:.0f} %.",
            ),
            *_measures(recovery.parameter_r2),
        ]
    return tuple(rows)


def compared_rows(
    first: "ModelFigures | None", second: "ModelFigures | None"
) -> tuple[FigureRow, ...]:
    """Rows of two runs side by side; a dash where one has not been measured."""
    of_first = () if first is None else figure_rows(first)
    of_second = () if second is None else figure_rows(second)
    others = {row.label: row for row in of_second}
    rows = [_beside(row, others.get(row.label)) for row in of_first]
    rows += [_beside(replace(row, value=""), row) for row in of_second] if first is None else []
    note = None
    if first is not None and second is not None:
        note = incomparable_words(first.likelihood, second.likelihood)
    if note is not None:
        place = next(index for index, row in enumerate(rows) if row.label == _LOG_P)
        rows.insert(place + 1, FigureRow(_NOT_COMPARABLE, meaning=note, is_note=True))
    return tuple(rows)


def _beside(row: FigureRow, other: FigureRow | None) -> FigureRow:
    is_heading = not row.value and (other is None or not other.value)
    if is_heading:
        return row
    meaning = row.meaning
    if other is not None and other.meaning != row.meaning:
        meaning = f"A: {row.meaning}\nB: {other.meaning}"
    second = _UNKNOWN if other is None else other.value
    return replace(row, value=row.value or _UNKNOWN, second=second, meaning=meaning)


def samples_that_count(likelihood: "LogLikelihood") -> FigureRow:
    """How many of the samples carry log p(x), and what to make of too few."""
    effective = likelihood.mean_effective_samples
    caution = few_samples_words(effective, likelihood.samples)
    value = f"{effective:.1f}"
    return FigureRow(
        f"of {likelihood.samples} samples count",
        value if caution is None else f"{value}, few",
        caution or "Near 1 the estimate is little more than a lower bound.",
    )


def _measures(r2: "Mapping[str, float]") -> tuple[FigureRow, ...]:
    if not r2:
        return ()
    each = ", ".join(f"{name.replace('_', ' ')} {share:.2f}" for name, share in r2.items())
    return (
        FigureRow(
            "codes tell measures",
            f"R² {sum(r2.values()) / len(r2):.2f}",
            "How much of the chairs' measures a linear model reads off their codes, on chairs that "
            f"it was not fitted to; 1 is all, 0 nothing. {each}.",
        ),
    )


def _distances(name: str, distances: "SetDistances", decimals: int) -> tuple[FigureRow, ...]:
    return (
        FigureRow(f"MMD, {name}", f"{distances.mmd:.{decimals}f}", _MMD),
        FigureRow(f"COV, {name}", f"{100 * distances.coverage:.0f} %", _COV),
        FigureRow(f"1-NNA, {name}", f"{100 * distances.one_nna:.0f} %", _NNA),
    )
