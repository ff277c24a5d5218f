"""Mouse events for tests: what a hand does.

Moves are sent, for the pointer of the screen belongs to everybody and comes late.
"""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
NO_BUTTON = Qt.MouseButton.NoButton


def click(widget: QWidget, x: float, y: float) -> None:
    """Press and release the left button at a pixel."""
    QTest.mouseClick(widget, LEFT, NO_KEY, QPoint(round(x), round(y)))


def move(widget: QWidget, x: float, y: float, held: Qt.MouseButton = NO_BUTTON) -> None:
    """Move the pointer to a pixel, with a button held down or none."""
    place = QPointF(round(x), round(y))
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, widget.mapToGlobal(place), NO_BUTTON, held, NO_KEY
    )
    QApplication.sendEvent(widget, event)


def drag(
    widget: QWidget,
    start: tuple[float, float],
    end: tuple[float, float],
    keys: Qt.KeyboardModifier = NO_KEY,
) -> None:
    """Press, move in four steps, and release."""
    first, last = QPoint(*map(round, start)), QPoint(*map(round, end))
    QTest.mousePress(widget, LEFT, keys, first)
    for step in range(1, 5):
        place = first + (last - first) * step / 4
        move(widget, place.x(), place.y(), LEFT)
    QTest.mouseRelease(widget, LEFT, keys, last)


def draw(
    widget: QWidget, places: list[tuple[float, float]], keys: Qt.KeyboardModifier = NO_KEY
) -> None:
    """Press at the first place, move along the others, and release at the last."""
    pixels = [QPoint(round(x), round(y)) for x, y in places]
    QTest.mousePress(widget, LEFT, keys, pixels[0])
    for pixel in pixels[1:]:
        move(widget, pixel.x(), pixel.y(), LEFT)
    QTest.mouseRelease(widget, LEFT, keys, pixels[-1])


def wheel(widget: QWidget, notches: int, place: QPoint | None = None) -> QWheelEvent:
    """Turn the wheel over a pixel, or over the middle: a notch is 120, and away from the hand is
    more than 0. The event that was sent, to see whether it was accepted.
    """
    pixel = QPointF(widget.rect().center() if place is None else place)
    event = QWheelEvent(
        pixel,
        widget.mapToGlobal(pixel),
        QPoint(0, 0),
        QPoint(0, 120 * notches),
        NO_BUTTON,
        NO_KEY,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event
