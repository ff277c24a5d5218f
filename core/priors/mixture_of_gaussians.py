"""Mixture of Gaussians with trainable means, covariances and weights."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.priors.base import LOG_VARIANCE_RANGE, Prior, scale_penalty
from core.priors.mixture import DiagonalMixture, FullMixture, Mixture


class MixtureOfGaussiansPrior(Prior):
    """p(z) = sum_k w_k N(z; mean_k, covariance_k), w = softmax(weight_logits).

    The mixture baseline in Tomczak and Welling, "VAE with a VampPrior" (AISTATS 2018,
    arXiv:1705.07120), section 4. With `full_covariance` the covariance of a component is L L^T,
    L lower triangular with exp(log_vars / 2) on its diagonal and `lower` below it; without, it is
    diag(exp(log_vars)).
    """

    def __init__(self, components: int, latent: int, full_covariance: bool = False) -> None:
        super().__init__(components=components, latent=latent)
        self.full_covariance = full_covariance
        # Apart from the start, else every component would get the same gradient for ever.
        self.means = nn.Parameter(torch.randn(components, latent))
        self.log_vars = nn.Parameter(torch.zeros(components, latent))
        self.weight_logits = nn.Parameter(torch.zeros(components))
        if full_covariance:
            self.lower = nn.Parameter(torch.zeros(components, latent, latent))

    def mixture(self) -> Mixture:
        log_weights = self.weight_logits.log_softmax(dim=0)
        # The clamp stops the gradient of a log variance outside; `penalty` sees the
        # unclamped value and brings it back.
        log_vars = self.log_vars.clamp(*LOG_VARIANCE_RANGE)
        if not self.full_covariance:
            return DiagonalMixture(log_weights, self.means, log_vars)
        diagonal = torch.diag_embed((0.5 * log_vars).exp())
        return FullMixture(log_weights, self.means, diagonal + self.lower.tril(diagonal=-1))

    def penalty(self, mixture: Mixture) -> Float[Tensor, ""]:
        penalty = scale_penalty(self.means, self.log_vars)
        if self.full_covariance:
            penalty = penalty + 0.5 * (self.lower.tril(diagonal=-1) ** 2).sum() / self.components
        return penalty

    def set_components(
        self,
        means: Float[Tensor, "components latent"],
        covariances: Float[Tensor, "components latent latent"],
        weights: Float[Tensor, " components"],
    ) -> None:
        """Put the components somewhere; of a diagonal prior only the variances are taken."""
        with torch.no_grad():
            self.means.copy_(means)
            self.weight_logits.copy_(weights.log())
            if self.full_covariance:
                factor = torch.linalg.cholesky(covariances)
                self.log_vars.copy_(2.0 * factor.diagonal(dim1=-2, dim2=-1).log())
                self.lower.copy_(factor.tril(diagonal=-1))
            else:
                self.log_vars.copy_(covariances.diagonal(dim1=-2, dim2=-1).log())
