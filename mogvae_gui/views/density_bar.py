"""How usual the probe's place is: a strip with a mark, from far off to the midst of the chairs."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from mogvae_gui.views.theme import palette

_EDGE = 0.1  # below this share of the chairs a place is at the edge


class DensityBar(QWidget):
    """The mark stands at the share of chairs that lie where the prior is thinner."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("How usual the place is")

    def show_share(self, share: float | None) -> None:
        """Show a share from 0 to 1, or nothing."""
        self.share = share
        self.setVisible(share is not None)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.share is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strip = QRectF(self.rect()).adjusted(12, 4, -12, -4)
        colours = QLinearGradient(strip.topLeft(), strip.topRight())
        colours.setColorAt(0.0, palette().colour("error", 150))
        colours.setColorAt(_EDGE, palette().colour("warning", 150))
        colours.setColorAt(0.35, palette().colour("success", 120))
        colours.setColorAt(1.0, palette().colour("success", 200))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours)
        painter.drawRoundedRect(strip, 2, 2)
        place = QPointF(strip.left() + self.share * strip.width(), strip.center().y())
        painter.setPen(QPen(palette().colour("panel"), 1.5))
        painter.setBrush(palette().colour("text"))
        painter.drawEllipse(place, 4.5, 4.5)
        painter.end()
