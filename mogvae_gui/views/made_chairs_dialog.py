"""Asks how many chairs to make."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from mogvae_gui.views.fields import IntegerBox
from mogvae_gui.views.form_dialog import FormDialog

MOST_CHAIRS = 100_000
USUAL_COUNT = 200


class MadeChairsDialog(FormDialog):
    """Count and seed; `accepted_with` says what was chosen."""

    accepted_with = Signal(int, int)

    def __init__(self, families: int, parent: QWidget) -> None:
        super().__init__(
            "Make chairs",
            f"Parametric chairs of {families} families, each with proportions drawn at random. "
            "Family and measures are kept, so you can check what a model has learnt about them.",
            "Make",
            parent,
        )
        self.count = IntegerBox()
        self.count.setRange(1, MOST_CHAIRS)
        self.count.setValue(USUAL_COUNT)
        self.count.setToolTip("200 are enough to try things; 1,000 for a good model")
        self.seed = IntegerBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setToolTip("The same seed makes the same chairs")
        self.rows.addRow("Chairs", self.count)
        self.rows.addRow("Seed", self.seed)
        self.primary.clicked.connect(self._on_accepted)
        self._lay_out(self.words, self.rows)
        self.setMinimumWidth(380)

    @Slot()
    def _on_accepted(self) -> None:
        self.accept()
        self.accepted_with.emit(self.count.value(), self.seed.value())
