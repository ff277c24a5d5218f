"""How usual the probe's place is: what that means, and a strip with a mark.

The strip leads from places that are thinner than those of all chairs to the midst of them.
"""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from core.density_meter import EDGE, DensityWords
from mogvae_gui.views.actions import wrapped
from mogvae_gui.views.elided_label import ElidedLabel
from mogvae_gui.views.theme import palette

BEYOND = 0.2  # of the strip: places that are thinner than those of all chairs
HALF_OF_BEYOND_NATS = 10.0


def place_on_strip(share: float, nats_below: float) -> float:
    """Where the mark stands, 0 to 1. However far off a place is, one that is farther is seen so."""
    if nats_below > 0:
        return BEYOND * HALF_OF_BEYOND_NATS / (HALF_OF_BEYOND_NATS + nats_below)
    return BEYOND + (1 - BEYOND) * share


class DensityBar(QWidget):
    """The mark stands at the share of chairs that lie where the prior is thinner."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share: float | None = None
        self.nats_below = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("How usual the place is")

    def show_share(self, share: float | None, nats_below: float = 0.0) -> None:
        """Show a share from 0 to 1 or how far it is below 0, or nothing."""
        self.share, self.nats_below = share, nats_below
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
        colours.setColorAt(0.0, palette().colour("error", 200))
        colours.setColorAt(BEYOND, palette().colour("error", 120))
        colours.setColorAt(place_on_strip(EDGE, 0.0), palette().colour("warning", 150))
        colours.setColorAt(place_on_strip(0.35, 0.0), palette().colour("success", 120))
        colours.setColorAt(1.0, palette().colour("success", 200))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours)
        painter.drawRoundedRect(strip, 2, 2)
        first = strip.left() + BEYOND * strip.width()  # where the chairs begin
        painter.setPen(QPen(palette().colour("muted"), 1))
        painter.drawLine(QPointF(first, 1), QPointF(first, self.height() - 1))
        x = strip.left() + place_on_strip(self.share, self.nats_below) * strip.width()
        painter.setPen(QPen(palette().colour("panel"), 1.5))
        painter.setBrush(palette().colour("text"))
        painter.drawEllipse(QPointF(x, strip.center().y()), 4.5, 4.5)
        painter.end()


class DensityMeterView(QWidget):
    """Two lines of words and the strip; as high whatever it says, so that nothing jumps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = ElidedLabel("")
        self.meaning = ElidedLabel("")
        self.meaning.setProperty("role", "muted")
        for label in (self.place, self.meaning):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setContentsMargins(12, 0, 12, 0)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.bar = DensityBar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.place)
        layout.addWidget(self.meaning)
        layout.addWidget(self.bar)
        self.hide()

    @property
    def text(self) -> str:
        """Both lines."""
        return f"{self.place.text()} {self.meaning.text()}".strip()

    def show_density(self, words: DensityWords, share: float | None, nats_below: float) -> None:
        """Say how usual a place is; nothing where there is none."""
        self.place.setText(words.place)
        self.meaning.setText(words.meaning)
        self.setToolTip(wrapped(words.explanation) if words.explanation else "")
        self.bar.show_share(share, nats_below)
        role = "warning" if words.is_far else "text"
        if self.place.property("role") != role:  # while a probe is dragged it seldom is another
            self.place.setProperty("role", role)
            self.place.style().polish(self.place)
        self.setVisible(share is not None)
