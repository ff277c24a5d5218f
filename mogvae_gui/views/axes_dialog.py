"""Three of many latent dimensions, chosen to be drawn."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from mogvae_gui.views.fields import IntegerBox


class AxesDialog(QDialog):
    """`chosen` gives three different dimensions, counted from 0."""

    chosen = Signal(tuple)

    def __init__(self, latent: int, shown: tuple[int, int, int], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Axes of the picture")
        self.boxes = tuple(IntegerBox() for _ in shown)
        row = QHBoxLayout()
        for box, dimension, place in zip(self.boxes, shown, "xyz", strict=True):
            box.setRange(1, latent)
            box.setValue(dimension + 1)
            box.setPrefix("z")
            box.setAccessibleName(f"Latent dimension on axis {place}")
            box.valueChanged.connect(self._show_fit)
            row.addWidget(box)
        self.hint = QLabel()
        self.hint.setProperty("role", "muted")
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.ok_button = buttons.button(QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(f"Which three of the {latent} latent dimensions are drawn"))
        layout.addLayout(row)
        layout.addWidget(self.hint)
        layout.addWidget(buttons)
        self.accepted.connect(self._on_accepted)
        self._show_fit()

    def dimensions(self) -> tuple[int, ...]:
        """What is written in the boxes, counted from 0."""
        return tuple(box.value() - 1 for box in self.boxes)

    @Slot()
    def _show_fit(self) -> None:
        differ = len(set(self.dimensions())) == len(self.boxes)
        self.ok_button.setEnabled(differ)
        self.hint.setText("" if differ else "Each axis needs a dimension of its own.")

    @Slot()
    def _on_accepted(self) -> None:
        self.chosen.emit(self.dimensions())
