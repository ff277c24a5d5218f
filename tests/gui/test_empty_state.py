"""Empty states: their buttons speak, and nothing is cut through where there is little room."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mogvae_gui.views.empty_state import EmptyState, EmptyStateAction


@pytest.fixture
def empty(qtbot: QtBot) -> EmptyState:
    empty = EmptyState(
        "import",
        "Drop chairs here",
        "Files or whole folders.",
        [EmptyStateAction("import", "Import files…", "import", primary=True)],
    )
    qtbot.addWidget(empty)
    return empty


def test_that_a_button_says_which_action_was_chosen(qtbot: QtBot, empty: EmptyState) -> None:
    with qtbot.waitSignal(empty.action_chosen, timeout=5_000) as chosen:
        QTest.mouseClick(empty.button("import"), Qt.MouseButton.LeftButton)
    assert chosen.args == ["import"]


def test_that_a_roomy_dock_shows_all(empty: EmptyState) -> None:
    empty.resize(320, 320)
    empty.show()
    assert empty._icon.isVisible()
    assert empty._text.isVisible()


def test_that_a_low_dock_keeps_the_title_and_the_button(empty: EmptyState) -> None:
    empty.resize(320, 84)
    empty.show()
    assert not empty._icon.isVisible()
    assert not empty._text.isVisible()
    assert empty.button("import").isVisible()


def test_that_other_words_can_be_shown(empty: EmptyState) -> None:
    empty.show_words("Nothing found", "No chair has this name.")
    assert empty._title.text() == "Nothing found"
    assert empty._text.text() == "No chair has this name."
