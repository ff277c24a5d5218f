"""Projects: made, opened, copied; the demo; and the reasons why not now."""

import shutil
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


def test_that_recent_projects_that_went_are_grey_and_can_be_forgotten(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio, menu = open_studio, open_studio.window._recent_menu
    for name in ("Gone", "Here"):
        studio.projects.make(tmp_path / name)
    shutil.rmtree(tmp_path / "Gone")
    menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: not all(action.isEnabled() for action in menu.actions()))

    words = [(action.text(), action.isEnabled()) for action in menu.actions() if action.text()]
    assert words == [
        ("Here", True),
        ("Gone (not found)", False),
        ("Own project", True),
        ("Forget those not found", True),
    ]
    menu.actions()[-1].trigger()
    assert [action.text() for action in menu.actions()] == ["Here", "Own project"]
    assert [Path(folder).name for folder in studio.preferences.recent] == ["Here", "Own project"]


def test_that_a_cancelled_copy_leaves_nothing_and_the_project_open(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    before, there = folder_of(open_studio), sorted(tmp_path.iterdir())
    with qtbot.waitSignal(open_studio.jobs.all_done, timeout=A_WHILE):
        open_studio.projects._on_save_as_chosen(str(tmp_path / "Copy"))
        open_studio.jobs.cancel()

    assert sorted(tmp_path.iterdir()) == there
    assert folder_of(open_studio) == before
    assert "Nothing was copied" in open_studio.window.banners.banners[0].sentence


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


def test_that_a_project_without_its_library_shows_its_runs_for_reading(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    (own_project.library.folder / INDEX_FILE).write_text("{")
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.latent.run_name == RUN, timeout=A_WHILE)

    assert "the index is damaged" in studio.window.lasting.sentence
    assert not studio.window.import_files_action.isEnabled()
    studio.probe.go_to((0.1, 0.2, 0.3))
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)


def test_that_several_damaged_pieces_are_one_sentence_with_all_of_them_behind(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    clouds = own_project.library.folder / "clouds.f32"
    clouds.write_bytes(clouds.read_bytes()[: 5 * 256 * 12])
    (own_project.folder / "project.json").write_text("{")
    (own_project.folder / "window.json").write_text("")
    own_project.write_document("bookmarks", {"bookmarks": 3})
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)

    assert len(studio.project.chairs) == 5
    sentences = [banner.sentence for banner in studio.window.banners.banners]
    (banner,) = (b for b in studio.window.banners.banners if "3 things" in b.sentence)
    assert banner.details_button.isVisible(), sentences
    studio.project.selected = (studio.project.chairs[2].id,)
    studio.session.flush()
    assert (own_project.folder / "window.damaged.json").exists()


@pytest.mark.parametrize(
    "piece", ["weights.safetensors", "settings.json", "metrics.jsonl", "codes.npz", "state.json"]
)
def test_that_a_run_with_a_damaged_piece_is_a_sentence_and_the_window_works(
    studio: Studio, own_project: Project, qtbot: QtBot, piece: str
) -> None:
    shutil.copytree(own_project.run_folder(RUN), own_project.run_folder("whole"))
    path = own_project.run_folder(RUN) / piece
    path.write_bytes(b"{" + path.read_bytes()[:100])
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.projects.open_folder(own_project.folder)
    studio.runs.show_run(RUN)
    studio.runs.show_run("whole")
    qtbot.waitUntil(lambda: studio.latent.run_name == "whole", timeout=A_WHILE)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)

    assert all("unexpectedly" not in b.sentence for b in studio.window.banners.banners)


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
