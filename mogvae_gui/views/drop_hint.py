"""Covers the window while files hover over it and says what a drop will do."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from mogvae_gui.views.theme import palette


class DropHint(QWidget):
    """A veil that lies between the files and text fields, so that the window gets them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()

    def cover(self, window: QWidget) -> None:
        """Appear over the whole window."""
        self.setGeometry(window.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), palette().colour("background", 170))
        frame = QRectF(self.rect()).adjusted(16, 16, -16, -16)
        painter.setPen(QPen(palette().colour("accent"), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(frame, 10, 10)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        painter.setFont(font)
        painter.setPen(palette().colour("text"))
        painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), "Drop to add these chairs")
        painter.end()
