"""Which run is in view: the newest with weights, the chosen one, never another project's."""

from typing import Any, cast
from unittest.mock import create_autospec

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from core.errors import RunError
from core.project import Project
from core.training.run import Run
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.presenters.runs_presenter import RunsPresenter
from mogvae_gui.state.latent_state import LatentState, Probe
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.latent_panel import LatentPanel
from mogvae_gui.workers.model_worker import Loaded, LoadRun
from tests.gui.presenters.fakes import FakeModel, components
from tests.small_project import COMPONENTS, RUN, quick_settings, scattered_codes


class Panel(QObject):
    """As much of the latent dock as the list of runs needs."""

    run_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[str, ...] = ()
        self.current: str | None = None

    def show_runs(self, names: tuple[str, ...], current: str | None) -> None:
        self.names, self.current = names, current


@pytest.fixture
def panel(qtbot: QtBot) -> Panel:
    return Panel()


@pytest.fixture
def model() -> FakeModel:
    return FakeModel()


@pytest.fixture
def latent() -> LatentState:
    return LatentState()


@pytest.fixture
def project(own_project: Project) -> ProjectState:
    return ProjectState(project=own_project, chairs=own_project.library.chairs)


@pytest.fixture
def probe() -> Any:
    return create_autospec(ProbePresenter, instance=True)


@pytest.fixture
def notices() -> Any:
    return create_autospec(NoticePresenter, instance=True)


@pytest.fixture
def runs(
    project: ProjectState,
    latent: LatentState,
    panel: Panel,
    model: FakeModel,
    probe: Any,
    notices: Any,
) -> RunsPresenter:
    return RunsPresenter(project, latent, cast(LatentPanel, panel), model.as_link(), probe, notices)


def loaded(question: LoadRun, latent: int = 3) -> Loaded:
    ids = tuple(chair.id for chair in question.chairs)
    return Loaded(
        question.folder.name,
        quick_settings(),
        ids,
        scattered_codes(len(ids), latent),
        np.full((len(ids), COMPONENTS), 1 / COMPONENTS, dtype=np.float32),
        components(COMPONENTS, latent),
    )


def test_that_the_run_of_an_opened_project_comes_in_view(
    runs: RunsPresenter,
    model: FakeModel,
    latent: LatentState,
    panel: Panel,
    project: ProjectState,
) -> None:
    (question,) = model.asked
    assert isinstance(question, LoadRun)
    assert question.folder.name == RUN
    assert panel.names == (RUN,)
    assert panel.current is None

    model.answered.emit(question, loaded(question))

    assert latent.run_name == RUN
    assert latent.settings == quick_settings()
    assert latent.map is not None
    assert latent.map.chair_ids == tuple(chair.id for chair in project.chairs)
    assert panel.current == RUN
    assert project.selected == (project.chairs[0].id,)  # something is seen at once


def test_that_a_run_without_weights_is_not_the_one_that_comes_in_view(
    panel: Panel,
    model: FakeModel,
    latent: LatentState,
    project: ProjectState,
    probe: Any,
    notices: Any,
) -> None:
    """One that was ended by force before its first checkpoint, say."""
    assert project.project is not None
    Run.create(project.project.runs_folder / "killed", quick_settings())

    RunsPresenter(project, latent, cast(LatentPanel, panel), model.as_link(), probe, notices)

    assert [question.folder.name for question in model.asked] == [RUN]
    assert set(panel.names) == {RUN, "killed"}


def test_that_a_chosen_run_is_loaded_and_what_is_chosen_stays(
    runs: RunsPresenter,
    model: FakeModel,
    latent: LatentState,
    panel: Panel,
    project: ProjectState,
    probe: Any,
) -> None:
    model.answered.emit(model.asked[0], loaded(model.asked[0]))
    latent.hidden_components = frozenset({1})
    project.selected = (project.chairs[4].id,)
    assert project.project is not None
    Run.create(project.project.runs_folder / "VAE", quick_settings())

    panel.run_chosen.emit("VAE")
    model.answered.emit(model.asked[-1], loaded(model.asked[-1]))

    assert latent.run_name == "VAE"
    assert latent.hidden_components == frozenset()
    assert project.selected == (project.chairs[4].id,)
    probe.decode_again.assert_called_once_with()


def test_that_a_run_that_is_renamed_hides_what_it_hid(
    runs: RunsPresenter, model: FakeModel, latent: LatentState
) -> None:
    latent.hidden_components = frozenset({2})  # as it was left
    model.answered.emit(model.asked[0], loaded(model.asked[0]))
    assert latent.hidden_components == {2}

    runs.follow_rename(RUN, "Renamed")

    assert latent.run_name == "Renamed"
    assert latent.hidden_components == {2}


def test_that_a_run_that_is_followed_as_it_learns_has_not_settled(
    runs: RunsPresenter, model: FakeModel
) -> None:
    settled = QSignalSpy(runs.settled)
    model.answered.emit(model.asked[0], loaded(model.asked[0]))
    assert settled.count() == 1

    runs.follow_run(RUN)
    model.answered.emit(model.asked[-1], loaded(model.asked[-1]))
    assert settled.count() == 1

    runs.show_run(RUN)
    model.answered.emit(model.asked[-1], loaded(model.asked[-1]))
    assert settled.count() == 2


def test_that_a_probe_of_another_size_of_space_goes(
    runs: RunsPresenter, model: FakeModel, latent: LatentState, project: ProjectState, probe: Any
) -> None:
    project.selected = (project.chairs[0].id,)
    latent.probe = Probe((0.0, 0.0, 0.0))

    model.answered.emit(model.asked[0], loaded(model.asked[0], latent=5))

    assert latent.probe is None
    probe.decode_again.assert_called_once_with()


def test_that_an_answer_for_another_project_is_dropped(
    runs: RunsPresenter,
    model: FakeModel,
    latent: LatentState,
    project: ProjectState,
    small_project: Project,
) -> None:
    late = model.asked[0]
    project.selected = ()
    project.chairs = small_project.library.chairs
    project.project = small_project
    assert model.asked[-1].folder.parent == small_project.runs_folder

    model.answered.emit(late, loaded(late))

    assert latent.run_name is None
    assert latent.map is None


def test_that_another_project_begins_without_a_run(
    runs: RunsPresenter, model: FakeModel, latent: LatentState, project: ProjectState, panel: Panel
) -> None:
    model.answered.emit(model.asked[0], loaded(model.asked[0]))
    latent.probe = Probe((0.0, 0.0, 0.0))
    latent.denser_than = 0.5

    project.project = None

    left = (latent.run_name, latent.settings, latent.map, latent.axes, latent.probe)
    assert all(thing is None for thing in left)
    assert panel.names == ()
    assert panel.current is None


def test_that_a_run_that_cannot_be_opened_is_told(
    runs: RunsPresenter, model: FakeModel, latent: LatentState, notices: Any
) -> None:
    error = RunError("The weights are damaged. Copy the run again.")
    model.failed.emit(model.asked[0], error)

    notices.say_error.assert_called_once_with(error, f"Opening run {RUN}")
    assert latent.run_name is None


def test_that_a_run_that_is_gone_is_not_asked_for(
    runs: RunsPresenter, model: FakeModel, panel: Panel
) -> None:
    model.asked.clear()

    panel.run_chosen.emit("deleted by hand")

    assert model.asked == []
