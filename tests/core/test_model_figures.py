"""A model measured as a whole."""

import json

import numpy as np
import pytest

from core.errors import LibraryError, RunError
from core.figure_progress import FigureProgress
from core.metrics.latent_use import active_units
from core.model_figures import (
    FigureSizes,
    ModelFigures,
    measure_fitted,
    measure_model,
    spread,
)
from core.project import Project
from core.shape_model import ShapeModel
from core.training.presets import recommended
from core.training.run import Run
from tests.small_project import COMPONENTS, POINTS, RUN, TEST_CHAIRS

SIZES = FigureSizes(points=64, emd_points=32, likelihood_chairs=2, likelihood_samples=3)


def measured(project: Project, split: str = "test") -> tuple[list[FigureProgress], ModelFigures]:
    chairs = [chair for chair in project.library if chair.split == split]
    model = Run.open(project.runs_folder / RUN).model()
    *steps, last = measure_model(model, project.library, chairs, SIZES, processes=0)
    assert isinstance(last, ModelFigures)
    return [step for step in steps if isinstance(step, FigureProgress)], last


def test_that_everything_is_measured_and_said_on_the_way(small_project: Project) -> None:
    steps, figures = measured(small_project)
    assert figures.generation.references == TEST_CHAIRS
    assert len(figures.likelihood.values) == 2
    assert len(figures.use.component_usage) == COMPONENTS
    assert figures.recovery is not None
    assert figures.recovery.chairs == len(small_project.library)
    assert len({step.doing for step in steps}) == 4
    assert all(step.done <= step.total for step in steps)
    json.dumps(figures.as_json(), allow_nan=False)


def test_that_codes_are_those_of_the_whole_library(small_project: Project) -> None:
    _, figures = measured(small_project)
    model = Run.open(small_project.runs_folder / RUN).model()
    clouds = np.stack([small_project.library.cloud(chair) for chair in small_project.library])
    assert figures.use.active_units == active_units(model.encode(clouds)[0])


def test_that_the_same_model_gives_the_same_figures(small_project: Project) -> None:
    assert measured(small_project)[1].as_json() == measured(small_project)[1].as_json()


def test_that_a_fitted_mixture_is_fitted_to_the_training_chairs_alone(
    small_project: Project,
) -> None:
    chairs = [chair for chair in small_project.library if chair.split == "test"]
    model = Run.open(small_project.runs_folder / RUN).model()
    library = small_project.library

    *_, found = measure_fitted(model, library, chairs, 2, SIZES, processes=0)

    train = [library.cloud(chair) for chair in library if chair.split == "train"]
    fitted = model.with_fitted_mixture(*model.encode(np.stack(train)), components=2)
    *_, wanted = measure_model(fitted, library, chairs, SIZES, processes=0)
    assert isinstance(found, ModelFigures)
    assert isinstance(wanted, ModelFigures)
    assert found.use.used_components == pytest.approx(wanted.use.used_components)
    assert found.likelihood.mean == pytest.approx(wanted.likelihood.mean)
    assert found.generation.jsd == pytest.approx(wanted.generation.jsd)


def test_that_a_posterior_that_is_a_mixture_itself_gets_none_fitted(
    small_project: Project,
) -> None:
    settings = recommended("mog").with_changes(kl="article-b", latent=2, components=2)
    model = ShapeModel(settings, POINTS)
    with pytest.raises(RunError, match="posterior is a mixture"):
        next(measure_fitted(model, small_project.library, small_project.library.chairs, 2))


def test_that_no_chairs_are_a_sentence(small_project: Project) -> None:
    model = Run.open(small_project.runs_folder / RUN).model()
    with pytest.raises(LibraryError, match="no chairs"):
        next(measure_model(model, small_project.library, []))


def test_that_chairs_are_spread_evenly(small_project: Project) -> None:
    chairs = small_project.library.chairs
    assert spread(chairs, 3) == [chairs[0], chairs[6], chairs[11]]
    assert spread(chairs, 99) == list(chairs)
