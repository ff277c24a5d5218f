"""An evaluation as rows, columns and a histogram."""

from core.evaluation_table import EvaluationTable, Side
from core.library import Chair
from core.metric_words import LABELS, MEANINGS, difference_text, is_better, value_text
from core.plain_conclusion import better_run
from mogvae_gui.views.evaluation_model import EvaluationRow, NumberCell, NumberColumn
from mogvae_gui.views.histogram import Spread

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
    columns = []
    for metric, label in LABELS.items():
        for side in sides_of(table):
            title, tooltip = label, MEANINGS[metric]
            if table.second is not None:
                title = {"first": f"{label} A", "second": f"{label} B", "difference": f"Δ {_SHORT.get(metric, label)}"}[
                    side
                ]
                whose = {
                    "first": f"Of {table.run}.",
                    "second": f"Of {table.against}.",
                    "difference": f"{table.run} minus {table.against}, in the colour of the run "
                    "that does better.",
                }[side]
                tooltip = f"{tooltip} {whose}"
            sign = "−" if side == "difference" else ""
            columns.append(NumberColumn(title, tooltip, sign + _WIDEST[metric]))
    return tuple(columns)


def rows_of(table: EvaluationTable, text: str) -> list[EvaluationRow]:
    """A row for each chair in whose name every word of `text` occurs."""
    words = text.lower().split()
    columns = [
        (metric, side, table.values(side, metric)) for metric in LABELS for side in sides_of(table)
    ]
    return [
        EvaluationRow(
            chair.id,
            chair.name,
            chair.split,
            tuple(_cell(metric, side, float(values[row])) for metric, side, values in columns),
        )
        for row, chair in enumerate(table.chairs)
        if all(word in chair.name.lower() for word in words)
    ]


def summary_of(table: EvaluationTable) -> list[EvaluationRow]:
    """The means of all chairs, listed or not, and the floor where meshes are known."""
    count = len(table.chairs)
    means = tuple(_mean_cell(table, metric, side) for metric in LABELS for side in sides_of(table))
    words = "Mean" if count == 1 else f"Mean of {count:,}"
    summary = [EvaluationRow("", words, "", means, "Of all chairs of the split, listed or not")]
    if table.first.floor:
        floors = tuple(
            NumberCell(0.0, value_text(metric, table.floor(metric)) if side == "first" else "")
            for metric in LABELS
            for side in sides_of(table)
        )
        summary.append(
            EvaluationRow("", f"Floor, of {len(table.first.floor):,}", "", floors, _FLOOR)
        )
    return summary


def spread_of(table: EvaluationTable, metric: str, *, differences: bool) -> Spread:
    """What the histogram shows of a metric."""
    scale, unit = (100.0, " %") if metric == "f_score" else (1.0, "")
    if differences:
        return Spread(
            table.values("difference", metric),
            mean=table.mean("difference", metric),
            value_text=lambda value: difference_text(metric, value),
            scale=scale,
            unit=unit,
            is_difference=True,
        )
    first = Spread(
        table.values("first", metric),
        floor=table.floor(metric),
        value_text=lambda value: value_text(metric, value),
        scale=scale,
        unit=unit,
    )
    if table.second is None:
        return _with(first, mean=table.mean("first", metric))
    return _with(first, second=table.values("second", metric))


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


def _with(spread: Spread, **changes: object) -> Spread:
    return Spread(**{**vars(spread), **changes})


def _cell(metric: str, side: Side, value: float) -> NumberCell:
    if side != "difference":
        return NumberCell(value, value_text(metric, value))
    run = None
    if value:
        run = 0 if is_better(metric, value, 0.0) else 1
    return NumberCell(value, difference_text(metric, value), run)


def _mean_cell(table: EvaluationTable, metric: str, side: Side) -> NumberCell:
    """A mean; that of differences has a run's colour only where a difference is shown."""
    value = table.mean(side, metric)
    if side != "difference":
        return NumberCell(value, value_text(metric, value))
    run = better_run(metric, table.paired[metric])
    return NumberCell(value, difference_text(metric, value), run)
