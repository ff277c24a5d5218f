"""How usual a place of the latent space is, beside the places of the chairs."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

EDGE = 0.1  # share of the chairs: at a place that is denser than fewer, the model's knowledge ends
FAR_NATS = 0.5  # below the least usual chair; nearer than that it is the edge

_WHY = (
    "How likely the prior finds this place, beside the places of the library's chairs. Where it is "
    "thin the decoder was never trained, and what it makes there means little."
)


@dataclass(frozen=True)
class DensityWords:
    """What the meter says to a person."""

    place: str  # how usual the place is
    meaning: str  # what that means for the shape that is decoded there
    explanation: str  # at length
    is_far: bool = False


def density_words(denser_than: float | None, nats_below: float) -> DensityWords:
    """What a share of the chairs and a distance below all of them mean; empty for no place."""
    if denser_than is None:
        return DensityWords("", "", "")
    if nats_below >= FAR_NATS:
        unit = "nat" if round(nats_below) == 1 else "nats"
        return DensityWords(
            f"{nats_below:,.0f} {unit} below the least usual chair:",
            "the model is guessing here, no chair taught it.",
            f"The prior finds this place {_times(nats_below)} less likely than that of the least "
            f"usual chair. {_WHY}",
            is_far=True,
        )
    if denser_than < EDGE:
        return DensityWords(
            "At the edge of what the model has seen:",
            f"only {denser_than:.0%} of the chairs lie where it is thinner."
            if denser_than > 0
            else "no chair lies where it is thinner.",
            _WHY,
        )
    return DensityWords(
        "A usual place:", f"denser than that of {denser_than:.0%} of the chairs.", _WHY
    )


def _times(nats: float) -> str:
    """e to that power, in a form that can be read."""
    if nats > 20:
        return f"10^{nats / np.log(10):.0f} times"
    times = float(f"{np.exp(nats):.2g}")
    return f"{times:,.1f} times" if times < 10 else f"{times:,.0f} times"


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
