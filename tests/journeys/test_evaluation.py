"""Judging a run and comparing it with another: by clicks and keys in the real window."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from core.project import Project
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.evaluation_model import NAME, SPLIT
from mogvae_gui.views.theme import theme
from tests.journeys.hands import click_tab, tool_button
from tests.small_project import RUN, TEST_CHAIRS, quick_settings, train_run

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
A_MINUTE = 60_000
OTHER = "VAE"


@pytest.fixture
def two_runs(small_project_folder: Path, tmp_path: Path) -> Path:
    """A project of a dozen chairs with two runs of two epochs."""
    folder = tmp_path / "Two runs"
    shutil.copytree(small_project_folder, folder)
    train_run(Project.open(folder), OTHER, quick_settings("standard"))
    return folder


def test_that_a_person_judges_a_run_compares_it_and_takes_the_figures_out(
    studio: Studio,
    qtbot: QtBot,
    two_runs: Path,
    tmp_path: Path,
    picture: Callable[[str], None],
) -> None:
    studio.window.resize(1280, 720)
    studio.projects.open_folder(two_runs)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_MINUTE)
    choose_run(studio, qtbot)
    assert is_in_front(studio.window.training)
    assert not is_in_front(studio.window.evaluation)

    click_tab(studio, "Evaluation")
    picture("evaluation-1-not-yet")
    panel = studio.window.evaluation
    QTest.mouseClick(panel.empty.button("evaluate"), LEFT)
    qtbot.waitUntil(lambda: studio.evaluation.table is not None, timeout=A_MINUTE)
    assert len(panel.table.model.rows) == TEST_CHAIRS

    chair_id = sort_and_choose_the_worst(studio, qtbot)
    search_and_find_it_again(studio, chair_id)
    QTest.mouseClick(panel.examples["best"], LEFT)
    assert studio.project.selected != (chair_id,)
    wait_for_stage(studio, qtbot)
    picture("evaluation-2-table")

    compare(studio, qtbot)
    wait_for_stage(studio, qtbot)
    picture("evaluation-3-compared")
    theme().choose("dark")
    picture("evaluation-4-compared-dark")
    turn_all_three(studio)
    save(studio, qtbot, tmp_path)

    QTest.mouseClick(tool_button(studio, "Compare"), LEFT)
    assert not studio.window.stage.second.isVisible()
    studio.window.activateWindow()  # no window manager gives it back after a dialog
    qtbot.waitUntil(studio.window.isActiveWindow)
    QTest.keyClick(studio.window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert studio.window.evaluation_dock.isHidden()
    studio.window.reset_layout_action.trigger()
    assert not studio.window.evaluation_dock.isHidden()
    assert is_in_front(studio.window.training)


def is_in_front(widget: QWidget) -> bool:
    """Whether anything of it can be seen."""
    QApplication.processEvents()
    return not widget.visibleRegion().isEmpty()


def choose_run(studio: Studio, qtbot: QtBot) -> None:
    """Put the mixture, which is the older run, in view from the list of the Latent space dock."""
    runs = studio.window.latent.runs
    QTest.mouseClick(runs, LEFT)
    qtbot.waitUntil(runs.view().isVisible)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Return):
        QTest.keyClick(runs.view(), key)
    qtbot.waitUntil(lambda: studio.latent.run_name == RUN, timeout=A_MINUTE)


def sort_and_choose_the_worst(studio: Studio, qtbot: QtBot) -> str:
    """Click the header of CD₁ until the worst is on top, then click that row."""
    table = studio.window.evaluation.table
    header = table.table.horizontalHeader()
    column = SPLIT + 1
    place = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
    for _ in range(2):
        QTest.mouseClick(header.viewport(), LEFT, NONE, QPoint(place, header.height() // 2))
    numbers = [row.numbers[0] for row in table.model.rows]
    assert numbers == sorted(numbers, reverse=True)
    worst = table.model.rows[0].chair_id
    middle = table.table.visualRect(table.model.index(0, NAME)).center()
    QTest.mouseClick(table.table.viewport(), LEFT, NONE, middle)
    assert studio.project.selected == (worst,)
    wait_for_stage(studio, qtbot)
    return worst


def wait_for_stage(studio: Studio, qtbot: QtBot) -> None:
    """Wait until the stage shows the chosen chair with its figures."""
    qtbot.waitUntil(
        lambda: (
            studio.stage.reconstruction is not None
            and studio.stage.reconstruction.chair_id == studio.project.selected[0]
            and studio.stage.metrics is not None
            and studio.stage.metrics.emd is not None
        ),
        timeout=A_MINUTE,
    )


def search_and_find_it_again(studio: Studio, chair_id: str) -> None:
    """Type words that hide the chosen chair, and take them back."""
    panel = studio.window.evaluation
    QTest.keyClicks(panel.search, "no such chair")
    assert panel.table.model.rows == ()
    assert studio.project.selected == (chair_id,)
    panel.search.selectAll()
    QTest.keyClick(panel.search, Qt.Key.Key_Delete)
    (marked,) = panel.table.table.selectionModel().selectedRows()
    assert panel.table.model.rows[marked.row()].chair_id == chair_id


def compare(studio: Studio, qtbot: QtBot) -> None:
    """Click Compare, choose the other run from the list that opens, and wait for its figures."""
    panel, stage = studio.window.evaluation, studio.window.stage
    QTest.mouseClick(tool_button(studio, "Compare"), LEFT)
    view = panel.against.view()
    qtbot.waitUntil(view.isVisible)
    other = view.model().index(panel.against.findText(OTHER), 0)
    QTest.mouseClick(view.viewport(), LEFT, NONE, view.visualRect(other).center())
    qtbot.waitUntil(
        lambda: studio.evaluation.table is not None and studio.evaluation.table.second is not None,
        timeout=A_MINUTE,
    )
    qtbot.waitUntil(lambda: studio.stage.second is not None, timeout=A_MINUTE)
    assert studio.evaluation.against == OTHER
    titles = [side.title.text() for side in (stage.reconstruction, stage.second)]
    assert titles == [RUN, OTHER]
    assert panel._sentence.text().endswith("Fewer than 6 chairs cannot show any.")
    QTest.mouseClick(panel.differences, LEFT)
    assert studio.evaluation.shows_differences


def turn_all_three(studio: Studio) -> None:
    """Drag in the second run's view: all sides turn."""
    stage = studio.window.stage
    views = [side.view for side in (stage.original, stage.reconstruction, stage.second)]
    before = views[0].camera.position
    plotter = views[2].plotter
    QTest.mousePress(plotter, LEFT, NONE, QPoint(60, 60))
    for x in (80, 100, 120):
        QTest.mouseMove(plotter, QPoint(x, 70))
    QTest.mouseRelease(plotter, LEFT, NONE, QPoint(120, 70))
    assert views[0].camera.position != before
    assert len({view.camera.position for view in views}) == 1


def save(studio: Studio, qtbot: QtBot, folder: Path) -> None:
    """Save the table and the page from the menu of the dock."""
    panel = studio.window.evaluation
    for action, name in ((panel.csv_action, "table.csv"), (panel.page_action, "page.html")):
        action.trigger()
        (dialog,) = studio.window.findChildren(QFileDialog)
        with qtbot.waitSignal(studio.evaluation_jobs.all_done, timeout=A_MINUTE):
            dialog.fileSelected.emit(str(folder / name))
        dialog.reject()
        qtbot.waitUntil(lambda: not studio.window.findChildren(QFileDialog))
    with (folder / "table.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == TEST_CHAIRS
    assert f"cd_1 {RUN}" in rows[0]
    assert f"cd_1 {OTHER}" in rows[0]
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert page.count("data:image/png") == 9
    assert "No difference is shown" in page
