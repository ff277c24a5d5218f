"""Walking towards a component of the mixture along its density.

Axes: codes n, components K, latent size d. Logarithms are natural.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.components import Components

CERTAIN = 0.999  # of a responsibility: more is no more certain to a person
STEPS = 100
_TURNS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)  # how much of the gradient joins the way to the mean
_HALVINGS = 5


@dataclass(frozen=True, eq=False)
class Gaussians:
    """A mixture ready to be evaluated many times."""

    means: Float[np.ndarray, "components latent"]
    covariances: Float[np.ndarray, "components latent latent"]
    whitening: Float[np.ndarray, "components latent latent"]  # inverse Cholesky factors
    log_scales: Float[np.ndarray, " components"]  # log(w_k) - log det(L_k) - d/2 log(2 pi)

    @classmethod
    def of(cls, components: Components) -> "Gaussians":
        """Prepare the components of a model."""
        latent = components.means.shape[1]
        factors = np.linalg.cholesky(components.covariances)
        log_determinants = np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(axis=1)
        log_weights = np.log(np.maximum(components.weights, 1e-300))
        return cls(
            components.means,
            components.covariances,
            np.linalg.inv(factors),
            log_weights - log_determinants - 0.5 * latent * np.log(2 * np.pi),
        )

    def log_joint(self, codes: Float[np.ndarray, "n latent"]) -> Float[np.ndarray, "n components"]:
        """log(w_k N(z; component k))."""
        white = np.einsum("kij,nkj->nki", self.whitening, codes[:, None] - self.means)
        return np.asarray(self.log_scales - 0.5 * (white**2).sum(axis=2))

    def responsibility(
        self, codes: Float[np.ndarray, "n latent"], component: int
    ) -> Float[np.ndarray, " n"]:
        """Probability that the component made each code."""
        joint = self.log_joint(codes)
        return np.asarray(np.exp(joint[:, component] - np.logaddexp.reduce(joint, axis=1)))

    def gradient(self, code: Float[np.ndarray, " latent"], component: int) -> np.ndarray:
        """Gradient of log r_k at a code: that of log N_k less that of log p.

        grad log N_j = -S_j^-1 (z - m_j), and grad log p = sum_j r_j grad log N_j.
        """
        joint = self.log_joint(code[None])[0]
        shares = np.exp(joint - np.logaddexp.reduce(joint))
        white = np.einsum("kij,kj->ki", self.whitening, code - self.means)
        pulls = -np.einsum("kji,kj->ki", self.whitening, white)
        return np.asarray(pulls[component] - shares @ pulls)


def most_responsible(
    components: Components | None, code: Float[np.ndarray, " latent"]
) -> int | None:
    """The component that most probably made a code, 0 to K - 1; None where there is no mixture."""
    if components is None or len(components.weights) < 2:
        return None
    return int(Gaussians.of(components).log_joint(np.asarray(code)[None])[0].argmax())


def way_to_component(
    start: tuple[float, ...], components: Components, component: int, steps: int = STEPS
) -> Float[np.ndarray, "steps+1 latent"]:
    """Codes from `start` towards the mean of a component, `steps` + 1 of them at most.

    The straight way to the mean climbs the component's own density, S_k grad log N_k = m_k - z,
    but another component that lies across it would take over meanwhile. Where the straight step
    lowers the responsibility r_k, as much of S_k grad log r_k is added as turns the step uphill.
    So r_k never falls along the way until it is above `CERTAIN`, and stays above it from there.
    The way ends at the mean, or where no step leads on: at a place that the component itself
    leaves to another, as the mean of a wide component with a narrow one inside.
    """
    mixture = Gaussians.of(components)
    code = np.asarray(start, dtype=np.float64)
    target, spread = mixture.means[component], mixture.covariances[component]
    way = [code]
    step = float(np.linalg.norm(target - code)) / steps
    if step == 0.0:
        return np.repeat(code[None], steps + 1, axis=0)
    held = float(mixture.responsibility(code[None], component)[0])
    while len(way) <= 2 * steps and np.linalg.norm(target - code) > 1.001 * step:
        ahead = (target - code) / np.linalg.norm(target - code)
        uphill = spread @ mixture.gradient(code, component)
        uphill /= max(float(np.linalg.norm(uphill)), 1e-300)
        following = _following(mixture, component, code, ahead, uphill, step, held)
        if following is None:
            break
        code, held = following
        way.append(code)
    if np.linalg.norm(target - code) <= 1.001 * step and (
        mixture.responsibility(target[None], component)[0] >= min(held, CERTAIN)
    ):
        way.append(target)
    places = np.round(np.linspace(0, len(way) - 1, steps + 1)).astype(int)
    return np.asarray(np.array(way)[places])


def _following(
    mixture: Gaussians,
    component: int,
    code: np.ndarray,
    ahead: np.ndarray,
    uphill: np.ndarray,
    step: float,
    held: float,
) -> tuple[np.ndarray, float] | None:
    """The next place and its responsibility: the straightest step on which it does not fall."""
    directions = np.array([ahead + turn * uphill for turn in _TURNS] + [uphill])
    directions /= np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-12)
    for halving in range(_HALVINGS):
        places = code + step / 2**halving * directions
        shares = mixture.responsibility(places, component)
        rising = np.flatnonzero(shares >= min(held, CERTAIN))
        if len(rising):
            return places[rising[0]], float(shares[rising[0]])
    return None
