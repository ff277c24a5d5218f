"""A calm line for a person's first minute; a click takes it away."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from mogvae_gui.views.icons import IconLabel, icon


class HintLine(QFrame):
    """Stands beside a view, never over it. Hidden until it is shown."""

    dismissed = Signal()

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("banner", "info")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.words = QLabel(sentence)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.close_button = QToolButton()
        self.close_button.setIcon(icon("close", "muted"))
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip("Do not show this again")
        self.close_button.setAccessibleName("Do not show this hint again")
        self.close_button.clicked.connect(self._on_closed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(9, 4, 4, 4)
        layout.setSpacing(8)
        layout.addWidget(IconLabel("info", 16, "accent"), 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @Slot()
    def _on_closed(self) -> None:
        self.hide()
        self.dismissed.emit()
