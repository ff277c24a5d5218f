"""Mouse events for tests: what a hand does.

Moves are sent, for the pointer of the screen belongs to everybody and comes late.
"""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
NO_BUTTON = Qt.MouseButton.NoButton


def click(widget: QWidget, x: float, y: float) -> None:
    """Press and release the left button at a pixel."""
    QTest.mouseClick(widget, LEFT, NO_KEY, QPoint(round(x), round(y)))


def double_click(widget: QWidget, x: float, y: float) -> None:
    """Click twice at a pixel, and let go: Qt's `mouseDClick` is the second press only.

    A button that stays down stays so for the tests that follow in the process.
    """
    place = QPoint(round(x), round(y))
    QTest.mouseClick(widget, LEFT, NO_KEY, place)
    QTest.mouseDClick(widget, LEFT, NO_KEY, place)
    QTest.mouseRelease(widget, LEFT, NO_KEY, place)


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


def wheel(widget: QWidget, notches: int) -> None:
    """Turn the wheel over the middle of a widget in a shown window; up is more than 0.

    By its window: a wheel sent to a widget that does not want it would go no further.
    """
    window = widget.window()
    place = QPointF(widget.mapTo(window, widget.rect().center()))
    QTest.wheelEvent(window.windowHandle(), place, QPoint(0, 120 * notches))
