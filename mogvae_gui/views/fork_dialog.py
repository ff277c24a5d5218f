"""Asks from which epoch a run shall be forked, and with which settings it goes on."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from mogvae_gui.views.form_dialog import FormDialog
from mogvae_gui.views.settings_form import SettingField, SettingsForm


class ForkDialog(FormDialog):
    """Epoch, name and settings; decides nothing."""

    value_edited = Signal(str, object)  # setting, value
    fork_requested = Signal(object, str)  # epoch, None for the last weights; name

    def __init__(self, run: str, epochs: Iterable[tuple[int | None, str]], parent: QWidget) -> None:
        super().__init__(
            f"Fork {run}",
            "A new run with the weights of this one at an epoch, trained on with the settings "
            "below. This one stays as it is.",
            "Fork and train",
            parent,
        )
        self.epoch = QComboBox()
        self.epoch.setToolTip("Epochs are kept within the room that the settings give them")
        for epoch, text in epochs:
            self.epoch.addItem(text, epoch)
        self.epoch.setCurrentIndex(self.epoch.count() - 1)
        self.name = QLineEdit()
        self.name.setToolTip("What the new run is called")
        self.rows.addRow("From", self.epoch)
        self.rows.addRow("Name", self.name)
        self.form = SettingsForm()
        self.form.value_edited.connect(self.value_edited)
        self.fork = self.primary
        self.fork.clicked.connect(self._on_accepted)
        self._lay_out(self.words, self.rows, self.form)
        self.resize(660, 560)

    def show_fields(self, fields: Iterable[SettingField]) -> None:
        """Build the settings form."""
        self.form.show_fields(fields)

    def show_values(self, values: Mapping[str, object], enabled: Mapping[str, bool]) -> None:
        """Show the settings, and which of them can be changed."""
        self.form.show_values(values)
        self.form.show_enabled(enabled)

    def show_name(self, name: str) -> None:
        """Show how the new run will be called."""
        self.name.setText(name)

    @Slot()
    def _on_accepted(self) -> None:
        self.fork_requested.emit(self.epoch.currentData(), self.name.text().strip())


def last_weights_words(epoch: int) -> str:
    """How the last checkpoint is called in the list of epochs."""
    return f"Epoch {epoch}, the last"
