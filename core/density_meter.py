"""How usual a place of the latent space is, beside the places of the chairs."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

FAR, EDGE = 0.0, 0.1  # shares of chairs; up to the first a place is far, below the second the edge


@dataclass(frozen=True, eq=False)
class DensityMeter:
    """Compares the prior's density at a place with that at the codes of the chairs."""

    log_densities: Float[np.ndarray, " chairs"]  # log p(z) at the codes, nats, ascending

    @classmethod
    def of(cls, log_densities: Float[np.ndarray, " chairs"]) -> "DensityMeter":
        """A meter for these chairs."""
        return cls(np.sort(log_densities))

    def denser_than(self, log_density: float) -> float | None:
        """The share of the chairs that lie where the prior is thinner; None without chairs."""
        if not len(self.log_densities):
            return None
        return float(np.searchsorted(self.log_densities, log_density)) / len(self.log_densities)

    def nats_below(self, log_density: float) -> float:
        """How far the place is below the least usual chair, nats; 0 where it is not."""
        if not len(self.log_densities):
            return 0.0
        return max(0.0, float(self.log_densities[0]) - log_density)
