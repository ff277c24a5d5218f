"""The dialogs: what is chosen comes out once, and cancelling says nothing."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.shape_files.write import WRITTEN_SUFFIXES
from mogvae_gui.views.export_dialog import FORMATS, ExportChoice, ExportDialog
from mogvae_gui.views.fit_dialog import FitDialog
from mogvae_gui.views.import_report_dialog import ImportReportDialog, ReportRow
from mogvae_gui.views.made_chairs_dialog import MadeChairsDialog
from mogvae_gui.views.sheet_export_dialog import SheetExportDialog
from tests.gui.mouse import LEFT
from tests.gui.spies import said

CHOICES = [
    ("shown-reconstruction", "Shown: Reconstruction of chair 1"),
    ("shown-original", "Shown: chair 1"),
    ("selected-originals", "Originals of 3 chosen chairs"),
]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


def button(dialog: QWidget, text: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == text)


def open_export(window: QWidget, chosen: str, folder: Path) -> ExportDialog:
    dialog = ExportDialog(CHOICES, chosen, folder, window)
    dialog.open()
    return dialog


# Export


def test_that_the_preferred_shapes_are_chosen_first(window: QWidget, tmp_path: Path) -> None:
    dialog = open_export(window, "selected-originals", tmp_path)
    assert dialog.what.currentData() == "selected-originals"
    dialog.reject()

    dialog = open_export(window, "not offered", tmp_path)
    assert dialog.what.currentData() == "shown-reconstruction"
    dialog.reject()


def test_that_every_format_that_can_be_written_is_offered() -> None:
    assert sorted(f".{suffix}" for suffix, _ in FORMATS) == sorted(WRITTEN_SUFFIXES)


@pytest.mark.parametrize(("units", "own"), [(0, True), (1, False)])
def test_that_what_was_chosen_comes_out_once(
    window: QWidget, tmp_path: Path, units: int, own: bool
) -> None:
    dialog = open_export(window, "shown-original", tmp_path)
    accepted = QSignalSpy(dialog.accepted_with)
    dialog.suffix.setCurrentIndex(dialog.suffix.findData("pcd"))
    dialog.units.setCurrentIndex(units)
    dialog.folder.setText(f"  {tmp_path / 'out'} ")

    QTest.mouseClick(dialog.export_button, LEFT)

    assert accepted.count() == 1
    assert said(accepted)[0][0] == ExportChoice("shown-original", "pcd", own, tmp_path / "out")


def test_that_a_home_folder_is_found(
    window: QWidget, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    dialog = open_export(window, "", tmp_path)
    accepted = QSignalSpy(dialog.accepted_with)
    dialog.folder.setText("~/chairs")
    QTest.keyClick(dialog, Qt.Key.Key_Return)

    assert said(accepted)[0][0].folder == tmp_path / "chairs"


def test_that_without_a_folder_nothing_can_be_exported(window: QWidget, tmp_path: Path) -> None:
    dialog = open_export(window, "", tmp_path)
    dialog.folder.setText("   ")
    assert not dialog.export_button.isEnabled()
    dialog.folder.setText(str(tmp_path))
    assert dialog.export_button.isEnabled()
    dialog.reject()


def test_that_a_folder_can_be_found_by_hand(window: QWidget, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = open_export(window, "", tmp_path)
    dialog.folder.setText("")
    button(dialog, "Browse…").click()
    browser = dialog.findChild(QFileDialog)
    assert browser is not None
    browser.fileSelected.emit(str(tmp_path / "found"))
    browser.close()

    assert dialog.folder.text() == str(tmp_path / "found")
    assert dialog.export_button.isEnabled()
    dialog.reject()


def test_that_a_file_can_be_found_by_hand(window: QWidget, tmp_path: Path) -> None:
    dialog = SheetExportDialog(tmp_path, window)
    dialog.open()
    button(dialog, "Browse…").click()
    browser = dialog.findChild(QFileDialog)
    assert browser is not None
    assert browser.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    assert browser.nameFilters() == ["Pictures (*.png *.svg)"]
    browser.fileSelected.emit(str(tmp_path / "found.png"))
    browser.close()

    assert dialog.path.text() == str(tmp_path / "found.png")
    dialog.reject()


def test_that_a_path_in_the_home_folder_is_looked_for_there(
    window: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "chairs").mkdir()
    dialog = open_export(window, "", tmp_path)
    dialog.folder.setText("~/chairs")
    button(dialog, "Browse…").click()
    browser = dialog.findChild(QFileDialog)
    assert browser is not None
    assert Path(browser.directory().path()) == tmp_path / "chairs"
    browser.close()
    dialog.reject()


def test_that_tab_goes_from_the_first_field_to_the_button(
    window: QWidget, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = open_export(window, "", tmp_path)
    qtbot.waitUntil(lambda: dialog.focusWidget() is dialog.what)
    browse = button(dialog, "Browse…")
    fields = [dialog.form, dialog.suffix, dialog.units, dialog.folder, browse, dialog.export_button]
    for field in fields:
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        assert dialog.focusWidget() is field
    dialog.reject()


def test_that_cancelling_an_export_says_nothing(window: QWidget, tmp_path: Path) -> None:
    dialog = open_export(window, "", tmp_path)
    accepted = QSignalSpy(dialog.accepted_with)

    QTest.keyClick(dialog, Qt.Key.Key_Escape)

    assert accepted.count() == 0
    assert not dialog.isVisible()


# Made chairs


def test_that_count_and_seed_come_out(window: QWidget) -> None:
    dialog = MadeChairsDialog(12, window)
    accepted = QSignalSpy(dialog.accepted_with)
    dialog.open()
    dialog.count.setValue(34)
    dialog.seed.setValue(5)

    QTest.mouseClick(button(dialog, "Make"), LEFT)

    assert said(accepted) == [[34, 5]]


def test_that_cancelling_makes_no_chairs(window: QWidget) -> None:
    dialog = MadeChairsDialog(12, window)
    accepted = QSignalSpy(dialog.accepted_with)
    dialog.open()
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    QTest.mouseClick(box.button(QDialogButtonBox.StandardButton.Cancel), LEFT)

    assert accepted.count() == 0


def test_that_enter_makes_the_chairs(window: QWidget) -> None:
    dialog = MadeChairsDialog(12, window)
    accepted = QSignalSpy(dialog.accepted_with)
    dialog.open()

    QTest.keyClick(dialog, Qt.Key.Key_Return)

    assert said(accepted) == [[200, 0]]


# Fit


def test_that_a_problem_is_shown_as_it_is_and_goes(window: QWidget) -> None:
    dialog = FitDialog("run", 8, 64, window)
    dialog.open()
    assert not dialog.problem.isVisible()
    dialog.show_problem("There is no run <b>plain</b> any more.")
    assert dialog.problem.isVisible()
    assert dialog.problem.textFormat() == Qt.TextFormat.PlainText
    dialog.show_problem("")
    assert not dialog.problem.isVisible()
    dialog.reject()


def test_that_a_long_problem_has_its_room_and_squeezes_nothing(window: QWidget) -> None:
    dialog = FitDialog("run", 8, 64, window)
    dialog.open()
    heights = [each.height() for each in (dialog.name, dialog.primary)]
    dialog.show_problem("There are too few chairs for it. " * 12)
    QCoreApplication.processEvents()
    assert dialog.problem.height() >= dialog.problem.heightForWidth(dialog.problem.width())
    assert [each.height() for each in (dialog.name, dialog.primary)] == heights
    assert dialog.words.height() >= dialog.words.heightForWidth(dialog.words.width())
    dialog.reject()


def test_that_enter_in_a_name_asks_for_the_fit(window: QWidget) -> None:
    dialog = FitDialog("run", 8, 64, window)
    asked = QSignalSpy(dialog.fit_requested)
    dialog.open()
    dialog.name.setText(" mine ")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)

    assert said(asked) == [[8, "mine"]]
    assert dialog.isVisible()  # whoever fits decides whether it is done
    dialog.reject()


# Import report

REPORT = [
    ReportRow("refused", "letter.obj", "no vertices"),
    ReportRow("warning", "sofa.obj", "lies on its side", "c000002"),
    ReportRow("added", "chair.obj", "came in as chair (train)", "c000001"),
]


@pytest.fixture
def report(window: QWidget) -> ImportReportDialog:
    dialog = ImportReportDialog("2 chairs came in, 1 file could not be read.", REPORT, window)
    dialog.show()
    return dialog


def choose_rows(report: ImportReportDialog, *rows: int) -> None:
    report.table.clearSelection()
    for row in rows:
        item = report.table.topLevelItem(row)
        assert item is not None
        item.setSelected(True)


def test_that_the_report_lists_files_as_they_are_and_stays_beside_the_window(
    report: ImportReportDialog,
) -> None:
    texts = [report.table.topLevelItem(row) for row in range(3)]
    assert [item.text(0) for item in texts if item is not None] == [
        "letter.obj",
        "sofa.obj",
        "chair.obj",
    ]
    assert not report.isModal()
    report.close()


def test_that_fixes_concern_the_chairs_of_the_chosen_rows(report: ImportReportDialog) -> None:
    stood, removed = QSignalSpy(report.stand_up_requested), QSignalSpy(report.remove_requested)
    assert not report.fixes.isEnabled()
    choose_rows(report, 0)
    assert not report.fixes.isEnabled()  # nobody to fix

    choose_rows(report, 0, 1, 2)
    button(report, "y is up").click()
    button(report, "Remove").click()

    assert said(stood)[0][0] in (["c000002", "c000001"], ["c000001", "c000002"])
    assert said(stood)[0][1] == "y"
    assert set(said(removed)[0][0]) == {"c000001", "c000002"}
    report.close()


def test_that_choosing_a_row_shows_its_chair(report: ImportReportDialog) -> None:
    chosen = QSignalSpy(report.chair_chosen)

    choose_rows(report, 2)

    assert said(chosen)[-1][0] == "c000001"
    report.close()


def test_that_the_whole_import_is_undone_with_one_button(
    report: ImportReportDialog, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(report.undo_requested):
        QTest.mouseClick(report.undo_button, LEFT)
    assert not report.isVisible()


def test_that_there_is_nothing_to_undo_where_nothing_came_in(window: QWidget) -> None:
    dialog = ImportReportDialog("Nothing came in.", REPORT[:1], window)
    dialog.show()
    assert not dialog.undo_button.isVisible()
    dialog.close()
