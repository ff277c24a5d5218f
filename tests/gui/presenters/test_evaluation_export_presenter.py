"""Saving an evaluation: where to is asked, the file is there, errors are sentences."""

import csv
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from mogvae_gui.presenters.studio import Studio
from tests.gui.conftest import A_WHILE
from tests.small_project import RUN, TEST_CHAIRS


@pytest.fixture
def evaluated(open_studio: Studio, qtbot: QtBot) -> Studio:
    open_studio.evaluations.evaluate()
    qtbot.waitUntil(lambda: open_studio.evaluation.table is not None, timeout=A_WHILE)
    return open_studio


def dialog_of(studio: Studio) -> QFileDialog:
    (dialog,) = studio.window.findChildren(QFileDialog)
    return dialog


def test_that_the_table_is_saved_as_csv(evaluated: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    evaluated.window.evaluation.csv_action.trigger()
    dialog = dialog_of(evaluated)
    assert dialog.selectedFiles()[0].endswith(f"Evaluation of {RUN}, test.csv")
    path = tmp_path / "out" / "table.csv"
    with qtbot.waitSignal(evaluated.evaluation_jobs.all_done, timeout=A_WHILE):
        dialog.fileSelected.emit(str(path))
    dialog.reject()
    with path.open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == TEST_CHAIRS
    assert "Saved table.csv" in evaluated.window.banners.banners[0].sentence


def test_that_the_page_is_saved_and_can_be_opened(
    evaluated: Studio, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "mogvae_gui.presenters.evaluation_export_presenter.QDesktopServices.openUrl",
        lambda url: opened.append(url.toLocalFile()),
    )
    path = tmp_path / "page.html"
    with qtbot.waitSignal(evaluated.evaluation_jobs.all_done, timeout=A_WHILE):
        evaluated.evaluation_exports.save_page(path)
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    evaluated.window.banners.banners[0].action_button.click()
    assert opened == [str(path)]


def test_that_a_place_that_cannot_be_written_is_a_sentence(
    evaluated: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    for save in (evaluated.evaluation_exports.save_csv, evaluated.evaluation_exports.save_page):
        with qtbot.waitSignal(evaluated.evaluation_jobs.all_done, timeout=A_WHILE):
            save(tmp_path / "file" / "table")
        assert "could not be written" in evaluated.window.banners.banners[0].sentence


def test_that_nothing_is_asked_where_nothing_is_evaluated(open_studio: Studio) -> None:
    open_studio.window.evaluation.csv_requested.emit()
    open_studio.window.evaluation.page_requested.emit()
    open_studio.evaluation_exports.save_csv(Path("nowhere.csv"))
    open_studio.evaluation_exports.save_page(Path("nowhere.html"))
    assert open_studio.window.findChildren(QFileDialog) == []
    assert not open_studio.evaluation_jobs.is_busy
