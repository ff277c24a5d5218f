"""The action of a dock: it shows, hides, and brings to the front what lies behind."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from mogvae_gui.views.dock_action import DockAction


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QLabel("centre"))
    for number, title in enumerate(("Front", "Back")):
        dock = QDockWidget(title, window)
        dock.setObjectName(title)
        dock.setWidget(QLabel(title))
        window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
        DockAction(dock, f"Alt+{number + 1}", window).setObjectName(f"show {title}")
    window.tabifyDockWidget(dock_of(window, "Front"), dock_of(window, "Back"))
    window.resize(500, 400)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    dock_of(window, "Front").raise_()
    QApplication.processEvents()
    return window


def dock_of(window: QMainWindow, title: str) -> QDockWidget:
    dock = window.findChild(QDockWidget, title)
    assert isinstance(dock, QDockWidget)
    return dock


def action_of(window: QMainWindow, title: str) -> DockAction:
    action = window.findChild(DockAction, f"show {title}")
    assert isinstance(action, DockAction)
    return action


def is_in_front(window: QMainWindow, title: str) -> bool:
    QApplication.processEvents()
    return not dock_of(window, title).widget().visibleRegion().isEmpty()


def test_that_the_key_brings_a_dock_to_the_front_and_then_hides_it(window: QMainWindow) -> None:
    assert is_in_front(window, "Front")
    assert not action_of(window, "Back").isChecked()
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert is_in_front(window, "Back")
    assert action_of(window, "Back").isChecked()
    assert not action_of(window, "Front").isChecked()
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert dock_of(window, "Back").isHidden()
    assert is_in_front(window, "Front")


def test_that_a_dock_that_was_closed_comes_back_to_the_front(window: QMainWindow) -> None:
    dock_of(window, "Front").close()
    assert not action_of(window, "Front").isChecked()
    action_of(window, "Front").trigger()
    assert is_in_front(window, "Front")


def test_that_the_tooltip_names_dock_and_key(window: QMainWindow) -> None:
    tooltip = action_of(window, "Back").toolTip()
    assert "back dock" in tooltip
    assert "Alt+2" in tooltip
