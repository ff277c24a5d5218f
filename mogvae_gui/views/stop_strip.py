"""The stops of a walk in a row: chosen by a click, moved by dragging, taken out by Delete."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from mogvae_gui.views.actions import wrapped
from mogvae_gui.views.theme import palette, small_font, theme

CARD = QSize(84, 100)
PICTURE = 68
GAP = 14  # between two cards, with room for an arrow
LEFT_OUT_OPACITY = 0.35
DRAG_PX = 6.0  # nearer than this to the press is a click
TOOLTIP = (
    "The walk's stops. Click one to go there; drag it, or press Ctrl and an arrow key, to put it "
    "elsewhere; Delete takes it out."
)


@dataclass(frozen=True, eq=False)
class StopCard:
    """One stop as the strip shows it."""

    number: int  # what the signals name it by
    label: str
    picture: QPixmap | None = None
    left_out: str = ""  # why the walk does not lead over it; empty where it does


class StopStrip(QWidget):
    """Says what a person does to the stops; shows what it is told."""

    stop_chosen = Signal(int)
    stop_moved = Signal(int, int)  # number, its new place from 0
    stop_removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: tuple[StopCard, ...] = ()
        self._chosen: int | None = None
        self._pressed: tuple[int, QPointF] | None = None  # place in the row, and where
        self._dragged_to: float | None = None  # pixels, while a card is dragged
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Preferred)
        self.setToolTip(wrapped(TOOLTIP))
        self.setAccessibleName("Stops of the walk")
        theme().changed.connect(self._on_theme_changed)

    @property
    def cards(self) -> tuple[StopCard, ...]:
        """What is shown, in order."""
        return self._cards

    def show_stops(self, cards: tuple[StopCard, ...], chosen: int | None) -> None:
        """Show these stops, one of them marked."""
        self._cards, self._chosen = cards, chosen
        self._pressed = self._dragged_to = None
        self.setMinimumSize(self.minimumSizeHint())
        self.updateGeometry()
        self.update()

    def card_rectangle(self, place: int) -> QRect:
        """Where the card at that place of the row is."""
        top = max(2, (self.height() - CARD.height()) // 2)
        return QRect(6 + place * (CARD.width() + GAP), top, CARD.width(), CARD.height())

    def minimumSizeHint(self) -> QSize:
        count = max(1, len(self._cards))
        return QSize(12 + count * (CARD.width() + GAP) - GAP, CARD.height() + 4)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def event(self, event: QEvent) -> bool:
        """Say of a stop that is left out why, in place of what can be done with stops."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._place_at(QPointF(event.pos()))
            if place is not None and (why := self._cards[place].left_out):
                QToolTip.showText(event.globalPos(), wrapped(why), self)
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(small_font(self.font()))
        dragged = self._pressed[0] if self._dragged_to is not None and self._pressed else None
        for place, card in enumerate(self._cards):
            if place:
                self._draw_arrow(painter, self.card_rectangle(place))
            if place != dragged:
                self._draw_card(painter, card, self.card_rectangle(place), place == self._hovered)
        if dragged is not None and self._dragged_to is not None:
            self._draw_drag(painter, dragged, self._dragged_to)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._pressed = (place, event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            hovered = self._place_at(event.position())
            if hovered != self._hovered:
                self._hovered = hovered
                self.update()
            return
        moved = event.position() - self._pressed[1]
        if self._dragged_to is not None or abs(moved.x()) > DRAG_PX:
            self._dragged_to = event.position().x()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        (place, _), self._pressed = self._pressed, None
        dragged_to, self._dragged_to = self._dragged_to, None
        number = self._cards[place].number
        if dragged_to is None:
            self.stop_chosen.emit(number)
        elif (to := self._place_under(dragged_to)) != place:
            self.stop_moved.emit(number, to)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        QToolTip.hideText()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = self._chosen_place()
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and self._cards:
            to = min(max((-1 if place is None else place) + step, 0), len(self._cards) - 1)
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier and place is not None:
                if to != place:
                    self.stop_moved.emit(self._cards[place].number, to)
            else:
                self.stop_chosen.emit(self._cards[to].number)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and place is not None:
            self.stop_removed.emit(self._cards[place].number)
        else:
            super().keyPressEvent(event)

    def _chosen_place(self) -> int | None:
        numbers = [card.number for card in self._cards]
        return numbers.index(self._chosen) if self._chosen in numbers else None

    def _place_at(self, position: QPointF) -> int | None:
        for place in range(len(self._cards)):
            if self.card_rectangle(place).contains(position.toPoint()):
                return place
        return None

    def _place_under(self, x: float) -> int:
        """The place that a card let go at x takes."""
        place = round((x - 6 - CARD.width() / 2) / (CARD.width() + GAP))
        return min(max(place, 0), len(self._cards) - 1)

    def _draw_drag(self, painter: QPainter, place: int, x: float) -> None:
        target = self.card_rectangle(self._place_under(x))
        painter.setPen(QPen(palette().colour("accent"), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(target), 6, 6)
        rectangle = self.card_rectangle(place)
        rectangle.moveLeft(round(x - CARD.width() / 2))
        self._draw_card(painter, self._cards[place], rectangle, hovered=True)

    def _draw_card(
        self, painter: QPainter, card: StopCard, rectangle: QRect, hovered: bool
    ) -> None:
        chosen = card.number == self._chosen
        back = "selection" if chosen else "hover" if hovered else "raised"
        edge = "accent" if chosen and self.hasFocus() else "strong_border" if chosen else "border"
        painter.setBrush(palette().colour(back))
        painter.setPen(QPen(palette().colour(edge), 1))
        painter.drawRoundedRect(QRectF(rectangle).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setOpacity(LEFT_OUT_OPACITY if card.left_out else 1.0)
        if card.picture is not None:
            left = rectangle.center().x() - PICTURE // 2
            painter.drawPixmap(QRect(left, rectangle.top() + 4, PICTURE, PICTURE), card.picture)
        words = rectangle.adjusted(4, PICTURE + 6, -4, -3)
        name = painter.fontMetrics().elidedText(
            card.label, Qt.TextElideMode.ElideMiddle, words.width()
        )
        painter.setPen(palette().colour("text"))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), name)
        painter.setOpacity(1.0)

    def _draw_arrow(self, painter: QPainter, rectangle: QRect) -> None:
        x, y = rectangle.left() - GAP / 2, rectangle.center().y()
        painter.setPen(QPen(palette().colour("muted"), 1.5))
        painter.drawPolyline([QPointF(x - 2, y - 4), QPointF(x + 2, y), QPointF(x - 2, y + 4)])

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
