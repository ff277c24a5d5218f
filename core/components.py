"""The Gaussians of a prior as numbers to look at.

Axes: latent size d, components K.
"""

from dataclasses import dataclass

from jaxtyping import Float
from numpy import ndarray


@dataclass(frozen=True, eq=False)
class Components:
    """The Gaussians of a prior, float64: a prior of one Gaussian has K = 1."""

    means: Float[ndarray, "components latent"]
    covariances: Float[ndarray, "components latent latent"]
    weights: Float[ndarray, " components"]
