"""Draws one chair of the library: a card with its picture, name and split."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from mogvae_gui.views.library_model import SPLIT
from mogvae_gui.views.name_delegate import NameDelegate
from mogvae_gui.views.theme import palette, small_font

CARD = QSize(108, 128)
PICTURE = 92
MARGIN = 3


class ChairDelegate(NameDelegate):
    """A card a chair; the chosen ones have a border in the accent colour."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return CARD  # the least; the list widens cards to fill its rows

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        card = QRectF(rect).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        back = "selection" if selected else "hover" if hovered else "raised"
        painter.setBrush(palette().colour(back))
        painter.setPen(QPen(palette().colour("accent" if selected else "border"), 1))
        painter.drawRoundedRect(card, 6, 6)
        picture = index.data(int(Qt.ItemDataRole.DecorationRole))
        left = round(card.center().x() - PICTURE / 2)
        if isinstance(picture, QPixmap):
            painter.drawPixmap(QRect(left, round(card.top()) + 4, PICTURE, PICTURE), picture)
        self._paint_words(painter, card, index)
        painter.restore()

    def updateEditorGeometry(
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect: QRect = option.rect
        editor.setGeometry(rect.adjusted(MARGIN, rect.height() - 32, -MARGIN, -MARGIN))

    def _paint_words(
        self, painter: QPainter, card: QRectF, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.setFont(small_font(painter.font()))
        if index.data(SPLIT) == "test":
            metrics = painter.fontMetrics()
            width = metrics.horizontalAdvance("test") + 10
            badge = QRectF(card.right() - width - 4, card.top() + 4, width, metrics.height() + 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette().colour("accent", 48))
            painter.drawRoundedRect(badge, 4, 4)
            painter.setPen(palette().colour("accent"))
            painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), "test")
        words = card.adjusted(6, PICTURE + 6, -6, -3)
        painter.setPen(palette().colour("text"))
        name = painter.fontMetrics().elidedText(
            str(index.data()).replace("\n", " "), Qt.TextElideMode.ElideMiddle, int(words.width())
        )
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), name)
