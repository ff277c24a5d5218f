"""Everything at the wrong moment: the window stays usable and says what it must."""

import warnings
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.project import Project
from core.training.run import Run
from mogvae_gui.presenters.jobs import JobRequest
from mogvae_gui.presenters.studio import Studio
from tests.gui.conftest import A_WHILE
from tests.small_project import CHAIRS, add_chairs, quick_settings

MANY = 100_000  # epochs: it trains until it is stopped


@pytest.fixture
def training(open_studio: Studio, qtbot: QtBot) -> Studio:
    """A window whose training has shown an epoch and goes on."""
    open_studio.training.settings = quick_settings(epochs=MANY)
    open_studio.trainings.start()
    qtbot.waitUntil(lambda: open_studio.training.last_report is not None, timeout=A_WHILE)
    return open_studio


def folder_of(studio: Studio) -> Path:
    assert studio.project.project is not None
    return studio.project.project.folder


def status_of(studio: Studio) -> str:
    return studio.training.status


def wait_for_project(studio: Studio, folder: Path, qtbot: QtBot) -> None:
    """Wait until this project is open and nothing is under way."""
    qtbot.waitUntil(lambda: folder_of(studio) == folder, timeout=A_WHILE)
    qtbot.waitUntil(lambda: not studio.jobs.is_busy, timeout=A_WHILE)


def run_names(studio: Studio) -> tuple[str, ...]:
    assert studio.project.project is not None
    return studio.project.project.run_names()


def end(studio: Studio, qtbot: QtBot) -> None:
    """Stop what trains and wait until it has ended."""
    if studio.training.is_busy:
        with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_WHILE):
            studio.trainings.stop()
    assert not studio.training.is_busy


def check_trains_and_decodes(studio: Studio, qtbot: QtBot) -> None:
    """The window can still do the two things it is for."""
    studio.training.settings = quick_settings(epochs=1)
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_WHILE) as ended:
        studio.trainings.start()
    assert ended.args is not None
    assert Run.open(folder_of(studio) / "runs" / ended.args[0]).state.epochs_done == 1
    qtbot.waitUntil(lambda: studio.latent.run_name == ended.args[0], timeout=A_WHILE)
    studio.probe.go_to((0.1, 0.2, 0.3))
    qtbot.waitUntil(
        lambda: (
            studio.stage.reconstruction is not None
            and studio.stage.reconstruction.code == pytest.approx((0.1, 0.2, 0.3))
        ),
        timeout=A_WHILE,
    )
    assert all("unexpectedly" not in b.sentence for b in studio.window.banners.banners)


def test_that_a_training_can_be_paused_at_once(open_studio: Studio, qtbot: QtBot) -> None:
    open_studio.training.settings = quick_settings(epochs=MANY)
    open_studio.trainings.start()
    open_studio.trainings.pause_or_resume()  # it has not begun: there is nothing to hold yet
    qtbot.waitUntil(lambda: open_studio.training.status == "running", timeout=A_WHILE)
    open_studio.trainings.pause_or_resume()
    assert status_of(open_studio) == "paused"
    open_studio.trainings.pause_or_resume()
    assert status_of(open_studio) == "running"
    end(open_studio, qtbot)
    check_trains_and_decodes(open_studio, qtbot)


def test_that_a_training_can_be_stopped_before_it_has_begun(
    open_studio: Studio, qtbot: QtBot
) -> None:
    open_studio.training.settings = quick_settings(epochs=MANY)
    with qtbot.waitSignal(open_studio.trainings.run_ended, timeout=A_WHILE):
        open_studio.trainings.start()
        assert status_of(open_studio) == "starting"
        open_studio.trainings.stop()
        open_studio.trainings.stop()
    assert status_of(open_studio) == "stopped"
    check_trains_and_decodes(open_studio, qtbot)


def test_that_training_again_waits_for_the_one_that_is_ending(
    training: Studio, qtbot: QtBot
) -> None:
    names = run_names(training)
    with qtbot.waitSignal(training.trainings.run_ended, timeout=A_WHILE):
        training.trainings.stop()
        training.trainings.start()
        training.trainings.train_more(5)
        training.trainings.go_on()
        assert run_names(training) == names
    check_trains_and_decodes(training, qtbot)


def test_that_a_window_closed_while_it_trains_and_imports_leaves_all_whole(
    training: Studio, qtbot: QtBot
) -> None:
    folder, run = folder_of(training), training.training.run_name
    training.imports.make_chairs(200, 3)
    qtbot.waitUntil(lambda: training.jobs.is_busy, timeout=A_WHILE)
    threads = training.window.findChildren(QThread) + training.findChildren(QThread)
    training.window.close_now()

    assert not any(thread.isRunning() for thread in threads)
    again = Project.open(folder)
    assert again.problems == ()
    assert CHAIRS <= len(again.library) <= CHAIRS + 200
    state = Run.open(folder / "runs" / run).state
    assert state.stopped_by == "stop"
    assert state.epochs_done >= 1


def test_that_what_is_shown_can_be_removed_while_it_trains(training: Studio, qtbot: QtBot) -> None:
    window = training.window
    for _ in range(3):
        shown = training.project.chairs[0].id
        training.project.selected = (shown,)
        window.library.remove_requested.emit([shown])
    for _ in range(3):
        window.undo_action.trigger()
    assert len(training.project.chairs) == CHAIRS
    window.library.remove_requested.emit([chair.id for chair in training.project.chairs])
    assert not training.project.chairs
    window.undo_action.trigger()
    end(training, qtbot)
    check_trains_and_decodes(training, qtbot)


def test_that_files_can_be_dropped_while_it_trains(
    training: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    good, bad = tmp_path / "good.off", tmp_path / "bad.off"
    good.write_text("OFF\n4 4 0\n0 0 0\n1 0 0\n0 1 0\n0 0 1\n3 0 1 2\n3 0 1 3\n3 0 2 3\n3 1 2 3\n")
    bad.write_text("OFF\n9 9 9\n")
    with qtbot.waitSignal(training.jobs.all_done, timeout=A_WHILE):
        training.window.paths_dropped.emit([good, bad])
    assert len(training.project.chairs) == CHAIRS + 1
    assert training.training.is_busy
    assert any("1 chair came in" in b.sentence for b in training.window.banners.banners)
    end(training, qtbot)
    check_trains_and_decodes(training, qtbot)


def test_that_a_project_dropped_while_it_trains_is_refused_with_a_sentence(
    training: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    other = Project.create(tmp_path / "Other", 64).folder
    before = folder_of(training)
    training.window.paths_dropped.emit([other])
    assert folder_of(training) == before
    assert any("Stop it first" in b.sentence for b in training.window.banners.banners)
    end(training, qtbot)


def test_that_nothing_begins_in_a_project_that_is_being_left(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    other = Project.create(tmp_path / "Other", 256).folder
    before = folder_of(open_studio)
    names = run_names(open_studio)
    open_studio.projects.open_folder(other)
    open_studio.trainings.start()
    open_studio.trainings.train_more(3)
    open_studio.imports.make_chairs(3, 0)
    assert not open_studio.training.is_busy
    assert "being opened" in open_studio.window.training.button("start").toolTip()
    wait_for_project(open_studio, other, qtbot)

    assert len(Project.open(before).library) == CHAIRS
    assert Project.open(before).run_names() == names
    assert any("try again in a moment" in b.sentence for b in open_studio.window.banners.banners)
    open_studio.projects.open_folder(before)
    wait_for_project(open_studio, before, qtbot)
    check_trains_and_decodes(open_studio, qtbot)


def test_that_projects_can_be_switched_while_thumbnails_are_made(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    first = folder_of(open_studio)
    other = Project.create(tmp_path / "Other", 256)
    add_chairs(other.library, 12, seed=4)
    for folder in (other.folder, first, other.folder):
        open_studio.projects.open_folder(folder)
        wait_for_project(open_studio, folder, qtbot)
        for chair in open_studio.project.chairs:
            open_studio.window.library.thumbnail_wanted.emit(chair.id)
    with qtbot.waitSignal(open_studio.library._worker.drawn, timeout=A_WHILE) as drawn:
        open_studio.window.library.thumbnail_wanted.emit(open_studio.project.chairs[0].id)
    assert drawn.args is not None
    assert drawn.args[2].folder == other.library.folder
    open_studio.projects.open_folder(first)
    wait_for_project(open_studio, first, qtbot)
    check_trains_and_decodes(open_studio, qtbot)


def test_that_a_warning_in_a_worker_is_no_end(open_studio: Studio, qtbot: QtBot) -> None:
    def warning() -> Generator[Any, None, float]:
        yield None
        with warnings.catch_warnings():
            warnings.simplefilter("always")  # as in the program: it goes to the log
            warnings.warn("a warning in a worker", stacklevel=1)
        return float(np.float64(2.0))

    results: list[float] = []
    with (
        pytest.warns(UserWarning, match="in a worker"),
        qtbot.waitSignal(open_studio.jobs.all_done, timeout=A_WHILE),
    ):
        open_studio.jobs.start(JobRequest("Warning", warning, on_success=results.append))
    assert results == [2.0]
    check_trains_and_decodes(open_studio, qtbot)


def test_that_an_error_in_a_worker_is_said_and_the_next_job_runs(
    open_studio: Studio, qtbot: QtBot
) -> None:
    def failing() -> Generator[Any, None, None]:
        yield None
        np.zeros(2) + np.zeros(3)

    def fine() -> Generator[Any, None, int]:
        yield None
        return 7

    results: list[int] = []
    with qtbot.waitSignal(open_studio.jobs.all_done, timeout=A_WHILE):
        open_studio.jobs.start(JobRequest("Failing", failing))
        open_studio.jobs.start(JobRequest("Fine", fine, on_success=results.append))
    assert results == [7]
    (banner,) = open_studio.window.banners.banners
    assert "Failing failed unexpectedly" in banner.sentence
    assert banner.details_button.isVisible()


def test_that_an_error_in_what_follows_a_job_does_not_block_the_next(
    open_studio: Studio, qtbot: QtBot
) -> None:
    def fine() -> Generator[Any, None, int]:
        yield None
        return 7

    def broken(_: int) -> None:
        raise ValueError("a broken slot")

    results: list[int] = []
    with (
        qtbot.captureExceptions() as errors,
        qtbot.waitSignal(open_studio.jobs.all_done, timeout=A_WHILE),
    ):
        open_studio.jobs.start(JobRequest("First", fine, on_success=broken))
        open_studio.jobs.start(JobRequest("Second", fine, on_success=results.append))
    assert [str(error[1]) for error in errors] == ["a broken slot"]
    assert results == [7]
    assert not open_studio.jobs.is_busy


def test_that_a_closed_window_answers_nothing_late(training: Studio, qtbot: QtBot) -> None:
    for chair in training.project.chairs[:5]:
        training.project.selected = (chair.id,)
    training.evaluations.evaluate()
    with qtbot.captureExceptions() as errors:
        training.window.close_now()
        for _ in range(20):
            QApplication.processEvents()
    assert errors == []
