"""The settings of the trainings, model by model, as a table."""

from typing import Any

from core.errors import StudioError
from core.study.report.tables import Result, Table, labels_of
from core.training.settings import info


def settings_table(result: Result) -> Table | None:
    """A row for each setting, those in which models differ first and bold; None where not kept."""
    settings = result.get("settings")
    if not settings:
        return None
    labels = labels_of(result)
    names = list(dict.fromkeys(name for each in settings.values() for name in each))
    values = {name: [_text(each.get(name)) for each in settings.values()] for name in names}
    differing = [name for name in names if len(set(values[name])) > 1]
    order = differing + [name for name in names if name not in differing]
    plan, seeds = result["plan"], result["seeds"]
    return Table(
        "Settings of the trainings; those in which the models differ are bold. Loss and seed vary "
        f"within each model: {', '.join(plan['losses'])}; seeds {', '.join(map(str, seeds))}",
        ("setting", *(labels[key] for key in settings)),
        tuple((_label(name), *values[name]) for name in order),
        frozenset(
            (row, column) for row in range(len(differing)) for column in range(len(settings) + 1)
        ),
        frozenset({len(differing)}) if 0 < len(differing) < len(order) else frozenset(),
    )


def _label(name: str) -> str:
    try:
        return info(name).label
    except (KeyError, StudioError):
        return name.replace("_", " ")  # of another version of the program


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
