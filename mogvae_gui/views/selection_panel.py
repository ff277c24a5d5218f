"""The Selection dock: the chosen chairs, the neighbours of the probe, and reckoning with codes."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.actions import make_action, make_button, wrapped
from mogvae_gui.views.chair_strip import ChairStrip
from mogvae_gui.views.code_slot import CodeSlot
from mogvae_gui.views.elided_label import ElidedLabel
from mogvae_gui.views.empty_state import EmptyState
from mogvae_gui.views.fields import IntegerBox

LETTERS = ("A", "B", "C")
HEADER_HEIGHT = 28  # that of a button, so that all headings stand on one line


class SelectionPanel(QWidget):
    """Three parts side by side. Shows what it is told and says what was asked."""

    chair_shown = Signal(str)  # a chosen chair; the others stay chosen
    neighbour_chosen = Signal(str)
    neighbours_edited = Signal(int)
    slot_filled = Signal(str, str)  # letter, key of the source
    average_requested = Signal()
    analogy_requested = Signal()
    difference_requested = Signal()
    choices_wanted = Signal(str)  # letter of a slot whose menu opens
    shown = Signal()  # came in sight; nothing is kept up to date before

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.average_action = make_action(
            self,
            "Average of the chosen chairs",
            "blend",
            "Ctrl+Shift+A",
            "Put the probe in the middle of the chosen chairs' codes",
            self.average_requested,
        )
        self.chosen = ChairStrip()
        self.chosen.chair_clicked.connect(self.chair_shown)
        self.neighbours = ChairStrip()
        self.neighbours.chair_clicked.connect(self.neighbour_chosen)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        for part in (self._make_chosen(), self._make_neighbours(), self._make_slots()):
            parts.addWidget(part)
        parts.setSizes([460, 400, 330])
        parts.setStretchFactor(0, 1)
        parts.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(parts)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def show_summary(self, count: str, breakdown: str) -> None:
        """Say how many chairs are chosen, and of which kinds; no words for none."""
        self._count.setText(count or "Chosen chairs")
        self._breakdown.setText(breakdown)
        self._breakdown.setToolTip(wrapped(breakdown) if breakdown else "")
        self._chosen_stack.setCurrentIndex(1 if count else 0)
        self._breakdown.setVisible(bool(breakdown))

    def show_neighbours(self, count: int, words: str) -> None:
        """Show how many neighbours are listed, and what is said where there are none."""
        with QSignalBlocker(self.neighbour_count):
            self.neighbour_count.setValue(count)
        self._no_neighbours.show_words("No neighbours yet", words)
        self._neighbour_stack.setCurrentIndex(0 if words else 1)

    def _make_chosen(self) -> QWidget:
        self._count = _heading("Chosen chairs")
        self._breakdown = ElidedLabel("")
        self._breakdown.setProperty("role", "muted")
        self._breakdown.setTextFormat(Qt.TextFormat.PlainText)
        self._breakdown.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.average_button = make_button(
            "Average", "blend", "Decode the middle of the chosen chairs' codes"
        )
        self.average_button.clicked.connect(self.average_requested)
        self._chosen_stack = QStackedLayout()
        self._chosen_stack.addWidget(
            EmptyState(
                "lasso-select",
                "No chair chosen",
                "Draw around codes in the latent space (L, or Shift and drag), or choose chairs "
                "in the library.",
            )
        )
        self._chosen_stack.addWidget(self.chosen)
        part, layout = _part(self._count, [self.average_button])
        layout.addWidget(self._breakdown)
        layout.addLayout(self._chosen_stack, 1)
        return part

    def _make_neighbours(self) -> QWidget:
        self.neighbour_count = IntegerBox()
        self.neighbour_count.setRange(1, 24)
        self.neighbour_count.setToolTip("How many neighbours are listed")
        self.neighbour_count.setAccessibleName("How many neighbours")
        self.neighbour_count.valueChanged.connect(self.neighbours_edited)
        self._no_neighbours = EmptyState("probe", "No neighbours yet", "")
        self._neighbour_stack = QStackedLayout()
        self._neighbour_stack.addWidget(self._no_neighbours)
        self._neighbour_stack.addWidget(self.neighbours)
        part, layout = _part(_heading("Nearest to the probe"), [self.neighbour_count])
        layout.addLayout(self._neighbour_stack, 1)
        return part

    def _make_slots(self) -> QWidget:
        self.slots = {letter: CodeSlot(letter) for letter in LETTERS}
        row = QHBoxLayout()
        row.setSpacing(6)
        for letter, sign in zip(LETTERS, ("−", "+", ""), strict=True):
            slot = self.slots[letter]
            slot.filled.connect(self.slot_filled)
            slot.asked.connect(self.choices_wanted)
            row.addWidget(slot)
            if sign:
                label = QLabel(sign)
                label.setProperty("role", "title")
                row.addWidget(label)
        row.addStretch(1)
        self.analogy_button = make_button(
            "A − B + C",
            "probe",
            "What A has and B has not, given to C: put the probe there and decode it",
        )
        self.analogy_button.clicked.connect(self.analogy_requested)
        self.difference_button = make_button(
            "Difference A → B",
            "arrow-right",
            "Show on the decoded A how each place moves to become B: colours for how far, arrows "
            "for where to",
        )
        self.difference_button.clicked.connect(self.difference_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.analogy_button)
        buttons.addWidget(self.difference_button)
        buttons.addStretch(1)
        part, layout = _part(_heading("Reckoning with codes"), [])
        layout.addLayout(row)
        layout.addLayout(buttons)
        layout.addStretch(1)
        return part


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    label.setMinimumHeight(HEADER_HEIGHT)
    return label


def _part(heading: QLabel, tools: list[QWidget]) -> tuple[QWidget, QVBoxLayout]:
    """A part of the dock with its header."""
    part = QWidget()
    layout = QVBoxLayout(part)
    layout.setContentsMargins(10, 6, 10, 8)
    layout.setSpacing(4)
    header = QHBoxLayout()
    header.setSpacing(8)
    header.addWidget(heading)
    header.addStretch(1)
    for tool in tools:
        header.addWidget(tool)
    layout.addLayout(header)
    return part, layout
