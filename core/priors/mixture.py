"""The density of a Gaussian mixture as tensors: what every prior is for the moment of one step.

Axes: any leading axes "..." of codes, latent size d, components K. All logarithms are natural, so
that densities and divergences are in nats. Each density sums over the latent axes first and mixes
afterwards: mixing each axis by itself would give a product of 1-D mixtures, another density and
not what `sample` draws from.
"""

import math
from abc import ABC, abstractmethod

import torch
from jaxtyping import Float, Int
from torch import Tensor

LN_2PI = math.log(2.0 * math.pi)


class Mixture(ABC):
    """sum_k w_k N(z; mean_k, covariance_k), differentiable in all its tensors.

    `log_weights` (K,) sum to one after `exp`; `means` (K, d).
    """

    def __init__(
        self, log_weights: Float[Tensor, " components"], means: Float[Tensor, "components latent"]
    ) -> None:
        self.log_weights = log_weights
        self.means = means

    @property
    def components(self) -> int:
        return self.means.shape[0]

    @property
    def latent(self) -> int:
        return self.means.shape[1]

    @property
    @abstractmethod
    def covariances(self) -> Float[Tensor, "components latent latent"]:
        """Covariance matrix of each component."""

    @abstractmethod
    def component_log_prob(
        self, codes: Float[Tensor, "... latent"]
    ) -> Float[Tensor, "... components"]:
        """log N(z; mean_k, covariance_k), without the components' weights."""

    @abstractmethod
    def component_kl(
        self, mean: Float[Tensor, "batch latent"], log_var: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, "batch components"]:
        """KL(N(mean, diag(exp(log_var))) || component k) in closed form."""

    @abstractmethod
    def component_overlap(
        self, mean: Float[Tensor, "batch latent"], log_var: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, "batch components"]:
        """log of the integral of N(z; mean, diag(exp(log_var))) N(z; mean_k, covariance_k) over z.

        The product of two Gaussians integrates to N(mean; mean_k, their covariances' sum).
        """

    @abstractmethod
    def component_kl_to_standard(self) -> Float[Tensor, " components"]:
        """KL(component k || N(0, I))."""

    @abstractmethod
    def place(
        self, component: Int[Tensor, " count"], noise: Float[Tensor, "count latent"]
    ) -> Float[Tensor, "count latent"]:
        """Turn standard normal noise into draws from the given component of each row."""

    def joint_log_prob(self, codes: Float[Tensor, "... latent"]) -> Float[Tensor, "... components"]:
        """log(w_k N(z; component k))."""
        return self.component_log_prob(codes) + self.log_weights

    def log_prob(self, codes: Float[Tensor, "... latent"]) -> Float[Tensor, "..."]:
        """log of the mixture's density at each code."""
        return torch.logsumexp(self.joint_log_prob(codes), dim=-1)

    def responsibilities(
        self, codes: Float[Tensor, "... latent"]
    ) -> Float[Tensor, "... components"]:
        """Probability that each component made each code; sums to one over the components."""
        return torch.softmax(self.joint_log_prob(codes), dim=-1)

    def sample(
        self, count: int, generator: torch.Generator | None = None
    ) -> Float[Tensor, "count latent"]:
        """Draw codes: a component by its weight, then a point of it. Without gradient.

        Drawn on the CPU, so that a seed gives the same codes whatever the device.
        """
        with torch.no_grad():
            weights = self.log_weights.exp().cpu()
            component = torch.multinomial(weights, count, replacement=True, generator=generator)
            noise = torch.randn(count, self.latent, generator=generator)
            return self._placed(component, noise)

    def sample_component(
        self, component: int, count: int, generator: torch.Generator | None = None
    ) -> Float[Tensor, "count latent"]:
        """Draw codes from one component, 0 to K - 1. Without gradient."""
        if not 0 <= component < self.components:
            raise ValueError(
                f"There is no component {component}; this prior has components 0 to "
                f"{self.components - 1}."
            )
        with torch.no_grad():
            noise = torch.randn(count, self.latent, generator=generator)
            return self._placed(torch.full((count,), component), noise)

    def _placed(self, component: Tensor, noise: Tensor) -> Tensor:
        device, dtype = self.means.device, self.means.dtype
        return self.place(component.to(device), noise.to(device=device, dtype=dtype))


class DiagonalMixture(Mixture):
    """Components with independent axes; `log_vars` (K, d) are log variances."""

    def __init__(
        self,
        log_weights: Float[Tensor, " components"],
        means: Float[Tensor, "components latent"],
        log_vars: Float[Tensor, "components latent"],
    ) -> None:
        super().__init__(log_weights, means)
        self.log_vars = log_vars

    @property
    def covariances(self) -> Float[Tensor, "components latent latent"]:
        return torch.diag_embed(self.log_vars.exp())

    def component_log_prob(
        self, codes: Float[Tensor, "... latent"]
    ) -> Float[Tensor, "... components"]:
        squared_error = (codes[..., None, :] - self.means) ** 2  # (..., components, latent)
        log_normal = -0.5 * (LN_2PI + self.log_vars + squared_error * (-self.log_vars).exp())
        return log_normal.sum(dim=-1)

    def component_kl(
        self, mean: Float[Tensor, "batch latent"], log_var: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, "batch components"]:
        return self.component_kl_per_axis(mean, log_var).sum(dim=-1)

    def component_kl_per_axis(
        self, mean: Float[Tensor, "batch latent"], log_var: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, "batch components latent"]:
        """The terms of `component_kl`, one for each latent axis."""
        difference = log_var[:, None, :] - self.log_vars  # (batch, components, latent)
        squared_error = (mean[:, None, :] - self.means) ** 2
        scaled_error = squared_error * (-self.log_vars).exp()
        return 0.5 * (difference.exp() + scaled_error - 1.0 - difference)

    def component_overlap(
        self, mean: Float[Tensor, "batch latent"], log_var: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, "batch components"]:
        variance = log_var.exp()[:, None, :] + self.log_vars.exp()  # (batch, components, latent)
        squared_error = (mean[:, None, :] - self.means) ** 2
        return -0.5 * (LN_2PI + variance.log() + squared_error / variance).sum(dim=-1)

    def component_kl_to_standard(self) -> Float[Tensor, " components"]:
        terms = self.means**2 + self.log_vars.exp() - self.log_vars - 1.0
        return 0.5 * terms.sum(dim=-1)

    def place(
        self, component: Int[Tensor, " count"], noise: Float[Tensor, "count latent"]
    ) -> Float[Tensor, "count latent"]:
        return self.means[component] + noise * (0.5 * self.log_vars[component]).exp()


class FullMixture(Mixture):
    """Components with any covariance, given by Cholesky factors.

    `cholesky` (K, d, d) is lower triangular with a positive diagonal; covariance = L L^T.
    """

    def __init__(
        self,
        log_weights: Float[Tensor, " components"],
        means: Float[Tensor, "components latent"],
        cholesky: Float[Tensor, "components latent latent"],
    ) -> None:
        super().__init__(log_weights, means)
        self.cholesky = cholesky
        identity = torch.eye(self.latent, dtype=means.dtype, device=means.device)
        self._whitening = torch.linalg.solve_triangular(
            cholesky, identity.expand_as(cholesky), upper=False
        )  # L^-1, (components, latent, latent)

    @property
    def covariances(self) -> Float[Tensor, "components latent latent"]:
        return self.cholesky @ self.cholesky.mT

    def component_log_prob(
        self, codes: Float[Tensor, "... latent"]
    ) -> Float[Tensor, "... components"]:
        constant: Tensor = self.latent * LN_2PI + self._log_determinants
        return -0.5 * (constant + self._squared_distances(codes))

    def component_kl(
        self, mean: Float[Tensor, "batch latent"], log_var: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, "batch components"]:
        precisions = self._whitening.square().sum(dim=-2)  # diagonal of covariance^-1, (K, latent)
        trace: Tensor = log_var.exp() @ precisions.mT  # (batch, components)
        determinants: Tensor = self._log_determinants - log_var.sum(dim=-1, keepdim=True)
        return 0.5 * (trace + self._squared_distances(mean) - self.latent + determinants)

    def component_overlap(
        self, mean: Float[Tensor, "batch latent"], log_var: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, "batch components"]:
        total = self.covariances + torch.diag_embed(log_var.exp())[:, None]  # (batch, K, d, d)
        factor = torch.linalg.cholesky(total)
        difference = (mean[:, None, :] - self.means)[..., None]  # (batch, components, latent, 1)
        whitened: Tensor = torch.linalg.solve_triangular(factor, difference, upper=False)[..., 0]
        determinants: Tensor = 2.0 * factor.diagonal(dim1=-2, dim2=-1).log().sum(dim=-1)
        return -0.5 * (self.latent * LN_2PI + determinants + whitened.square().sum(dim=-1))

    def component_kl_to_standard(self) -> Float[Tensor, " components"]:
        trace: Tensor = self.cholesky.square().sum(dim=(-2, -1))
        squared_mean = self.means.square().sum(dim=-1)
        return 0.5 * (trace + squared_mean - self.latent - self._log_determinants)

    def place(
        self, component: Int[Tensor, " count"], noise: Float[Tensor, "count latent"]
    ) -> Float[Tensor, "count latent"]:
        return self.means[component] + (self.cholesky[component] @ noise[..., None])[..., 0]

    @property
    def _log_determinants(self) -> Float[Tensor, " components"]:
        diagonal: Tensor = self.cholesky.diagonal(dim1=-2, dim2=-1)
        return 2.0 * diagonal.log().sum(dim=-1)

    def _squared_distances(
        self, codes: Float[Tensor, "... latent"]
    ) -> Float[Tensor, "... components"]:
        """Squared Mahalanobis distance of each code to each component."""
        difference = codes[..., None, :] - self.means  # (..., components, latent)
        whitened: Tensor = (self._whitening @ difference[..., None])[..., 0]
        return whitened.square().sum(dim=-1)
