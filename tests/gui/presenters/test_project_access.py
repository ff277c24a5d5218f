"""Two windows on one project: the second is for reading, says so, and can take over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.project import Project
from core.project_lock import LOCK_FILES, ProjectLock, is_free
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.state.preferences import Preferences
from mogvae_gui.views.actions import wrapped
from tests.gui.conftest import A_WHILE, close_studio


@pytest.fixture
def second(open_studio: Studio, qtbot: QtBot) -> Iterator[Studio]:
    """A second window on the project of the first."""
    project = open_studio.project.project
    assert project is not None
    second = Studio(Preferences())
    second.window.show()
    second.projects.open_folder(project.folder)
    qtbot.waitUntil(lambda: second.stage.reconstruction is not None, timeout=A_WHILE)
    yield second
    close_studio(second)


@pytest.fixture
def reader(studio: Studio, own_project: Project, qtbot: QtBot) -> Iterator[Studio]:
    """A window on a project that another program has and leaves as it is."""
    with ProjectLock.take(own_project.folder, "another window"):
        studio.projects.open_folder(own_project.folder)
        qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)
        yield studio


def files_of(studio: Studio) -> dict[Path, bytes]:
    """All that the project holds, once the window has written what it would."""
    studio.session.flush()
    project = studio.project.project
    assert project is not None
    files = (path for path in project.folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files if path.name not in LOCK_FILES}


def test_that_the_second_window_says_who_has_the_project(
    open_studio: Studio, second: Studio
) -> None:
    assert open_studio.window.lasting.sentence == ""
    assert open_studio.window.import_files_action.isEnabled()
    sentence = second.window.lasting.sentence
    assert "open in another window (process " in sentence
    assert "shown for reading" in sentence
    assert second.window.lasting.isVisible()
    assert second.window.lasting.banner is not None
    assert not second.window.lasting.banner.close_button.isVisible()
    assert not second.window.lasting.banner.action_button.isVisible()


def test_that_what_changes_the_project_is_off_and_says_why(second: Studio) -> None:
    window = second.window
    second.project.selected = (second.project.chairs[0].id,)
    for action in (
        window.import_files_action,
        window.import_folder_action,
        window.made_chairs_action,
        window.train_action,
        window.library.rename,
        window.library.remove,
        window.library.to_test,
        window.library.pose_menu.menuAction(),
    ):
        assert not action.isEnabled(), action.text()
        assert action.toolTip() == wrapped(second.project.read_only)
    assert not window.training.button("start").isEnabled()
    assert "open in another window" in window.training.button("start").toolTip()
    assert not window.training.button("more").isEnabled()
    assert window.export_action.isEnabled()
    assert window.latent.sample_action.isEnabled()


def test_that_nothing_gets_through_by_other_ways(reader: Studio, tmp_path: Path) -> None:
    before = files_of(reader)
    chair = reader.project.chairs[0]
    window = reader.window
    window.paths_dropped.emit([tmp_path / "any.obj"])
    window.library.made_chairs_requested.emit()
    reader.imports.make_chairs(2, 0)
    window.library.remove_requested.emit([chair.id])
    window.library.rename_requested.emit(chair.id, "Throne")
    window.library.turn_requested.emit([chair.id], 1)
    reader.trainings.start()
    reader.trainings.train_more(3)
    reader.evaluations.evaluate()

    assert not reader.jobs.is_busy
    assert not reader.training.is_busy
    assert reader.project.chairs[0] == chair
    assert files_of(reader) == before
    assert all("open in another window" in b.sentence for b in window.banners.banners)


def test_that_looking_is_undone_and_redone(reader: Studio, qtbot: QtBot) -> None:
    before = files_of(reader)
    first, third = reader.project.chairs[0].id, reader.project.chairs[2].id
    reader.history.settle()
    reader.project.selected = (third,)
    reader.history.settle()

    assert reader.window.undo_action.text() == "Undo choosing a chair"
    reader.window.undo_action.trigger()
    assert reader.project.selected == (first,)
    reader.window.redo_action.trigger()
    assert reader.project.selected == (third,)
    assert files_of(reader) == before


def test_that_looking_and_decoding_go_on(second: Studio, qtbot: QtBot) -> None:
    second.probe.go_to((0.3, 0.1, 0.2))
    qtbot.waitUntil(
        lambda: (
            second.stage.reconstruction is not None
            and second.stage.reconstruction.code == pytest.approx((0.3, 0.1, 0.2))
        ),
        timeout=A_WHILE,
    )


def test_that_it_takes_over_when_the_first_has_gone_with_what_that_did(
    open_studio: Studio, second: Studio, qtbot: QtBot
) -> None:
    second.access.look_again()
    assert "shown for reading" in second.window.lasting.sentence
    first_chair = second.project.chairs[0].id
    open_studio.window.library.rename_requested.emit(first_chair, "Throne")
    open_studio.window.close_now()

    second.access.look_again()
    banner = second.window.lasting.banner
    assert banner is not None
    assert "has closed this project" in banner.sentence
    with qtbot.waitSignal(second.jobs.all_done, timeout=A_WHILE):
        banner.action_button.click()

    assert second.window.lasting.sentence == ""
    assert second.window.import_files_action.isEnabled()
    assert "meshes" in second.window.import_files_action.toolTip()
    assert second.project.chairs[0].name == "Throne"
    second.window.library.rename_requested.emit(first_chair, "Stool")
    assert second.project.chairs[0].name == "Stool"


def test_that_a_window_keeps_its_project_when_it_opens_it_again(
    open_studio: Studio, qtbot: QtBot
) -> None:
    project = open_studio.project.project
    assert project is not None
    with qtbot.waitSignal(open_studio.jobs.all_done, timeout=A_WHILE):
        open_studio.projects.open_folder(project.folder / ".." / project.folder.name)
    assert open_studio.project.read_only == ""
    assert not is_free(project.folder)


def test_that_another_project_lets_go_of_the_one_before_and_closing_of_both(
    open_studio: Studio, tmp_path: Path
) -> None:
    project = open_studio.project.project
    assert project is not None
    assert not is_free(project.folder)
    open_studio.projects.make(tmp_path / "Other")
    assert is_free(project.folder)
    assert not is_free(tmp_path / "Other")
    open_studio.window.close_now()
    assert is_free(tmp_path / "Other")


def test_that_a_project_that_cannot_be_opened_is_left_free(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    broken = Project.create(tmp_path / "Broken", 64)
    (broken.library.folder / "index.json").write_text('{"format": 99}')
    with qtbot.waitSignal(open_studio.jobs.all_done, timeout=A_WHILE):
        open_studio.projects.open_folder(broken.folder)
    assert is_free(broken.folder)
    assert open_studio.project.project is not None
    assert not is_free(open_studio.project.project.folder)


def test_that_a_folder_that_cannot_be_written_is_shown_for_reading(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    (own_project.folder / LOCK_FILES[0]).mkdir()
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.projects.open_folder(own_project.folder)
    assert "cannot be written" in studio.window.lasting.sentence
    assert not studio.window.train_action.isEnabled()


def test_that_a_command_holds_a_project_before_a_window(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    with ProjectLock.take(own_project.folder, "mogvae train"):
        with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
            studio.projects.open_folder(own_project.folder)
        assert "mogvae train (process" in studio.window.lasting.sentence


def test_that_a_project_without_its_file_is_held_like_any_other(
    open_studio: Studio, tmp_path: Path
) -> None:
    """It opens for changes, so no second program may change it."""
    folder = Project.create(tmp_path / "other", points=64).folder
    (folder / "project.json").unlink()
    opened = open_studio.access.open(folder)
    assert opened.project.refusal == ""
    assert opened.lock is not None
    assert not is_free(folder)
    opened.lock.release()
    with ProjectLock.take(folder, "mogvae train"):
        other = open_studio.access.open(folder)
    assert other.lock is None
    assert "open in mogvae train" in other.project.refusal
