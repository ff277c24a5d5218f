"""The probe: what is chosen is asked for, the newest answer is shown, late ones are dropped."""

import dataclasses
from typing import Any
from unittest.mock import create_autospec

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.places import Showing
from core.project import Project
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.latent_state import LatentState, Probe
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.stage_state import StageState
from mogvae_gui.workers.model_worker import Decode, Reconstruct, SampleCodes
from tests.gui.presenters.fakes import FakeModel, decoded, latent_map, metrics


@pytest.fixture
def project(small_project: Project) -> ProjectState:
    return ProjectState(project=small_project, chairs=small_project.library.chairs)


@pytest.fixture
def latent() -> LatentState:
    return LatentState(run_name="MoG-VAE")


@pytest.fixture
def stage() -> StageState:
    return StageState()


@pytest.fixture
def model(qtbot: QtBot) -> FakeModel:
    return FakeModel()


@pytest.fixture
def notices() -> Any:
    return create_autospec(NoticePresenter, instance=True)


@pytest.fixture
def probe(
    project: ProjectState, latent: LatentState, stage: StageState, model: FakeModel, notices: Any
) -> ProbePresenter:
    return ProbePresenter(project, latent, stage, model.as_link(), notices)


def test_that_a_chosen_chair_is_shown_and_reconstructed(
    probe: ProbePresenter,
    project: ProjectState,
    latent: LatentState,
    stage: StageState,
    model: FakeModel,
) -> None:
    chair = project.chairs[2]
    project.selected = (chair.id,)

    assert stage.original is not None
    assert (stage.original.title, stage.original.chair_id) == (chair.name, chair.id)
    assert stage.original.frame == chair.frame
    (question,) = model.asked
    assert isinstance(question, Reconstruct)
    assert project.project is not None
    np.testing.assert_array_equal(question.cloud, project.project.library.cloud(chair))

    answer = decoded(measured=True)
    model.answered.emit(question, answer)

    assert latent.probe == Probe(answer.code, chair_id=chair.id)
    assert latent.denser_than == 0.4
    assert stage.metrics == answer.metrics
    assert stage.decode_ms == 12.3
    shown = stage.reconstruction
    assert shown is not None
    assert shown.title == f"Reconstruction of {chair.name}"
    assert (shown.chair_id, shown.code, shown.frame) == (chair.id, answer.code, chair.frame)
    assert shown.points is answer.points
    assert stage.original.error is answer.back_error


def test_that_without_a_run_a_chair_is_shown_alone(
    probe: ProbePresenter,
    project: ProjectState,
    latent: LatentState,
    stage: StageState,
    model: FakeModel,
) -> None:
    latent.run_name = None

    project.selected = (project.chairs[0].id,)

    assert stage.original is not None
    assert model.asked == []


def test_that_a_place_is_decoded_in_the_units_of_the_chosen_chair(
    probe: ProbePresenter,
    project: ProjectState,
    latent: LatentState,
    stage: StageState,
    model: FakeModel,
) -> None:
    project.selected = (project.chairs[1].id,)
    probe.go_to((1.0, 2.0, 3.0))

    assert latent.probe == Probe((1.0, 2.0, 3.0))
    assert model.asked[-1] == Decode((1.0, 2.0, 3.0))
    model.answered.emit(model.asked[-1], decoded((1.0, 2.0, 3.0)))

    shown = stage.reconstruction
    assert shown is not None
    assert (shown.title, shown.chair_id, shown.component) == ("Decoded code", None, None)
    assert shown.frame == project.chairs[1].frame
    assert stage.metrics is None


def test_that_a_component_is_named_by_its_number(
    probe: ProbePresenter, latent: LatentState, stage: StageState, model: FakeModel
) -> None:
    probe.go_to((1.0, 2.0, 3.0), component=4)
    model.answered.emit(model.asked[-1], decoded((1.0, 2.0, 3.0)))

    assert latent.probe == Probe((1.0, 2.0, 3.0), component=4)
    assert stage.reconstruction is not None
    assert stage.reconstruction.title == "Component 5"
    assert stage.reconstruction.component == 4


def test_that_late_answers_are_dropped(
    probe: ProbePresenter, stage: StageState, latent: LatentState, model: FakeModel
) -> None:
    probe.go_to((1.0, 0.0, 0.0))
    probe.go_to((2.0, 0.0, 0.0))
    first, second = model.asked

    model.answered.emit(first, decoded((1.0, 0.0, 0.0)))
    assert stage.reconstruction is None
    model.answered.emit(second, decoded((2.0, 0.0, 0.0)))
    assert stage.reconstruction is not None
    model.answered.emit(first, decoded((1.0, 0.0, 0.0)))

    assert stage.reconstruction.code == (2.0, 0.0, 0.0)
    assert latent.probe == Probe((2.0, 0.0, 0.0))


def test_that_a_chair_chosen_before_does_not_take_the_place_of_a_click_after(
    probe: ProbePresenter,
    project: ProjectState,
    stage: StageState,
    latent: LatentState,
    model: FakeModel,
) -> None:
    """Questions of two kinds do not overtake one another in the model's thread."""
    project.selected = (project.chairs[0].id,)
    probe.go_to((2.0, 0.0, 0.0))
    reconstruct, decode = model.asked
    model.answered.emit(decode, decoded((2.0, 0.0, 0.0)))
    model.answered.emit(reconstruct, decoded((9.0, 0.0, 0.0), measured=True))

    assert latent.probe == Probe((2.0, 0.0, 0.0))
    assert stage.reconstruction is not None
    assert stage.reconstruction.title == "Decoded code"


def test_that_choosing_the_chair_in_view_again_goes_back_to_its_code(
    probe: ProbePresenter, project: ProjectState, latent: LatentState, model: FakeModel
) -> None:
    chair_id = project.chairs[0].id
    project.selected = (chair_id,)
    probe.go_to((2.0, 0.0, 0.0))

    probe.go_to_chair(chair_id)

    assert isinstance(model.asked[-1], Reconstruct)
    model.answered.emit(model.asked[-1], decoded(measured=True))
    assert latent.probe is not None
    assert latent.probe.chair_id == chair_id


def test_that_each_sample_is_another_draw_and_is_decoded(
    probe: ProbePresenter, latent: LatentState, stage: StageState, model: FakeModel
) -> None:
    probe.sample()
    probe.sample(component=2)
    first, second = model.asked
    assert isinstance(first, SampleCodes)
    assert first.seed != second.seed

    model.answered.emit(second, np.array([[1.0, 2.0, 3.0]], dtype=np.float32))

    sample = Showing(component=2, seed=second.seed)
    assert latent.probe == Probe((1.0, 2.0, 3.0), showing=sample)
    assert model.asked[-1] == Decode((1.0, 2.0, 3.0), showing=sample)
    model.answered.emit(model.asked[-1], decoded((1.0, 2.0, 3.0)))
    assert stage.reconstruction is not None
    assert (stage.reconstruction.component, stage.reconstruction.seed) == (2, second.seed)
    assert stage.reconstruction.title == "Decoded code"  # and not the component's name


@pytest.mark.parametrize("at", ["place", "chair", "nowhere"])
def test_that_a_changed_model_shows_the_probes_place_anew(
    at: str, probe: ProbePresenter, project: ProjectState, model: FakeModel
) -> None:
    if at == "place":
        probe.go_to((1.0, 0.0, 0.0), component=1)
    elif at == "chair":
        project.selected = (project.chairs[0].id,)
        model.answered.emit(model.asked[-1], decoded(measured=True))
    model.asked.clear()

    probe.decode_again()

    kinds = {"place": [Decode], "chair": [Reconstruct], "nowhere": []}[at]
    assert [type(question) for question in model.asked] == kinds


def test_that_a_renamed_chair_has_its_new_name_on_the_stage(
    probe: ProbePresenter, project: ProjectState, stage: StageState
) -> None:
    first = project.chairs[0]
    project.selected = (first.id,)

    project.chairs = (dataclasses.replace(first, name="Throne"), *project.chairs[1:])

    assert stage.original is not None
    assert stage.original.title == "Throne"


def test_that_other_chairs_of_the_library_may_change_without_a_question(
    probe: ProbePresenter, project: ProjectState, model: FakeModel
) -> None:
    project.selected = (project.chairs[0].id,)
    model.asked.clear()

    project.chairs = project.chairs[:5]

    assert model.asked == []


def test_that_another_project_begins_with_an_empty_stage(
    probe: ProbePresenter,
    project: ProjectState,
    stage: StageState,
    model: FakeModel,
    small_project: Project,
) -> None:
    project.selected = (project.chairs[0].id,)
    question = model.asked[-1]
    model.answered.emit(question, decoded(measured=True))

    project.selected = ()
    project.project = Project.open(small_project.folder)

    assert (stage.original, stage.reconstruction, stage.metrics) == (None, None, None)
    # An answer that was on its way is of a chair of the project before.
    project.selected = (project.chairs[0].id,)
    model.answered.emit(question, decoded((7.0, 7.0, 7.0), measured=True))
    assert stage.reconstruction is None


def test_that_an_answer_that_failed_is_told(
    probe: ProbePresenter, model: FakeModel, notices: Any
) -> None:
    error = ValueError("no memory")
    model.failed.emit(Decode((0.0,)), error)
    model.failed.emit(object(), error)

    notices.say_error.assert_called_once_with(error, "Decoding")


# Looking elsewhere


def test_that_a_look_elsewhere_leaves_what_stood_there_as_it_was(
    probe: ProbePresenter,
    project: ProjectState,
    latent: LatentState,
    stage: StageState,
    model: FakeModel,
) -> None:
    probe.go_to((1.0, 2.0, 3.0), showing=Showing("A − B + C"))
    model.answered.emit(model.asked[-1], decoded((1.0, 2.0, 3.0)))
    shown, asked = stage.reconstruction, len(model.asked)

    probe.peek((0.0, 0.0, 1.0))
    probe.peek((0.0, 0.0, 2.0))
    assert latent.probe == Probe((0.0, 0.0, 2.0))
    assert latent.home == Probe((1.0, 2.0, 3.0), showing=Showing("A − B + C"))
    model.answered.emit(model.asked[-1], decoded((0.0, 0.0, 2.0)))
    assert stage.reconstruction is not shown
    probe.end_peek()

    assert latent.probe == latent.home == Probe((1.0, 2.0, 3.0), showing=Showing("A − B + C"))
    assert latent.peek is None
    assert stage.reconstruction is shown
    assert len(model.asked) == asked + 2  # the looks, and nothing after them


def test_that_a_difference_and_the_figures_of_a_chair_come_back_whole(
    probe: ProbePresenter,
    project: ProjectState,
    latent: LatentState,
    stage: StageState,
    model: FakeModel,
) -> None:
    project.selected = (project.chairs[2].id,)
    model.answered.emit(model.asked[-1], decoded(measured=True))
    stage.metrics = exact = metrics(emd=0.05)  # measured since
    chair, reconstruction = latent.probe, stage.reconstruction

    probe.peek((0.0, 0.0, 1.0))
    model.answered.emit(model.asked[-1], decoded((0.0, 0.0, 1.0)))
    assert stage.metrics is None
    probe.end_peek()

    assert latent.probe == chair
    assert stage.metrics == exact
    assert stage.reconstruction is reconstruction
    assert probe.chair_asked_for == project.chairs[2].id


def test_that_an_answer_that_a_look_has_overtaken_is_asked_for_again(
    probe: ProbePresenter, latent: LatentState, stage: StageState, model: FakeModel
) -> None:
    probe.go_to((1.0, 2.0, 3.0), showing=Showing("Average of 3 chairs"))
    wanted = model.asked[-1]

    probe.peek((0.0, 0.0, 1.0))
    probe.end_peek()
    assert model.asked[-1] == wanted
    model.answered.emit(model.asked[-1], decoded((1.0, 2.0, 3.0)))

    assert stage.reconstruction is not None
    assert stage.reconstruction.title == "Average of 3 chairs"


def test_that_a_model_that_changed_meanwhile_is_asked_what_home_is_now(
    probe: ProbePresenter, latent: LatentState, stage: StageState, model: FakeModel
) -> None:
    probe.go_to((1.0, 2.0, 3.0), component=1)
    model.answered.emit(model.asked[-1], decoded((1.0, 2.0, 3.0)))

    probe.peek((0.0, 0.0, 1.0))
    probe.decode_again()
    assert model.asked[-1] == Decode((0.0, 0.0, 1.0))
    assert latent.peek is not None
    probe.end_peek()

    assert model.asked[-1] == Decode((1.0, 2.0, 3.0))
    assert latent.probe == Probe((1.0, 2.0, 3.0))  # a model without components has no mean


def test_that_a_home_on_a_mean_is_where_the_mean_is_when_one_comes_back(
    probe: ProbePresenter, latent: LatentState, stage: StageState, model: FakeModel
) -> None:
    probe.go_to((1.0, 2.0, 3.0), component=1)
    probe.peek((0.0, 0.0, 1.0))
    latent.map = latent_map(("a", "b", "c"))
    probe.decode_again()
    probe.end_peek()

    mean = latent.mean_of(1)
    assert mean is not None
    assert model.asked[-1] == Decode(mean, component=1)
    assert latent.probe == Probe(mean, component=1)


def test_that_the_probe_on_a_mean_goes_along_with_it_when_the_model_changes(
    probe: ProbePresenter, latent: LatentState, stage: StageState, model: FakeModel
) -> None:
    probe.go_to((1.0, 2.0, 3.0), component=2)
    latent.map = latent_map(("a", "b", "c"), count=3)
    probe.decode_again()
    mean = latent.mean_of(2)
    assert mean is not None
    assert latent.probe == Probe(mean, component=2)
    assert model.asked[-1] == Decode(mean, component=2)

    latent.map = latent_map(("a", "b", "c"), count=1)  # a run with one Gaussian
    probe.decode_again()
    assert latent.probe == Probe(mean)
    model.answered.emit(model.asked[-1], decoded(mean))
    assert stage.reconstruction is not None
    assert (stage.reconstruction.title, stage.reconstruction.component) == ("Decoded code", None)


@pytest.mark.parametrize(
    "showing", [Showing("Component 3, sample of seed 4", 2, 4), Showing("Average of 3 chairs")]
)
def test_that_of_another_model_a_code_is_no_sample_and_no_average(
    showing: Showing,
    probe: ProbePresenter,
    latent: LatentState,
    stage: StageState,
    model: FakeModel,
) -> None:
    latent.map = latent_map(("a", "b", "c"))
    probe.go_to((1.0, 2.0, 3.0), showing=showing)

    probe.decode_again()

    assert latent.probe == Probe((1.0, 2.0, 3.0))
    model.answered.emit(model.asked[-1], decoded((1.0, 2.0, 3.0)))
    assert stage.reconstruction is not None
    assert (stage.reconstruction.title, stage.reconstruction.seed) == ("Decoded code", None)


def test_that_a_chair_that_is_no_more_chosen_stays_on_the_stage_with_what_the_model_makes_of_it(
    probe: ProbePresenter,
    project: ProjectState,
    latent: LatentState,
    stage: StageState,
    model: FakeModel,
) -> None:
    chair = project.chairs[2]
    project.selected = (chair.id,)
    project.selected = ()
    model.answered.emit(model.asked[-1], decoded(measured=True))  # it was asked for before
    assert latent.probe is not None
    assert latent.probe.chair_id == chair.id

    probe.decode_again()
    assert isinstance(model.asked[-1], Reconstruct)
    assert model.asked[-1].chair_id == chair.id
    model.answered.emit(model.asked[-1], decoded((1.0, 0.0, 0.0), measured=True))
    assert stage.reconstruction is not None
    assert stage.reconstruction.title == f"Reconstruction of {chair.name}"
    assert stage.reconstruction.code == (1.0, 0.0, 0.0)


def test_that_a_chair_that_was_removed_can_be_shown_again(
    probe: ProbePresenter, project: ProjectState, stage: StageState
) -> None:
    chair = project.chairs[2]
    project.selected = (chair.id,)
    shown = stage.original
    project.chairs = tuple(one for one in project.chairs if one is not chair)
    project.selected = (project.chairs[0].id,)
    assert stage.original is not shown

    assert probe.show_original(chair.id)
    assert stage.original is shown
    assert not probe.show_original("nobody")


def test_that_whoever_goes_somewhere_while_looking_stays_there(
    probe: ProbePresenter,
    project: ProjectState,
    latent: LatentState,
    stage: StageState,
    model: FakeModel,
) -> None:
    probe.go_to((1.0, 2.0, 3.0))
    probe.peek((0.0, 0.0, 1.0))
    probe.go_to((0.0, 0.0, 1.0))
    probe.end_peek()
    assert latent.home == latent.probe == Probe((0.0, 0.0, 1.0))

    probe.peek((0.0, 0.0, 2.0))
    project.selected = (project.chairs[1].id,)
    probe.end_peek()
    assert isinstance(model.asked[-1], Reconstruct)
    assert probe.chair_asked_for == project.chairs[1].id
