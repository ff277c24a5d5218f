"""Priors of one Gaussian: fixed at N(0, I), or learned."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.priors.base import LOG_VARIANCE_RANGE, Prior, scale_penalty
from core.priors.mixture import DiagonalMixture, Mixture


class StandardNormalPrior(Prior):
    """N(0, I): the prior of the plain VAE (Kingma and Welling 2014, arXiv:1312.6114)."""

    _zeros: Tensor

    def __init__(self, latent: int) -> None:
        super().__init__(components=1, latent=latent)
        # Follows the module between devices; not saved, for it carries nothing.
        self.register_buffer("_zeros", torch.zeros(1, latent), persistent=False)

    def mixture(self) -> DiagonalMixture:
        return DiagonalMixture(self._zeros[:, 0], self._zeros, self._zeros)

    @property
    def means(self) -> Float[Tensor, "1 latent"]:
        return self._zeros


class GaussianPrior(Prior):
    """N(mean, diag(exp(log_var))) with both learned: the control for every mixture.

    KL(q || p) is unchanged when q and p move together by an affine map, so this prior is the
    standard normal in other coordinates. A gain that it shows too is not the mixture's.
    """

    def __init__(self, latent: int) -> None:
        super().__init__(components=1, latent=latent)
        self.means = nn.Parameter(torch.zeros(1, latent))
        self.log_vars = nn.Parameter(torch.zeros(1, latent))

    def mixture(self) -> DiagonalMixture:
        log_weights = torch.zeros(1, dtype=self.means.dtype, device=self.means.device)
        return DiagonalMixture(log_weights, self.means, self.log_vars.clamp(*LOG_VARIANCE_RANGE))

    def penalty(self, mixture: Mixture) -> Float[Tensor, ""]:
        return scale_penalty(self.means, self.log_vars)
