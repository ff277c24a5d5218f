"""The pinned dock: chairs to keep an eye on, each beside what the model makes of it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPixmap,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QStackedLayout,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.actions import make_action
from mogvae_gui.views.elided_label import ElidedLabel
from mogvae_gui.views.empty_state import EmptyState, EmptyStateAction

PICTURE = 84
Picture = UInt8[np.ndarray, "height width 4"]


@dataclass(frozen=True)
class PinnedRow:
    """A chair of the strip."""

    chair_id: str
    name: str
    role: str  # "pinned", "best", "median" or "worst"


class PinnedCard(QFrame):
    """Original and reconstruction, small, with what they are."""

    clicked = Signal(str)
    unpinned = Signal(str)

    def __init__(self, row: PinnedRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pinnedCard")
        self.row = row
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{row.name}, {row.role}")
        self.title = ElidedLabel(row.name)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setToolTip(row.name)
        self.role = QLabel(row.role)
        self.role.setProperty("role", "accent" if row.role == "pinned" else "muted")
        if row.role != "pinned":
            self.role.setToolTip(f"The {row.role} by CD₁ in the evaluation of the run as it is now")
        self.figure = QLabel("")
        self.figure.setProperty("role", "muted")
        self.pictures = (QLabel(), QLabel())
        pair = QHBoxLayout()
        pair.setSpacing(4)
        for label, words in zip(self.pictures, ("original", "reconstruction"), strict=True):
            label.setFixedSize(PICTURE, PICTURE)
            label.setToolTip(words)
            pair.addWidget(label)
        bottom = QHBoxLayout()
        bottom.addWidget(self.role)
        bottom.addStretch(1)
        bottom.addWidget(self.figure)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(3)
        layout.addWidget(self.title)
        layout.addLayout(pair)
        layout.addLayout(bottom)
        self.setFixedWidth(2 * PICTURE + 20)

    def show_pair(self, original: Picture, reconstruction: Picture, figure: str) -> None:
        """Show both pictures and how far they are apart."""
        for label, picture in zip(self.pictures, (original, reconstruction), strict=True):
            label.setPixmap(_pixmap(picture))
        self.figure.setText(figure)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.clicked.emit(self.row.chair_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._on_go()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.row.role == "pinned":
            self._on_unpin()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Go to the chair").triggered.connect(self._on_go)
        if self.row.role == "pinned":
            menu.addAction("Unpin\tDel").triggered.connect(self._on_unpin)
        menu.popup(event.globalPos())

    @Slot()
    def _on_go(self) -> None:
        self.clicked.emit(self.row.chair_id)

    @Slot()
    def _on_unpin(self) -> None:
        self.unpinned.emit(self.row.chair_id)


class PinnedPanel(QWidget):
    """A row of cards. Says when it comes into sight, for nothing is drawn before."""

    pin_requested = Signal()
    unpin_requested = Signal()  # of all
    unpin_one_requested = Signal(str)
    chair_chosen = Signal(str)
    came_in_sight = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pin_action = make_action(
            self,
            "Pin chosen chairs",
            "target",
            "Ctrl+Shift+K",
            "Keep an eye on the chosen chairs while a model learns or time goes by",
            self.pin_requested,
        )
        self.unpin_action = make_action(
            self, "Unpin all", "x", None, "Take every pinned chair off", self.unpin_requested
        )
        self.cards: list[PinnedCard] = []
        self._row = QHBoxLayout()
        self._row.setContentsMargins(8, 4, 8, 8)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        content = QWidget()
        content.setLayout(self._row)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.empty = EmptyState(
            "target",
            "Nothing pinned",
            "Pin chairs to see them and their reconstructions side by side while a model learns. "
            "After an evaluation the best, the median and the worst stand here too.",
            [EmptyStateAction("pin", "Pin chosen chairs", "target", primary=True)],
        )
        self.empty.action_chosen.connect(self.pin_requested)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(scroll)
        bar = QToolBar("Pinned")
        bar.setIconSize(QSize(16, 16))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.addActions([self.pin_action, self.unpin_action])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addLayout(self._stack, 1)

    def show_rows(self, rows: list[PinnedRow]) -> None:
        """Show these chairs; cards that stay keep their pictures."""
        kept = {card.row: card for card in self.cards}
        focused = next((place for place, card in enumerate(self.cards) if card.hasFocus()), None)
        for card in self.cards:
            self._row.removeWidget(card)
            if card.row not in rows:
                card.deleteLater()
        self.cards = [kept.get(row) or self._make_card(row) for row in rows]
        for position, card in enumerate(self.cards):
            self._row.insertWidget(position, card)
        if focused is not None and self.cards:  # Delete again takes the next one off
            self.cards[min(focused, len(self.cards) - 1)].setFocus()
        self._stack.setCurrentIndex(1 if rows else 0)
        self.unpin_action.setEnabled(any(row.role == "pinned" for row in rows))

    def show_pair(
        self, chair_id: str, original: Picture, reconstruction: Picture, figure: str
    ) -> None:
        """Show a chair's pictures."""
        for card in self.cards:
            if card.row.chair_id == chair_id:
                card.show_pair(original, reconstruction, figure)

    def show_can_pin(self, can_pin: bool) -> None:
        """Whether there are chosen chairs."""
        self.pin_action.setEnabled(can_pin)
        self.empty.button("pin").setEnabled(can_pin)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.came_in_sight.emit()

    def _make_card(self, row: PinnedRow) -> PinnedCard:
        card = PinnedCard(row)
        card.clicked.connect(self.chair_chosen)
        card.unpinned.connect(self.unpin_one_requested)
        return card


def _pixmap(picture: Picture) -> QPixmap:
    height, width = picture.shape[:2]
    content = np.ascontiguousarray(picture)
    image = QImage(content.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    pixmap = QPixmap.fromImage(image.copy())
    pixmap.setDevicePixelRatio(width / PICTURE)
    return pixmap
