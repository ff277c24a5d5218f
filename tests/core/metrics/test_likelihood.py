"""Importance sampling against linear-Gaussian models, whose evidence has a closed form."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from core.metrics import MetricError, chamfer_sq
from core.metrics.likelihood import (
    LikelihoodProgress,
    LogLikelihood,
    Residual,
    best_sigma,
    log_likelihood,
)
from core.shape_model import ShapeModel
from core.training.presets import recommended

Array = NDArray[np.float64]

POINTS, LATENT, SIGMA = 3, 2, 0.4


class LinearModel:
    """x = offset + W z + noise of deviation SIGMA; the columns of W are at right angles.

    So the posterior has independent axes, and `encode` gives it exactly, or off by `error` in the
    mean and by `widening` in the log variance. The prior is a mixture of unit Gaussians.
    """

    def __init__(self, error: float = 0.0, widening: float = 0.0, apart: float = 0.0) -> None:
        generator = np.random.default_rng(3)
        directions, _ = np.linalg.qr(generator.normal(size=(3 * POINTS, LATENT)))
        self.matrix = directions * [1.5, 0.7]
        self.offset = generator.normal(size=3 * POINTS)
        self.prior_means = np.array([[0.0, 0.0], [apart, -apart]])
        self.prior_weights = np.array([0.3, 0.7])
        self.error, self.widening = error, widening

    def encode(self, clouds: Array) -> tuple[Array, Array]:
        precision = 1.0 + np.square(self.matrix).sum(axis=0) / SIGMA**2
        residual = clouds.reshape(len(clouds), -1) - self.offset
        mean = residual @ self.matrix / SIGMA**2 / precision
        log_var = np.broadcast_to(self.widening - np.log(precision), mean.shape)
        return mean + self.error, log_var

    def decode(self, codes: Array, points: int | None = None) -> Array:
        assert points == POINTS
        return np.asarray(codes @ self.matrix.T + self.offset).reshape(-1, POINTS, 3)

    def log_density(self, codes: Array) -> Array:
        parts = [multivariate_normal(mean).logpdf(codes) for mean in self.prior_means]
        joint = np.stack(parts, axis=-1) + np.log(self.prior_weights)
        return np.asarray(logsumexp(joint, axis=-1))

    def evidence(self, clouds: Array) -> Array:
        """log of sum_k w_k N(x; offset + W mean_k, W W^T + SIGMA² I)."""
        covariance = self.matrix @ self.matrix.T + SIGMA**2 * np.eye(3 * POINTS)
        flat = clouds.reshape(len(clouds), -1)
        parts = [
            multivariate_normal(self.offset + self.matrix @ mean, covariance).logpdf(flat)
            for mean in self.prior_means
        ]
        return np.asarray(logsumexp(np.stack(parts, axis=-1) + np.log(self.prior_weights), axis=-1))

    def draw(self, count: int) -> Array:
        generator = np.random.default_rng(4)
        component = generator.choice(2, size=count, p=self.prior_weights)
        codes = self.prior_means[component] + generator.normal(size=(count, LATENT))
        noise = SIGMA * generator.normal(size=(count, POINTS, 3))
        return self.decode(codes, POINTS) + noise


def estimated(model: LinearModel, clouds: Array, samples: int, seed: int = 0) -> LogLikelihood:
    *_, result = log_likelihood(model, clouds, sigma=SIGMA, samples=samples, seed=seed)
    assert isinstance(result, LogLikelihood)
    return result


def test_that_with_the_exact_posterior_every_single_sample_gives_the_evidence() -> None:
    model = LinearModel()
    clouds = model.draw(5)

    result = estimated(model, clouds, samples=1)

    np.testing.assert_allclose(result.values, model.evidence(clouds), rtol=1e-9)
    np.testing.assert_allclose(result.elbo, result.values)
    assert result.mean == pytest.approx(model.evidence(clouds).mean())
    many = estimated(model, clouds, samples=50)
    np.testing.assert_allclose(many.effective_samples, 50.0)


@pytest.mark.parametrize("apart", [0.0, 2.0])
def test_that_a_posterior_that_is_off_still_leads_to_the_evidence(apart: float) -> None:
    model = LinearModel(error=0.1, widening=0.7, apart=apart)
    clouds = model.draw(4)

    result = estimated(model, clouds, samples=20_000)

    np.testing.assert_allclose(result.values, model.evidence(clouds), atol=0.05)
    assert (result.elbo < result.values - 0.1).all()
    assert (result.effective_samples > 1_000).all()
    assert (result.effective_samples < 19_000).all()


def test_that_under_another_sigma_than_the_posteriors_hardly_a_sample_counts() -> None:
    model = LinearModel()
    clouds = model.draw(20)
    *_, result = log_likelihood(model, clouds, sigma=SIGMA / 8, samples=16)
    assert isinstance(result, LogLikelihood)
    assert result.mean_effective_samples < 2.5
    assert estimated(model, clouds, samples=16).mean_effective_samples == pytest.approx(16)


def test_that_few_samples_give_a_lower_bound_on_average() -> None:
    model = LinearModel(error=0.3, widening=0.5)
    clouds = np.repeat(model.draw(1), 400, axis=0)  # other noise for each

    means = [estimated(model, clouds, samples).mean for samples in (1, 5, 100)]

    assert means == sorted(means)
    assert means[0] < model.evidence(clouds)[0] - 0.3
    assert means[-1] == pytest.approx(model.evidence(clouds)[0], abs=0.05)


def test_that_a_seed_reproduces_the_figures() -> None:
    model = LinearModel(error=0.2)
    clouds = model.draw(3)
    first = estimated(model, clouds, samples=70, seed=5).values  # decoded in two parts
    np.testing.assert_array_equal(first, estimated(model, clouds, samples=70, seed=5).values)
    assert (first != estimated(model, clouds, samples=70, seed=6).values).all()


def test_that_progress_is_reported_chair_by_chair_and_can_be_left() -> None:
    model = LinearModel()
    session = log_likelihood(model, model.draw(3), sigma=SIGMA, samples=2)
    assert next(session) == LikelihoodProgress(0, 3)
    assert next(session) == LikelihoodProgress(1, 3)
    session.close()
    assert list(session) == []


@pytest.mark.parametrize("residual", ["by index", "nearest"])
def test_that_a_shape_model_can_be_measured(residual: Residual) -> None:
    settings = recommended("mog").with_changes(latent=2, components=2, threads=1)
    model = ShapeModel(settings, points=40)
    clouds = np.random.default_rng(0).normal(size=(2, 40, 3)).astype(np.float32)

    *_, result = log_likelihood(model, clouds, sigma=0.1, samples=8, residual=residual)

    assert isinstance(result, LogLikelihood)
    assert result.values.shape == result.effective_samples.shape == (2,)
    assert (result.elbo <= result.values).all()
    assert (result.sigma, result.samples, result.points) == (0.1, 8, 40)
    assert result.residual == residual


def test_that_by_nearest_points_the_order_does_not_matter_and_by_index_it_does() -> None:
    model = LinearModel()
    clouds = model.draw(2)

    def value(clouds: Array, residual: Residual) -> float:
        shifted = _Fixed(model)
        *_, result = log_likelihood(shifted, clouds, sigma=SIGMA, samples=1, residual=residual)
        assert isinstance(result, LogLikelihood)
        return result.mean

    turned = clouds[:, ::-1]
    assert value(turned, "nearest") == pytest.approx(value(clouds, "nearest"))
    assert value(turned, "by index") != pytest.approx(value(clouds, "by index"))


class _Fixed:
    """A model that gives every cloud the same code."""

    def __init__(self, model: LinearModel) -> None:
        self.decode, self.log_density = model.decode, model.log_density

    def encode(self, clouds: Array) -> tuple[Array, Array]:
        return np.zeros((len(clouds), LATENT)), np.zeros((len(clouds), LATENT))


def test_that_by_nearest_points_the_chamfer_distance_stands_for_the_error_as_in_training() -> None:
    model = LinearModel()
    cloud = model.draw(1)
    *_, result = log_likelihood(_Still(model), cloud, sigma=SIGMA, samples=1, residual="nearest")
    assert isinstance(result, LogLikelihood)
    loss = chamfer_sq(model.decode(np.zeros((1, LATENT)), POINTS)[0], cloud[0])
    log_normaliser = -1.5 * POINTS * np.log(2 * np.pi * SIGMA**2)
    prior = float(np.squeeze(model.log_density(np.zeros((1, LATENT)))))
    posterior = -0.5 * LATENT * (np.log(2 * np.pi) + _Still.LOG_VAR)
    noise = np.square(np.random.default_rng([0, 0]).normal(size=(1, LATENT))).sum()
    wanted = log_normaliser - POINTS * loss / (2 * SIGMA**2) + prior - posterior + 0.5 * noise
    assert result.mean == pytest.approx(wanted, abs=1e-3)


@pytest.mark.parametrize("residual", ["by index", "nearest"])
def test_that_the_best_sigma_is_the_root_of_the_mean_squared_coordinate(
    residual: Residual,
) -> None:
    model = _Still(LinearModel())
    clouds = LinearModel().draw(4)
    sigma = best_sigma(model, clouds, residual=residual)

    def likelihood(at: float) -> float:
        *_, result = log_likelihood(model, clouds, sigma=at, samples=1, residual=residual)
        assert isinstance(result, LogLikelihood)
        return result.mean

    assert likelihood(sigma) > max(likelihood(0.97 * sigma), likelihood(1.03 * sigma))
    if residual == "by index":
        decoded = model.decode(np.zeros((1, LATENT)), POINTS)
        assert sigma == pytest.approx(np.sqrt(np.square(clouds - decoded).mean()), rel=1e-3)


def test_that_without_any_error_no_sigma_is_best() -> None:
    linear = LinearModel()
    linear.matrix *= 0.0  # decodes one cloud, whatever the code
    chair = linear.decode(np.zeros((1, LATENT)), POINTS)
    with pytest.raises(MetricError, match="without any error"):
        best_sigma(linear, chair)


class _Still(_Fixed):
    """A model that gives every cloud the same code and hardly moves from it."""

    LOG_VAR = -20.0

    def encode(self, clouds: Array) -> tuple[Array, Array]:
        zeros = np.zeros((len(clouds), LATENT))
        return zeros, zeros + self.LOG_VAR


def test_that_nonsense_is_refused() -> None:
    model = LinearModel()
    for sigma, samples in ((0.0, 5), (float("nan"), 5), (0.1, 0)):
        with pytest.raises(MetricError, match="sigma has to be above 0"):
            next(log_likelihood(model, model.draw(1), sigma=sigma, samples=samples))
    model.offset[0] = np.inf
    with pytest.raises(MetricError, match="the run has diverged"):
        list(log_likelihood(_Fixed(model), np.zeros((1, POINTS, 3)), sigma=SIGMA, samples=5))
