"""A small project: a dozen made chairs of 256 points and a run of two epochs.

Made once a session. `small_project` is for reading; `own_project` gives each test a copy.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest

from core.library import Library
from core.made_chairs import add_made_chairs
from core.project import Project
from core.project_lock import LOCK_FILES
from core.training.presets import recommended
from core.training.reports import TrainingRequest
from core.training.run import Run
from core.training.settings import TrainingSettings
from core.training.train import train

CHAIRS = 12
TEST_CHAIRS = 3
POINTS = 256
COMPONENTS = 3
RUN = "MoG-VAE"


def quick_settings(prior: str = "mog", epochs: int = 2) -> TrainingSettings:
    """Settings whose epochs take a fraction of a second."""
    return recommended(prior).with_changes(
        components=COMPONENTS,
        latent=3,
        batch=5,
        epochs=epochs,
        points_per_step=64,
        warm_up_epochs=1,
        pretraining_epochs=1,
        device="cpu",
        threads=1,
    )


def add_chairs(library: Library, count: int = CHAIRS, seed: int = 0) -> None:
    """Put made chairs in, the last three of a dozen for testing."""
    before = len(library)
    for _ in add_made_chairs(library, count, seed, processes=1):
        pass
    ids = [chair.id for chair in library.chairs[before:]]
    library.set_split(ids, "train")
    library.set_split(ids[-max(1, count * TEST_CHAIRS // CHAIRS) :], "test")


def train_run(project: Project, name: str, settings: TrainingSettings) -> Run:
    """Train a run of the project to its end."""
    run = Run.create(project.runs_folder / name, settings)
    for _ in train(TrainingRequest(run.folder, project.library.folder)):
        pass
    return run


def make_small_project(folder: Path) -> Project:
    """Make the project anew; it takes about a second."""
    project = Project.create(folder, points=POINTS)
    add_chairs(project.library)
    train_run(project, RUN, quick_settings())
    return project


def scattered_codes(count: int, latent: int = 3, seed: int = 0) -> np.ndarray:
    """Codes of chairs that no model made, (count, latent) float32."""
    codes = np.random.default_rng(seed).normal(size=(count, latent))
    return np.asarray(codes, dtype=np.float32)


@pytest.fixture(scope="session")
def small_project_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small project; not to be changed."""
    return make_small_project(tmp_path_factory.mktemp("small") / "Small project").folder


@pytest.fixture
def small_project(small_project_folder: Path) -> Project:
    """The small project, opened for reading."""
    return Project.open(small_project_folder)


@pytest.fixture
def own_project(small_project_folder: Path, tmp_path: Path) -> Project:
    """A copy that a test may change."""
    folder = tmp_path / "Own project"
    # A window may have looked at the small one: a copy is as if nobody ever did.
    left_by_windows = shutil.ignore_patterns(*LOCK_FILES, "window.json", "first-look.npz")
    shutil.copytree(small_project_folder, folder, ignore=left_by_windows)
    return Project.open(folder)
