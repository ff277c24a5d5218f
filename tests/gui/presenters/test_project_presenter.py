"""Projects: made, opened, copied; the demo; and the reasons why not now."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.demo import pack_demo
from core.library.index import INDEX_FILE
from core.project import Project
from mogvae_gui.presenters import project_presenter
from mogvae_gui.presenters.jobs import JobRequest
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.state.preferences import data_folder
from tests.gui.conftest import A_WHILE
from tests.small_project import CHAIRS, RUN


def choose(studio: Studio, path: Path) -> None:
    """Choose a path in the file dialog that is open."""
    dialog = studio.window.findChildren(QFileDialog)[-1]
    dialog.fileSelected.emit(str(path))
    dialog.close()


def folder_of(studio: Studio) -> Path | None:
    return studio.project.project.folder if studio.project.project is not None else None


def test_that_a_new_project_is_made_where_it_was_wished(studio: Studio, tmp_path: Path) -> None:
    studio.window.new_action.trigger()
    choose(studio, tmp_path / "Mine")

    assert folder_of(studio) == tmp_path / "Mine"
    assert studio.window.windowTitle().startswith("Mine")
    assert studio.window.made_chairs_action.isEnabled()
    assert Project.open(tmp_path / "Mine").library.points == 5000


def test_that_a_project_is_not_made_over_other_files(open_studio: Studio, tmp_path: Path) -> None:
    before = folder_of(open_studio)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").touch()

    open_studio.projects.make(tmp_path / "full")

    assert folder_of(open_studio) == before
    assert "holds other files" in open_studio.window.banners.banners[0].sentence


def test_that_a_project_is_opened_by_hand_and_from_the_recent_ones(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    studio.window.open_action.trigger()
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        choose(studio, own_project.folder)
    assert len(studio.project.chairs) == CHAIRS

    studio.projects.make(own_project.folder.parent / "Other")
    recent = studio.window._recent_menu.actions()
    assert [action.text() for action in recent] == ["Other", own_project.folder.name]
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        recent[1].trigger()
    assert folder_of(studio) == own_project.folder


def test_that_a_project_is_copied_whole_and_the_copy_is_opened(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    source = folder_of(open_studio)
    open_studio.window.save_as_action.trigger()
    choose(open_studio, tmp_path / "Copy")

    qtbot.waitUntil(lambda: folder_of(open_studio) == tmp_path / "Copy", timeout=A_WHILE)
    qtbot.waitUntil(lambda: open_studio.latent.run_name == RUN, timeout=A_WHILE)
    open_studio.window.library.rename_requested.emit(open_studio.project.chairs[0].id, "Throne")
    assert source is not None
    assert Project.open(source).library.chairs[0].name != "Throne"


def test_that_a_copy_does_not_go_over_what_is_there(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    before = folder_of(open_studio)
    (tmp_path / "there").mkdir()
    open_studio.window.save_as_action.trigger()
    with qtbot.waitSignal(open_studio.jobs.all_done, timeout=A_WHILE):
        choose(open_studio, tmp_path / "there")

    assert "is there already" in open_studio.window.banners.banners[0].sentence
    assert folder_of(open_studio) == before


def test_that_the_demo_is_opened_as_the_persons_own(
    studio: Studio,
    own_project: Project,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pack_demo(own_project.folder, tmp_path / "shipped" / "demo")
    monkeypatch.setattr(project_presenter, "resources_folder", lambda: tmp_path / "shipped")

    studio.open([])

    qtbot.waitUntil(lambda: studio.latent.run_name == RUN, timeout=A_WHILE)
    assert folder_of(studio) == data_folder() / "Demo"
    assert len(studio.project.chairs) == CHAIRS


def test_that_a_missing_demo_is_a_sentence(
    studio: Studio, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_presenter, "resources_folder", lambda: tmp_path)
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.open([])

    assert "Install the program again" in studio.window.banners.banners[0].sentence


def test_that_a_damaged_library_opens_with_a_warning(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    clouds = own_project.library.folder / "clouds.f32"
    clouds.write_bytes(clouds.read_bytes()[: 5 * 256 * 12])
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.projects.open_folder(own_project.folder)

    assert len(studio.project.chairs) == 5
    assert "cut short" in studio.window.banners.banners[0].sentence


def test_that_a_broken_project_is_a_sentence(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    (own_project.library.folder / INDEX_FILE).write_text("{")
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.projects.open_folder(own_project.folder)

    assert studio.project.project is None
    assert "damaged" in studio.window.banners.banners[0].sentence


def test_that_a_project_is_not_left_in_the_middle_of_a_job(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    def endless() -> Generator[Any, None, None]:
        while True:
            yield None

    studio, before = open_studio, folder_of(open_studio)
    studio.jobs.start(JobRequest("A long one", endless))

    studio.projects.make(tmp_path / "Other")
    studio.projects.open_folder(tmp_path / "Other")

    assert folder_of(studio) == before
    assert "wait or cancel it first" in studio.window.banners.banners[0].sentence
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.jobs.cancel()
