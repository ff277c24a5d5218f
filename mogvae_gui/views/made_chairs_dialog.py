"""Asks how many chairs to make."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

MOST_CHAIRS = 100_000
USUAL_COUNT = 200


class MadeChairsDialog(QDialog):
    """Count and seed; `accepted_with` says what was chosen."""

    accepted_with = Signal(int, int)

    def __init__(self, families: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Make chairs")
        words = QLabel(
            f"Parametric chairs of {families} families, each with proportions drawn at random. "
            "Family and measures are kept, so you can check what a model has learnt about them."
        )
        words.setWordWrap(True)
        words.setProperty("role", "muted")
        self.count = QSpinBox()
        self.count.setRange(1, MOST_CHAIRS)
        self.count.setValue(USUAL_COUNT)
        self.count.setGroupSeparatorShown(True)
        self.count.setToolTip("200 are enough to try things; 1,000 for a good model")
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setToolTip("The same seed makes the same chairs")
        form = QFormLayout()
        form.addRow("Chairs", self.count)
        form.addRow("Seed", self.seed)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        make = QPushButton("Make")
        make.setProperty("primary", True)
        make.setDefault(True)
        buttons.addButton(make, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(words)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.setMinimumWidth(380)

    @Slot()
    def _on_accepted(self) -> None:
        self.accept()
        self.accepted_with.emit(self.count.value(), self.seed.value())
