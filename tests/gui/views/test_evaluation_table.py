"""The table of evaluated chairs: numbers sort as numbers, the chosen chair is never lost."""

import math
from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from pytestqt.qtbot import QtBot

from core.metric_words import difference_text, value_text
from mogvae_gui.views.evaluation_model import CHAIR_ID, NAME, SPLIT, EvaluationRow, NumberColumn
from mogvae_gui.views.evaluation_table import EvaluationTable
from mogvae_gui.views.spread import RUN_ROLES
from mogvae_gui.views.theme import palette, theme
from tests.gui.mouse import LEFT, NO_KEY
from tests.gui.spies import said

Role = Qt.ItemDataRole
CONTROL = Qt.KeyboardModifier.ControlModifier
CD = NumberColumn("CD₁", "what it means", "0.0000", partial(value_text, "cd_1"))
GAP = NumberColumn(
    "Δ CD₁", "A minus B", "−0.0000", partial(difference_text, "cd_1"), lambda gap: int(gap > 0)
)
ROWS = [
    EvaluationRow("c1", "Swivel", "test", (0.09, -0.01)),
    EvaluationRow("c2", "armchair", "test", (0.2, 0.02)),
    EvaluationRow("c3", "club", "train", (0.1, -0.03)),
]
SUMMARY = [
    EvaluationRow("", "Mean of 3", "", (0.13, -0.0066), "", (None, None)),
    EvaluationRow("", "Floor", "", (0.05, math.nan), "", (None, None)),
]


@pytest.fixture
def table(qtbot: QtBot) -> EvaluationTable:
    table = EvaluationTable()
    qtbot.addWidget(table)
    table.resize(500, 220)
    with qtbot.waitExposed(table):
        table.show()
    table.show_rows((CD, GAP), ROWS, SUMMARY)
    return table


def listed(table: EvaluationTable) -> list[str]:
    return [row.chair_id for row in table.model.rows]


def marked(table: EvaluationTable) -> list[str]:
    return [index.data(CHAIR_ID) for index in table.table.selectionModel().selectedRows()]


def middle_of(table: EvaluationTable, row: int) -> QPoint:
    return table.table.visualRect(table.model.index(row, NAME)).center()


def click_row(table: EvaluationTable, row: int, keys: Qt.KeyboardModifier = NO_KEY) -> None:
    QTest.mouseClick(table.table.viewport(), LEFT, keys, middle_of(table, row))


def click_header(table: EvaluationTable, column: int) -> None:
    header = table.table.horizontalHeader()
    x = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
    QTest.mouseClick(header.viewport(), LEFT, NO_KEY, QPoint(x, header.height() // 2))


def test_that_a_header_sorts_by_numbers_and_the_third_click_gives_the_library_order(
    table: EvaluationTable,
) -> None:
    click_header(table, SPLIT + 1)
    assert listed(table) == ["c1", "c3", "c2"]
    click_header(table, SPLIT + 1)
    assert listed(table) == ["c2", "c3", "c1"]
    click_header(table, NAME)
    assert listed(table) == ["c2", "c3", "c1"]  # whatever their case
    click_header(table, SPLIT + 2)
    assert listed(table) == ["c3", "c1", "c2"]


def test_that_clicking_a_row_names_its_chair_once_and_clicking_it_again_once_more(
    table: EvaluationTable,
) -> None:
    chosen = QSignalSpy(table.chair_chosen)
    click_row(table, 1)
    assert said(chosen) == [["c2"]]
    click_row(table, 1)
    assert said(chosen) == [["c2"], ["c2"]]
    click_row(table, 2)
    assert said(chosen)[2:] == [["c3"]]


def test_that_several_rows_are_chosen_and_those_that_a_filter_hides_stay(
    table: EvaluationTable,
) -> None:
    edited, chosen = QSignalSpy(table.selection_edited), QSignalSpy(table.chair_chosen)
    click_row(table, 2)
    click_row(table, 0, CONTROL)
    assert said(edited) == [[["c1", "c3"]]]  # the one that was clicked first
    table.show_rows((CD, GAP), ROWS[:2], SUMMARY)
    click_row(table, 1, CONTROL)
    assert said(edited)[-1] == [["c2", "c1", "c3"]]
    click_row(table, 0)
    assert said(chosen) == [["c3"], ["c1"]]


def test_that_arrow_keys_choose(table: EvaluationTable) -> None:
    table.show_selected(("c1",))
    chosen = QSignalSpy(table.chair_chosen)
    QTest.keyClick(table.table, Qt.Key.Key_Down)
    assert said(chosen) == [["c2"]]


def test_that_showing_sorting_and_listing_fewer_choose_nothing(table: EvaluationTable) -> None:
    chosen = QSignalSpy(table.chair_chosen)
    table.show_selected(("c3", "c1"))
    assert sorted(marked(table)) == ["c1", "c3"]
    click_header(table, SPLIT + 1)
    assert sorted(marked(table)) == ["c1", "c3"]
    table.show_rows((CD, GAP), ROWS[:2], SUMMARY)  # as a filter does
    assert marked(table) == ["c1"]
    table.show_rows((CD, GAP), ROWS, SUMMARY)
    assert sorted(marked(table)) == ["c1", "c3"]
    table.show_selected(("elsewhere",))
    assert marked(table) == []
    assert said(chosen) == []


def test_that_the_order_stays_while_figures_change_and_goes_with_the_columns(
    table: EvaluationTable,
) -> None:
    click_header(table, SPLIT + 1)
    table.show_rows((CD, GAP), [ROWS[1], ROWS[0]], SUMMARY)
    assert listed(table) == ["c1", "c2"]
    table.show_rows((CD,), [EvaluationRow(r.chair_id, r.name, r.split, (0.1,)) for r in ROWS], [])
    assert listed(table) == ["c1", "c2", "c3"]
    assert table.table.horizontalHeader().sortIndicatorSection() == -1


def test_that_figures_are_right_aligned_and_coloured_by_the_run_that_wins(
    table: EvaluationTable,
) -> None:
    for name in ("light", "dark"):
        theme().choose(name)
        for row, run in ((0, 0), (1, 1)):
            index = table.model.index(row, SPLIT + 2)
            assert index.data(Role.ForegroundRole) == palette().colour(RUN_ROLES[run])
    assert table.model.index(1, SPLIT + 2).data() == "+0.0200"
    assert table.model.index(0, SPLIT + 1).data(Role.ForegroundRole) is None
    aligned = Qt.AlignmentFlag(table.model.index(0, SPLIT + 1).data(Role.TextAlignmentRole))
    assert aligned & Qt.AlignmentFlag.AlignRight


def test_that_headers_say_what_figures_mean(table: EvaluationTable) -> None:
    horizontal = Qt.Orientation.Horizontal
    titles = [table.model.headerData(place, horizontal) for place in range(4)]
    assert titles == ["Chair", "Split", "CD₁", "Δ CD₁"]
    assert "A minus B" in table.model.headerData(3, horizontal, int(Role.ToolTipRole))
    assert table.model.headerData(0, Qt.Orientation.Vertical) is None


def test_that_the_summary_stands_under_its_columns(table: EvaluationTable) -> None:
    assert table.summary_model.index(1, SPLIT + 1).data() == "0.0500"
    assert table.summary_model.index(1, SPLIT + 2).data() == ""
    for width in (500, 260):
        table.resize(width, 220)
        for place in range(4):
            assert table.summary.columnWidth(place) == table.table.columnWidth(place)
    table.resize(260, 220)
    bar = table.table.horizontalScrollBar()
    bar.setValue(bar.maximum())
    assert table.summary.horizontalScrollBar().value() == bar.value() > 0


def test_that_the_split_can_be_left_out(table: EvaluationTable) -> None:
    table.show_rows((CD, GAP), ROWS, SUMMARY, shows_split=False)
    assert table.table.isColumnHidden(SPLIT)
    assert table.summary.isColumnHidden(SPLIT)
    table.show_rows((CD, GAP), ROWS, SUMMARY)
    assert not table.table.isColumnHidden(SPLIT)


def test_that_an_empty_list_says_so(table: EvaluationTable, qtbot: QtBot) -> None:
    before = table.table.viewport().grab().toImage()
    table.show_rows((CD, GAP), [], SUMMARY)
    empty = table.table.viewport().grab().toImage()
    table.table.words_when_empty = ""
    assert empty != before
    assert table.table.viewport().grab().toImage() != empty


def test_that_names_are_shown_as_they_are(table: EvaluationTable) -> None:
    row = EvaluationRow("c9", "<b>bold</b>", "test", (0.1, 0.1))
    table.show_rows((CD, GAP), [row], SUMMARY)
    assert table.model.index(0, NAME).data() == "<b>bold</b>"
    assert "&lt;b&gt;" in table.model.index(0, NAME).data(Role.ToolTipRole)
