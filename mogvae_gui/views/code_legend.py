"""What the colours of the codes mean: swatches with words, or a strip between two numbers."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from mogvae_gui.views.actions import wrapped
from mogvae_gui.views.colour_bar import ColourBar
from mogvae_gui.views.elided_label import ElidedLabel
from mogvae_gui.views.theme import palette, small_font

Kind = tuple[tuple[int, int, int], str]
_DOT = 8
_GAP = 12


class CodeLegend(QWidget):
    """One slim line; what has no room is counted, and all of it is in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds = _Kinds()
        self._bar = ColourBar()
        self._note = ElidedLabel("")
        self._note.setProperty("role", "muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 0, 10, 0)
        layout.setSpacing(10)
        layout.addWidget(self._kinds, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self._note, 1)
        layout.addStretch()  # a scale that stands alone is not drawn out over the line
        self.show_legend((), None, "")

    def show_legend(
        self, kinds: tuple[Kind, ...], scale: tuple[str, str] | None, note: str
    ) -> None:
        """Show kinds by their colours, or a scale between two words, and a note."""
        self._kinds.show_kinds(kinds)
        self._kinds.setVisible(bool(kinds))
        self._bar.show_scale("height", *(scale or ("", "")))
        self._note.setText(note)
        self._note.setToolTip(note)
        self._note.setVisible(bool(note))

    @property
    def words(self) -> list[str]:
        """What is said, without its colours."""
        kinds = [words for _, words in self._kinds.kinds]
        return [*kinds, *self._bar.words, *([self._note.text()] if self._note.text() else [])]


class _Kinds(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.kinds: tuple[Kind, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_kinds(self, kinds: tuple[Kind, ...]) -> None:
        if kinds != self.kinds:
            self.kinds = kinds
            self.setToolTip(wrapped(", ".join(words for _, words in kinds)) if kinds else "")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.fontMetrics().height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self.font()))
        metrics, left = painter.fontMetrics(), 0.0
        for number, (colour, words) in enumerate(self.kinds):
            rest = len(self.kinds) - number
            more = f"and {rest} more"
            room = self.width() - left
            needed = _DOT + 5 + metrics.horizontalAdvance(words)
            last = rest == 1
            if needed + (0 if last else _GAP + metrics.horizontalAdvance(more)) > room:
                painter.setPen(palette().colour("muted"))
                words = metrics.elidedText(more, Qt.TextElideMode.ElideRight, int(room))
                painter.drawText(QRectF(left, 0, room, self.height()), _MIDDLE, words)
                break
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(*colour))
            painter.drawEllipse(QRectF(left, (self.height() - _DOT) / 2, _DOT, _DOT))
            painter.setPen(palette().colour("text"))
            painter.drawText(QRectF(left + _DOT + 5, 0, room, self.height()), _MIDDLE, words)
            left += needed + _GAP
        painter.end()


_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
