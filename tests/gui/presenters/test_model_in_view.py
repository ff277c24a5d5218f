"""The weights that are in view: those of the question that was answered last, or a sentence."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.errors import StudioError
from core.project import Project
from mogvae_gui.presenters.model_in_view import ModelInView
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.workers.model_worker import FollowTraining, LoadEpoch, LoadRun
from tests.gui.presenters.fakes import FakeModel
from tests.small_project import RUN, quick_settings

OTHER = "Other"


def load(project: Project, run: str = RUN) -> LoadRun:
    return LoadRun(project.runs_folder / run, project.library, ())


def epoch(project: Project, number: int) -> LoadEpoch:
    return LoadEpoch(project.runs_folder / RUN, number, project.library, ())


def follow(run: str = RUN) -> FollowTraining:
    codes = np.zeros((0, 3), dtype=np.float32)
    return FollowTraining(run, quick_settings(), {}, 256, codes, epoch=7)


class Seen:
    """States, and a model that the test answers for."""

    def __init__(self, project: Project) -> None:
        self.latent = LatentState(run_name=RUN)
        self.training = TrainingState()
        self.model = FakeModel()
        state = ProjectState(project=project)
        self.in_view = ModelInView(state, self.latent, self.training, self.model.as_link())

    def train(self, run: str = RUN) -> None:
        self.training.run_name, self.training.status = run, "running"

    def answer(self, question: Any) -> None:
        self.model.answered.emit(question, object())


@pytest.fixture
def seen(qtbot: QtBot, small_project: Project) -> Seen:
    return Seen(small_project)


def folder_of(project: Project) -> Path:
    return project.runs_folder / RUN


def test_that_a_run_is_taken_from_its_last_checkpoint(seen: Seen, small_project: Project) -> None:
    for _ in range(2):  # a look at it comes before the model
        source = seen.in_view.source()
        assert source.folder == folder_of(small_project)
        assert source.is_last_checkpoint
        assert seen.in_view.epoch is None
        seen.answer(load(small_project))
    seen.answer(load(small_project, "called otherwise meanwhile"))
    assert seen.in_view.source().is_last_checkpoint


def test_that_a_kept_epoch_is_taken_as_it_was_also_while_its_run_trains(
    seen: Seen, small_project: Project
) -> None:
    seen.answer(epoch(small_project, 2))
    seen.latent.epoch = 2
    for _ in range(2):
        source = seen.in_view.source()
        assert (source.epoch, source.live) == (2, None)
        assert not source.is_last_checkpoint
        seen.train()


def test_that_live_weights_are_taken_until_a_run_is_loaded(
    seen: Seen, small_project: Project
) -> None:
    seen.train()
    question = follow()
    seen.answer(question)
    assert seen.in_view.source().live is question
    # Epochs may come faster than weights: it is that of the weights, not the newest.
    assert seen.in_view.source().epoch == seen.in_view.epoch == 7
    seen.training.status = "failed"  # before its first checkpoint: they are all there is
    assert seen.in_view.source().live is question
    seen.answer(load(small_project))
    assert seen.in_view.source().is_last_checkpoint


@pytest.mark.parametrize("case", ["epoch left", "epoch on its way", "training of another", "none"])
def test_that_an_uncertain_model_is_a_sentence(
    seen: Seen, small_project: Project, case: str
) -> None:
    if case == "epoch left":  # its model is still there, the run as it is now is on its way
        seen.answer(epoch(small_project, 2))
    elif case == "epoch on its way":
        seen.latent.epoch = 2
        seen.answer(load(small_project))
    elif case == "training of another":
        seen.answer(load(small_project, OTHER))
        seen.train()
    else:
        seen.latent.run_name = None
    words = "No model is in view" if case == "none" else f"Another model of {RUN} is just coming"
    with pytest.raises(StudioError, match=words):
        seen.in_view.source()
