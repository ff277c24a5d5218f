"""Chairs come in: files, folders and made ones; what came in is said, and can be taken out."""

from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.importing import ImportReport, ImportWarning, Refusal
from core.library import Library
from mogvae_gui.presenters.import_presenter import report_rows, summarised
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.import_report_dialog import ImportReportDialog
from mogvae_gui.views.made_chairs_dialog import MadeChairsDialog
from tests.gui.conftest import A_WHILE
from tests.gui.presenters.fakes import chair
from tests.small_project import CHAIRS
from tests.small_shapes import chair_mesh, stool_mesh, write_obj, write_off
from tests.strange_reader import read_strangely


@pytest.fixture
def dropped(tmp_path: Path) -> Path:
    """A folder with two chairs and a file that is none."""
    folder = tmp_path / "dropped"
    write_off(folder / "chair.off", chair_mesh())
    write_obj(folder / "stool.obj", stool_mesh())
    (folder / "letter.obj").write_text("dear aunt\n")
    return folder


def import_all(studio: Studio, qtbot: QtBot, paths: list[Path]) -> None:
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.window.paths_dropped.emit(paths)


def on_disk(studio: Studio) -> list[str]:
    assert studio.project.project is not None
    return [one.name for one in Library.open(studio.project.project.library.folder)]


def test_that_a_drop_comes_in_is_chosen_and_told(
    open_studio: Studio, dropped: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    import_all(studio, qtbot, [dropped])

    assert len(studio.project.chairs) == CHAIRS + 2
    assert studio.project.current is studio.project.chairs[CHAIRS]
    title = studio.window.stage.original.title
    qtbot.waitUntil(lambda: title.text() == studio.project.chairs[CHAIRS].name, timeout=A_WHILE)
    (banner,) = studio.window.banners.banners
    assert "2 chairs came in" in banner.sentence
    assert "1 file could not be read" in banner.sentence
    assert on_disk(studio)[CHAIRS:] == ["chair", "stool"]

    banner.action_button.click()
    report = studio.window.findChild(ImportReportDialog)
    assert report is not None
    files = [report.table.topLevelItem(row) for row in range(report.table.topLevelItemCount())]
    assert "letter.obj" in " ".join(item.text(0) for item in files if item is not None)

    report.undo_button.click()
    assert len(studio.project.chairs) == CHAIRS
    assert on_disk(studio) == [one.name for one in studio.project.chairs]
    studio.window.undo_action.trigger()
    assert len(studio.project.chairs) == CHAIRS + 2


def test_that_the_same_drop_again_says_that_they_are_there(
    open_studio: Studio, dropped: Path, qtbot: QtBot
) -> None:
    import_all(open_studio, qtbot, [dropped / "chair.off"])
    before = open_studio.project.selected
    import_all(open_studio, qtbot, [dropped / "chair.off"])

    assert len(open_studio.project.chairs) == CHAIRS + 1
    assert open_studio.project.selected == before
    assert "Nothing came in" in open_studio.window.banners.banners[0].sentence


def test_that_an_import_that_is_cancelled_keeps_what_came_in(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    folder = tmp_path / "many"
    for number in range(300):
        write_off(folder / f"chair-{number:03}.off", chair_mesh(0.3 + number / 1000))
    bar = studio.window.task_bar
    with qtbot.waitSignal(studio.jobs.all_done, timeout=60_000):
        studio.window.paths_dropped.emit([folder])
        qtbot.waitUntil(lambda: bar._bar.value() > 0, timeout=A_WHILE)
        QTest.mouseClick(bar.cancel_button, Qt.MouseButton.LeftButton)

    came_in = len(studio.project.chairs) - CHAIRS
    assert 0 < came_in < 300
    assert on_disk(studio) == [one.name for one in studio.project.chairs]
    studio.window.undo_action.trigger()
    assert len(studio.project.chairs) == CHAIRS


def test_that_made_chairs_come_in_from_the_dialog(open_studio: Studio, qtbot: QtBot) -> None:
    studio = open_studio
    studio.window.made_chairs_action.trigger()
    dialog = studio.window.findChild(MadeChairsDialog)
    assert dialog is not None
    dialog.count.setValue(3)
    dialog.seed.setValue(99)
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    assert len(studio.project.chairs) == CHAIRS + 3
    assert studio.project.chairs[-1].source == "made chair"
    studio.window.undo_action.trigger()
    assert len(studio.project.chairs) == CHAIRS


def test_that_files_chosen_by_hand_come_in(
    open_studio: Studio, dropped: Path, qtbot: QtBot
) -> None:
    open_studio.window.import_files_action.trigger()
    dialog = open_studio.window.findChild(QFileDialog)
    assert dialog is not None
    assert "*.off" in dialog.nameFilters()[0]
    with qtbot.waitSignal(open_studio.jobs.all_done, timeout=A_WHILE):
        dialog.filesSelected.emit([str(dropped / "chair.off")])
    dialog.close()

    assert len(open_studio.project.chairs) == CHAIRS + 1


def test_that_a_drop_without_a_project_says_what_to_do(studio: Studio, dropped: Path) -> None:
    studio.window.paths_dropped.emit([dropped])

    (banner,) = studio.window.banners.banners
    assert "Make or open one first" in banner.sentence
    assert not studio.jobs.is_busy


# In words


def there(file: str, twin_id: str | None = None) -> Refusal:
    return Refusal(file, "the same shape", there_already=True, twin_id=twin_id)


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (ImportReport(added=(chair("a"),)), "1 chair came in."),
        (ImportReport(added=(chair("a"), chair("b"))), "2 chairs came in."),
        (
            ImportReport(
                added=(chair("a"),),
                refused=(Refusal("x.obj", "no"), Refusal("y.obj", "no")),
                warnings=(ImportWarning("a.off", "odd", "scale", "id-a"),),
            ),
            "1 chair came in, 2 files could not be read, 1 thing worth a look.",
        ),
        (
            ImportReport(refused=(Refusal("x.obj", "x.obj: it holds no faces. Export it again."),)),
            "Nothing came in. x.obj: it holds no faces. Export it again.",
        ),
        (ImportReport(), "0 chairs came in."),
        (
            ImportReport(refused=(there("x.obj", "id-x"), there("y.obj", "id-y"))),
            "Nothing new: these 2 chairs are in the library already.",
        ),
        (
            ImportReport(added=(chair("a"),), refused=(there("x.obj"), Refusal("y.obj", "no"))),
            "1 chair came in, 1 chair already there, 1 file could not be read.",
        ),
    ],
)
def test_that_a_report_is_a_sentence(report: ImportReport, words: str) -> None:
    assert summarised(report) == words


def test_that_the_rows_of_a_report_begin_with_the_worst_and_name_whom_to_fix() -> None:
    first, second = chair("a", source="a.off"), chair("b", source="b.off")
    report = ImportReport(
        added=(first, second),
        refused=(Refusal("x.obj", "no vertices"),),
        warnings=(ImportWarning("a.off", "lies on its side", "up", first.id),),
    )

    rows = report_rows(report)

    assert [(row.kind, row.file, row.chair_id) for row in rows] == [
        ("refused", "x.obj", ""),
        ("warning", "a.off", first.id),
        ("added", "b.off", second.id),
    ]


def test_that_a_file_that_crashes_its_reader_costs_one_refusal(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    read_strangely(open_studio.imports._reading)
    folder = tmp_path / "dropped"
    write_off(folder / "chair.off", chair_mesh())
    write_off(folder / "exit.off", chair_mesh(0.6))
    write_obj(folder / "stool.obj", stool_mesh())
    import_all(open_studio, qtbot, [folder])

    assert on_disk(open_studio)[CHAIRS:] == ["chair", "stool"]
    banner = open_studio.window.banners.banners[0]
    assert "2 chairs came in, 1 file could not be read" in banner.sentence


def test_that_an_import_of_a_file_that_hangs_is_cancelled_at_once_and_leaves_no_process(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    read_strangely(open_studio.imports._reading)
    folder = tmp_path / "dropped"
    write_off(folder / "chair.off", chair_mesh())
    write_off(folder / "hold.off", chair_mesh(0.6))
    bar = open_studio.window.task_bar
    with qtbot.waitSignal(open_studio.jobs.all_done, timeout=A_WHILE):  # far below the limit
        open_studio.window.paths_dropped.emit([folder])
        children = open_studio.imports._reading._children
        qtbot.waitUntil(lambda: 1 in [child.job for child in children], timeout=A_WHILE)
        (hanging,) = [child for child in children if child.job == 1]
        QTest.mouseClick(bar.cancel_button, Qt.MouseButton.LeftButton)

    assert on_disk(open_studio)[CHAIRS:] == ["chair"]
    assert hanging not in children
    assert not psutil.pid_exists(hanging._process.pid)


def test_that_closing_the_window_ends_the_processes_that_read(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    read_strangely(open_studio.imports._reading)
    path = write_off(tmp_path / "sleep.off", chair_mesh())
    children = open_studio.imports._reading._children
    open_studio.window.paths_hover.emit()
    pids = [child._process.pid for child in children]
    assert pids
    open_studio.window.paths_dropped.emit([path])
    open_studio.window.close_now()
    assert not children
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_that_a_row_of_a_chair_that_was_there_leads_to_it_and_is_no_error() -> None:
    rows = report_rows(ImportReport(refused=(there("x.obj", "id-x"), Refusal("y.obj", "no"))))

    assert [(row.kind, row.file, row.chair_id) for row in rows] == [
        ("refused", "y.obj", ""),
        ("warning", "x.obj", "id-x"),
    ]


def test_that_chairs_dropped_again_are_shown_and_nothing_is_an_error(
    open_studio: Studio, dropped: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    (dropped / "letter.obj").unlink()
    import_all(studio, qtbot, [dropped])
    new = {one.id for one in studio.project.chairs[CHAIRS:]}
    studio.project.selected = (studio.project.chairs[0].id,)

    import_all(studio, qtbot, [dropped])

    assert studio.project.selected[0] in new
    notice = studio.window.banners.banners[0]
    assert "in the library already" in notice.sentence
