"""Priors away from the values where mistakes cancel: log variances off 0, weights unequal."""

from collections.abc import Callable

import pytest
import torch

from core.priors import (
    GaussianPrior,
    MixtureOfGaussiansPrior,
    Prior,
    StandardNormalPrior,
    VampPrior,
)


def _gaussian() -> GaussianPrior:
    prior = GaussianPrior(2)
    with torch.no_grad():
        prior.means.copy_(torch.tensor([[0.7, -1.2]]))
        prior.log_vars.copy_(torch.tensor([[1.0, -0.8]]))
    return prior


def _mixture(full_covariance: bool) -> MixtureOfGaussiansPrior:
    prior = MixtureOfGaussiansPrior(3, 2, full_covariance)
    with torch.no_grad():
        prior.means.copy_(torch.tensor([[0.0, 0.0], [1.5, -1.0], [-1.0, 2.0]]))
        prior.log_vars.copy_(torch.tensor([[1.0, -1.0], [-0.5, 0.3], [0.2, -1.4]]))
        prior.weight_logits.copy_(torch.tensor([0.3, -0.6, 1.1]))
        if full_covariance:
            prior.lower[:, 1, 0] = torch.tensor([0.5, -0.8, 0.3])
    return prior


def _vamp() -> VampPrior:
    prior = VampPrior(3, 2, points=16)
    weight = torch.tensor([[0.5, -0.3], [0.2, 0.9], [-0.4, 0.1]], dtype=torch.float64)

    def encode(clouds: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        centres = clouds.mean(dim=1)
        return 3.0 * centres @ weight, clouds.var(dim=1) @ weight - 1.0

    prior.attach_encoder(encode)
    with torch.no_grad():
        prior.pseudo_clouds.copy_(torch.randn(3, 16, 3, generator=torch.Generator().manual_seed(3)))
        prior.weight_logits.copy_(torch.tensor([0.3, -0.6, 1.1]))
    return prior


PRIORS: dict[str, Callable[[], Prior]] = {
    "standard": lambda: StandardNormalPrior(2),
    "gaussian": _gaussian,
    "mixture": lambda: _mixture(full_covariance=False),
    "full mixture": lambda: _mixture(full_covariance=True),
    "vamp": _vamp,
}


@pytest.fixture(params=list(PRIORS))
def prior(request: pytest.FixtureRequest) -> Prior:
    """One of the five priors in two dimensions, in double precision."""
    return PRIORS[request.param]().double()
