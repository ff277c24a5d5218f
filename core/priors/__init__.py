"""Priors over codes: what the latent space is expected to look like.

Axes: batch B, latent size d, components K, samples S. Every prior here is a Gaussian mixture in
the end (K = 1 for the standard normal and the learned Gaussian), so all share one density,
`Mixture`, and differ only in what they learn:

- `StandardNormalPrior`: N(0, I), nothing to learn.
- `GaussianPrior`: one Gaussian with a learned mean and variances; the control for mixtures.
- `MixtureOfGaussiansPrior`: K Gaussians, diagonal or full covariance, learned weights.
- `VampPrior`: the mixture of the encoder's posteriors at K learned pseudo-clouds.

One contract: `log_prob (B, d) -> (B,)`, `sample(count, generator)`, `responsibilities`,
`component_log_prob`, `sample_component`, `means`, `covariances`, `weights`.
"""

from core.model_choices import MAXIMUM_COMPONENTS
from core.priors.base import Prior
from core.priors.fitted import fit_mixture
from core.priors.gaussian import GaussianPrior, StandardNormalPrior
from core.priors.initialise import initialise_components
from core.priors.mixture import DiagonalMixture, FullMixture, Mixture
from core.priors.mixture_of_gaussians import MixtureOfGaussiansPrior
from core.priors.vamp import VampPrior

__all__ = [
    "MAXIMUM_COMPONENTS",
    "DiagonalMixture",
    "FullMixture",
    "GaussianPrior",
    "Mixture",
    "MixtureOfGaussiansPrior",
    "Prior",
    "StandardNormalPrior",
    "VampPrior",
    "fit_mixture",
    "initialise_components",
]
