"""Menus and lists that drop down, by the mouse."""

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QMenu,
    QMenuBar,
    QToolButton,
)

from tests.gui.mouse import LEFT, NO_KEY, move

LOOK_MS = 30


def choose_from_menu(button: QToolButton, *texts: str) -> None:
    """Click a button and, in the menu that it opens, one text after the other.

    The press returns when the menu is closed: Qt waits inside it. An entry that is not there
    closes the menu and fails.
    """
    left = list(texts)
    seen: list[str] = []

    def look() -> None:
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu) or not left:
            return
        actions = {action.text(): action for action in menu.actions()}
        action = actions.get(left[0])
        if action is not None:
            left.pop(0)
            QTest.mouseClick(menu, LEFT, NO_KEY, menu.actionGeometry(action).center())
        elif len(left) == len(texts):  # else the submenu is still to open
            seen.extend(actions)
            left.clear()
            menu.close()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(LOOK_MS)
    QTest.mouseClick(button, LEFT, NO_KEY, QPoint(button.width() // 2, button.height() // 2))
    timer.stop()
    assert not seen, f"no {texts[0]!r} among {seen}"
    assert not left, f"{left} were not reached"


def choose_from_list(box: QComboBox, text: str) -> None:
    """Open a combo box and click the entry that begins so."""
    texts = [box.itemText(row) for row in range(box.count())]
    row = next(row for row, entry in enumerate(texts) if entry.startswith(text))
    QTest.mouseClick(box, LEFT, NO_KEY, QPoint(box.width() - 8, box.height() // 2))
    view = box.view()
    QApplication.processEvents()
    # Qt takes a release that comes soon after the press for its own, unless the mouse has moved.
    move(view.viewport(), view.width() - 2, view.height() - 2)
    view.scrollTo(box.model().index(row, 0))  # a long list has moved under the pointer
    place = view.visualRect(box.model().index(row, 0)).center()
    move(view.viewport(), place.x(), place.y())
    QTest.mouseClick(view.viewport(), LEFT, NO_KEY, place)
    assert box.currentText() == texts[row]


def choose_from_context_menu(area: QAbstractScrollArea, place: QPoint, text: str) -> None:
    """Right click a place of a list's viewport and click an entry of the menu that opens.

    Qt waits inside some of these menus and comes back at once from others.
    """
    found: list[str] = []
    chosen: list[str] = []

    def look() -> None:
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu) or found:
            return
        actions = {action.text(): action for action in menu.actions()}
        found.extend(actions)
        if text in actions:
            chosen.append(text)
            QTest.mouseClick(menu, LEFT, NO_KEY, menu.actionGeometry(actions[text]).center())
        else:
            menu.close()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(LOOK_MS)
    viewport = area.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.RightButton, NO_KEY, place)
    # The press that a test makes is not the screen's, which would ask for the menu by itself.
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)
    look()
    timer.stop()
    assert chosen, f"no {text!r} among {found}"


def choose_from_menu_bar(bar: QMenuBar, title: str, text: str) -> None:
    """Click a menu of the window and an entry of it."""
    (opens,) = [one for one in bar.actions() if one.text().replace("&", "") == title]
    QTest.mouseClick(bar, LEFT, NO_KEY, bar.actionGeometry(opens).center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    (action,) = [one for one in menu.actions() if one.text().replace("&", "") == text]
    QTest.mouseClick(menu, LEFT, NO_KEY, menu.actionGeometry(action).center())
