"""What a dock shows while it has nothing to show: what belongs here and how to get it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.actions import make_button
from mogvae_gui.views.icons import IconLabel
from mogvae_gui.views.theme import GRID

_ICON_SIZE = 40
_WIDEST_TEXT = 340
_NARROWEST = 140


@dataclass(frozen=True)
class EmptyStateAction:
    """One button of an empty state."""

    name: str  # what `action_chosen` says
    text: str
    icon_name: str = ""
    tooltip: str = ""
    primary: bool = False


class EmptyState(QWidget):
    """An icon, a title, a sentence or two and the buttons that lead on, in the middle.

    Where the dock is too low for all of it the icon goes first, then the text.
    """

    action_chosen = Signal(str)  # the action's name

    def __init__(
        self,
        icon_name: str,
        title: str,
        text: str,
        actions: Sequence[EmptyStateAction] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = IconLabel(icon_name, _ICON_SIZE, "disabled")
        self._title = QLabel(title)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setProperty("role", "title")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.setWordWrap(True)
        self._text = QLabel(text)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setProperty("role", "muted")
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._text.setMaximumWidth(_WIDEST_TEXT)

        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self._layout.setSpacing(GRID)
        self._layout.addStretch(1)
        self._layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        self._layout.addWidget(self._title)
        text_row = QHBoxLayout()
        text_row.addStretch(1)
        text_row.addWidget(self._text, 1000)  # all the room, up to its greatest width
        text_row.addStretch(1)
        self._layout.addLayout(text_row)
        self._layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._buttons: dict[str, QPushButton] = {}
        for action in actions:
            self._add_button(action)
        self._layout.addStretch(1)

    def button(self, name: str) -> QPushButton:
        """Return the button of the action called `name`."""
        return self._buttons[name]

    def show_words(self, title: str, text: str) -> None:
        """Show another title and text."""
        self._title.setText(title)
        self._text.setText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _add_button(self, action: EmptyStateAction) -> None:
        button = make_button(action.text, action.icon_name, action.tooltip, primary=action.primary)
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self.action_chosen.emit(action.name))
        self._buttons[action.name] = button
        self._layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def minimumSizeHint(self) -> QSize:
        # Not the layout's, which asks for room for the text and the icon.
        height = self._title.sizeHint().height() + 3 * GRID + self._height_of_buttons()
        return QSize(_NARROWEST, height)

    def _height_of_buttons(self) -> int:
        return sum(button.sizeHint().height() + GRID for button in self._buttons.values())

    def _fit(self) -> None:
        """Hide what does not fit, so that nothing is cut through."""
        width = min(_WIDEST_TEXT, max(1, self.width() - 4 * GRID))
        title = self._title.heightForWidth(max(1, self.width() - 4 * GRID)) + GRID
        text = self._text.heightForWidth(width) + GRID
        room = self.height() - 2 * GRID - title - self._height_of_buttons()
        self._text.setVisible(room >= text)
        self._icon.setVisible(room >= text + _ICON_SIZE + GRID)
