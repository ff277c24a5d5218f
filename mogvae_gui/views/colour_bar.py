"""A small legend: a strip of colour between two words."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from mogvae_gui.views.theme import colour_table


class _Strip(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.meaning = "height"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(96, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        table = colour_table("error" if self.meaning == "error" else "height")
        gradient = QLinearGradient(0, 0, self.width(), 0)
        for step in range(17):
            gradient.setColorAt(
                step / 16, QColor(*(int(value) for value in table[step * 255 // 16]))
            )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(gradient)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        painter.end()


class ColourBar(QWidget):
    """Says which colour means how much."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lowest, self._highest, self._strip = QLabel(), QLabel(), _Strip()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self._lowest, self._strip, self._highest):
            layout.addWidget(widget)
        for label in (self._lowest, self._highest):
            label.setProperty("role", "muted")

    @property
    def words(self) -> list[str]:
        """What stands at its ends."""
        return [label.text() for label in (self._lowest, self._highest) if label.text()]

    def show_scale(self, meaning: str, lowest: str, highest: str) -> None:
        """Show the map of `meaning` between two words; no words, no bar."""
        self._strip.meaning = meaning
        self._strip.update()
        self._lowest.setText(lowest)
        self._highest.setText(highest)
        self.setVisible(bool(lowest or highest))
