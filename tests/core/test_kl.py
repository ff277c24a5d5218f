"""KL estimators against quadrature in the plane, against each other and against their bounds."""

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from core import kl
from core.model_choices import ESTIMATORS
from core.priors import DiagonalMixture, FullMixture, Mixture
from core.priors.mixture import LN_2PI

DOUBLE = torch.float64
MEAN = torch.tensor([[0.4, -0.7], [-1.1, 0.9], [2.0, 1.5]], dtype=DOUBLE)
LOG_VAR = torch.tensor([[-1.0, 0.5], [1.0, -2.0], [-0.3, -0.3]], dtype=DOUBLE)

LOG_WEIGHTS = torch.tensor([0.2, 0.5, 0.3], dtype=DOUBLE).log()
MEANS = torch.tensor([[0.0, 0.5], [1.5, -1.0], [-1.0, 2.0]], dtype=DOUBLE)
LOG_VARS = torch.tensor([[1.0, -1.0], [-0.5, 0.3], [0.2, 0.8]], dtype=DOUBLE)


def diagonal() -> DiagonalMixture:
    return DiagonalMixture(LOG_WEIGHTS, MEANS, LOG_VARS)


def full() -> FullMixture:
    factor = torch.diag_embed((0.5 * LOG_VARS).exp())
    factor[:, 1, 0] = torch.tensor([0.5, -0.8, 0.3], dtype=DOUBLE)
    return FullMixture(LOG_WEIGHTS, MEANS, factor)


def one_gaussian() -> DiagonalMixture:
    return DiagonalMixture(torch.zeros(1, dtype=DOUBLE), MEANS[1:2], LOG_VARS[:1])


def standard() -> DiagonalMixture:
    zeros = torch.zeros(1, 2, dtype=DOUBLE)
    return DiagonalMixture(zeros[:, 0], zeros, zeros)


MIXTURES = pytest.mark.parametrize("make", [diagonal, full, one_gaussian, standard])


def by_quadrature(mixture: Mixture) -> Tensor:
    """KL(q || p) for each row of MEAN and LOG_VAR, summed over a grid of the plane."""
    axis = torch.linspace(-14, 14, 701, dtype=DOUBLE)
    points = torch.cartesian_prod(axis, axis)
    cell = (axis[1] - axis[0]) ** 2
    log_p = mixture.log_prob(points)
    values = []
    for mean, log_var in zip(MEAN, LOG_VAR, strict=True):
        log_q = -0.5 * (LN_2PI + log_var + (points - mean) ** 2 / log_var.exp()).sum(dim=1)
        values.append((log_q.exp() * (log_q - log_p)).sum() * cell)
    return torch.stack(values)


@MIXTURES
def test_that_monte_carlo_agrees_with_quadrature(make: Callable[[], Mixture]) -> None:
    generator = torch.Generator().manual_seed(0)
    estimates = kl.monte_carlo(MEAN, LOG_VAR, make(), samples=60_000, generator=generator)
    torch.testing.assert_close(estimates, by_quadrature(make()), atol=0.02, rtol=0)


@pytest.mark.parametrize("make", [one_gaussian, standard])
def test_that_analytic_agrees_with_quadrature(make: Callable[[], Mixture]) -> None:
    exact = kl.analytic(MEAN, LOG_VAR, make())
    torch.testing.assert_close(exact, by_quadrature(make()), atol=1e-6, rtol=0)


def test_that_analytic_against_a_standard_normal_is_the_textbook_formula() -> None:
    textbook = -0.5 * (1 + LOG_VAR - MEAN**2 - LOG_VAR.exp()).sum(dim=1)
    torch.testing.assert_close(kl.analytic(MEAN, LOG_VAR, standard()), textbook)


def test_that_analytic_against_one_full_gaussian_agrees_with_quadrature() -> None:
    mixture = FullMixture(torch.zeros(1, dtype=DOUBLE), MEANS[:1], full().cholesky[:1])
    exact = kl.analytic(MEAN, LOG_VAR, mixture)
    torch.testing.assert_close(exact, by_quadrature(mixture), atol=1e-6, rtol=0)


def test_that_analytic_refuses_a_mixture() -> None:
    with pytest.raises(ValueError, match="use monte_carlo or variational"):
        kl.analytic(MEAN, LOG_VAR, diagonal())


@MIXTURES
def test_that_the_bounds_stand_in_their_order(make: Callable[[], Mixture]) -> None:
    exact = by_quadrature(make())
    slack = 1e-6
    assert (kl.lower_bound(MEAN, LOG_VAR, make()) <= exact + slack).all()
    assert (exact <= kl.variational(MEAN, LOG_VAR, make()) + slack).all()
    variational = kl.variational(MEAN, LOG_VAR, make())
    assert (variational <= kl.jensen(MEAN, LOG_VAR, make()) + slack).all()


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    components=st.integers(1, 6),
    latent=st.integers(1, 5),
    spread=st.floats(0.1, 4.0),
)
def test_that_monte_carlo_lies_between_its_bounds(
    seed: int, components: int, latent: int, spread: float
) -> None:
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=DOUBLE) * spread

    mixture = DiagonalMixture(
        draw(components).log_softmax(dim=0), draw(components, latent), draw(components, latent) / 2
    )
    mean, log_var = draw(4, latent), draw(4, latent) / 2 - 1.0
    noise = torch.randn(2000, 4, latent, generator=generator, dtype=DOUBLE)
    codes = mean + (0.5 * log_var).exp() * noise
    samples = -kl.entropy(log_var) - mixture.log_prob(codes)
    error = 6.0 * samples.std(dim=0) / len(samples) ** 0.5 + 1e-9
    estimate = kl.monte_carlo(mean, log_var, mixture, noise=noise)
    assert (kl.lower_bound(mean, log_var, mixture) <= estimate + error).all()
    assert (estimate <= kl.variational(mean, log_var, mixture) + error).all()


def test_that_the_variational_bound_is_close_where_components_are_apart() -> None:
    apart = DiagonalMixture(LOG_WEIGHTS, 12.0 * MEANS, LOG_VARS)
    mean = 12.0 * MEANS
    lower = kl.lower_bound(mean, LOG_VARS, apart)
    upper = kl.variational(mean, LOG_VARS, apart)
    # A posterior equal to component k is at log(1 / w_k) from the mixture.
    torch.testing.assert_close(upper, -LOG_WEIGHTS, atol=1e-6, rtol=0)
    assert (lower <= upper).all()


def pair_of_components(apart: float) -> DiagonalMixture:
    """Two unit Gaussians on a line, at plus and minus `apart`, with equal weights."""
    means = torch.tensor([[apart], [-apart]], dtype=DOUBLE)
    return DiagonalMixture(
        torch.full((2,), 0.5, dtype=DOUBLE).log(), means, torch.zeros_like(means)
    )


@pytest.mark.parametrize(
    ("apart", "at", "gap", "within"),
    [
        (6.0, 6.0, 0.0, 1e-6),  # easy: q is one of the components, the other is far
        (3.0, 3.0, 0.0038, 1e-4),  # nearer, and still within one
        (0.44, 0.0, 0.089, 1e-3),  # hard: the components overlap, and q lies over both
        (1.0, 0.0, 0.375, 1e-3),
        (3.0, 0.0, 1.807, 1e-3),  # q lies between the two, within neither
    ],
)
def test_that_the_variational_bound_is_as_tight_as_q_lies_within_one_component(
    apart: float, at: float, gap: float, within: float
) -> None:
    mixture = pair_of_components(apart)
    mean, log_var = torch.tensor([[at]], dtype=DOUBLE), torch.zeros(1, 1, dtype=DOUBLE)
    points = torch.linspace(at - 12.0, at + 12.0, 200_001, dtype=DOUBLE)[:, None]
    log_q = -0.5 * (LN_2PI + (points[:, 0] - at) ** 2)
    exact = torch.trapezoid(log_q.exp() * (log_q - mixture.log_prob(points)), points[:, 0])

    bound = float(kl.variational(mean, log_var, mixture))

    assert bound >= float(exact) - 1e-9
    assert bound - float(exact) == pytest.approx(gap, abs=within)
    if (apart, at) == (1.0, 0.0):
        assert bound > 3.0 * float(exact)  # more than the KL itself is its error


def test_that_descent_on_jensens_bound_pulls_the_components_together() -> None:
    # Two groups of codes, and a component at each: for the KL itself there is nothing to move.
    mean = torch.tensor([[3.0], [-3.0]], dtype=DOUBLE)
    log_var = torch.zeros(2, 1, dtype=DOUBLE)
    found = {}
    for name in ("jensen", "variational"):
        means = torch.tensor([[2.5], [-2.5]], dtype=DOUBLE, requires_grad=True)
        descent = torch.optim.SGD([means], lr=0.2)
        for _ in range(200):
            descent.zero_grad()
            mixture = DiagonalMixture(
                torch.full((2,), 0.5, dtype=DOUBLE).log(), means, torch.zeros(2, 1, dtype=DOUBLE)
            )
            torch.autograd.backward(
                kl.estimate(name, mean, log_var, mixture, torch.zeros(1, 2, 1)).mean()
            )
            descent.step()
        found[name] = means.detach().flatten()
    # Jensen's minimiser is the mean of all codes, for every component.
    torch.testing.assert_close(found["jensen"], torch.zeros(2, dtype=DOUBLE), atol=1e-3, rtol=0)
    torch.testing.assert_close(
        found["variational"], torch.tensor([3.0, -3.0], dtype=DOUBLE), atol=1e-2, rtol=0
    )


def test_that_kl_is_unchanged_when_posterior_and_prior_move_by_one_affine_map() -> None:
    scale = torch.tensor([3.0, 0.25], dtype=DOUBLE)
    shift = torch.tensor([-5.0, 2.0], dtype=DOUBLE)
    moved = DiagonalMixture(LOG_WEIGHTS, MEANS * scale + shift, LOG_VARS + 2 * scale.log())
    mean, log_var = MEAN * scale + shift, LOG_VAR + 2 * scale.log()
    noise = torch.randn(16, 3, 2, dtype=DOUBLE, generator=torch.Generator().manual_seed(1))
    for estimator in ("monte_carlo", "variational", "jensen"):
        torch.testing.assert_close(
            kl.estimate(estimator, mean, log_var, moved, noise),
            kl.estimate(estimator, MEAN, LOG_VAR, diagonal(), noise),
        )


def test_that_a_learned_gaussian_is_the_standard_normal_in_other_coordinates() -> None:
    gaussian = one_gaussian()
    whitened_mean = (MEAN - gaussian.means) * (-0.5 * gaussian.log_vars).exp()
    torch.testing.assert_close(
        kl.analytic(MEAN, LOG_VAR, gaussian),
        kl.analytic(whitened_mean, LOG_VAR - gaussian.log_vars, standard()),
    )


def test_that_diagonal_and_full_agree_where_they_are_the_same() -> None:
    same = FullMixture(LOG_WEIGHTS, MEANS, torch.diag_embed((0.5 * LOG_VARS).exp()))
    for function in (kl.variational, kl.jensen, kl.lower_bound):
        torch.testing.assert_close(
            function(MEAN, LOG_VAR, same), function(MEAN, LOG_VAR, diagonal())
        )
    torch.testing.assert_close(kl.article_a(MEAN, same), kl.article_a(MEAN, diagonal()))


def test_that_monte_carlo_has_the_gradient_of_the_exact_kl_on_average() -> None:
    mean = MEAN.clone().requires_grad_()
    exact = torch.autograd.grad(kl.analytic(mean, LOG_VAR, one_gaussian()).sum(), mean)[0]
    generator = torch.Generator().manual_seed(0)
    sampled = kl.monte_carlo(mean, LOG_VAR, one_gaussian(), samples=20_000, generator=generator)
    estimate = torch.autograd.grad(sampled.sum(), mean)[0]
    torch.testing.assert_close(estimate, exact, atol=0.05, rtol=0)


def test_that_the_printed_equation_7_is_the_kl_with_its_sign_reversed() -> None:
    printed = kl.article_7(MEAN, LOG_VAR)
    torch.testing.assert_close(printed, -kl.analytic(MEAN, LOG_VAR, standard()))


def test_that_reading_a_gives_the_encoder_no_gradient_and_draws_components_to_the_normal() -> None:
    mean = MEAN.clone().requires_grad_()
    means = MEANS.clone().requires_grad_()
    torch.autograd.backward(kl.article_a(mean, DiagonalMixture(LOG_WEIGHTS, means, LOG_VARS)).sum())
    assert mean.grad is None
    assert means.grad is not None
    assert (means.grad * MEANS >= 0).all()  # descent leads every mean towards zero
    at_normal = DiagonalMixture(LOG_WEIGHTS, torch.zeros_like(MEANS), torch.zeros_like(MEANS))
    assert kl.article_a(MEAN, at_normal).abs().max().item() == pytest.approx(0.0)


def test_that_reading_b_is_the_weighted_kl_of_the_parts_to_the_standard_normal() -> None:
    means = torch.stack([MEAN, -MEAN, 2 * MEAN], dim=1)
    log_vars = torch.stack([LOG_VAR, LOG_VAR + 1, LOG_VAR - 1], dim=1)
    parts = [kl.analytic(means[:, k], log_vars[:, k], standard()) for k in range(3)]
    expected = sum(weight * part for weight, part in zip(LOG_WEIGHTS.exp(), parts, strict=True))
    torch.testing.assert_close(kl.article_b(means, log_vars, LOG_WEIGHTS), expected)


def test_that_every_estimator_gives_one_number_per_sample() -> None:
    noise = torch.zeros(2, 3, 2, dtype=DOUBLE)
    for name in ESTIMATORS:
        if name != "article-b":
            assert kl.estimate(name, MEAN, LOG_VAR, standard(), noise).shape == (3,)


def test_that_an_unknown_estimator_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="monte_carlo"):
        kl.estimate("exact", MEAN, LOG_VAR, standard(), torch.zeros(1, 3, 2))


def test_that_free_bits_take_the_gradient_from_axes_below_the_threshold_only() -> None:
    terms = torch.tensor([[0.1, 2.0], [0.3, 4.0]], requires_grad=True)
    total = kl.with_free_bits(terms, 0.5)
    assert total.item() == pytest.approx(0.5 + 3.0)
    torch.autograd.backward(total)
    assert terms.grad is not None
    assert terms.grad.tolist() == [[0.0, 0.5], [0.0, 0.5]]


def test_that_the_kl_per_axis_sums_to_the_analytic_kl() -> None:
    per_axis = kl.analytic_per_axis(MEAN, LOG_VAR, one_gaussian())
    torch.testing.assert_close(per_axis.sum(dim=1), kl.analytic(MEAN, LOG_VAR, one_gaussian()))
    with pytest.raises(ValueError, match="independent axes"):
        kl.analytic_per_axis(MEAN, LOG_VAR, full())
