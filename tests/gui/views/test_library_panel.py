"""The library dock: listed chairs, chosen chairs, the filter, and what can be done."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from mogvae_gui.views.library_model import ChairRow
from mogvae_gui.views.library_panel import LibraryPanel
from tests.gui.mouse import LEFT, NO_KEY
from tests.gui.spies import said

CONTROL = Qt.KeyboardModifier.ControlModifier


def rows(count: int) -> list[ChairRow]:
    return [ChairRow(f"c{n}", f"chair {n}", "train", "") for n in range(count)]


@pytest.fixture
def panel(qtbot: QtBot) -> LibraryPanel:
    panel = LibraryPanel()
    qtbot.addWidget(panel)
    panel.resize(250, 480)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.show_chairs(rows(200), total=200, train=160)
    QApplication.processEvents()
    return panel


def centre_of(panel: LibraryPanel, chair_id: str) -> QPoint:
    return panel.list.visualRect(panel.model.index_of(chair_id)).center()


def click(
    panel: LibraryPanel, chair_id: str, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.mouseClick(panel.list.viewport(), LEFT, keys, centre_of(panel, chair_id))


# Listing


def test_that_pictures_are_asked_for_rows_in_sight_alone(qtbot: QtBot) -> None:
    panel = LibraryPanel()
    qtbot.addWidget(panel)
    panel.resize(250, 480)
    wanted = QSignalSpy(panel.thumbnail_wanted)
    panel.show_chairs(rows(1000), total=1000, train=800)
    with qtbot.waitExposed(panel):
        panel.show()
    qtbot.waitUntil(lambda: wanted.count() > 0)
    QApplication.processEvents()

    asked = {str(args[0]) for args in said(wanted)}
    assert 4 <= len(asked) <= 24
    assert max(int(chair_id[1:]) for chair_id in asked) < 24

    panel.list.scrollTo(panel.model.index_of("c500"))
    qtbot.waitUntil(lambda: any(args[0] == "c500" for args in said(wanted)))
    assert wanted.count() < 60


def test_that_counts_say_how_many_are_listed_and_how_they_are_split(panel: LibraryPanel) -> None:
    assert panel.counts.text() == "200 chairs · 160 train · 40 test"

    panel.show_chairs(rows(12), total=200, train=160)
    assert panel.counts.text() == "12 of 200 chairs · 160 train · 40 test"

    panel.show_chairs(rows(1), total=1, train=1)
    assert panel.counts.text() == "1 chair · 1 train · 0 test"


def test_that_an_empty_library_invites_and_an_empty_search_says_so(panel: LibraryPanel) -> None:
    panel.show_chairs([], total=0, train=0)
    assert panel.empty.isVisible()
    panel.show_chairs([], total=200, train=160)
    assert panel.none_found.isVisible()
    panel.show_chairs(rows(2), total=200, train=160)
    assert panel.list.isVisible()


def test_that_the_invitation_leads_to_import_and_made_chairs(panel: LibraryPanel) -> None:
    imports, made = QSignalSpy(panel.import_requested), QSignalSpy(panel.made_chairs_requested)

    panel.empty.action_chosen.emit("import")
    panel.empty.action_chosen.emit("make")

    assert (imports.count(), made.count()) == (1, 1)


def test_that_cards_fill_the_width_of_the_dock(panel: LibraryPanel) -> None:
    for width in (180, 250, 420, 700):
        panel.resize(width, 480)
        QApplication.processEvents()
        room = panel.list.viewport().width()
        columns = room // panel.list.gridSize().width()
        assert columns * panel.list.gridSize().width() > 0.97 * room - columns


def test_that_a_drawn_picture_is_shown(panel: LibraryPanel) -> None:
    red = np.zeros((32, 32, 4), dtype=np.uint8)
    red[..., [0, 3]] = 255

    panel.show_thumbnail("c0", red)
    QApplication.processEvents()

    x, y = centre_of(panel, "c0").toTuple()
    seen = panel.list.viewport().grab().toImage().pixelColor(x, y - 20)
    assert (seen.red(), seen.green()) == (255, 0)


# Choosing


def test_that_a_click_chooses_a_chair_and_a_control_click_adds_one(panel: LibraryPanel) -> None:
    edited = QSignalSpy(panel.selection_edited)
    click(panel, "c1")
    click(panel, "c3", CONTROL)

    assert said(edited)[0] == [["c1"]]
    assert said(edited)[-1] == [["c3", "c1"]]  # the current one first


def test_that_choosing_one_more_keeps_those_that_the_filter_hides(panel: LibraryPanel) -> None:
    panel.show_selected(("c150", "c3"))
    panel.show_chairs(rows(100), total=200, train=160)  # c150 is not among them
    panel.show_selected(("c1", "c150", "c3"))
    QApplication.processEvents()
    edited = QSignalSpy(panel.selection_edited)

    click(panel, "c2", CONTROL)
    assert said(edited)[-1] == [["c2", "c1", "c3", "c150"]]
    click(panel, "c2")
    assert said(edited)[-1] == [["c2"]]


def test_that_showing_what_is_chosen_is_not_choosing(panel: LibraryPanel) -> None:
    edited = QSignalSpy(panel.selection_edited)
    panel.show_selected(("c5", "c2"))
    panel.show_chairs(rows(150), total=150, train=150)
    panel.show_selected(("c5",))
    panel.show_selected(())

    assert edited.count() == 0


def test_that_what_is_shown_as_chosen_is_what_is_chosen(panel: LibraryPanel) -> None:
    for chosen in (("c5", "c2", "c7"), ("c190",), ()):
        panel.show_selected(chosen)
        assert panel.selected_ids()[:1] == list(chosen[:1])
        assert set(panel.selected_ids()) == set(chosen)


def test_that_a_chosen_chair_comes_into_sight(panel: LibraryPanel) -> None:
    panel.show_selected(("c180",))
    QApplication.processEvents()

    assert panel.list.viewport().rect().contains(centre_of(panel, "c180"))


def test_that_chairs_that_are_not_listed_are_passed_over(panel: LibraryPanel) -> None:
    panel.show_selected(("gone", "c3"))

    assert panel.selected_ids() == ["c3"]


def test_that_all_of_many_chairs_are_marked_at_once(panel: LibraryPanel) -> None:
    """Marking each by itself merges ranges again and again: minutes for a large library."""
    many = rows(5_000)
    panel.show_chairs(many, total=5_000, train=5_000)
    merged = QSignalSpy(panel.list.selectionModel().selectionChanged)

    panel.show_selected(tuple(row.chair_id for row in many))

    assert len(panel.selected_ids()) == 5_000
    assert merged.count() == 0


def test_that_moving_with_the_keys_chooses(panel: LibraryPanel) -> None:
    click(panel, "c0")
    edited = QSignalSpy(panel.selection_edited)

    QTest.keyClick(panel.list, Qt.Key.Key_Right)

    assert said(edited)[-1] == [["c1"]]


# Filtering


def test_that_typing_and_choosing_a_split_edit_the_filter(panel: LibraryPanel) -> None:
    edited = QSignalSpy(panel.filter_edited)
    QTest.keyClicks(panel.search, "arm")
    panel.split.setCurrentIndex(2)

    assert [args[0] for args in said(edited)] == ["a", "ar", "arm", "arm"]
    assert said(edited)[-1] == ["arm", "test"]


def test_that_clearing_the_search_by_its_button_edits_the_filter(panel: LibraryPanel) -> None:
    QTest.keyClicks(panel.search, "arm")
    edited = QSignalSpy(panel.filter_edited)
    clear = max(panel.search.findChildren(QToolButton), key=lambda button: button.x())

    QTest.mouseClick(clear, LEFT)

    assert said(edited)[-1] == ["", "all"]


def test_that_showing_a_filter_edits_nothing(panel: LibraryPanel) -> None:
    edited = QSignalSpy(panel.filter_edited)

    panel.show_filter("stool", "train")

    assert edited.count() == 0
    assert panel.search.text() == "stool"
    assert panel.split.currentData() == "train"


# Doing


@pytest.mark.parametrize(
    ("action", "signal", "more"),
    [
        ("remove", "remove_requested", []),
        ("to_train", "split_requested", ["train"]),
        ("to_test", "split_requested", ["test"]),
        ("export", "export_requested", []),
    ],
)
def test_that_an_action_is_asked_for_with_the_chosen_chairs(
    panel: LibraryPanel, action: str, signal: str, more: list[str]
) -> None:
    asked = QSignalSpy(getattr(panel, signal))
    panel.show_selected(("c4", "c6"))

    getattr(panel, action).trigger()

    assert said(asked) == [[["c4", "c6"], *more]]


@pytest.mark.parametrize("action", ["remove", "to_train", "to_test", "export", "rename"])
def test_that_without_a_chosen_chair_nothing_is_asked_for(panel: LibraryPanel, action: str) -> None:
    spies = [
        QSignalSpy(signal)
        for signal in (panel.remove_requested, panel.split_requested, panel.export_requested)
    ]
    panel.show_selected(())

    getattr(panel, action).trigger()

    assert [spy.count() for spy in spies] == [0, 0, 0]


def test_that_delete_in_the_list_removes_and_in_the_search_does_not(
    panel: LibraryPanel, qtbot: QtBot
) -> None:
    asked = QSignalSpy(panel.remove_requested)
    panel.show_selected(("c4",))
    panel.activateWindow()
    panel.search.setFocus()
    QTest.keyClick(panel.search, Qt.Key.Key_Delete)
    assert asked.count() == 0

    panel.list.setFocus()
    qtbot.waitUntil(panel.list.hasFocus)
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)

    assert said(asked) == [[["c4"]]]


def test_that_a_name_is_typed_in_the_card(panel: LibraryPanel, qtbot: QtBot) -> None:
    asked = QSignalSpy(panel.rename_requested)
    panel.show_selected(("c2",))
    panel.rename.trigger()
    editor = panel.list.viewport().findChild(QLineEdit)
    assert editor is not None
    assert editor.text() == "chair 2"

    editor.selectAll()
    QTest.keyClicks(editor, "Throne")
    QTest.keyClick(editor, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: asked.count() == 1)
    assert said(asked) == [["c2", "Throne"]]


def test_that_a_right_click_offers_what_can_be_done(panel: LibraryPanel, qtbot: QtBot) -> None:
    panel.show_selected(("c2",))
    panel.list.customContextMenuRequested.emit(centre_of(panel, "c2"))
    menu = next(
        child
        for child in panel.findChildren(QMenu)
        if child.isVisible() and panel.remove in child.actions()
    )

    assert panel.export in menu.actions()
    menu.close()


def test_that_chairs_are_turned_and_stood_up(panel: LibraryPanel) -> None:
    turned, stood = QSignalSpy(panel.turn_requested), QSignalSpy(panel.stand_up_requested)
    panel.show_selected(("c4",))
    for action in panel.pose_menu.actions():
        if not action.isSeparator():
            action.trigger()

    assert [args[1] for args in said(turned)] == [1, -1, 2]
    assert [args[1] for args in said(stood)] == ["x", "y", "z"]
    assert all(args[0] == ["c4"] for args in said(turned) + said(stood))


def test_that_a_click_on_empty_space_chooses_nothing(panel: LibraryPanel) -> None:
    panel.show_chairs(rows(1), total=1, train=1)
    panel.show_selected(("c0",))
    edited = QSignalSpy(panel.selection_edited)

    QTest.mouseClick(panel.list.viewport(), LEFT, NO_KEY, QPoint(60, 400))

    assert said(edited) == [[[]]]
