"""The rows of the Evaluation dock's table: numbers that sort as numbers."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from mogvae_gui.views.actions import wrapped
from mogvae_gui.views.spread import RUN_ROLES
from mogvae_gui.views.theme import palette

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
ROOT = QModelIndex()

CHAIR_ID = int(Role.UserRole)
NAME, SPLIT = 0, 1  # columns; numbers follow
_NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WORD = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class NumberColumn:
    """A column of figures. How they read is asked only for those that are seen."""

    title: str
    tooltip: str
    widest: str  # a text as wide as any in it
    text: Callable[[float], str] = field(compare=False)
    run: Callable[[float], int | None] | None = field(default=None, compare=False)
    """Which run's colour a figure has: 0 the first, 1 the second."""


@dataclass(frozen=True)
class EvaluationRow:
    """One chair, or a line of the summary, which has no chair."""

    chair_id: str
    name: str
    split: str
    numbers: tuple[float, ...]  # NaN stands where there is none
    tooltip: str = ""
    runs: tuple[int | None, ...] = ()  # colours, where they are not the columns' choice


class EvaluationModel(QAbstractTableModel):
    """Rows in the order that was asked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[NumberColumn, ...] = ()
        self._rows: list[EvaluationRow] = []
        self._sorted_by: tuple[int, bool] | None = None  # column, descending

    @property
    def columns(self) -> tuple[NumberColumn, ...]:
        """The columns of figures."""
        return self._columns

    @property
    def rows(self) -> tuple[EvaluationRow, ...]:
        """The rows from top to bottom."""
        return tuple(self._rows)

    def show_rows(self, columns: tuple[NumberColumn, ...], rows: list[EvaluationRow]) -> None:
        """Replace everything; the order that was asked for stays."""
        self.beginResetModel()
        if len(columns) != len(self._columns):
            self._sorted_by = None
        self._columns = columns
        self._rows = self._in_order(rows)
        self.endResetModel()

    def sort_rows(self, column: int, *, descending: bool) -> None:
        """Order by a column; -1 leaves the order as it is."""
        self.beginResetModel()
        self._sorted_by = None if column < 0 else (column, descending)
        self._rows = self._in_order(self._rows)
        self.endResetModel()

    def row_of(self, chair_id: str) -> int | None:
        """Where a chair stands; None where it is not listed."""
        for position, row in enumerate(self._rows):
            if row.chair_id == chair_id:
                return position
        return None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else SPLIT + 1 + len(self._columns)

    def data(self, index: Index, role: int = int(Role.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == CHAIR_ID:
            return row.chair_id
        if index.column() <= SPLIT:
            return self._words(row, index.column(), role)
        place = index.column() - SPLIT - 1
        column, number = self._columns[place], row.numbers[place]
        if role == Role.DisplayRole:
            return "" if math.isnan(number) else column.text(number)
        if role == Role.TextAlignmentRole:
            return int(_NUMBER)
        if role == Role.ForegroundRole:
            run = row.runs[place] if row.runs else column.run(number) if column.run else None
            return None if run is None else palette().colour(RUN_ROLES[run])
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Role.DisplayRole)
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return int(_WORD if section <= SPLIT else _NUMBER)
        if section <= SPLIT:
            return ("Chair", "Split")[section] if role == Role.DisplayRole else None
        column = self._columns[section - SPLIT - 1]
        if role == Role.DisplayRole:
            return column.title
        return wrapped(column.tooltip) if role == Role.ToolTipRole else None

    def _words(self, row: EvaluationRow, column: int, role: int) -> Any:
        if role == Role.DisplayRole:
            return row.name if column == NAME else row.split
        if role == Role.TextAlignmentRole:
            return int(_WORD)
        if role == Role.ToolTipRole:
            return wrapped(row.tooltip or row.name)
        if role == Role.ForegroundRole and column == SPLIT:
            return palette().colour("muted")
        return None

    def _in_order(self, rows: list[EvaluationRow]) -> list[EvaluationRow]:
        if self._sorted_by is None:
            return list(rows)
        column, descending = self._sorted_by

        def key(row: EvaluationRow) -> Any:
            if column <= SPLIT:
                return (row.name if column == NAME else row.split).casefold()
            return row.numbers[column - SPLIT - 1]

        return sorted(rows, key=key, reverse=descending)
