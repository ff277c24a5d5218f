"""Actions: words, key and tooltip agree."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from mogvae_gui.views.actions import make_action, make_button, plain_text


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


def test_that_the_tooltip_names_the_key(window: QWidget) -> None:
    action = make_action(window, "&Open…", "open", "Ctrl+O", "Open a project")
    assert "Open a project" in action.toolTip()
    assert "Ctrl+O" in action.toolTip()
    assert action.statusTip() == "Open a project"


def test_that_an_action_without_tooltip_is_described_by_its_words(window: QWidget) -> None:
    action = make_action(window, "&Save && close…")
    assert action.statusTip() == "Save & close"
    assert "Save &amp; close" in action.toolTip()


def test_that_the_shortcut_is_heard_in_the_parent(qtbot: QtBot, window: QWidget) -> None:
    heard: list[bool] = []
    make_action(window, "Go", shortcut=QKeySequence("F6"), slot=lambda: heard.append(True))
    with qtbot.waitActive(window, timeout=5_000):
        window.show()
        window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert heard == [True]


def test_that_a_checkable_action_starts_as_told(window: QWidget) -> None:
    action = make_action(window, "Link", "link-cameras", checkable=True, checked=True)
    assert action.isCheckable()
    assert action.isChecked()


def test_that_plain_text_has_no_marks() -> None:
    assert plain_text("E&xport…") == "Export"


def test_that_a_primary_button_is_marked_for_the_style_sheet(qtbot: QtBot) -> None:
    button = make_button("Start", "train", "Begin", primary=True)
    qtbot.addWidget(button)
    assert button.property("primary") is True
    assert "Begin" in button.toolTip()
