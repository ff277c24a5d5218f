"""A place for a code: A, B or C. A click asks what to put there."""

import numpy as np
from jaxtyping import UInt8
from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from mogvae_gui.views.actions import wrapped
from mogvae_gui.views.theme import palette, small_font

CARD = QSize(84, 108)
PICTURE = 64


class CodeSlot(QToolButton):
    """A card with a letter, the picture of what its code decodes to, and where that is from."""

    filled = Signal(str, str)  # letter, key of the source
    asked = Signal(str)  # letter; the menu opens and wants its choices

    def __init__(self, letter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.letter = letter
        self._label = ""
        self._picture: QPixmap | None = None
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.triggered.connect(self._on_triggered)
        self._menu.aboutToShow.connect(self._on_about_to_show)
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFixedSize(CARD)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"Place {letter}")
        self.show_source("")

    def show_choices(self, choices: list[tuple[str, str]]) -> None:
        """Offer what can be put here, (key, words); an empty key is a separator."""
        self._menu.clear()
        for key, words in choices:
            if key:
                self._menu.addAction(words.replace("&", "&&")).setData(key)
            else:
                self._menu.addSeparator()

    def show_source(self, label: str) -> None:
        """Show what is here; empty for nothing."""
        self._label = label
        self.setToolTip(
            wrapped(
                f"{self.letter}: {label}. Click to put something else here."
                if label
                else f"Click to put chosen chairs, the probe or a component in {self.letter}."
            )
        )
        self.update()

    def show_picture(self, image: UInt8[np.ndarray, "height width 4"] | None) -> None:
        """Show what the code decodes to."""
        self._picture = None if image is None else pixmap_of(image)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        card = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        hovered = self.underMouse() and self.isEnabled()
        pen = QPen(palette().colour("accent" if hovered or self.hasFocus() else "strong_border"), 1)
        if not self._label:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(palette().colour("hover" if hovered else "raised"))
        painter.drawRoundedRect(card, 6, 6)
        picture = QRectF(card.center().x() - PICTURE / 2, card.top() + 18, PICTURE, PICTURE)
        if self._picture is not None and self._label:
            painter.drawPixmap(picture, self._picture, QRectF(self._picture.rect()))
        painter.setPen(palette().colour("accent" if self._label else "muted"))
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(card.adjusted(8, 5, -6, 0), int(Qt.AlignmentFlag.AlignLeft), self.letter)
        painter.setFont(small_font(self.font()))
        painter.setPen(palette().colour("text" if self._label else "muted"))
        words = card.adjusted(5, card.height() - 22, -5, -4)
        label = painter.fontMetrics().elidedText(
            self._label or "fill…", Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), label)
        painter.end()

    @Slot()
    def _on_about_to_show(self) -> None:
        self.asked.emit(self.letter)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.filled.emit(self.letter, str(action.data()))


def pixmap_of(image: UInt8[np.ndarray, "height width 4"]) -> QPixmap:
    """A drawn picture for Qt; a copy."""
    content = np.ascontiguousarray(image)
    height, width = content.shape[:2]
    picture = QImage(content.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return QPixmap.fromImage(picture.copy())
