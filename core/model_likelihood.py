"""log p(x) of a run's chairs, under the likelihood that its own training had.

A training minimises `error + beta · KL`, where `error` is a mean over the points. That is the
negative evidence lower bound under a Gaussian of deviation sqrt(beta N / 2) at N points, up to a
factor and a constant (`core.sigma_vae`). Posteriors are as wide as that sigma makes them: under
another one the importance weights lie so far apart that one sample carries the estimate.

Axes: chairs n, points N, samples S.
"""

from collections.abc import Generator, Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from core.library import Chair, Library
from core.metrics.likelihood import (
    LikelihoodProgress,
    LogLikelihood,
    Residual,
    best_sigma,
    log_likelihood,
)
from core.shape_model import ShapeModel
from core.sigma_vae import sigma_of_beta
from core.training.corresponding import corresponding_clouds
from core.training.settings import TrainingSettings


def sigma_of_training(settings: TrainingSettings, points: int) -> float | None:
    """The sigma that a training's weight of the KL stands for, at N points.

    None where no weight tells it: sigma-VAE measures its own, without a KL there is no likelihood,
    and the EMD is no squared distance.
    """
    if settings.likelihood == "sigma" or settings.beta == 0.0 or settings.loss == "emd":
        return None
    return sigma_of_beta(settings.beta, points)


def estimate_likelihood(
    model: ShapeModel,
    library: Library,
    chairs: Sequence[Chair],
    *,
    training_chairs: Sequence[Chair],
    sigma: float | None = None,
    samples: int,
    seed: int = 0,
) -> Generator[LikelihoodProgress | LogLikelihood, None, None]:
    """Estimate log p(x) of chairs by `core.metrics.likelihood.log_likelihood`.

    `sigma` None is that of the model's own training; where its settings do not tell it, the one
    under which `training_chairs` are most likely. Squared errors are taken by index, and
    log p(x) is a density, where the model learnt from this library's points in correspondence;
    else between nearest points.
    """
    clouds, residual = _clouds(model, library, chairs)
    if sigma is None:
        sigma = sigma_of_training(model.settings, library.points)
    if sigma is None:
        learnt, of_learnt = _clouds(model, library, training_chairs)
        sigma = best_sigma(model, learnt, residual=of_learnt, seed=seed)
    yield from log_likelihood(
        model, clouds, sigma=sigma, samples=samples, residual=residual, seed=seed
    )


def _clouds(
    model: ShapeModel, library: Library, chairs: Sequence[Chair]
) -> tuple[Float[ndarray, "chairs points 3"], Residual]:
    """The chairs' clouds, in correspondence where the model learnt from points that were."""
    if model.settings.loss == "mse" and model.points == library.points:
        clouds = corresponding_clouds(library, chairs)
        if clouds is not None:
            return clouds, "by index"
    return np.stack([library.cloud(chair) for chair in chairs]), "nearest"
