"""Real mouse events for tests: what a hand does."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def click(widget: QWidget, x: float, y: float) -> None:
    """Press and release the left button at a pixel."""
    QTest.mouseClick(widget, LEFT, NO_KEY, QPoint(round(x), round(y)))


def drag(widget: QWidget, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press, move in four steps, and release."""
    first, last = QPoint(*map(round, start)), QPoint(*map(round, end))
    QTest.mousePress(widget, LEFT, NO_KEY, first)
    for step in range(1, 5):
        QTest.mouseMove(widget, first + (last - first) * step / 4)
    QTest.mouseRelease(widget, LEFT, NO_KEY, last)
