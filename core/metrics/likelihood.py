"""log p(x) of a model for chairs, by importance sampling, under a stated Gaussian likelihood.

Axes: chairs n, points N, latent size d, samples S. All logarithms are natural: nats.
"""

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.special import logsumexp

from core.metrics.exact_emd import MetricError
from core.nearest import build_tree, nearest

Residual = Literal["by index", "nearest"]
"""What the Gaussian stands around: see `log_likelihood`."""

LN_2PI: Final = math.log(2.0 * math.pi)
_DECODED_AT_ONCE: Final = 64


class LatentModel(Protocol):
    """What of a model is needed here; a `core.shape_model.ShapeModel` has it."""

    def encode(
        self, clouds: Float[ndarray, "clouds points 3"]
    ) -> tuple[Float[ndarray, "clouds latent"], Float[ndarray, "clouds latent"]]:
        """Means and log variances of the posteriors."""
        ...

    def decode(
        self, codes: Float[ndarray, "codes latent"], points: int | None = None
    ) -> Float[ndarray, "codes points 3"]:
        """Means of the likelihoods."""
        ...

    def log_density(self, codes: Float[ndarray, "codes latent"]) -> Float[ndarray, " codes"]:
        """log p(z) of the prior."""
        ...


@dataclass(frozen=True, eq=False)
class LogLikelihood:
    """Estimates of log p(x), chair by chair. Say `sigma`, `samples` and `points` with them."""

    values: Float[ndarray, " chairs"]
    """Nats of the whole cloud, a density over 3 N coordinates in normalised units."""
    elbo: Float[ndarray, " chairs"]
    """The evidence lower bound by the same samples: what training raises, at weight 1."""
    effective_samples: Float[ndarray, " chairs"]
    """1 to S: how many samples carry the estimate, by Kish's formula. Near 1 the posterior misses
    the codes that matter, and the value is little more than a lower bound."""
    sigma: float
    samples: int
    points: int
    residual: Residual

    @property
    def mean(self) -> float:
        """Average over the chairs."""
        return float(self.values.mean())

    @property
    def mean_effective_samples(self) -> float:
        """Average over the chairs, 1 to S."""
        return float(self.effective_samples.mean())


@dataclass(frozen=True)
class LikelihoodProgress:
    """`done` of `total` chairs are estimated."""

    done: int
    total: int


def log_likelihood(
    model: LatentModel,
    clouds: Float[ndarray, "chairs points 3"],
    *,
    sigma: float,
    samples: int = 256,
    residual: Residual = "by index",
    seed: int = 0,
) -> Generator[LikelihoodProgress | LogLikelihood, None, None]:
    """Estimate log p(x) = log E_q[p(x|z) p(z) / q(z|x)] of each cloud by S draws from q(z|x).

    The log-mean-exp of the importance weights: eq. (8) of Burda et al., "Importance Weighted
    Autoencoders" (ICLR 2016, arXiv:1509.00519). On average it is a lower bound that rises to
    log p(x) with S. The likelihood is N(x; decoded cloud, sigma² I) over all 3 N coordinates.

    **Not a property of the shapes.** The figure depends on `sigma` (in normalised units) more than
    on the model, and treats 3 N coordinates as measured apart from each other, which samples of
    a surface are not: nats by the thousand between two models are usual and mean little. Compare
    models on the same clouds at the same sigma, or at each model's own best. A sigma that is far
    from the one that the posteriors were trained for leaves them too wide or too narrow, and
    hardly any sample counts. With `residual` "by index" point i is compared with decoded point i:
    right for clouds in correspondence with what the model decodes, meaningless for samples in
    random order. For these, "nearest" puts N times the squared Chamfer distance in place of the
    squared error, as the loss of that name does in training. That is no normalised density: only
    its differences between models say anything.

    Yields progress chair by chair, then one LogLikelihood; closing it ends the work. The same seed
    gives the same figures. Raises MetricError for a sigma or samples that make no sense and for
    what a model decodes that is not finite.
    """
    if not (math.isfinite(sigma) and sigma > 0.0 and samples >= 1):
        raise MetricError(
            f"sigma={sigma} and samples={samples} give no likelihood; sigma has to be above 0, in "
            "normalised units, and samples at least 1."
        )
    total, points = clouds.shape[:2]
    log_weights = np.empty((total, samples))
    for chair in range(total):
        yield LikelihoodProgress(chair, total)
        generator = np.random.default_rng([seed, chair])
        log_weights[chair] = _log_weights(model, clouds[chair], sigma, samples, residual, generator)
    yield LikelihoodProgress(total, total)
    yield LogLikelihood(
        values=_log_mean_exp(log_weights),
        elbo=log_weights.mean(axis=1),
        effective_samples=_effective_samples(log_weights),
        sigma=sigma,
        samples=samples,
        points=points,
        residual=residual,
    )


def best_sigma(
    model: LatentModel,
    clouds: Float[ndarray, "chairs points 3"],
    *,
    residual: Residual = "by index",
    seed: int = 0,
) -> float:
    """The sigma under which clouds are most likely, each decoded from one draw of its posterior.

    The root of the mean squared coordinate: what `core.sigma_vae.optimal_sigma` is for a batch in
    training. Raises MetricError for clouds that are decoded without any error.
    """
    total = 0.0
    for chair, cloud in enumerate(clouds):
        means, log_vars = model.encode(cloud[None])
        noise = np.random.default_rng([seed, chair]).normal(size=means.shape)
        decoded = model.decode(means + np.exp(0.5 * log_vars) * noise, len(cloud))
        total += float(_squared_errors(decoded, cloud, residual).sum())
    sigma = math.sqrt(total / clouds.size)
    if sigma == 0.0:
        raise MetricError(
            "The model decodes its chairs without any error, so no sigma of a likelihood is best. "
            "Give a sigma, or measure on other chairs."
        )
    return sigma


def _log_weights(
    model: LatentModel,
    cloud: Float[ndarray, "points 3"],
    sigma: float,
    samples: int,
    residual: Residual,
    generator: np.random.Generator,
) -> Float[ndarray, " samples"]:
    """log p(x|z) + log p(z) - log q(z|x) of draws z from q(z|x)."""
    means, log_vars = model.encode(cloud[None])
    mean, log_var = means[0].astype(np.float64), log_vars[0].astype(np.float64)
    noise = generator.normal(size=(samples, len(mean)))
    codes = mean + np.exp(0.5 * log_var) * noise
    log_posterior = -0.5 * (LN_2PI + log_var + np.square(noise)).sum(axis=1)
    squared_errors = np.concatenate(
        [
            _squared_errors(model.decode(part, len(cloud)), cloud, residual)
            for part in np.array_split(codes, -(-samples // _DECODED_AT_ONCE))
        ]
    )
    log_normaliser = -0.5 * cloud.size * (LN_2PI + 2.0 * math.log(sigma))
    log_data = log_normaliser - squared_errors / (2.0 * sigma**2)
    return np.asarray(log_data + model.log_density(codes) - log_posterior, dtype=np.float64)


def _squared_errors(
    decoded: Float[ndarray, "samples points 3"],
    cloud: Float[ndarray, "points 3"],
    residual: Residual,
) -> Float[ndarray, " samples"]:
    """Squared error of each decoded cloud, summed over all coordinates."""
    if not np.isfinite(decoded).all():
        raise MetricError(
            "The model decodes coordinates that are not finite numbers: the run has diverged. "
            "Take an earlier checkpoint or train with a lower learning rate."
        )
    if residual == "by index":
        return np.asarray(np.square(decoded.astype(np.float64) - cloud).sum(axis=(1, 2)))
    tree = build_tree(cloud)
    both_ways = [
        np.square(nearest(other, tree)[1]).mean() + np.square(nearest(cloud, other)[1]).mean()
        for other in decoded
    ]
    return np.array(both_ways) * len(cloud)


def _log_mean_exp(log_weights: Float[ndarray, "chairs samples"]) -> Float[ndarray, " chairs"]:
    log_sums: Float[ndarray, " chairs"] = logsumexp(log_weights, axis=1)
    return log_sums - math.log(log_weights.shape[1])


def _effective_samples(
    log_weights: Float[ndarray, "chairs samples"],
) -> Float[ndarray, " chairs"]:
    """(sum w)² / sum w²."""
    log_sums: Float[ndarray, " chairs"] = logsumexp(log_weights, axis=1)
    log_squares: Float[ndarray, " chairs"] = logsumexp(2.0 * log_weights, axis=1)
    return np.asarray(np.exp(2.0 * log_sums - log_squares))
