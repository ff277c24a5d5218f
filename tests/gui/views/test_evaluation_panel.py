"""The Evaluation dock's panel: what it says when clicked, and that showing is not saying."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.metric_words import LABELS, MEANINGS
from mogvae_gui.presenters.evaluation_rows import columns_of, rows_of, spread_of, summary_of
from mogvae_gui.views.evaluation_panel import EXAMPLES, EvaluationPanel
from mogvae_gui.views.theme import theme
from tests.gui.mouse import LEFT
from tests.gui.spies import said
from tests.small_evaluations import two_runs


@pytest.fixture
def panel(qtbot: QtBot) -> EvaluationPanel:
    panel = EvaluationPanel()
    qtbot.addWidget(panel)
    panel.resize(1264, 200)
    panel.show_metrics([(key, LABELS[key], MEANINGS[key]) for key in LABELS])
    panel.show_choices("test", ["VAE", "Vamp"], None)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def fill(panel: EvaluationPanel) -> None:
    table = two_runs()
    panel.table.show_rows(columns_of(table), rows_of(table), summary_of(table))
    panel.histogram.show_spread(spread_of(table, "cd_1", differences=False))
    panel.show_table()


def test_that_nothing_evaluated_offers_to_and_says_why_not(panel: EvaluationPanel) -> None:
    asked = QSignalSpy(panel.evaluate_requested)
    panel.show_nothing("Not yet", "words", "Evaluate 3 test chairs")
    button = panel.empty.button("evaluate")
    QTest.mouseClick(button, LEFT)
    assert asked.count() == 1
    assert button.text() == "Evaluate 3 test chairs"
    panel.show_nothing("Not yet", "words", "Evaluate 3 test chairs", "It is being trained.")
    assert not button.isEnabled()
    assert "being trained" in button.toolTip()
    panel.show_nothing("No model", "words")
    assert not button.isVisible()
    assert not panel.search.isVisible()
    assert not panel.csv_action.isEnabled()


def test_that_a_table_can_be_searched_and_saved(panel: EvaluationPanel) -> None:
    fill(panel)
    assert panel.table.isVisible()
    texts, csv, page = (
        QSignalSpy(signal)
        for signal in (panel.text_edited, panel.csv_requested, panel.page_requested)
    )
    QTest.keyClicks(panel.search, "arm")
    assert said(texts) == [["a"], ["ar"], ["arm"]]
    panel.csv_action.trigger()
    panel.page_action.trigger()
    assert (csv.count(), page.count()) == (1, 1)


def test_that_choices_are_said_by_keys_and_shown_without_saying(panel: EvaluationPanel) -> None:
    splits, runs = QSignalSpy(panel.split_chosen), QSignalSpy(panel.against_chosen)
    panel.show_choices("train", ["VAE", "Vamp"], "Vamp")
    assert panel.split.currentText() == "Training chairs"
    assert panel.against.currentText() == "Vamp"
    assert (splits.count(), runs.count()) == (0, 0)
    QTest.keyClick(panel.split, Qt.Key.Key_Up)
    QTest.keyClick(panel.against, Qt.Key.Key_Home)
    assert said(splits) == [["test"]]
    assert said(runs) == [[""]]
    panel.show_choices("test", [], None)
    assert not panel.against.isEnabled()


def test_that_examples_and_differences_are_asked_for(panel: EvaluationPanel) -> None:
    fill(panel)
    panel.show_examples("emd", differences=False, can_differ=True)
    wanted, differences = QSignalSpy(panel.example_requested), QSignalSpy(panel.differences_toggled)
    for example in EXAMPLES:
        QTest.mouseClick(panel.examples[example], LEFT)
    assert said(wanted) == [["worst"], ["median"], ["best"]]
    QTest.mouseClick(panel.differences, LEFT)
    assert said(differences) == [[True]]
    assert panel.metric_box.currentText() == "EMD"
    panel.show_examples("emd", differences=True, can_differ=True)
    assert "beside B" in panel.examples["worst"].toolTip()
    panel.show_examples("cd_1", differences=False, can_differ=False)
    assert not panel.differences.isVisible()
    assert differences.count() == 1


def test_that_a_metric_is_chosen(panel: EvaluationPanel) -> None:
    fill(panel)
    chosen = QSignalSpy(panel.metric_chosen)
    QTest.keyClick(panel.metric_box, Qt.Key.Key_End)
    assert said(chosen) == [["f_score"]]


def test_that_progress_can_be_cancelled_once(panel: EvaluationPanel) -> None:
    cancelled = QSignalSpy(panel.cancel_requested)
    panel.show_progress("Evaluating VAE", 0, 0)
    panel.show_progress("Evaluating VAE", 3, 12)
    assert panel._progress_count.text() == "3 of 12"
    QTest.mouseClick(panel.cancel_button, LEFT)
    assert cancelled.count() == 1
    assert not panel.cancel_button.isEnabled()
    panel.show_progress(None)
    assert not panel.cancel_button.isVisible()


def test_that_the_conclusion_is_plain_text_and_can_offer_what_is_missing(
    panel: EvaluationPanel,
) -> None:
    asked = QSignalSpy(panel.evaluate_requested)
    panel.show_sentence("<b>VAE</b> has not been evaluated.", "unknown", "Evaluate VAE")
    assert panel._sentence.textFormat() == Qt.TextFormat.PlainText
    QTest.mouseClick(panel.missing_button, LEFT)
    assert asked.count() == 1
    panel.show_sentence("No difference is shown.", "not shown", tooltip="more")
    assert not panel.missing_button.isVisible()
    panel.show_sentence("", "unknown")
    assert not panel._sentence.isVisible()


def test_that_a_narrow_dock_stands_its_parts_one_under_the_other(panel: EvaluationPanel) -> None:
    def places() -> tuple[QPoint, QPoint]:
        QApplication.processEvents()
        parts = (panel.table, panel.histogram)
        table, histogram = (part.mapTo(panel, QPoint(0, 0)) for part in parts)
        return table, histogram

    fill(panel)
    table, histogram = places()
    assert table.x() < histogram.x()
    panel.resize(420, 560)
    table, histogram = places()
    assert histogram.y() > table.y()
    panel.resize(1264, 200)
    table, histogram = places()
    assert histogram.x() > table.x()


def test_that_two_runs_give_the_table_more_room_and_what_was_dragged_is_kept(
    panel: EvaluationPanel,
) -> None:
    fill(panel)
    QApplication.processEvents()
    alone = panel.histogram.width()
    panel.show_examples("cd_1", differences=False, can_differ=True)
    assert panel.histogram.width() < alone
    panel._body.setSizes([800, 464])
    dragged = panel._body.sizes()
    panel.show_examples("cd_1", differences=False, can_differ=False)
    assert panel.histogram.width() == alone
    panel.show_examples("cd_1", differences=False, can_differ=True)
    assert panel._body.sizes() == dragged


def test_that_every_button_has_a_tooltip_and_every_field_a_name(panel: EvaluationPanel) -> None:
    fill(panel)
    panel.show_examples("cd_1", differences=False, can_differ=True)
    for button in (*panel.examples.values(), panel.differences, panel.export_button):
        assert button.toolTip()
    for field in (panel.split, panel.against, panel.metric_box):
        assert field.accessibleName()
    for action in panel.menu_actions:
        assert action.toolTip()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_that_it_can_be_drawn_in_both_themes(panel: EvaluationPanel, name: str) -> None:
    theme().choose("dark" if name == "dark" else "light")
    fill(panel)
    QApplication.processEvents()
    picture = panel.grab().toImage()
    corner = picture.pixelColor(2, 2).lightness()
    assert corner < 80 if name == "dark" else corner > 200
