"""Which likelihood a run's log p(x) is estimated under."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from core.library import Chair
from core.metrics.likelihood import LogLikelihood, Residual, best_sigma, log_likelihood
from core.model_likelihood import estimate_likelihood, sigma_of_training
from core.project import Project
from core.shape_model import ShapeModel
from core.training.corresponding import correspond, corresponding_clouds
from core.training.presets import recommended
from tests.small_project import POINTS

SETTINGS = recommended("mog").with_changes(latent=2, components=2, decoder="pointwise", beta=8e-4)


def estimated(model: ShapeModel, project: Project, **given: Any) -> LogLikelihood:
    library = project.library
    *_, result = estimate_likelihood(
        model,
        library,
        library.chairs[:2],
        training_chairs=library.chairs[3:6],
        samples=3,
        **given,
    )
    assert isinstance(result, LogLikelihood)
    return result


def clouds_of(project: Project, chairs: Sequence[Chair]) -> np.ndarray:
    return np.stack([project.library.cloud(chair) for chair in chairs])


def test_that_sigma_is_that_of_the_trainings_weight() -> None:
    assert sigma_of_training(recommended("mog"), 768) == pytest.approx(0.277, abs=5e-4)
    sigma = sigma_of_training(SETTINGS, POINTS)
    assert sigma is not None
    # N / (2 sigma^2) · (error + beta · KL): the KL has weight 1 beside the density's exponent.
    assert POINTS / (2 * sigma**2) * SETTINGS.beta == pytest.approx(1.0)


@pytest.mark.parametrize("changes", [{"likelihood": "sigma"}, {"beta": 0.0}, {"loss": "emd"}])
def test_that_without_a_weight_the_sigma_is_the_best_for_training_chairs(
    small_project: Project, changes: dict[str, Any]
) -> None:
    settings = SETTINGS.with_changes(**changes)
    assert sigma_of_training(settings, POINTS) is None
    model = ShapeModel(settings, POINTS)
    training = clouds_of(small_project, small_project.library.chairs[3:6])
    best = best_sigma(model, training, residual="nearest")
    assert estimated(model, small_project).sigma == pytest.approx(best)


def test_that_a_sigma_that_is_given_is_taken(small_project: Project) -> None:
    assert estimated(ShapeModel(SETTINGS, POINTS), small_project, sigma=0.1).sigma == 0.1


def test_that_points_in_correspondence_are_compared_by_index(own_project: Project) -> None:
    for _ in correspond(own_project.library):
        pass
    chairs = own_project.library.chairs[:2]
    ordered = corresponding_clouds(own_project.library, chairs)
    assert ordered is not None
    sampled = clouds_of(own_project, chairs)
    wanted: list[tuple[str, Residual, np.ndarray]] = [
        ("mse", "by index", ordered),
        ("chamfer", "nearest", sampled),
    ]
    for loss, residual, clouds in wanted:
        model = ShapeModel(SETTINGS.with_changes(loss=loss), POINTS)
        found = estimated(model, own_project, sigma=0.3)
        *_, expected = log_likelihood(model, clouds, sigma=0.3, samples=3, residual=residual)
        assert isinstance(expected, LogLikelihood)
        assert found.residual == residual
        np.testing.assert_array_equal(found.values, expected.values)


def test_that_nearest_points_are_compared_where_no_order_is_known(small_project: Project) -> None:
    model = ShapeModel(SETTINGS.with_changes(loss="mse"), POINTS)
    assert estimated(model, small_project).residual == "nearest"
    other_size = ShapeModel(SETTINGS.with_changes(loss="mse"), POINTS // 2)
    assert estimated(other_size, small_project).residual == "nearest"
