"""The model worker: what a trained run says about chairs, codes and components."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Slot

from core.errors import RunError
from core.metrics import compare_clouds
from core.project import Project
from core.thumbnails import thumbnail
from core.training.reports import EpochReport, TrainingRequest
from core.training.run import Run
from core.training.snapshots import load_snapshot
from core.training.train import train
from mogvae_gui.workers.model_worker import (
    Decode,
    Decoded,
    DecodeDifference,
    DrawMeans,
    EncodeChairs,
    FollowTraining,
    Loaded,
    LoadEpoch,
    LoadRun,
    ModelWorker,
    Reconstruct,
    SampleCodes,
)
from tests.small_project import (
    CHAIRS,
    COMPONENTS,
    POINTS,
    RUN,
    add_chairs,
    quick_settings,
    train_run,
)


class Answers(QObject):
    """Asks a worker that lives in this thread, and gives its answers back."""

    def __init__(self) -> None:
        super().__init__()
        self.worker = ModelWorker()
        self.worker.answered.connect(self._on_answered)
        self.worker.failed.connect(self._on_failed)
        self._last: Any = None

    def to(self, question: object) -> Any:
        self.worker.ask(question)
        self.worker._answer_waiting()  # as its event loop would
        if isinstance(self._last, Exception):
            raise self._last
        return self._last

    @Slot(object, object)
    def _on_answered(self, _question: object, answer: object) -> None:
        self._last = answer

    @Slot(object, object)
    def _on_failed(self, _question: object, error: Exception) -> None:
        self._last = error


@pytest.fixture
def answers() -> Answers:
    return Answers()


def load(project: Project, name: str = RUN) -> LoadRun:
    return LoadRun(project.runs_folder / name, project.library, project.library.chairs)


def test_that_a_run_comes_with_the_codes_it_kept(answers: Answers, small_project: Project) -> None:
    loaded = answers.to(load(small_project))

    assert isinstance(loaded, Loaded)
    assert loaded.run_name == RUN
    assert loaded.chair_ids == tuple(chair.id for chair in small_project.library.chairs)
    saved = Run.open(small_project.runs_folder / RUN).codes()
    assert saved is not None
    np.testing.assert_allclose(loaded.codes, saved.codes)
    assert loaded.responsibilities.shape == (CHAIRS, COMPONENTS)
    np.testing.assert_allclose(loaded.responsibilities.sum(axis=1), 1.0, atol=1e-5)
    assert loaded.components is not None
    assert loaded.components.means.shape == (COMPONENTS, 3)


def test_that_chairs_that_came_after_the_training_are_encoded(
    answers: Answers, own_project: Project
) -> None:
    add_chairs(own_project.library, count=2, seed=77)
    late = own_project.library.chairs[CHAIRS]

    loaded = answers.to(load(own_project))

    assert loaded.codes.shape == (CHAIRS + 2, 3)
    model = Run.open(own_project.runs_folder / RUN).model()
    codes, _ = model.encode(own_project.library.cloud(late)[None])
    np.testing.assert_allclose(loaded.codes[CHAIRS], codes[0], atol=1e-5)


def test_that_chairs_are_only_encoded_for_the_model_that_they_were_meant_for(
    answers: Answers, own_project: Project
) -> None:
    first = load(own_project)
    answers.to(first)
    add_chairs(own_project.library, count=2, seed=77)
    question = EncodeChairs(first, own_project.library.chairs)
    assert len(answers.to(question).chair_ids) == CHAIRS + 2

    other = answers.to(load(own_project))  # another run, a training or an epoch came between
    assert answers.to(question) is other  # the last answer is the last that there is


def test_that_a_kept_epoch_of_another_projects_run_shows_the_chairs_that_are_here(
    answers: Answers, small_project: Project, tmp_path: Path
) -> None:
    here = Project.create(tmp_path / "Here", points=POINTS)
    add_chairs(here.library, seed=5)  # whose ids are those of the chairs there
    folder = small_project.run_folder(RUN)

    loaded = answers.to(LoadEpoch(folder, 1, here.library, here.library.chairs))

    model = load_snapshot(Run.open(folder), 1)
    clouds = np.stack([here.library.cloud(chair) for chair in here.library.chairs])
    np.testing.assert_allclose(loaded.codes, model.encode(clouds)[0], atol=1e-5)
    assert loaded.chair_ids == tuple(chair.id for chair in here.library.chairs)


@pytest.mark.parametrize("prior", ["standard", "gaussian", "vamp"])
def test_that_every_prior_can_be_put_in_view(
    prior: str, answers: Answers, own_project: Project
) -> None:
    train_run(own_project, prior, quick_settings(prior, epochs=1))

    loaded = answers.to(load(own_project, prior))

    assert loaded.settings.prior == prior
    assert loaded.codes.shape == (CHAIRS, 3)
    assert answers.to(Decode((0.0, 0.0, 0.0))).points.shape == (POINTS, 3)


def test_that_a_reconstruction_is_measured_against_its_chair(
    answers: Answers, small_project: Project
) -> None:
    answers.to(load(small_project))
    cloud = small_project.library.cloud(0)

    decoded = answers.to(Reconstruct(cloud, "c000001"))

    assert isinstance(decoded, Decoded)
    expected = compare_clouds(decoded.points, cloud, with_emd=False)
    assert decoded.metrics is not None
    assert decoded.metrics.cd_1 == pytest.approx(expected.cd_1, rel=1e-5)
    assert decoded.metrics.f_score == pytest.approx(expected.f_score, abs=1e-6)
    assert decoded.metrics.emd is None
    assert decoded.error is not None
    assert decoded.back_error is not None
    np.testing.assert_allclose(
        decoded.error, np.linalg.norm(decoded.points[:, None] - cloud, axis=2).min(1), atol=1e-5
    )
    np.testing.assert_allclose(
        decoded.back_error,
        np.linalg.norm(cloud[:, None] - decoded.points, axis=2).min(1),
        atol=1e-5,
    )
    assert decoded.normals.shape == (POINTS, 3)
    assert decoded.decode_ms > 0
    assert decoded.denser_than is not None
    assert 0 <= decoded.denser_than <= 1


def test_that_a_decoded_code_is_the_models_and_has_nothing_to_be_measured_against(
    answers: Answers, small_project: Project
) -> None:
    answers.to(load(small_project))
    code = (0.25, -0.5, 1.0)

    decoded = answers.to(Decode(code, component=1))

    model = Run.open(small_project.runs_folder / RUN).model()
    np.testing.assert_allclose(decoded.points, model.decode(np.array([code]))[0], atol=1e-6)
    assert decoded.code == pytest.approx(code)
    assert decoded.metrics is None
    assert decoded.error is None
    assert decoded.back_error is None


def test_that_a_place_far_from_every_chair_is_denser_than_none(
    answers: Answers, small_project: Project
) -> None:
    loaded = answers.to(load(small_project))

    far = answers.to(Decode((80.0, -80.0, 80.0)))
    assert far.denser_than == 0.0
    model = Run.open(small_project.runs_folder / RUN).model()
    least = model.log_density(loaded.codes).min()
    here = model.log_density(np.array([[80.0, -80.0, 80.0]], dtype=np.float32))[0]
    assert far.nats_below == pytest.approx(least - here, rel=1e-5)
    difference = answers.to(DecodeDifference((80.0, -80.0, 80.0), (0.0, 0.0, 0.0)))
    assert difference.nats_below == pytest.approx(far.nats_below, rel=1e-6)
    assert loaded.components is not None
    heaviest = loaded.components.means[loaded.components.weights.argmax()]
    usual = answers.to(Decode(tuple(map(float, heaviest))))
    assert usual.denser_than > 0.5
    assert usual.nats_below == 0.0


def test_that_the_means_of_all_components_are_drawn(
    answers: Answers, small_project: Project
) -> None:
    loaded = answers.to(load(small_project))

    images = answers.to(DrawMeans(16))

    assert len(images) == COMPONENTS
    for image, mean in zip(images, loaded.components.means, strict=True):
        decoded = answers.to(Decode(tuple(map(float, mean))))
        np.testing.assert_array_equal(image, thumbnail(decoded.points, 16))


def test_that_a_seed_draws_the_same_code(answers: Answers, small_project: Project) -> None:
    answers.to(load(small_project))

    first, again, other = (answers.to(SampleCodes(seed)) for seed in (1, 1, 2))

    assert first.shape == (1, 3)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert answers.to(SampleCodes(0, component=2)).shape == (1, 3)


@pytest.mark.parametrize("question", [Decode((0.0, 0.0, 0.0)), DrawMeans(16), SampleCodes(0)])
def test_that_without_a_model_the_answer_is_what_to_do(question: object, answers: Answers) -> None:
    with pytest.raises(RunError, match="Train one, or choose a run"):
        answers.to(question)


def test_that_a_run_without_weights_leaves_the_model_of_before(
    answers: Answers, own_project: Project
) -> None:
    answers.to(load(own_project))
    Run.create(own_project.runs_folder / "empty", quick_settings())

    with pytest.raises(RunError, match="no weights yet"):
        answers.to(load(own_project, "empty"))

    assert answers.to(Decode((0.0, 0.0, 0.0))).points.shape == (POINTS, 3)


def test_that_a_running_training_is_followed(answers: Answers, own_project: Project) -> None:
    settings = quick_settings(epochs=2)
    run = Run.create(own_project.runs_folder / "live", settings)
    request = TrainingRequest(run.folder, own_project.library.folder, snapshot_every_s=0.0)
    cloud = own_project.library.cloud(0)
    shown = []
    for report in train(request):
        if isinstance(report, EpochReport):
            assert report.model_state is not None
            answers.to(FollowTraining("live", settings, report.model_state, POINTS, report.codes))
            shown.append(answers.to(Reconstruct(cloud, "c000001")).points)

    assert len(shown) == 2
    assert not np.allclose(shown[0], shown[1])
    # The last one is the model that the run keeps.
    model = run.model()
    codes, _ = model.encode(cloud[None])
    np.testing.assert_allclose(shown[-1], model.decode(codes)[0], atol=1e-5)
