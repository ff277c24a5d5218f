"""Components placed where the codes are: the cure for components that nothing ever uses.

Axes: training chairs n, latent size d, components K.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray

from core.priors.base import Prior
from core.priors.gaussian import GaussianPrior
from core.priors.mixture_of_gaussians import MixtureOfGaussiansPrior
from core.priors.vamp import VampPrior
from core.threads import single_threaded

_SMALLEST_VARIANCE = 1e-3


@dataclass(frozen=True, eq=False)
class Clusters:
    """Groups of codes: `means` (K, d), `covariances` (K, d, d), `weights` (K,), all float64."""

    means: Float[ndarray, "components latent"]
    covariances: Float[ndarray, "components latent latent"]
    weights: Float[ndarray, " components"]


def initialise_components(
    prior: Prior,
    means: Float[ndarray, "chairs latent"],
    log_vars: Float[ndarray, "chairs latent"],
    seed: int,
    cloud: Callable[[int], Float[ndarray, "points 3"]] | None = None,
) -> None:
    """Place the prior's components on encoded chairs, by k-means on their means.

    `means` and `log_vars` are the chairs' posteriors. For a `VampPrior` each pseudo-cloud becomes
    a random part of the chair nearest to a cluster's centre, for which `cloud` gives the points of
    the chair at a position. A standard normal prior stays as it is.
    """
    if not isinstance(prior, GaussianPrior | MixtureOfGaussiansPrior | VampPrior):
        return
    clusters = find_clusters(means, log_vars, prior.components, seed)
    if isinstance(prior, MixtureOfGaussiansPrior):
        prior.set_components(
            torch.from_numpy(clusters.means),
            torch.from_numpy(clusters.covariances),
            torch.from_numpy(clusters.weights),
        )
    elif isinstance(prior, GaussianPrior):
        variances = np.diagonal(clusters.covariances, axis1=1, axis2=2)
        with torch.no_grad():
            prior.means.copy_(torch.from_numpy(clusters.means))
            prior.log_vars.copy_(torch.from_numpy(np.log(variances)))
    else:
        if cloud is None:
            raise ValueError("A VampPrior is initialised from clouds: give them as `cloud`.")
        _copy_clouds(prior, means, clusters, cloud, seed)


def find_clusters(
    means: Float[ndarray, "chairs latent"],
    log_vars: Float[ndarray, "chairs latent"],
    components: int,
    seed: int,
) -> Clusters:
    """Group the posteriors by k-means; the same seed gives the same groups, bit for bit.

    A group's covariance is that of its means plus the average posterior variance, drawn towards
    the covariance common to all groups as far as the group is small. Weights are counts with one
    more for each group, so that no weight is zero.
    """
    codes = np.asarray(means, dtype=np.float64)
    centres, labels = _k_means(codes, components, seed)
    latent = codes.shape[1]
    counts = np.bincount(labels, minlength=components)
    residuals = codes - centres[labels]
    posterior = np.exp(np.asarray(log_vars, dtype=np.float64)).mean(axis=0)
    floor = np.diag(np.maximum(posterior, _SMALLEST_VARIANCE))
    common = residuals.T @ residuals / len(codes)
    shrinkage = latent + 1.0
    covariances = np.empty((components, latent, latent))
    for component in range(components):
        own = residuals[labels == component]
        scatter = own.T @ own + shrinkage * common
        covariances[component] = scatter / (len(own) + shrinkage) + floor
    weights = (counts + 1.0) / (len(codes) + components)
    return Clusters(centres, covariances, weights)


def _k_means(
    codes: Float[ndarray, "chairs latent"], components: int, seed: int
) -> tuple[Float[ndarray, "components latent"], Int[ndarray, " chairs"]]:
    distinct = np.unique(codes, axis=0)
    if len(distinct) <= components:
        # Fewer chairs than components: the surplus starts beside chairs, not on top of them.
        generator = np.random.default_rng(seed)
        chosen = distinct[np.arange(components) % len(distinct)]
        spread = codes.std(axis=0).mean() + 0.1
        noise = generator.normal(size=chosen.shape) * spread * 0.1
        noise[: len(distinct)] = 0.0
        centres = chosen + noise
        distances = ((codes[:, None, :] - centres) ** 2).sum(axis=-1)
        return centres, distances.argmin(axis=1)
    from sklearn.cluster import KMeans  # here, for it takes a second that a window can do without

    # With several threads the sums of k-means come in any order, and the last bits with them.
    with single_threaded():
        fitted = KMeans(n_clusters=components, n_init=4, random_state=seed % 2**32).fit(codes)
    return fitted.cluster_centers_, fitted.labels_


def _copy_clouds(
    prior: VampPrior,
    means: Float[ndarray, "chairs latent"],
    clusters: Clusters,
    cloud: Callable[[int], Float[ndarray, "points 3"]],
    seed: int,
) -> None:
    generator = np.random.default_rng(seed)
    count = prior.pseudo_clouds.shape[1]
    parts = []
    for centre in clusters.means:
        points = cloud(int(((means - centre) ** 2).sum(axis=1).argmin()))
        chosen = generator.choice(len(points), size=count, replace=len(points) < count)
        parts.append(points[chosen])
    prior.set_pseudo_clouds(torch.from_numpy(np.stack(parts)), torch.from_numpy(clusters.weights))
