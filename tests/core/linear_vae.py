"""The smallest VAE there is, on chairs in correspondence: it trains in a fraction of a second.

Axes: chairs n, points N, latent size d. Without layers between, its best solution is known in
closed form: probabilistic principal components (Tipping and Bishop 1999; Lucas et al., "Don't
Blame the ELBO!", NeurIPS 2019, for the collapse).
"""

from collections.abc import Callable

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from torch import Tensor, nn

from core import kl
from core.losses import mse
from core.made_chairs import draw_made_chairs, made_clouds
from core.priors import StandardNormalPrior

LATENT = 2
POINTS = 64

Objective = Callable[[Tensor, Tensor], Tensor]
"""Squared errors (n,) and KLs (n,) of a batch to the number that is minimised."""


def corresponding_chairs(count: int = 60) -> Tensor:
    """Made chairs, (n, N, 3), point i of each being the partner of point i of the first."""
    clouds = [made.points for made in made_clouds(draw_made_chairs(count, seed=1), POINTS)]
    template = clouds[0]
    return torch.stack(
        [
            torch.from_numpy(np.ascontiguousarray(cloud[order]))
            for cloud in clouds
            for _, order in [linear_sum_assignment(cdist(template, cloud, "sqeuclidean"))]
        ]
    )


class LinearVae(nn.Module):
    """Encoder and decoder are one linear layer each; the prior is N(0, I)."""

    def __init__(self, chairs: Tensor) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.encoder = nn.Linear(chairs[0].numel(), LATENT)
        self.log_var = nn.Parameter(torch.zeros(LATENT))
        self.decoder = nn.Linear(LATENT, chairs[0].numel())
        self.prior = StandardNormalPrior(LATENT)
        nn.init.zeros_(self.decoder.bias)
        self._mean_chair = chairs.mean(dim=0)

    def encode(self, chairs: Tensor) -> tuple[Tensor, Tensor]:
        mean = self.encoder((chairs - self._mean_chair).flatten(1))
        return mean, self.log_var.expand_as(mean)

    def decode(self, codes: Tensor) -> Tensor:
        moved: Tensor = self.decoder(codes)
        return self._mean_chair + moved.view(len(codes), -1, 3)

    def terms(self, chairs: Tensor) -> tuple[Tensor, Tensor]:
        """Squared errors and KLs, each (n,)."""
        mean, log_var = self.encode(chairs)
        codes = mean + (0.5 * log_var).exp() * torch.randn_like(mean)
        return mse(self.decode(codes), chairs), kl.analytic(mean, log_var, self.prior)


def train_linear_vae(chairs: Tensor, objective: Objective, steps: int = 500) -> LinearVae:
    """Minimise the objective over all chairs at once."""
    with torch.random.fork_rng():
        vae = LinearVae(chairs)
        adam = torch.optim.Adam(vae.parameters(), lr=0.02)
        for _ in range(steps):
            adam.zero_grad()
            torch.autograd.backward(objective(*vae.terms(chairs)))
            adam.step()
    return vae.requires_grad_(False)


def principal_variances(chairs: Tensor) -> Tensor:
    """Eigenvalues of the chairs' covariance over all coordinates, the largest first."""
    centred = (chairs - chairs.mean(dim=0)).flatten(1).double()
    singular: Tensor = torch.linalg.svdvals(centred)
    return singular.square() / len(chairs)
