"""How much of the latent space a model uses: active axes, and components with chairs.

Axes: chairs n, latent size d, components K.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

ACTIVE_VARIANCE: Final = 0.01
"""A latent axis is active where the codes vary along it by more (Burda et al. 2016, section 3)."""


@dataclass(frozen=True)
class LatentUse:
    """What of the latent space tells chairs apart."""

    latent: int
    """d."""
    active_units: int
    """Axes along which the codes vary by more than 0.01, 0 to d."""
    component_usage: tuple[float, ...]
    """Average responsibility of each component, (K,); sums to 1."""
    usage_entropy: float
    """Of the average responsibilities, nats: 0 where one component has all chairs, ln K where all
    have as many."""

    @property
    def used_components(self) -> float:
        """exp(entropy): as many components, equally used, would have the same entropy."""
        return math.exp(self.usage_entropy)


def active_units(codes: Float[ndarray, "chairs latent"]) -> int:
    """Latent axes along which the posterior means vary by more than 0.01."""
    return int((codes.astype(np.float64).var(axis=0) > ACTIVE_VARIANCE).sum())


def measure_latent_use(
    codes: Float[ndarray, "chairs latent"],
    responsibilities: Float[ndarray, "chairs components"],
) -> LatentUse:
    """Judge by the posterior means of chairs and by the prior's responsibilities for them."""
    usage = responsibilities.astype(np.float64).mean(axis=0)
    positive = usage[usage > 0.0]
    return LatentUse(
        latent=codes.shape[1],
        active_units=active_units(codes),
        component_usage=tuple(float(share) for share in usage),
        # The absolute value of a sum that is never above zero; without it 0 could print as -0.
        usage_entropy=float(abs((positive * np.log(positive)).sum())),
    )
