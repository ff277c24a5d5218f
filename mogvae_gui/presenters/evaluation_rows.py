"""An evaluation as rows, columns and a histogram."""

import math
from dataclasses import replace
from functools import partial

import numpy as np

from core.evaluation_table import EvaluationTable, Side
from core.library import Chair
from core.metric_words import LABELS, MEANINGS, difference_text, is_better, value_text
from core.plain_conclusion import better_run
from mogvae_gui.views.evaluation_model import EvaluationRow, NumberColumn
from mogvae_gui.views.spread import Spread

_WIDEST = {"cd_1": "0.0000", "cd_sq": "0.00000", "emd": "0.0000", "f_score": "100.0 %"}
_SHORT = {"f_score": "F"}  # beside the two columns that name it
_FLOOR = (
    "What a perfect reconstruction would get: another sample of the same surface compared with the "
    "chair. Nothing can be told from perfect below it."
)


def sides_of(table: EvaluationTable) -> tuple[Side, ...]:
    """What stands side by side for each metric."""
    return ("first",) if table.second is None else ("first", "second", "difference")


def columns_of(table: EvaluationTable) -> tuple[NumberColumn, ...]:
    """A column for each metric, or three: run A, run B, A minus B."""
    if table.second is None:
        return tuple(
            NumberColumn(label, MEANINGS[metric], _WIDEST[metric], partial(value_text, metric))
            for metric, label in LABELS.items()
        )
    columns = []
    for metric, label in LABELS.items():
        meaning, widest = MEANINGS[metric], _WIDEST[metric]
        for letter, run in (("A", table.run), ("B", table.against)):
            tooltip = f"{meaning} Of {run}."
            text = partial(value_text, metric)
            columns.append(NumberColumn(f"{label} {letter}", tooltip, widest, text))
        columns.append(
            NumberColumn(
                f"Δ {_SHORT.get(metric, label)}",
                f"{meaning} {table.run} minus {table.against}, in the colour of the run that does "
                "better.",
                f"−{widest}",
                partial(difference_text, metric),
                partial(_run_that_wins, metric),
            )
        )
    return tuple(columns)


def rows_of(table: EvaluationTable) -> list[EvaluationRow]:
    """A row for each chair."""
    numbers = np.stack([table.values(side, metric) for metric, side in _places(table)], axis=1)
    return [
        EvaluationRow(chair.id, chair.name, chair.split, tuple(row))
        for chair, row in zip(table.chairs, numbers.tolist(), strict=True)
    ]


def rows_with(rows: list[EvaluationRow], text: str) -> list[EvaluationRow]:
    """The rows in whose names every word of `text` occurs; case does not matter."""
    words = text.lower().split()
    return [row for row in rows if all(word in row.name.lower() for word in words)]


def summary_of(table: EvaluationTable) -> list[EvaluationRow]:
    """The means of all chairs, listed or not, and the floor where meshes are known.

    A mean difference has a run's colour only where a difference is shown.
    """
    places = _places(table)
    means = tuple(table.mean(side, metric) for metric, side in places)
    runs = tuple(
        better_run(metric, table.paired[metric]) if side == "difference" else None
        for metric, side in places
    )
    count = len(table.chairs)
    words = "Mean" if count == 1 else f"Mean of {count:,}"
    about = "Of all chairs of the split, listed or not."
    summary = [EvaluationRow("", words, "", means, about, runs)]
    if table.first.floor:
        floors = tuple(
            (table.floor(metric) or 0.0) if side == "first" else math.nan for metric, side in places
        )
        words = f"Floor, of {len(table.first.floor):,}"
        summary.append(EvaluationRow("", words, "", floors, _FLOOR, (None,) * len(places)))
    return summary


def spread_of(table: EvaluationTable, metric: str, *, differences: bool) -> Spread:
    """What the histogram shows of a metric."""
    scale = 100.0 if metric == "f_score" else 1.0  # of the axis
    if differences:
        return Spread(
            table.values("difference", metric),
            mean=table.mean("difference", metric),
            value_text=lambda value: difference_text(metric, value),
            scale=scale,
            is_difference=True,
        )
    first = Spread(
        table.values("first", metric),
        floor=table.floor(metric),
        value_text=lambda value: value_text(metric, value),
        scale=scale,
    )
    if table.second is None:
        return replace(first, mean=table.mean("first", metric))
    return replace(first, second=table.values("second", metric))


def chosen_values(
    table: EvaluationTable, metric: str, chair: Chair | None, *, differences: bool
) -> tuple[float, ...]:
    """Where the chosen chair stands in the histogram; empty where it is not in the table."""
    ids = [each.id for each in table.chairs]
    if chair is None or chair.id not in ids:
        return ()
    row = ids.index(chair.id)
    if differences:
        return (float(table.values("difference", metric)[row]),)
    sides: tuple[Side, ...] = ("first",) if table.second is None else ("first", "second")
    return tuple(float(table.values(side, metric)[row]) for side in sides)


def _places(table: EvaluationTable) -> list[tuple[str, Side]]:
    """Metric and side of each column of figures."""
    return [(metric, side) for metric in LABELS for side in sides_of(table)]


def _run_that_wins(metric: str, difference: float) -> int | None:
    """Neither, where the difference is too small to be seen in its figure."""
    if not difference_text(metric, difference).startswith(("+", "−")):
        return None
    return 0 if is_better(metric, difference, 0.0) else 1
