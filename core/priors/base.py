"""What all priors share: they learn something and describe it as a `Mixture`."""

from abc import ABC, abstractmethod

import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.priors.mixture import Mixture

LOG_VARIANCE_RANGE = (-8.0, 6.0)
"""Log variances of components are kept in this range, nats; it only guards the arithmetic."""

_USUAL_MEAN = 3.0
_USUAL_LOG_VARIANCE = 1.5


class Prior(nn.Module, ABC):
    """A trainable density over codes.

    `mixture()` costs one evaluation of the parameters (of the encoder, for a VampPrior); who needs
    several quantities of one state asks for it once.
    """

    def __init__(self, components: int, latent: int) -> None:
        super().__init__()
        if components < 1 or latent < 1:
            raise ValueError(
                f"A prior needs at least one component and one latent axis, "
                f"not {components} and {latent}."
            )
        self.components = components
        self.latent = latent

    @abstractmethod
    def mixture(self) -> Mixture:
        """The density as it is now, differentiable in the prior's parameters."""

    def penalty(self, mixture: Mixture) -> Float[Tensor, ""]:
        """Weak hyper-prior against runaway scale, in nats; zero for what cannot run away.

        KL(q || p) does not change when q and p are moved by one affine map, so nothing else
        holds the scale of a learned prior in place. `mixture` is what `mixture()` gave at the
        same parameters, so that it need not be made twice.
        """
        return torch.zeros((), device=mixture.means.device)

    def log_prob(self, codes: Float[Tensor, "batch latent"]) -> Float[Tensor, " batch"]:
        return self.mixture().log_prob(codes)

    def component_log_prob(
        self, codes: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, "batch components"]:
        """log N(z; component k), without the components' weights."""
        return self.mixture().component_log_prob(codes)

    def responsibilities(
        self, codes: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, "batch components"]:
        """Probability that each component made each code."""
        return self.mixture().responsibilities(codes)

    def sample(
        self, count: int, generator: torch.Generator | None = None
    ) -> Float[Tensor, "count latent"]:
        with torch.no_grad():
            return self.mixture().sample(count, generator)

    def sample_component(
        self, component: int, count: int, generator: torch.Generator | None = None
    ) -> Float[Tensor, "count latent"]:
        """Draw codes from one component, 0 to K - 1."""
        with torch.no_grad():
            return self.mixture().sample_component(component, count, generator)

    @property
    def weights(self) -> Float[Tensor, " components"]:
        return self.mixture().log_weights.exp()

    @property
    def covariances(self) -> Float[Tensor, "components latent latent"]:
        return self.mixture().covariances


def scale_penalty(
    means: Float[Tensor, "components latent"], log_vars: Float[Tensor, "components latent"]
) -> Float[Tensor, ""]:
    """-log of N(mean; 0, 3^2) N(log variance; 0, 1.5^2), averaged over components.

    Up to a constant. Wide enough to be nothing for components where codes usually lie.
    """
    terms = (means / _USUAL_MEAN) ** 2 + (log_vars / _USUAL_LOG_VARIANCE) ** 2
    return 0.5 * terms.sum(dim=-1).mean()
