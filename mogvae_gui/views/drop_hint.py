"""Covers the window while files hover over it and says what a drop will do."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from mogvae_gui.views.theme import palette

ADD_WORDS = "Drop to add these chairs"
FIND_WORDS = "Drop here to find\nwhere it lies"


class DropHint(QWidget):
    """A veil that lies between the files and text fields, so that the window gets them.

    A second place in it says something else: there a shape is looked for and not added.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._second = QRect()
        self._is_at_second = False
        self.hide()

    def cover(self, window: QWidget, second: QRect) -> None:
        """Appear over the whole window; an empty `second` place is none."""
        self._second = second
        self._is_at_second = False
        self.setGeometry(window.rect())
        self.raise_()
        self.show()

    def show_aim(self, *, is_at_second: bool) -> None:
        """Show where the files would fall now."""
        if is_at_second != self._is_at_second:
            self._is_at_second = is_at_second
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), palette().colour("background", 170))
        font = painter.font()
        usual = font.pointSizeF()
        font.setPointSizeF(usual * 1.6)
        painter.setFont(font)
        frame = QRectF(self.rect()).adjusted(16, 16, -16, -16)
        words = _largest_beside(QRectF(self._second), frame)
        self._paint_place(painter, frame, words, ADD_WORDS, is_aim=not self._is_at_second)
        if not self._second.isEmpty():
            font.setPointSizeF(usual * 1.2)
            painter.setFont(font)
            second = QRectF(self._second).adjusted(6, 6, -6, -6)
            painter.fillRect(second, palette().colour("background", 200))
            self._paint_place(painter, second, second, FIND_WORDS, is_aim=self._is_at_second)
        painter.end()

    def _paint_place(
        self, painter: QPainter, frame: QRectF, words: QRectF, text: str, *, is_aim: bool
    ) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        colour = palette().colour("accent" if is_aim else "strong_border")
        painter.setPen(QPen(colour, 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(frame, 10, 10)
        painter.setPen(palette().colour("text" if is_aim else "muted"))
        painter.drawText(
            words, int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap), text
        )


def _largest_beside(place: QRectF, frame: QRectF) -> QRectF:
    """The largest part of `frame` that lies to one side of `place`, or all of it."""
    if place.isEmpty():
        return frame
    sides = [QRectF(frame) for _ in range(4)]
    sides[0].setRight(place.left())
    sides[1].setLeft(place.right())
    sides[2].setBottom(place.top())
    sides[3].setTop(place.bottom())
    return max(sides, key=lambda side: max(side.width(), 0.0) * max(side.height(), 0.0))
