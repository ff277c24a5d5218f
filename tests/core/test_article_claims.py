"""What the study's equations do when they are taken at their word, shown and not only said.

The numbers of equations are the study's. Everything here runs in seconds; `mogvae study` shows
the same at full size.
"""

from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal
from torch import Tensor, nn

from core import kl
from core.losses import mse
from core.made_chairs import draw_made_chairs, made_clouds
from core.metrics import compare_clouds
from core.metrics.latent_use import active_units
from core.paired_comparison import compare_paired
from core.priors import MixtureOfGaussiansPrior, StandardNormalPrior
from core.training.presets import article
from core.vae import ShapeVae, build_vae, draw_noise
from tests.core.linear_vae import (
    LATENT,
    corresponding_chairs,
    principal_variances,
    train_linear_vae,
)

POINTS = 64


@pytest.fixture(scope="module")
def chairs() -> Tensor:
    """60 made chairs of 64 points in correspondence, (60, 64, 3)."""
    return corresponding_chairs()


def small_vae(prior: str, **changes: Any) -> ShapeVae:
    """The study's networks for clouds of 64 points."""
    return build_vae(article(prior).with_changes(**changes), POINTS)


def take_steps(vae: ShapeVae, chairs: Tensor, kl_weight: float, steps: int) -> list[float]:
    """Adam's steps on squared error + weight · KL; the KL to N(0, I) before each."""
    standard = StandardNormalPrior(vae.latent)
    adam = torch.optim.Adam(vae.parameters(), lr=5e-3)
    generator = torch.Generator().manual_seed(0)
    divergences = []
    for _ in range(steps):
        forward = vae(chairs, draw_noise(1, len(chairs), vae.latent, generator))
        loss = mse(forward.reconstruction, chairs).mean() + kl_weight * forward.kl.mean()
        adam.zero_grad()
        torch.autograd.backward(loss)
        adam.step()
        divergence = kl.analytic(forward.mean.detach(), forward.log_var.detach(), standard)
        divergences.append(float(divergence.mean()))
    return divergences


# Equation (7) as printed: the sign of its KL is reversed.


def test_that_the_printed_kl_drives_the_posterior_away_without_bound() -> None:
    standard = StandardNormalPrior(1)
    mean, log_var = torch.full((1, 1), 0.1), torch.full((1, 1), -0.1)
    parameters = [mean.requires_grad_(), log_var.requires_grad_()]
    descent = torch.optim.SGD(parameters, lr=0.1)
    divergences = []
    for _ in range(300):
        descent.zero_grad()
        torch.autograd.backward(kl.article_7(mean, log_var).sum())
        descent.step()
        with torch.no_grad():
            divergences.append(float(kl.analytic(mean, log_var, standard)))

    assert divergences == sorted(divergences)
    # Each step moves the mean away by a tenth of itself: nothing ever stops it.
    assert divergences[-1] / divergences[-2] == pytest.approx(1.1**2, rel=1e-3)
    assert divergences[-1] > 1e20


def test_that_in_the_studys_network_the_printed_kl_grows_and_the_right_one_does_not(
    chairs: Tensor,
) -> None:
    printed = take_steps(small_vae("standard", kl="article-7"), chairs[:8], 1.0, steps=14)
    right = take_steps(small_vae("standard"), chairs[:8], 1.0, steps=14)

    assert printed[-1] > 1e3
    assert printed[-1] > 1.5 * printed[-2] > 2.0 * printed[-3]
    assert max(right) < 5.0  # nats


# Equations (7) and (8): weight 1 on the KL beside a mean over the points.


def test_that_the_studys_squared_error_is_a_gaussian_of_variance_half_the_points(
    chairs: Tensor,
) -> None:
    first, second, target = chairs[:3].double()
    log_density = multivariate_normal(target.flatten().numpy(), POINTS / 2).logpdf

    difference = mse(first[None], target[None]) - mse(second[None], target[None])
    assert float(difference) == pytest.approx(
        log_density(second.flatten().numpy()) - log_density(first.flatten().numpy())
    )


def test_that_at_weight_1_no_direction_of_the_chairs_is_worth_its_kl(chairs: Tensor) -> None:
    # A linear VAE uses a direction where the data vary along it by more than the likelihood's
    # variance (Lucas et al. 2019, section 4); that is N / 2 here, in units of the largest radius.
    assert float(principal_variances(chairs)[0]) < POINTS / 2 / 20
    # It is not these chairs: to get there, chairs would have to lie a whole radius apart on
    # average, all in one direction.
    assert float(principal_variances(chairs).sum()) / POINTS < 1 / 2


def test_that_weight_1_with_the_right_kl_collapses_the_posterior(chairs: Tensor) -> None:
    vae = train_linear_vae(chairs, lambda errors, kls: errors.mean() + kls.mean())

    mean, log_var = vae.encode(chairs)
    assert active_units(mean.numpy()) == 0
    assert float(kl.analytic(mean, log_var, vae.prior).mean()) < 1e-3
    reconstruction = vae.decode(mean)
    torch.testing.assert_close(
        reconstruction, chairs.mean(dim=0).expand_as(chairs), atol=0.01, rtol=0
    )


@pytest.mark.parametrize("share", [1.3, 0.75, 0.5])
def test_that_a_direction_lives_where_the_weight_is_below_twice_its_variance_over_the_points(
    chairs: Tensor, share: float
) -> None:
    beta = share * 2.0 * float(principal_variances(chairs)[0]) / POINTS

    vae = train_linear_vae(chairs, lambda errors, kls: errors.mean() + beta * kls.mean())

    means = vae.encode(chairs)[0].double()
    variances = torch.linalg.eigvalsh(means.T.cov(correction=0)).flip(0)
    # Of N(0, 1) along a direction the codes have what the likelihood's variance leaves over.
    wanted = (1.0 - beta * POINTS / 2.0 / principal_variances(chairs)[:LATENT]).clamp(min=0.0)
    torch.testing.assert_close(variances, wanted, atol=0.04, rtol=0)


# Equations (5) and (8), reading A: mu_k and sigma_k are the prior's.


def test_that_reading_a_leaves_training_as_that_of_an_autoencoder_with_noise(
    chairs: Tensor,
) -> None:
    with_kl, without = (small_vae("mog", kl="article-a", kl_samples=1) for _ in range(2))
    take_steps(with_kl, chairs[:8], kl_weight=1.0, steps=3)
    take_steps(without, chairs[:8], kl_weight=0.0, steps=3)

    # Bit for bit: no gradient of the KL reaches the encoder or the decoder.
    others = dict(without.named_parameters())
    same = {
        name: torch.equal(parameter, others[name]) for name, parameter in with_kl.named_parameters()
    }
    assert all(same[name] for name in same if not name.startswith("prior."))
    assert not same["prior.means"]


def test_that_reading_a_pulls_every_component_to_the_standard_normal() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        prior = MixtureOfGaussiansPrior(components=4, latent=3)
        nn.init.uniform_(prior.log_vars, -2.0, 2.0)
        codes = torch.randn(8, 3)
    adam = torch.optim.Adam(prior.parameters(), lr=0.05)
    for _ in range(600):
        adam.zero_grad()
        torch.autograd.backward(kl.article_a(codes, prior).mean())
        adam.step()

    prior.requires_grad_(False)
    mixture = prior.mixture()
    assert float(mixture.component_kl_to_standard().max()) < 1e-3
    torch.testing.assert_close(mixture.means, torch.zeros(4, 3), atol=0.05, rtol=0)
    # K components in one place are one: nothing of a mixture is left.
    torch.testing.assert_close(
        prior.log_prob(codes), StandardNormalPrior(3).log_prob(codes), atol=1e-2, rtol=0
    )


# Equations (7) and (8): squared error point by point, on points in random order.


def test_that_on_points_in_random_order_a_dot_is_twice_as_good_as_the_chair_itself(
    chairs: Tensor,
) -> None:
    chair = chairs[0].double()
    centroid = chair.mean(dim=0)
    # Every point meets every place equally often, as in random orders on average.
    orders = torch.stack([chair.roll(shift, dims=0) for shift in range(POINTS)])

    def loss(answer: Tensor) -> float:
        return float(mse(answer.expand_as(orders), orders).mean())

    spread = float((chair - centroid).square().sum(dim=1).mean())
    assert loss(centroid.expand(POINTS, 3)) == pytest.approx(spread)
    assert loss(chair) == pytest.approx(2.0 * spread)
    # And nothing is better than the dot: the loss is quadratic and its gradient vanishes there.
    answer = centroid.repeat(POINTS, 1).requires_grad_()
    gradient = torch.autograd.grad(mse(answer.expand_as(orders), orders).mean(), answer)[0]
    torch.testing.assert_close(gradient, torch.zeros_like(gradient), atol=1e-12, rtol=0)


def test_that_descent_on_points_in_random_order_shrinks_a_cloud_to_its_centroid(
    chairs: Tensor,
) -> None:
    generator = torch.Generator().manual_seed(0)
    chair = chairs[0]
    answer = chair.clone().requires_grad_()  # starts as the right answer
    radius_before = float((chair - chair.mean(dim=0)).norm(dim=1).mean())
    for step in range(600):
        order = torch.randperm(POINTS, generator=generator)
        loss = mse(answer[None], chair[order][None]).sum()
        gradient = torch.autograd.grad(loss, answer)[0]
        with torch.no_grad():
            answer -= gradient * POINTS / 2 / (step + 2)  # a running average of what it met

    radius = float((answer - chair.mean(dim=0)).detach().norm(dim=1).mean())
    assert radius < 0.1 * radius_before


# The study's table: what its nine designs show.

NINE_DESIGNS = np.array(
    [  # MoG CD, MoG EMD, VAE CD, VAE EMD
        [0.1929, 0.2169, 0.1935, 0.2176],
        [0.1278, 0.1484, 0.1286, 0.1551],
        [0.1570, 0.1872, 0.1567, 0.1843],
        [0.1422, 0.1879, 0.1462, 0.1877],
        [0.1516, 0.1873, 0.1497, 0.1844],
        [0.1993, 0.2154, 0.2031, 0.2177],
        [0.1823, 0.2130, 0.1761, 0.2101],
        [0.1371, 0.1538, 0.1336, 0.1572],
        [0.1607, 0.2189, 0.1714, 0.2330],
    ]
)


def test_that_the_printed_chamfer_distances_are_lengths_and_no_squares() -> None:
    chamfer, emd = NINE_DESIGNS[:, [0, 2]].ravel(), NINE_DESIGNS[:, [1, 3]].ravel()
    # From design to design they grow in proportion to the EMD, a length; squares would grow as
    # its square, with a slope of 2.
    slope = np.polyfit(np.log(emd), np.log(chamfer), 1)[0]
    assert slope == pytest.approx(0.95, abs=0.01)
    # Read as eq. (9), with squares, the root of the mean squared distance to a nearest point is
    # above the mean distance that the best plan moves points, on every design.
    assert (np.sqrt(chamfer / 2) > 1.25 * emd).all()
    assert (chamfer / emd**2 > 3.1).all()
    # Nearest points are never farther than those of a plan, on average: what a CD of lengths says.
    assert (chamfer < 2 * emd).all()


def test_that_chairs_have_a_ratio_that_the_printed_table_has_for_lengths_alone() -> None:
    clouds = [made.points for made in made_clouds(draw_made_chairs(12, seed=1), 256)]
    for first, second in zip(clouds[::2], clouds[1::2], strict=True):
        metrics = compare_clouds(first, second)
        assert metrics.emd is not None
        assert metrics.cd_sq / metrics.emd**2 < 1.0  # the table's would be 3.1 to 5.9
        assert 0.7 < metrics.cd_1 / metrics.emd < 1.4  # the table's is 0.73 to 0.94


@pytest.mark.parametrize(("column", "p_t"), [(0, 0.60), (1, 0.31)])
def test_that_the_studys_nine_designs_show_no_difference(column: int, p_t: float) -> None:
    mixture, plain = NINE_DESIGNS[:, column], NINE_DESIGNS[:, column + 2]

    comparison = compare_paired(mixture, plain)

    assert comparison.p_t == pytest.approx(p_t, abs=0.005)
    assert not comparison.shows_difference
    assert int((mixture < plain).sum()) == 5
    if column == 0:
        assert mixture[:8].mean() > plain[:8].mean()  # without design 9 the plain VAE is ahead
