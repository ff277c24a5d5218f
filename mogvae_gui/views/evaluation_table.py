"""The table of evaluated chairs, with its means and floor always in sight below it."""

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSignalBlocker,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.evaluation_model import (
    CHAIR_ID,
    NAME,
    SPLIT,
    EvaluationModel,
    EvaluationRow,
    NumberColumn,
)
from mogvae_gui.views.theme import palette

ROW_HEIGHT = 20
_HEADER_HEIGHT = 24
_NARROWEST_NAME = 100
_SPLIT_WIDTH = 56
_CELL_PADDING = 14
NO_KEY = Qt.KeyboardModifier.NoModifier
_HEADER_PADDING = 25  # with the arrow that shows how the table is sorted


class _Table(QTableView):
    """Says when a row that is chosen already is clicked: the stage may show something else."""

    chosen_again = Signal(str)
    words_when_empty = ""
    replaces = True  # whether the newest choice by hand put an end to the one before

    def selectionCommand(
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        flags = super().selectionCommand(index, event)
        self.replaces = bool(flags & QItemSelectionModel.SelectionFlag.Clear)
        return flags

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model() is not None and not self.model().rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(palette().colour("muted"))
            painter.drawText(
                self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self.words_when_empty
            )
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        chosen = self.selectionModel()
        alone = event.modifiers() == NO_KEY and len(chosen.selectedRows()) == 1
        again = index.isValid() and alone and chosen.isSelected(index)
        super().mousePressEvent(event)
        if again:
            self.chosen_again.emit(index.data(CHAIR_ID))


class EvaluationTable(QFrame):
    """Rows can be sorted by their headers; a chosen row names its chair."""

    chair_chosen = Signal(str)
    selection_edited = Signal(list)  # chair ids where more or fewer than one are chosen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("table", True)
        self.model = EvaluationModel(self)
        self.summary_model = EvaluationModel(self)
        self._chosen: tuple[str, ...] = ()
        self.table = self._make_table()
        self.summary = self._make_summary()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.summary)

    def show_rows(
        self,
        columns: tuple[NumberColumn, ...],
        rows: list[EvaluationRow],
        summary: list[EvaluationRow],
        *,
        shows_split: bool = True,
    ) -> None:
        """Show these chairs and lines of summary; order and chosen chair stay."""
        changed = columns != self.model.columns
        self.summary_model.show_rows(columns, summary)
        with QSignalBlocker(self.table.selectionModel()):
            self.model.show_rows(columns, rows)
        if changed:
            with QSignalBlocker(self.table.horizontalHeader()):
                self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self._fit_columns()
        self.summary.setFixedHeight(ROW_HEIGHT * len(summary) + 1)
        self.table.setColumnHidden(SPLIT, not shows_split)
        self.summary.setColumnHidden(SPLIT, not shows_split)
        self._fit_name()
        self._mark()

    def show_selected(self, chair_ids: tuple[str, ...]) -> None:
        """Mark these, where they are listed, and bring the first into sight."""
        self._chosen = chair_ids
        self._mark()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_name()

    def _make_table(self) -> _Table:
        table = _Table()
        table.chosen_again.connect(self.chair_chosen)
        table.setModel(self.model)
        _dress(table)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setAccessibleName("Evaluated chairs")
        table.words_when_empty = "No chair has these words in its name"
        header = table.horizontalHeader()
        header.setFixedHeight(_HEADER_HEIGHT)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.sortIndicatorChanged.connect(self._on_sort_asked)
        header.sectionResized.connect(self._on_section_resized)
        table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        table.verticalScrollBar().rangeChanged.connect(self._fit_name)
        return table

    def _make_summary(self) -> QTableView:
        summary = QTableView()
        summary.setModel(self.summary_model)
        _dress(summary)
        summary.setProperty("summary", True)
        summary.horizontalHeader().hide()
        summary.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        summary.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for bar_policy in (
            summary.setVerticalScrollBarPolicy,
            summary.setHorizontalScrollBarPolicy,
        ):
            bar_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.horizontalScrollBar().valueChanged.connect(
            summary.horizontalScrollBar().setValue
        )
        return summary

    def _fit_columns(self) -> None:
        """Give each column of figures the room that its widest text needs."""
        words, header = self.fontMetrics(), self.table.horizontalHeader()
        header.resizeSection(SPLIT, _SPLIT_WIDTH)
        for place, column in enumerate(self.model.columns, start=SPLIT + 1):
            width = max(
                words.horizontalAdvance(column.widest) + _CELL_PADDING,
                words.horizontalAdvance(column.title) + _HEADER_PADDING,
            )
            header.resizeSection(place, width)
        self._fit_name()

    @Slot()
    def _fit_name(self) -> None:
        """Give names the room that is left."""
        header = self.table.horizontalHeader()
        others = header.length() - header.sectionSize(NAME)
        room = self.table.viewport().width() - others
        header.resizeSection(NAME, max(_NARROWEST_NAME, room))

    def _mark(self) -> None:
        """Select the chosen chairs without saying that they were chosen here."""
        chosen, flags = self.table.selectionModel(), QItemSelectionModel.SelectionFlag
        row_of = {row.chair_id: position for position, row in enumerate(self.model.rows)}
        rows = [row_of[chair_id] for chair_id in self._chosen if chair_id in row_of]
        marked = QItemSelection()
        for row in rows:
            marked.select(self.model.index(row, NAME), self.model.index(row, NAME))
        with QSignalBlocker(chosen):
            chosen.select(marked, flags.ClearAndSelect | flags.Rows)
            if rows and self._chosen[0] in row_of:
                chosen.setCurrentIndex(self.model.index(rows[0], NAME), flags.NoUpdate)
        if rows:
            self.table.scrollTo(self.model.index(rows[0], NAME))
        self.table.viewport().update()

    @Slot(int, Qt.SortOrder)
    def _on_sort_asked(self, column: int, order: Qt.SortOrder) -> None:
        with QSignalBlocker(self.table.selectionModel()):
            self.model.sort_rows(column, descending=order == Qt.SortOrder.DescendingOrder)
        self._mark()

    @Slot(int, int, int)
    def _on_section_resized(self, section: int, _old: int, new: int) -> None:
        self.summary.setColumnWidth(section, new)

    @Slot()
    def _on_selection_changed(self) -> None:
        current = self.table.currentIndex().data(CHAIR_ID)
        listed = [index.data(CHAIR_ID) for index in self.table.selectionModel().selectedRows()]
        chosen = sorted(listed, key=lambda chair_id: chair_id != current)
        if not self.table.replaces:  # a chair more or less: those that are not listed stay
            there = {row.chair_id for row in self.model.rows}
            chosen += [chair_id for chair_id in self._chosen if chair_id not in there]
        self._chosen = tuple(chosen)
        if len(chosen) == 1:
            self.chair_chosen.emit(chosen[0])
        else:
            self.selection_edited.emit(chosen)


def _dress(table: QTableView) -> None:
    table.setProperty("plain", True)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setCornerButtonEnabled(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setTabKeyNavigation(False)
    table.horizontalHeader().setMinimumSectionSize(40)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    rows = table.verticalHeader()
    rows.hide()
    rows.setMinimumSectionSize(ROW_HEIGHT)
    rows.setDefaultSectionSize(ROW_HEIGHT)
