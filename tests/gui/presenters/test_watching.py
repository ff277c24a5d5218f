"""A run that another program trains is followed live: its curves, codes and reconstruction."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.project import Project
from core.training.reports import EpochReport, Report, TrainingRequest
from core.training.run import Run
from core.training.train import train
from mogvae_gui.presenters import watch_presenter
from mogvae_gui.presenters.studio import Studio
from tests.gui.conftest import A_WHILE
from tests.gui.presenters.test_runs_dock import rows
from tests.small_project import RUN, quick_settings

FAR = "far"


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_presenter, "LOOK_MS", 20)


@pytest.fixture
def far(own_project: Project) -> Run:
    """A run of the project that nobody trains yet."""
    settings = quick_settings(epochs=4).with_changes(checkpoint_every_s=0.0)
    return Run.create(own_project.run_folder(FAR), settings)


@pytest.fixture
def training(own_project: Project, far: Run) -> Iterator[Iterator[Report]]:
    """Another program's training, which goes on when the test says so; begun."""
    reports = train(TrainingRequest(far.folder, own_project.library.folder))
    next(reports)
    yield reports
    reports.close()


def epoch(reports: Iterator[Report]) -> None:
    """Let the other program train for an epoch: steps of two or three chairs, then its report."""
    while not isinstance(next(reports), EpochReport):
        pass


def codes_in_view(studio: Studio) -> np.ndarray:
    assert studio.latent.map is not None
    return np.asarray(studio.latent.map.codes)


def test_that_a_run_of_the_project_that_another_program_trains_is_followed(
    quick_looks: None,
    studio: Studio,
    own_project: Project,
    training: Iterator[Report],
    qtbot: QtBot,
) -> None:
    epoch(training)
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.latent.run_name == FAR, timeout=A_WHILE)
    state = studio.watching._state
    qtbot.waitUntil(lambda: state.watched == FAR, timeout=A_WHILE)
    studio.window.runs_dock.raise_()
    qtbot.waitUntil(lambda: rows(studio)[FAR].standing == "watched", timeout=A_WHILE)
    assert "epoch 1 of 4" in rows(studio)[FAR].course
    panel = studio.window.runs
    assert panel.watch.isChecked()
    assert not panel.resume.isEnabled()
    status = studio.window.training
    qtbot.waitUntil(lambda: not status.button("resume").isVisible(), timeout=A_WHILE)
    assert not panel.delete.isEnabled()
    before = codes_in_view(studio)
    epoch(training)
    qtbot.waitUntil(lambda: not np.array_equal(codes_in_view(studio), before), timeout=A_WHILE)
    for _ in training:
        pass
    qtbot.waitUntil(lambda: state.watched is None, timeout=A_WHILE)
    sentences = [banner.sentence for banner in studio.window.banners.banners]
    assert f"{FAR}, which you watched, is trained." in sentences
    qtbot.waitUntil(lambda: rows(studio)[FAR].standing == "done", timeout=A_WHILE)


def test_that_watching_can_be_stopped_and_taken_up_again(
    quick_looks: None,
    studio: Studio,
    own_project: Project,
    training: Iterator[Report],
    qtbot: QtBot,
) -> None:
    epoch(training)
    studio.projects.open_folder(own_project.folder)
    state = studio.watching._state
    qtbot.waitUntil(lambda: state.watched == FAR, timeout=A_WHILE)
    qtbot.waitUntil(lambda: studio.latent.run_name == FAR, timeout=A_WHILE)
    panel = studio.window.runs
    panel.watch.trigger()
    assert state.watched is None
    before = codes_in_view(studio)
    epoch(training)
    for _ in range(2):
        with qtbot.waitSignal(studio.run_list._worker.answered, timeout=A_WHILE):
            studio.run_list.look()
    assert state.watched is None  # a look at the list does not begin it again
    np.testing.assert_array_equal(codes_in_view(studio), before)
    panel.watch.trigger()
    qtbot.waitUntil(lambda: not np.array_equal(codes_in_view(studio), before), timeout=A_WHILE)


def test_that_a_run_folder_elsewhere_is_listed_watched_and_taken_off_again(
    quick_looks: None,
    open_studio: Studio,
    far: Run,
    own_project: Project,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    studio = open_studio
    elsewhere = Path(shutil.move(far.folder, tmp_path / "on a cluster"))
    reports = train(TrainingRequest(elsewhere, own_project.library.folder))
    next(reports)  # no weights yet
    studio.watching.watch_folder(elsewhere)
    state = studio.watching._state
    assert state.watched == "on-a-cluster"
    assert studio.latent.run_name == RUN
    epoch(reports)
    qtbot.waitUntil(lambda: studio.latent.run_name == "on-a-cluster", timeout=A_WHILE)
    qtbot.waitUntil(lambda: state.entry("on-a-cluster") is not None, timeout=A_WHILE)
    entry = state.entry("on-a-cluster")
    assert entry is not None
    assert entry.lies_in == str(elsewhere)
    studio.watching.watch_folder(elsewhere)
    assert own_project.run_names().count("on-a-cluster") == 1
    studio.run_edits.delete("on-a-cluster")
    assert "on-a-cluster" not in own_project.run_names()
    qtbot.waitUntil(lambda: state.watched is None, timeout=A_WHILE)
    for _ in reports:
        pass
    assert Run.open(elsewhere).state.stopped_by == "end"


def test_that_a_folder_that_is_no_run_is_refused_with_a_sentence(
    open_studio: Studio, tmp_path: Path
) -> None:
    open_studio.watching.watch_folder(tmp_path)
    assert "not a run" in open_studio.window.banners.banners[-1].sentence
    assert open_studio.watching._state.watched is None
