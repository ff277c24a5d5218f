"""The Model side of the Evaluation dock: figures that are not about one chair."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QStackedLayout, QWidget

from mogvae_gui.views.actions import wrapped
from mogvae_gui.views.empty_state import EmptyState, EmptyStateAction
from mogvae_gui.views.theme import GRID


@dataclass(frozen=True)
class FigureRow:
    """A figure as shown; without a value it is a heading."""

    label: str
    value: str = ""
    meaning: str = ""


class ModelFiguresPanel(QWidget):
    """Shows the figures of one run, or offers to measure them."""

    measure_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty = EmptyState(
            "gauge", "", "", [EmptyStateAction("measure", "Measure", "gauge", primary=True)]
        )
        self.empty.action_chosen.connect(self._on_empty_action)
        self._rows: tuple[FigureRow, ...] = ()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(2, 1)  # values stand near their labels
        inside = QWidget()
        inside.setLayout(self._grid)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(area)
        self.show_nothing("")

    @property
    def rows(self) -> tuple[FigureRow, ...]:
        """What is shown; empty while nothing is measured."""
        return self._rows

    def show_nothing(self, reason: str, busy: bool = False) -> None:
        """Offer to measure, unless a `reason` forbids it."""
        self._rows = ()
        self.empty.show_words(
            "The model as a whole",
            "New shapes against chairs (MMD, COV, 1-NNA, JSD), likelihood, use of the latent "
            "space, and whether it found the families of made chairs.",
        )
        button = self.empty.button("measure")
        button.setText("Measuring …" if busy else "Measure the model")
        button.setEnabled(not reason and not busy)
        button.setToolTip(wrapped(reason or "Takes about half a minute; it can be cancelled below"))
        self._stack.setCurrentIndex(0)

    def show_figures(self, rows: Sequence[FigureRow]) -> None:
        """Show these figures."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self._fill()
        self._stack.setCurrentIndex(1)

    def _fill(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, row in enumerate(self._rows):
            label = _words(row.label, "" if not row.value else "muted")
            label.setToolTip(wrapped(row.meaning) if row.meaning else "")
            if not row.value:
                font = label.font()
                font.setBold(True)
                label.setFont(font)
                self._grid.addWidget(label, place, 0, 1, 2)
                continue
            value = _words(row.value, "")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setToolTip(label.toolTip())
            self._grid.addWidget(label, place, 0)
            self._grid.addWidget(value, place, 1)
        self._grid.setRowStretch(len(self._rows), 1)

    @Slot(str)
    def _on_empty_action(self, _name: str) -> None:
        self.measure_requested.emit()


def _words(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
