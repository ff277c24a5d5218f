"""Films, tables and sheets go beside the files that are there: none is written over."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.sheet_export_dialog import SheetExportChoice
from mogvae_gui.views.walk_export_dialog import WalkExportChoice
from tests.gui.conftest import A_WHILE


def test_that_a_table_of_a_walk_leaves_the_last_one_as_it_is(
    open_studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    studio = open_studio
    last = tmp_path / "walk.csv"
    last.write_text("the last walk\n")
    studio.walks.add_means()
    qtbot.waitUntil(lambda: studio.walk.walked is not None, timeout=A_WHILE)

    choice = WalkExportChoice(kind="csv", path=last, suffix="ply", size=(64, 48), steps_per_s=12)
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.walk_exports.export(choice)

    assert last.read_text() == "the last walk\n"
    assert "z1" in (tmp_path / "walk-2.csv").read_text()


def test_that_a_sheet_leaves_the_last_one_as_it_is(
    open_studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    studio = open_studio
    last = tmp_path / "sheet.svg"
    last.write_text("the last sheet\n")
    studio.window.sheet_dock.show()
    studio.window.sheet_dock.raise_()
    qtbot.waitUntil(lambda: studio.sheet.sheet is not None, timeout=A_WHILE)

    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.sheet_exports.export(SheetExportChoice("slide", 40, last))

    assert last.read_text() == "the last sheet\n"
    assert "<svg" in (tmp_path / "sheet-2.svg").read_text()
