"""A mixture fitted after training to the codes of a model: no mixture in the training at all."""

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from core.priors.mixture_of_gaussians import MixtureOfGaussiansPrior
from core.threads import single_threaded

_DRAWS_PER_CHAIR = 4


def fit_mixture(
    means: Float[ndarray, "chairs latent"],
    log_vars: Float[ndarray, "chairs latent"],
    components: int,
    *,
    full_covariance: bool = True,
    seed: int = 0,
) -> MixtureOfGaussiansPrior:
    """Fit a mixture to the aggregate posterior of encoded chairs, by expectation maximisation.

    The baseline of Achlioptas et al. 2018 (arXiv:1707.02392), section 3.3, for a model with a
    posterior: the fit is to draws from the chairs' posteriors, not to their means alone. Needs at
    least as many chairs as components (ValueError).
    """
    chairs, latent = means.shape
    if chairs < components:
        raise ValueError(
            f"A mixture of {components} components needs at least as many chairs; "
            f"there are {chairs}. Choose fewer components or add chairs."
        )
    from sklearn.mixture import GaussianMixture  # here, for it takes a second to import

    generator = np.random.default_rng(seed)
    noise = generator.normal(size=(_DRAWS_PER_CHAIR, chairs, latent))
    draws = (means + noise * np.exp(0.5 * log_vars)).reshape(-1, latent)
    model = GaussianMixture(
        n_components=components,
        covariance_type="full" if full_covariance else "diag",
        reg_covar=1e-4,
        max_iter=1000,
        n_init=3,
        random_state=seed % 2**32,
    )
    with single_threaded():  # reproducible sums
        model.fit(draws.astype(np.float64))
    prior = MixtureOfGaussiansPrior(components, latent, full_covariance)
    covariances = torch.from_numpy(model.covariances_)
    prior.set_components(
        torch.from_numpy(model.means_),
        covariances if full_covariance else torch.diag_embed(covariances),
        torch.from_numpy(model.weights_),
    )
    return prior
