"""The Model side of the Evaluation dock: figures that are not about one chair."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.actions import make_button, wrapped
from mogvae_gui.views.empty_state import EmptyState, EmptyStateAction
from mogvae_gui.views.spread import RUN_ROLES
from mogvae_gui.views.theme import GRID, small_font

_USUAL_TIP = "Takes about half a minute; it can be cancelled below"


@dataclass(frozen=True)
class FigureRow:
    """A figure as shown; without a value it is a heading, or a note on the row above."""

    label: str
    value: str = ""
    meaning: str = ""
    second: str = ""
    """The value of the second run, where two are compared."""
    is_note: bool = False


class ModelFiguresPanel(QWidget):
    """Shows the figures of one run or of two side by side, or offers to measure them."""

    measure_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty = EmptyState(
            "gauge", "", "", [EmptyStateAction("measure", "Measure", "gauge", primary=True)]
        )
        self.empty.action_chosen.connect(self._on_empty_action)
        self._rows: tuple[FigureRow, ...] = ()
        self._runs: tuple[str, ...] = ()
        self.missing = make_button("", "gauge")
        self.missing.clicked.connect(self.measure_requested)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(3, 1)  # values stand near their labels
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        offer = QHBoxLayout()
        offer.setContentsMargins(GRID, 0, GRID, 0)
        offer.addWidget(self.missing)
        offer.addStretch(1)
        layout.addLayout(offer)
        layout.addLayout(self._grid)
        layout.addStretch(1)
        self._area = area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(area)
        self.show_missing("")
        self.show_nothing("")

    @property
    def rows(self) -> tuple[FigureRow, ...]:
        """What is shown; empty while nothing is measured."""
        return self._rows

    def show_nothing(self, reason: str, busy: bool = False, runs: Sequence[str] = ()) -> None:
        """Offer to measure one run, or two where their names are given.

        A `reason` forbids it.
        """
        self._rows = ()
        title = "The models as a whole" if runs else "The model as a whole"
        self.empty.show_words(
            title,
            "New shapes against chairs (MMD, COV, 1-NNA, JSD), likelihood, use of the latent "
            "space, and whether it found the families of made chairs.",
        )
        button = self.empty.button("measure")
        offer = "Measure both models" if runs else "Measure the model"
        button.setText("Measuring …" if busy else offer)
        button.setEnabled(not reason and not busy)
        button.setToolTip(wrapped(reason or _USUAL_TIP))
        self._stack.setCurrentIndex(0)

    def show_figures(self, rows: Sequence[FigureRow], runs: Sequence[str] = ()) -> None:
        """Show these figures; of two runs side by side where their names are given."""
        if (tuple(rows), tuple(runs)) != (self._rows, self._runs):
            self._rows, self._runs = tuple(rows), tuple(runs)
            self._fill()
        self._stack.setCurrentIndex(1)

    def show_missing(self, offer: str, reason: str = "", busy: bool = False) -> None:
        """Above the figures, offer to measure the run that lacks them; empty where none does.

        A `reason` forbids it.
        """
        self.missing.setText("Measuring …" if busy else offer)
        self.missing.setEnabled(not reason and not busy)
        self.missing.setToolTip(wrapped(reason or _USUAL_TIP))
        self.missing.setVisible(bool(offer))

    def _fill(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if self._runs:
            self._add_runs()
        for place, row in enumerate(self._rows, start=1):
            self._add_row(place, row)
        # Two columns are worth some of the table's room: a value that is cut is a wrong one.
        bar = self._area.verticalScrollBar().sizeHint().width()
        self._area.setMinimumWidth(self._grid.minimumSize().width() + bar if self._runs else 0)

    def _add_runs(self) -> None:
        """Head the two columns, in the colours that the runs have in the histogram."""
        for column, (letter, run, role) in enumerate(
            zip("AB", self._runs, RUN_ROLES, strict=True), start=1
        ):
            label = _words(letter, role)
            _embolden(label)
            label.setAlignment(_RIGHT)
            label.setToolTip(wrapped(run))
            self._grid.addWidget(label, 0, column)

    def _add_row(self, place: int, row: FigureRow) -> None:
        label = _words(row.label, "muted" if row.value or row.is_note else "")
        label.setToolTip(wrapped(row.meaning) if row.meaning else "")
        if not row.value:
            if row.is_note:
                label.setFont(small_font(label.font()))
            else:
                _embolden(label)
            self._grid.addWidget(label, place, 0, 1, 4)
            return
        self._grid.addWidget(label, place, 0)
        for column, words in enumerate((row.value, row.second) if self._runs else (row.value,)):
            value = _words(words, "")
            value.setAlignment(_RIGHT)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setToolTip(label.toolTip())
            self._grid.addWidget(value, place, 1 + column)

    @Slot(str)
    def _on_empty_action(self, _name: str) -> None:
        self.measure_requested.emit()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _embolden(label: QLabel) -> None:
    font = label.font()
    font.setBold(True)
    label.setFont(font)


def _words(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
