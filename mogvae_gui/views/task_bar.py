"""One running task in little room: what it does, how far it is, how long it takes, cancel."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from mogvae_gui.views.actions import wrapped
from mogvae_gui.views.icons import icon
from mogvae_gui.views.theme import GRID
from mogvae_gui.views.words import plain_duration

_STEPS = 1000
_BAR_WIDTH = 140


class TaskBar(QWidget):
    """Shows the progress of one task, e.g. in the status bar; hidden while nothing runs."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(_BAR_WIDTH)
        self._rest = QLabel()
        self._rest.setProperty("role", "muted")
        self.cancel_button = QToolButton()
        self.cancel_button.setIcon(icon("close", "muted"))
        self.cancel_button.clicked.connect(self._on_cancel_clicked)

        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._label)
        layout.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._rest)
        layout.addWidget(self.cancel_button)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_task(self, text: str, can_cancel: bool = True) -> None:
        """Show a task that begins, e.g. "Importing chairs"."""
        self._label.setText(text)
        self._rest.clear()
        self._bar.setRange(0, 0)
        self.cancel_button.setVisible(can_cancel)
        self.cancel_button.setEnabled(True)
        self.cancel_button.setToolTip(wrapped(f"Cancel: {text}"))
        self.cancel_button.setAccessibleName(f"Cancel: {text}")
        self.setAccessibleName(text)
        self.show()

    def show_progress(
        self, done: float, total: float, remaining_s: float | None = None, text: str = ""
    ) -> None:
        """Show that `done` of `total` is done; a total of 0 means that nobody knows.

        `text`, where given, says what is being done at the moment.
        """
        if text:
            self._label.setText(text)
        if total <= 0:
            self._bar.setRange(0, 0)
            self._rest.setText("")
            return
        self._bar.setRange(0, _STEPS)
        self._bar.setValue(round(_STEPS * min(max(done / total, 0.0), 1.0)))
        words = f"{done:,.0f} of {total:,.0f}"
        if remaining_s is not None:
            words += f" · {plain_duration(remaining_s)} left"
        self._rest.setText(words)

    def show_cancelling(self) -> None:
        """Show that the task was told to end and has not yet."""
        self.cancel_button.setEnabled(False)
        self._rest.setText("stopping …")

    def show_nothing(self) -> None:
        """Hide: nothing runs."""
        # A busy bar animates by a timer of the style; a bar with a range does not.
        self._bar.setRange(0, _STEPS)
        self._bar.setValue(0)
        self.hide()

    @Slot()
    def _on_cancel_clicked(self) -> None:
        self.show_cancelling()
        self.cancel_requested.emit()
