"""Hides tab bars that Qt forgets when docks of two areas are stacked before the window is shown.

`tabifyDockWidget` makes the bar of the second area twice; the first lies over the docks where they
were when it was made (seen with Qt 6.12; a bar in use moves with its docks).
"""

from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar


def hide_forgotten_tab_bars(window: QMainWindow) -> None:
    """Hide those that stand at no dock. Call when the window is laid out."""
    shown = [dock for dock in window.findChildren(QDockWidget) if dock.isVisible()]
    for bar in window.findChildren(QTabBar):
        if bar.parent() is window and bar.isVisible() and not _stands_at(bar, shown):
            bar.hide()


def _stands_at(bar: QTabBar, docks: list[QDockWidget]) -> bool:
    title = bar.tabText(bar.currentIndex())
    place = bar.geometry().adjusted(-1, -1, 1, 1)  # beside it, on any side, counts
    return any(
        dock.windowTitle() == title
        and dock.geometry().intersects(place)
        and not dock.geometry().contains(bar.geometry().center())
        and _same_extent(bar, dock)
        for dock in docks
    )


def _same_extent(bar: QTabBar, dock: QDockWidget) -> bool:
    a, b = bar.geometry(), dock.geometry()
    return (a.left(), a.width()) == (b.left(), b.width()) or (a.top(), a.height()) == (
        b.top(),
        b.height(),
    )
