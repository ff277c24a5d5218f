"""A sheet of decoded chairs: drawn, pointed at, clicked, turned into strips and exported."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.project import Project
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.sheet_export_dialog import SheetExportDialog
from mogvae_gui.views.theme import theme
from tests.gui.menus import choose_from_list
from tests.gui.mouse import click, move
from tests.journeys.hands import click_tab

A_MINUTE = 60_000


def drawn(studio: Studio, cells: int) -> Callable[[], bool]:
    """Whether so many cells have their picture."""
    return lambda: studio.window.sheet.grid.drawn == cells


def test_that_a_person_draws_a_sheet_points_clicks_and_exports(
    studio: Studio,
    qtbot: QtBot,
    own_project: Project,
    tmp_path: Path,
    picture: Callable[[str], None],
) -> None:
    studio.window.resize(1280, 860)
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_MINUTE)
    panel, grid = studio.window.sheet, studio.window.sheet.grid
    assert studio.sheet.sheet is None  # nothing is drawn before it can be seen
    click_tab(studio, "Sheet")
    qtbot.waitUntil(drawn(studio, 49), timeout=A_MINUTE)
    picture("sheet-1-plane")

    # Pointing shows a chair, leaving goes back.
    before = studio.latent.probe
    assert before is not None
    middle = grid.cell_rectangle(1, 5).center()
    move(grid, middle.x(), middle.y())
    sheet = studio.sheet.sheet
    assert sheet is not None
    assert studio.latent.probe is not None
    assert studio.latent.probe.code == pytest.approx(sheet.codes[1, 5])
    QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: studio.latent.probe == before, timeout=A_MINUTE)

    # A click stays, and keys go on from there.
    middle = grid.cell_rectangle(1, 5).center()
    click(grid, middle.x(), middle.y())
    QTest.keyClick(grid, Qt.Key.Key_Down)
    QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))
    assert grid.chosen == (2, 5)
    assert studio.latent.probe.code == pytest.approx(sheet.codes[2, 5])

    # The sheet goes through the probe only when that is chosen, and stays there.
    choose_from_list(panel.through, "Through the probe")
    assert studio.sheet.sheet is not None
    assert studio.sheet.sheet.codes[3, 3] == pytest.approx(sheet.codes[2, 5])
    choose_from_list(panel.across, "z3")
    assert (studio.sheet.settings.across, studio.sheet.settings.up) == (2, 1)
    choose_from_list(panel.up, "z3")  # the other one makes way
    assert (studio.sheet.settings.across, studio.sheet.settings.up) == (1, 2)
    QTest.keyClick(panel.sigmas, Qt.Key.Key_Up)
    assert studio.sheet.settings.sigmas == 2.5
    choose_from_list(panel.kind, "Strip per axis")
    choose_from_list(panel.basis, "Principal components")
    assert (studio.sheet.settings.kind, studio.sheet.settings.basis) == ("strips", "principal")
    qtbot.waitUntil(drawn(studio, 21), timeout=A_MINUTE)
    theme().choose("dark")
    picture("sheet-2-strips-dark")

    panel.export_action.trigger()
    (dialog,) = studio.window.findChildren(SheetExportDialog)
    dialog.path.setText(str(tmp_path / "out" / "sheet.png"))
    dialog.dpi.setValue(72)
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_MINUTE):
        QTest.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    with Image.open(tmp_path / "out" / "sheet.png") as page:
        assert page.size == (595, 841)
        assert '"sheet": "strips"' in page.info["Description"]
