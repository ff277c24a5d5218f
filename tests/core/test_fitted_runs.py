"""A mixture fitted to a plain VAE's codes, as a run of its own."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.errors import LibraryError, RunError, SettingsError
from core.export import Shape, export_shape
from core.fitted_runs import fit_run, fitted_name, fitting
from core.project import Project
from core.run_list import RunEntry, list_runs
from core.training.about import FittedPrior, origin_of_prior, read_about, write_notes
from core.training.reports import TrainingRequest
from core.training.run import Run
from core.training.train import train
from tests.failing_disk import failing_disk, full_disk, read_only_disk
from tests.small_project import CHAIRS, RUN, TEST_CHAIRS, quick_settings, scattered_codes, train_run

PLAIN = "VAE"
TRAIN_CHAIRS = CHAIRS - TEST_CHAIRS


@pytest.fixture(scope="module")
def trained(small_project_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project with a plain VAE more; not to be changed."""
    folder = tmp_path_factory.mktemp("fitted") / "project"
    shutil.copytree(small_project_folder, folder)
    train_run(Project.open(folder), PLAIN, quick_settings("standard"))
    return folder


@pytest.fixture
def project(trained: Path, tmp_path: Path) -> Project:
    """A copy of it."""
    return Project.open(shutil.copytree(trained, tmp_path / "project"))


def entry_of(project: Project, name: str) -> RunEntry:
    return next(entry for entry in list_runs(project) if entry.name == name)


def test_that_only_the_prior_is_another(project: Project) -> None:
    run = fit_run(project, PLAIN, 3)
    parent, model = Run.open(project.run_folder(PLAIN)).model(), run.model()
    codes = scattered_codes(4)
    np.testing.assert_array_equal(model.decode(codes), parent.decode(codes))
    cloud = project.library.cloud(project.library.chairs[0])[None]
    np.testing.assert_array_equal(model.encode(cloud), parent.encode(cloud))
    components = model.components()
    assert components is not None
    assert components.means.shape == (3, 3)
    assert (run.settings.prior, run.settings.components) == ("mog", 3)
    assert run.settings.full_covariance
    assert run.settings.loss == Run.open(project.run_folder(PLAIN)).settings.loss


def test_that_a_learned_gaussian_gets_a_mixture_too(project: Project) -> None:
    train_run(project, "Gaussian", quick_settings("gaussian", epochs=1))
    components = fit_run(project, "Gaussian", 2).model().components()
    assert components is not None
    assert len(components.weights) == 2


def test_that_the_mixture_is_that_of_the_training_chairs_and_of_the_seed(project: Project) -> None:
    model = Run.open(project.run_folder(PLAIN)).model()
    library = project.library
    clouds = np.stack([library.cloud(chair) for chair in library if chair.split == "train"])
    expected = model.with_fitted_mixture(*model.encode(clouds), components=3, seed=4).components()
    found = fit_run(project, PLAIN, 3, seed=4).model().components()
    assert expected is not None
    assert found is not None
    np.testing.assert_allclose(found.means, expected.means, atol=1e-5)
    np.testing.assert_allclose(found.covariances, expected.covariances, atol=1e-5)


def test_that_the_codes_are_kept_with_their_new_responsibilities(project: Project) -> None:
    run = fit_run(project, PLAIN, 3)
    kept, before = run.codes(), Run.open(project.run_folder(PLAIN)).codes()
    assert kept is not None
    assert before is not None
    assert (kept.ids, kept.posed_hashes) == (before.ids, before.posed_hashes)
    np.testing.assert_allclose(kept.codes, before.codes, atol=1e-6)
    np.testing.assert_allclose(kept.responsibilities, run.model().responsibilities(kept.codes))


def test_that_the_run_says_what_it_is(project: Project) -> None:
    run = fit_run(project, PLAIN, 3, seed=7)
    assert run.name == "VAE-with-3-components"
    entry = entry_of(project, run.name)
    assert entry.standing == "done"
    assert (entry.epochs_done, entry.epochs_planned) == (2, 2)
    assert (entry.parent, entry.parent_epoch) == (PLAIN, 2)
    assert entry.fitted == FittedPrior(components=3, chairs=TRAIN_CHAIRS, seed=7)
    assert entry.is_only_fitted
    assert run.metrics() == Run.open(project.run_folder(PLAIN)).metrics()
    write_notes(run.folder, "Fitted.")
    assert read_about(run.folder).fitted == entry.fitted
    assert entry_of(project, PLAIN).fitted is None


def test_that_a_shape_of_it_leaves_with_where_its_prior_came_from(
    project: Project, tmp_path: Path
) -> None:
    run = fit_run(project, PLAIN, 3)
    origin = origin_of_prior(run.folder)
    points = project.library.cloud(project.library.chairs[0])
    shape = Shape("chair", points, run=run.name, prior_fitted=origin)
    _, beside = export_shape(shape, tmp_path / "chair.ply", own_units=False)
    assert json.loads(beside.read_text(encoding="utf-8"))["prior_fitted"] == {
        "to_run": PLAIN,
        "at_epoch": 2,
        "components": 3,
        "chairs": TRAIN_CHAIRS,
        "seed": 0,
    }
    assert origin_of_prior(project.run_folder(PLAIN)) is None
    (run.folder / "about.json").write_text("{")
    assert origin_of_prior(run.folder) is None


def test_that_more_training_starts_from_the_fitted_mixture(project: Project) -> None:
    run = fit_run(project, PLAIN, 3)
    before = run.model().components()
    request = TrainingRequest(run.folder, project.library.folder, until_epoch=3, resume=True)
    for _ in train(request):
        pass
    after = run.model().components()
    assert before is not None
    assert after is not None
    moved = np.abs(after.means - before.means).max()
    assert 0 < moved < 0.1  # one epoch of two steps; components placed anew would lie elsewhere
    assert [record["epoch"] for record in run.metrics()] == [1, 2, 3]
    entry = entry_of(project, run.name)
    assert entry.fitted is not None
    assert not entry.is_only_fitted


def test_that_a_name_says_the_number_of_components_however_long_the_runs_is(
    project: Project,
) -> None:
    assert fitted_name(project, PLAIN, 1) == "VAE-with-1-component"
    assert fitted_name(project, "x" * 60, 12).endswith("x-with-12-components")
    fit_run(project, PLAIN, 2)
    assert fit_run(project, PLAIN, 2).name == "VAE-with-2-components-2"


@pytest.mark.parametrize(
    ("run", "components", "name", "error", "words"),
    [
        (RUN, 3, "", RunError, "no mixture can be fitted. It has a mixture already"),
        ("gone", 3, "", RunError, "no run “gone” any more"),
        (PLAIN, 3, "vae", RunError, "There is a run “vae” already"),
        (PLAIN, 0, "", SettingsError, "1 to 64 components, not 0"),
        (PLAIN, 65, "", SettingsError, "1 to 64 components, not 65"),
        (PLAIN, 10, "", LibraryError, "there are 9. Fit fewer"),
        ("new", 3, "", RunError, "Train it for at least one epoch"),
    ],
)
def test_that_a_fit_that_cannot_be_is_refused_and_leaves_nothing(
    project: Project, run: str, components: int, name: str, error: type[Exception], words: str
) -> None:
    Run.create(project.run_folder("new"), quick_settings("standard"))
    before = sorted(project.runs_folder.rglob("*"))
    with pytest.raises(error, match=words):
        fit_run(project, run, components, name=name)
    assert sorted(project.runs_folder.rglob("*")) == before


def test_that_codes_that_are_no_numbers_are_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = (np.full((CHAIRS, 3), np.nan, np.float32), np.zeros((CHAIRS, 3), np.float32))
    monkeypatch.setattr("core.shape_model.ShapeModel.encode", lambda *_: nowhere)
    with pytest.raises(RunError, match="not finite numbers"):
        fit_run(project, PLAIN, 3)


@pytest.mark.parametrize("pauses", [1, 2, 3, 4])
def test_that_a_fit_that_is_cancelled_leaves_nothing(project: Project, pauses: int) -> None:
    steps = fitting(project, PLAIN, 3)
    for _ in range(pauses):
        next(steps)
    steps.close()
    assert set(project.run_names()) == {RUN, PLAIN}
    assert not list(project.runs_folder.glob(".fork-*"))


@pytest.mark.parametrize("error", [full_disk, read_only_disk], ids=["full", "read-only"])
@pytest.mark.parametrize("step", [0, 10, 25])
def test_that_a_disk_that_refuses_is_a_sentence_and_leaves_nothing(
    project: Project, step: int, error: Callable[[], OSError]
) -> None:
    with failing_disk(step, error) as steps, pytest.raises(RunError, match="free space"):
        fit_run(project, PLAIN, 2)
    assert steps.has_failed
    assert set(project.run_names()) == {RUN, PLAIN}
    assert not list(project.runs_folder.glob(".fork-*"))
