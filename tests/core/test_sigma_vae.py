"""The learned scale of the likelihood, against the Gaussian density and against a fixed scale."""

from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar
from torch.distributions import Normal

from core import kl
from core.library import Library
from core.losses import mse
from core.made_chairs import add_made_chairs
from core.metrics.latent_use import active_units
from core.sigma_vae import (
    equivalent_beta,
    negative_log_likelihood,
    optimal_sigma,
    sigma_of_beta,
)
from core.training.presets import recommended
from core.training.reports import EpochReport
from core.training.run import Run
from tests.core.linear_vae import (
    LATENT,
    Objective,
    corresponding_chairs,
    principal_variances,
    train_linear_vae,
)
from tests.core.training.small_runs import train_all

DOUBLE = torch.float64
POINTS = 20


def clouds(seed: int, spread: float = 1.0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return spread * torch.randn(6, POINTS, 3, generator=generator, dtype=DOUBLE)


TARGET, DECODED = clouds(0), clouds(0) + clouds(1, 0.3)


def gaussian(sigma: float | torch.Tensor) -> torch.Tensor:
    """-log N(target; decoded, sigma² I), averaged over the chairs."""
    density: torch.Tensor = Normal(DECODED, sigma).log_prob(TARGET)  # type: ignore[no-untyped-call]
    return -density.sum(dim=(1, 2)).mean()


def test_that_no_sigma_makes_the_batch_likelier_than_the_optimal_one() -> None:
    best = minimize_scalar(lambda sigma: float(gaussian(sigma)), bounds=(0.01, 3), method="bounded")
    assert float(optimal_sigma(mse(DECODED, TARGET))) == pytest.approx(best.x, rel=1e-4)


def test_that_a_fixed_weight_is_a_gaussian_density_at_the_sigma_it_stands_for() -> None:
    beta = 0.01
    sigma = sigma_of_beta(beta, POINTS)
    factor = POINTS / (2 * sigma**2)
    # What two reconstructions differ by in the loss is what they differ by in nats.
    near, far = TARGET + 0.1, DECODED
    loss = (mse(far, TARGET) - mse(near, TARGET)).mean()
    nats = [-Normal(each, sigma).log_prob(TARGET).sum(dim=(1, 2)) for each in (far, near)]  # type: ignore[no-untyped-call]
    torch.testing.assert_close((nats[0] - nats[1]).mean(), factor * loss)
    assert factor * beta == pytest.approx(1.0)  # and the KL has its full weight beside them


def test_that_the_sigma_of_the_equivalent_beta_is_the_optimal_one() -> None:
    errors = mse(DECODED, TARGET)
    beta = float(equivalent_beta(errors, POINTS))
    assert sigma_of_beta(beta, POINTS) == pytest.approx(float(optimal_sigma(errors)))


def test_that_the_objective_is_the_gaussian_density_at_the_optimal_sigma() -> None:
    errors = mse(DECODED, TARGET)
    torch.testing.assert_close(
        negative_log_likelihood(errors, POINTS), gaussian(optimal_sigma(errors))
    )


def test_that_the_gradient_is_that_of_the_density_with_sigma_held_at_its_optimum() -> None:
    decoded = DECODED.clone().requires_grad_()
    errors = mse(decoded, TARGET)
    got = torch.autograd.grad(negative_log_likelihood(errors, POINTS), decoded)[0]
    sigma = optimal_sigma(errors).detach()
    torch.testing.assert_close(got, (decoded - TARGET).detach() / sigma**2 / len(TARGET))
    assert torch.autograd.gradcheck(
        lambda decoded: negative_log_likelihood(mse(decoded, TARGET), POINTS), decoded
    )


def test_that_error_and_equivalent_beta_pull_the_way_the_objective_pulls() -> None:
    decoded = DECODED.clone().requires_grad_()

    def other_term(decoded: torch.Tensor) -> torch.Tensor:
        return decoded.square().sum()  # anything that the same numbers decide

    errors = mse(decoded, TARGET)
    in_nats = negative_log_likelihood(errors, POINTS) + other_term(decoded)
    in_errors = errors.mean() + equivalent_beta(errors, POINTS) * other_term(decoded)
    wanted = torch.autograd.grad(in_nats, decoded, retain_graph=True)[0]
    got = torch.autograd.grad(in_errors, decoded)[0]
    torch.testing.assert_close(got / got.norm(), wanted / wanted.norm())
    assert not equivalent_beta(errors, POINTS).requires_grad


def test_that_a_batch_without_error_has_a_finite_objective() -> None:
    errors = torch.zeros(3, requires_grad=True)
    objective = negative_log_likelihood(errors, POINTS)
    assert objective.isfinite()
    assert torch.autograd.grad(objective, errors)[0].isfinite().all()


def test_that_with_the_kl_at_full_weight_only_sigma_finds_the_principal_components() -> None:
    chairs = corresponding_chairs()
    mean_chair_error = float(principal_variances(chairs).sum()) / chairs.shape[1]
    best_error = float(principal_variances(chairs)[LATENT:].sum()) / chairs.shape[1]

    def reconstructed(objective: Objective) -> tuple[int, float, float]:
        vae = train_linear_vae(chairs, objective)
        mean, log_var = vae.encode(chairs)
        divergence = float(kl.analytic(mean, log_var, vae.prior).mean())
        error = float(mse(vae.decode(mean), chairs).mean())
        return active_units(mean.numpy()), divergence, error

    points = chairs.shape[1]
    active, divergence, error = reconstructed(lambda errors, kls: errors.mean() + kls.mean())
    assert active == 0
    assert divergence < 1e-3
    assert error == pytest.approx(mean_chair_error, rel=1e-3)
    for objective in (
        lambda errors, kls: negative_log_likelihood(errors, points) + kls.mean(),
        lambda errors, kls: errors.mean() + equivalent_beta(errors, points) * kls.mean(),
    ):
        active, divergence, error = reconstructed(objective)
        assert active == LATENT
        assert divergence > 2.0
        assert best_error <= error < 1.03 * best_error


@pytest.fixture(scope="module")
def made_chairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = Library.create(tmp_path_factory.mktemp("sigma") / "library", points=64)
    for _ in add_made_chairs(library, 60, seed=1, processes=1):
        pass
    return library.folder


def train_a_little(folder: Path, library: Path, likelihood: str) -> list[EpochReport]:
    settings = recommended("standard").with_changes(
        likelihood=likelihood,
        beta=1.0,
        loss="chamfer",
        latent=2,
        batch=20,
        epochs=10,
        warm_up_epochs=0,
        device="cpu",
        threads=1,
        checkpoint_every_s=1000.0,
    )
    return train_all(Run.create(folder / likelihood, settings), library)


def test_that_in_a_training_only_sigma_keeps_the_latent_space_at_full_weight(
    made_chairs: Path, tmp_path: Path
) -> None:
    fixed = train_a_little(tmp_path, made_chairs, "fixed")[-1]
    sigma = train_a_little(tmp_path, made_chairs, "sigma")[-1]

    assert (fixed.active_units, fixed.beta) == (0, 1.0)
    assert sigma.active_units == 2
    assert sigma.kl > 5.0 * fixed.kl


def test_that_the_report_tells_the_beta_that_sigma_stands_for(
    made_chairs: Path, tmp_path: Path
) -> None:
    settings = recommended("standard").with_changes(
        likelihood="sigma", epochs=2, warm_up_epochs=4, points_per_step=16, threads=1, device="cpu"
    )
    reports = train_all(Run.create(tmp_path / "run", settings), made_chairs)
    for epoch, report in enumerate(reports, start=1):
        # Of all 64 points, though 16 are looked at; by then so much of the warm-up is over.
        full = 2.0 * report.reconstruction / (3.0 * 64)
        assert report.beta == pytest.approx(full * epoch / 4, rel=1e-5)
    assert np.isfinite([report.loss for report in reports]).all()
