"""A library's clouds in correspondence, for the pointwise squared error.

The orders are found once for a library, kept beside it, and found again by the clouds' content.
"""

from collections.abc import Iterator

from core.correspondence import (
    CorrespondenceProgress,
    OrderTable,
    bring_into_correspondence,
)
from core.library import Library
from core.training.reports import PreparationReport

FOLDER = "correspondence"  # in the library's
DOING = "Bringing chairs into correspondence"


def correspond(library: Library) -> Iterator[PreparationReport]:
    """Find the order of every chair's points that is not known yet, a report at a time."""
    if len(library) == 0:
        return
    for progress in _matching(library):
        yield PreparationReport(progress.done, progress.total, DOING)


def orders_of(library: Library) -> OrderTable:
    """The orders of all chairs, by their position in `library.chairs`; quick after `correspond`."""
    table: OrderTable | None = None
    for progress in _matching(library):
        table = progress.orders
    if table is None:
        raise ValueError("a library without chairs has no orders")
    return table


def _matching(library: Library) -> Iterator[CorrespondenceProgress]:
    return bring_into_correspondence(library.folder / FOLDER, library.clouds, library.rows())
