"""Asks how many components a mixture has that is fitted to a run afterwards."""

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from mogvae_gui.views.fields import IntegerBox
from mogvae_gui.views.form_dialog import FormDialog

_WIDTH = 440


class FitDialog(FormDialog):
    """Components and name; decides nothing."""

    components_edited = Signal(int)
    fit_requested = Signal(int, str)  # components, name

    def __init__(self, run: str, components: int, most: int, parent: QWidget) -> None:
        super().__init__(
            f"Fit a mixture to {run}",
            "A new run with encoder and decoder of this one. Its prior is a mixture of Gaussians, "
            "fitted to the codes of the training chairs. Nothing is trained, and this run stays "
            "as it is.",
            "Fit",
            parent,
        )
        self.components = IntegerBox()
        self.components.setRange(1, most)
        self.components.setValue(components)
        self.components.setKeyboardTracking(True)  # the name says the number that is typed
        self.components.setToolTip(f"How many Gaussians the mixture has, 1 to {most}")
        self.components.valueChanged.connect(self.components_edited)
        self.name = QLineEdit()
        self.name.setToolTip("What the new run is called")
        self.name.textEdited.connect(self._on_name_edited)
        self._is_named = False
        self.rows.addRow("Components", self.components)
        self.rows.addRow("Name", self.name)
        self.fit = self.primary
        self.fit.clicked.connect(self._on_accepted)
        self._lay_out(self.words, self.rows)
        self.setMinimumWidth(_WIDTH)

    def show_name(self, name: str) -> None:
        """Show how the new run will be called, unless a person has named it."""
        if not self._is_named:
            with QSignalBlocker(self.name):
                self.name.setText(name)

    @Slot(str)
    def _on_name_edited(self, name: str) -> None:
        self._is_named = bool(name.strip())

    @Slot()
    def _on_accepted(self) -> None:
        self.fit_requested.emit(self.components.value(), self.name.text().strip())
