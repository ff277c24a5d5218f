"""The density along a way of a walk, for whoever fills a profile without drawing it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class WayProfile:
    """The log density along one way."""

    way: str  # "straight" or "along"
    shares: Float[np.ndarray, " n"]  # of the way, 0 to 1
    log_density: Float[np.ndarray, " n"]  # nats
