"""What the dialogs that ask for something share: rows to fill in, and a button that does it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)


class FormDialog(QDialog):
    """Rows, words that explain them, and `primary`, which Enter presses in any of its fields.

    A subclass fills `rows`, connects `primary` and lays itself out last.
    """

    def __init__(self, title: str, words: str, primary: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.words = QLabel(words)
        self.words.setWordWrap(True)
        self.words.setProperty("role", "muted")
        self.rows = QFormLayout()
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.problem = QLabel()
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setProperty("role", "error")
        self.problem.setWordWrap(True)
        self.problem.setVisible(False)
        self.primary = QPushButton(primary)
        self.primary.setProperty("primary", True)
        self.primary.setDefault(True)

    def show_problem(self, sentence: str) -> None:
        """Show why it cannot be done so; empty where it can."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        layout = self.layout()
        if sentence and layout is not None:
            # Qt counts a line of wrapped words when it grows a window, and squeezes the rest.
            needed = layout.totalHeightForWidth(self.width())
            self.resize(self.width(), max(self.height(), needed))

    def _lay_out(self, *parts: QWidget | QLayout) -> None:
        """Put these one under the other, and below them the problem and the buttons.

        Only when the rows are filled: Tab goes the way in which the fields came into the dialog.
        """
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.primary, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        for part in (*parts, self.problem, buttons):
            if isinstance(part, QLayout):
                layout.addLayout(part)
            else:
                layout.addWidget(part)
