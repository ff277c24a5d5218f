"""What was found where a file was dropped: the nearest chairs, and a way to take the shape in."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from mogvae_gui.views.actions import make_button, wrapped
from mogvae_gui.views.elided_label import ElidedLabel
from mogvae_gui.views.icons import icon

PICTURE = 52


@dataclass(frozen=True, eq=False)
class NeighbourCard:
    """A chair near the place that was found."""

    chair_id: str
    name: str
    distance: float  # in the latent space
    picture: UInt8[np.ndarray, "height width 4"]


class FoundStrip(QWidget):
    """Hidden until there is something to show."""

    neighbour_chosen = Signal(str)
    return_requested = Signal()  # to the place that was found
    add_requested = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("foundStrip")
        self.title = ElidedLabel("")
        self.title.setProperty("role", "heading")
        self.words = ElidedLabel("")
        self.words.setProperty("role", "muted")
        for label in (self.title, self.words):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.add_button = make_button("Add", "plus", "Add the shape to the library")
        self.add_button.clicked.connect(self.add_requested)
        self.return_button = QToolButton()
        self.return_button.setIcon(icon("locate"))
        self.return_button.setToolTip(wrapped("Show the dropped shape and its place again"))
        self.return_button.clicked.connect(self.return_requested)
        self.close_button = QToolButton()
        self.close_button.setIcon(icon("close"))
        self.close_button.setToolTip(wrapped("Let go of the dropped shape"))
        self.close_button.clicked.connect(self._on_close)
        self.cards: list[QToolButton] = []
        self._lay_out()
        self.hide()

    def show_found(self, name: str, words: str, neighbours: list[NeighbourCard]) -> None:
        """Show what was found, the nearest neighbour first."""
        self.title.setText(name)
        self.title.setToolTip(name)
        self.words.setText(words)
        self.words.setToolTip(words)
        self.add_button.setEnabled(True)
        for card in self.cards:
            self._row.removeWidget(card)
            card.deleteLater()
        self.cards = [self._make_card(neighbour) for neighbour in neighbours]
        for position, card in enumerate(self.cards):
            self._row.insertWidget(position, card)
        self.show()

    def show_added(self) -> None:
        """The shape is on its way into the library."""
        self.add_button.setEnabled(False)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.words)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addLayout(words, 1)
        for widget in (self.return_button, self.close_button):
            top.addWidget(widget)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        self._row.addStretch(1)
        self._row.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(self._row)

    def _make_card(self, neighbour: NeighbourCard) -> QToolButton:
        height, width = neighbour.picture.shape[:2]
        content = np.ascontiguousarray(neighbour.picture)
        image = QImage(content.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
        card = QToolButton()
        card.setIcon(QIcon(QPixmap.fromImage(image.copy())))
        card.setIconSize(QSize(PICTURE, PICTURE))
        card.setAutoRaise(True)
        card.setProperty("chairId", neighbour.chair_id)
        card.setToolTip(wrapped(f"{neighbour.name}, {neighbour.distance:.2f} away. Click to go."))
        card.setAccessibleName(neighbour.name)
        card.clicked.connect(self._on_card_clicked)
        return card

    @Slot()
    def _on_card_clicked(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.neighbour_chosen.emit(str(sender.property("chairId")))

    @Slot()
    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()
