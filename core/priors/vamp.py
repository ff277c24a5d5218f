"""VampPrior: the mixture of the encoder's posteriors at learned pseudo-clouds."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.priors.base import LOG_VARIANCE_RANGE, Prior, scale_penalty
from core.priors.mixture import DiagonalMixture, Mixture

EncodePosterior = Callable[
    [Float[Tensor, "clouds points 3"]],
    tuple[Float[Tensor, "clouds latent"], Float[Tensor, "clouds latent"]],
]
"""Clouds to means and log variances of their posteriors, with nothing random in it."""

PSEUDO_CLOUD_POINTS = 256


class VampPrior(Prior):
    """p(z) = sum_k w_k q(z | pseudo-cloud k), Tomczak and Welling 2018, arXiv:1705.07120, eq. (9).

    `pseudo_clouds` (K, P, 3) are parameters in normalised units; they should start from training
    clouds (`initialise_components`). The weights, uniform in the paper, are learned here as for
    the other mixture. The encoder belongs to the model, which attaches it; here it is only called.
    """

    def __init__(self, components: int, latent: int, points: int = PSEUDO_CLOUD_POINTS) -> None:
        super().__init__(components=components, latent=latent)
        self.pseudo_clouds = nn.Parameter(torch.randn(components, points, 3) / 3.0)
        self.weight_logits = nn.Parameter(torch.zeros(components))
        # In a tuple, so that an encoder given as a module is not registered here as well.
        self._encode: tuple[EncodePosterior, ...] = ()

    def attach_encoder(self, encode: EncodePosterior) -> None:
        """Set what turns pseudo-clouds into posteriors; needed before any density."""
        self._encode = (encode,)

    def mixture(self) -> DiagonalMixture:
        if not self._encode:
            raise RuntimeError("A VampPrior needs an encoder: call attach_encoder first.")
        means, log_vars = self._encode[0](self.pseudo_clouds)
        log_weights = self.weight_logits.log_softmax(dim=0)
        return DiagonalMixture(log_weights, means, log_vars.clamp(*LOG_VARIANCE_RANGE))

    @property
    def means(self) -> Float[Tensor, "components latent"]:
        return self.mixture().means

    def penalty(self, mixture: Mixture) -> Float[Tensor, ""]:
        log_vars = mixture.covariances.diagonal(dim1=-2, dim2=-1).log()
        return scale_penalty(mixture.means, log_vars)

    def set_pseudo_clouds(
        self, clouds: Float[Tensor, "components points 3"], weights: Float[Tensor, " components"]
    ) -> None:
        """Start from these clouds, of as many points as the pseudo-clouds have."""
        with torch.no_grad():
            self.pseudo_clouds.copy_(clouds)
            self.weight_logits.copy_(weights.log())
