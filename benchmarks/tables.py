"""Results as tables for people."""

from collections.abc import Iterable, Sequence

from rich.table import Table


def comparison(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table whose first column names what is compared."""
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*row)
    return table


def milliseconds(seconds: float) -> str:
    """A duration as read in tables."""
    return f"{1000 * seconds:,.1f} ms"


def megabytes(count: int | None) -> str:
    """A size as read in tables."""
    return "not measured" if count is None else f"{count / 2**20:,.0f} MiB"
