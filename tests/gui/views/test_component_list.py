"""The list of components: sorted by numbers, chosen and hidden by clicks, shown without saying."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QStyle,
    QStyleOptionViewItem,
    QTreeWidgetItem,
)
from pytestqt.qtbot import QtBot

from mogvae_gui.views.component_list import ComponentList, ComponentRow
from mogvae_gui.views.theme import component_qcolor
from tests.gui.mouse import LEFT, NO_KEY
from tests.gui.spies import said

ROWS = [
    ComponentRow(0, 0.05, 110, 0.7),
    ComponentRow(1, 0.60, 9, 1.5),
    ComponentRow(2, 0.35, 20, 10.25),
]


@pytest.fixture
def components(qtbot: QtBot) -> ComponentList:
    components = ComponentList()
    qtbot.addWidget(components)
    components.resize(360, 240)
    with qtbot.waitExposed(components):
        components.show()
    components.show_components(ROWS, frozenset())
    QApplication.processEvents()
    return components


def item(components: ComponentList, position: int) -> QTreeWidgetItem:
    found = components.topLevelItem(position)
    assert found is not None
    return found


def order(components: ComponentList) -> list[int]:
    role = int(Qt.ItemDataRole.UserRole)
    return [
        int(item(components, position).data(0, role))
        for position in range(components.topLevelItemCount())
    ]


def check_box(components: ComponentList, position: int) -> QPoint:
    """The middle of a row's box."""
    option = QStyleOptionViewItem()
    option.initFrom(components)
    option.rect = components.visualItemRect(item(components, position))
    option.features |= QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    element = QStyle.SubElement.SE_ItemViewItemCheckIndicator
    box: QRect = components.style().subElementRect(element, option, components)
    return box.center()


def click_row(components: ComponentList, position: int, column: int = 0) -> None:
    rect = components.visualRect(components.indexFromItem(item(components, position), column))
    QTest.mouseClick(
        components.viewport(), LEFT, NO_KEY, QPoint(rect.right() - 8, rect.center().y())
    )


def test_that_the_heaviest_component_stands_first(components: ComponentList) -> None:
    assert order(components) == [1, 2, 0]


@pytest.mark.parametrize(
    ("column", "ascending"), [(0, [0, 1, 2]), (1, [0, 2, 1]), (2, [1, 2, 0]), (3, [0, 1, 2])]
)
def test_that_rows_sort_by_number_and_not_by_spelling(
    components: ComponentList, column: int, ascending: list[int]
) -> None:
    components.sortByColumn(column, Qt.SortOrder.AscendingOrder)

    assert order(components) == ascending


def test_that_a_row_says_weight_members_and_spread(components: ComponentList) -> None:
    row = item(components, 0)

    assert [row.text(column) for column in range(1, 4)] == ["60.0%", "9", "1.50"]


def test_that_a_click_on_a_row_chooses_its_component_once(components: ComponentList) -> None:
    chosen = QSignalSpy(components.component_chosen)
    for column in (0, 2):
        click_row(components, 1, column)

    assert said(chosen) == [[2], [2]]


def test_that_enter_chooses_the_current_component(components: ComponentList) -> None:
    components.show_chosen(0)
    chosen = QSignalSpy(components.component_chosen)

    QTest.keyClick(components, Qt.Key.Key_Return)

    assert said(chosen) == [[0]]


def test_that_the_box_hides_a_component_and_does_not_choose_it(components: ComponentList) -> None:
    chosen, edited = (
        QSignalSpy(components.component_chosen),
        QSignalSpy(components.visibility_edited),
    )

    QTest.mouseClick(components.viewport(), LEFT, NO_KEY, check_box(components, 0))

    assert said(edited) == [[1, False]]
    assert chosen.count() == 0

    QTest.mouseClick(components.viewport(), LEFT, NO_KEY, check_box(components, 0))
    assert said(edited)[-1] == [1, True]
    assert chosen.count() == 0


def test_that_the_rows_may_be_shown_anew_while_a_box_is_clicked(components: ComponentList) -> None:
    """As the presenter does: hiding a component changes the state, which is shown at once."""
    hidden: set[int] = set()

    def show_again(component: int, shown: bool) -> None:
        hidden.symmetric_difference_update({component})
        assert (component not in hidden) == shown
        components.show_components(ROWS, frozenset(hidden))

    components.visibility_edited.connect(show_again)
    chosen = QSignalSpy(components.component_chosen)
    for _ in range(3):
        for position in range(3):
            QTest.mouseClick(components.viewport(), LEFT, NO_KEY, check_box(components, position))
            QApplication.processEvents()

    assert hidden == {0, 1, 2}
    assert chosen.count() == 0


def test_that_showing_says_nothing(components: ComponentList) -> None:
    spies = [QSignalSpy(components.component_chosen), QSignalSpy(components.visibility_edited)]
    components.show_components(ROWS, frozenset({1}))
    components.show_chosen(2)
    components.show_pictures([np.zeros((8, 8, 4), np.uint8)] * 3)
    components.show_chosen(None)
    components.show_components([], frozenset())

    assert [spy.count() for spy in spies] == [0, 0]


def test_that_hidden_components_have_an_empty_box(components: ComponentList) -> None:
    components.show_components(ROWS, frozenset({1}))

    states = [item(components, position).checkState(0).name for position in range(3)]
    assert states == ["Unchecked", "Checked", "Checked"]


def test_that_the_chosen_component_stays_marked_when_rows_change(components: ComponentList) -> None:
    components.show_chosen(2)
    assert item(components, 1).isSelected()

    components.show_components(
        [ComponentRow(2, 0.9, 5, 1.0), ComponentRow(0, 0.1, 5, 1.0)], frozenset()
    )

    assert item(components, 0).isSelected()
    components.show_chosen(None)
    assert components.selectedItems() == []


def test_that_no_component_is_marked_again_once_another_place_was_chosen(
    components: ComponentList,
) -> None:
    components.show_chosen(2)
    components.show_chosen(None)

    components.show_components(ROWS, frozenset())

    assert components.selectedItems() == []


def test_that_the_colour_beside_a_component_is_its_own(components: ComponentList) -> None:
    for position, component in enumerate(order(components)):
        icon = item(components, position).icon(0)
        image = icon.pixmap(72, 72).toImage()
        seen = image.pixelColor(image.width() // 2, image.height() // 2)
        assert seen.rgb() == component_qcolor(component).rgb()


def test_that_a_decoded_mean_is_shown_in_a_frame_of_the_components_colour(
    components: ComponentList,
) -> None:
    blue = np.zeros((72, 72, 4), dtype=np.uint8)
    blue[..., 2:] = 255

    components.show_pictures([blue, blue, blue])

    for position, component in enumerate(order(components)):
        image = item(components, position).icon(0).pixmap(72, 72).toImage()
        middle = image.pixelColor(image.width() // 2, image.height() // 2)
        edge = image.pixelColor(image.width() // 2, 2)
        assert middle.blue() == 255
        assert edge.rgb() == component_qcolor(component).rgb()


def test_that_what_is_typed_stays_when_the_row_changes_meanwhile(
    components: ComponentList, qtbot: QtBot
) -> None:
    renamed = QSignalSpy(components.renamed)
    components.show_chosen(0)
    components.rename_action.trigger()
    editor = components.findChild(QLineEdit)
    assert editor is not None
    assert editor.text() == "1"
    editor.selectAll()
    QTest.keyClicks(editor, "Sto")
    components.show_pictures([np.zeros((8, 8, 4), np.uint8)] * 3)
    components.show_components([replace(row, members=row.members + 1) for row in ROWS], frozenset())
    QTest.keyClicks(editor, "ols")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: renamed.count() > 0)

    assert said(renamed) == [[0, "Stools"]]


def test_that_what_is_about_one_component_needs_one_that_is_chosen(
    components: ComponentList,
) -> None:
    about_one = (components.gallery_action, components.solo_action, components.rename_action)
    assert [action.isEnabled() for action in about_one] == [False] * 3

    click_row(components, 1)
    assert [action.isEnabled() for action in about_one] == [True] * 3

    components.show_chosen(None)  # the probe has gone elsewhere
    assert [action.isEnabled() for action in about_one] == [False] * 3


def test_that_all_can_be_shown_while_one_is_hidden(components: ComponentList) -> None:
    assert not components.all_action.isEnabled()

    QTest.mouseClick(components.viewport(), LEFT, NO_KEY, check_box(components, 0))
    assert components.all_action.isEnabled()

    components.show_components(ROWS, frozenset())
    assert not components.all_action.isEnabled()
