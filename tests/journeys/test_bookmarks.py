"""Bookmarks as a hand uses them: made, gone back to, renamed, deleted, and brought back."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from mogvae_gui.presenters.studio import Studio
from tests.gui.menus import choose_from_context_menu
from tests.gui.mouse import double_click
from tests.journeys.hands import (
    button_of,
    click_card,
    click_chair,
    click_middle,
    click_tab,
    drag_probe,
    middle_of_card,
    tool_button,
)
from tests.journeys.waiting import settled


def names(studio: Studio) -> list[str]:
    """The names on the cards of the dock."""
    model = studio.window.bookmarks.list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_that_a_hand_makes_a_bookmark_goes_back_renames_deletes_and_undoes(
    opened: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    studio, panel = opened, opened.window.bookmarks
    cards = panel.list
    click_tab(studio, "Bookmarks")
    picture("bookmarks-1-none")
    place = drag_probe(studio, qtbot, 45, -25)
    there = studio.places.here()
    click_middle(panel.empty.button("add"))
    assert names(studio) == ["Place"]
    assert studio.bookmarks.bookmarks[0].place.code == place

    # Another place, kept by the button of the dock.
    click_tab(studio, "Library")
    chair_id = click_chair(studio, 4)
    settled(studio, qtbot)
    chair = studio.project.chair(chair_id)
    assert chair is not None
    click_tab(studio, "Bookmarks")
    click_middle(button_of(panel, "Bookmark this place"))
    assert names(studio) == ["Place", chair.name]

    # Two clicks on the first card lead back, with all that was seen.
    middle = middle_of_card(cards, 0)
    double_click(cards.viewport(), middle.x(), middle.y())
    settled(studio, qtbot)
    assert studio.places.here() == there

    # Its name is written where it stands.
    click_middle(button_of(panel, "Rename bookmark"))
    editor = cards.findChild(QLineEdit)
    assert editor is not None
    assert editor.text() == "Place"
    QTest.keyClicks(editor, "Wide seat")
    picture("bookmarks-2-renaming")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(studio) == ["Wide seat", chair.name])  # Qt commits it later
    picture("bookmarks-3-renamed")

    # Deleted by the menu under the pointer, and brought back by the button above.
    choose_from_context_menu(cards, middle_of_card(cards, 0), "Delete bookmark")
    assert names(studio) == [chair.name]
    click_middle(tool_button(studio, "Undo"))
    assert names(studio) == ["Wide seat", chair.name]
    assert studio.bookmarks.bookmarks[0].place == there

    # The same by keys.
    click_card(cards, 1)
    QTest.keyClick(cards, Qt.Key.Key_F2)
    editors = cards.findChildren(QLineEdit)
    QTest.keyClicks(editors[-1], "Dull")
    QTest.keyClick(editors[-1], Qt.Key.Key_Escape)
    assert names(studio) == ["Wide seat", chair.name]
    QTest.keyClick(cards, Qt.Key.Key_Delete)
    assert names(studio) == ["Wide seat"]
    assert len(studio.project.chairs) == 12  # Delete was about the bookmark
    QTest.keyClick(studio.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert names(studio) == ["Wide seat", chair.name]
