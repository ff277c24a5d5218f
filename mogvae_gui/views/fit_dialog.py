"""Asks how many components a mixture has that is fitted to a run afterwards."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.fields import IntegerBox

_WIDTH = 440


class FitDialog(QDialog):
    """Components and name; decides nothing."""

    components_edited = Signal(int)
    fit_requested = Signal(int, str)  # components, name

    def __init__(self, run: str, components: int, most: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Fit a mixture to {run}")
        words = QLabel(
            "A new run with encoder and decoder of this one. Its prior is a mixture of Gaussians, "
            "fitted to the codes of the training chairs. Nothing is trained, and this run stays "
            "as it is."
        )
        words.setWordWrap(True)
        words.setProperty("role", "muted")
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
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.addRow("Components", self.components)
        form.addRow("Name", self.name)
        self.problem = QLabel("")
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setProperty("role", "error")
        self.problem.setWordWrap(True)
        self.problem.setVisible(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.fit = QPushButton("Fit")
        self.fit.setProperty("primary", True)
        self.fit.setDefault(True)
        buttons.addButton(self.fit, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(words)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(buttons)
        self.setMinimumWidth(_WIDTH)

    def show_name(self, name: str) -> None:
        """Show how the new run will be called, unless a person has named it."""
        if not self._is_named:
            with QSignalBlocker(self.name):
                self.name.setText(name)

    def show_problem(self, sentence: str) -> None:
        """Show why it cannot be done so; empty where it can."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    @Slot(str)
    def _on_name_edited(self, name: str) -> None:
        self._is_named = bool(name.strip())

    @Slot()
    def _on_accepted(self) -> None:
        self.fit_requested.emit(self.components.value(), self.name.text().strip())
