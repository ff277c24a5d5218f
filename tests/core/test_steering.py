"""Steering towards a component: the responsibility rises until it is certain, and stays so."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.components import Components
from core.priors.mixture import FullMixture
from core.shape_model import components_of
from core.steering import CERTAIN, Gaussians, way_to_component


def random_mixture(seed: int, count: int, latent: int) -> FullMixture:
    """Components that overlap, of different shapes and weights."""
    generator = torch.Generator().manual_seed(seed)
    lower = 0.4 * torch.randn(count, latent, latent, generator=generator, dtype=torch.float64)
    scales = torch.rand(count, latent, generator=generator, dtype=torch.float64) + 0.3
    factors = torch.tril(lower, -1) + torch.diag_embed(scales)
    means = 1.5 * torch.randn(count, latent, generator=generator, dtype=torch.float64)
    logits = torch.randn(count, generator=generator, dtype=torch.float64)
    return FullMixture(logits.log_softmax(0), means, factors)


@given(st.integers(0, 10_000), st.integers(1, 6), st.sampled_from([2, 3, 8]))
@settings(max_examples=40, deadline=None)
def test_that_the_responsibility_never_falls_until_it_is_certain(
    seed: int, count: int, latent: int
) -> None:
    mixture = random_mixture(seed, count, latent)
    components = components_of(mixture)
    start = tuple(2.5 * np.random.default_rng(seed).normal(size=latent))
    component = seed % count

    way = way_to_component(start, components, component)

    assert way.shape == (101, latent)
    assert way[0] == pytest.approx(start)
    shares = mixture.responsibilities(torch.from_numpy(way))[:, component].numpy()
    seen = np.minimum(shares, CERTAIN)
    assert (np.diff(seen) >= -1e-9).all()


def test_that_the_way_goes_round_a_component_that_lies_across_it() -> None:
    """Straight on, the narrow one in the middle would take the chair over."""
    components = Components(
        means=np.array([[4.0, 0.1], [0.0, 0.0]]),
        covariances=np.stack([4.0 * np.eye(2), 0.2 * np.eye(2)]),
        weights=np.array([0.5, 0.5]),
    )
    start = (-3.0, 0.3)
    straight = np.linspace(start, components.means[0], 101)
    mixture = Gaussians.of(components)
    assert np.diff(mixture.responsibility(straight, 0)).min() < -0.05

    way = way_to_component(start, components, 0)

    assert np.diff(np.minimum(mixture.responsibility(way, 0), CERTAIN)).min() >= -1e-9
    assert way[-1] == pytest.approx(components.means[0])


def test_that_without_another_component_the_way_is_straight() -> None:
    components = Components(np.array([[1.0, 2.0, 3.0]]), np.eye(3)[None], np.ones(1))
    way = way_to_component((0.0, 0.0, 0.0), components, 0)

    share = way @ np.array([1.0, 2.0, 3.0]) / 14
    np.testing.assert_allclose(way, share[:, None] * np.array([1.0, 2.0, 3.0]), atol=1e-9)
    assert (np.diff(share) >= 0).all()
    assert way[-1] == pytest.approx((1.0, 2.0, 3.0))
    at_the_mean = way_to_component((1.0, 2.0, 3.0), components, 0)
    np.testing.assert_allclose(at_the_mean, np.tile([1.0, 2.0, 3.0], (101, 1)))


def test_that_densities_and_gradients_are_those_of_the_prior() -> None:
    mixture = random_mixture(5, 4, 3)
    fast = Gaussians.of(components_of(mixture))
    codes = torch.from_numpy(np.random.default_rng(0).normal(size=(9, 3)))

    np.testing.assert_allclose(fast.log_joint(codes.numpy()), mixture.joint_log_prob(codes).numpy())
    for component in range(4):
        wanted = mixture.responsibilities(codes)[:, component].numpy()
        np.testing.assert_allclose(fast.responsibility(codes.numpy(), component), wanted)
        place = codes[2].clone().requires_grad_()
        (slope,) = torch.autograd.grad(mixture.responsibilities(place)[component].log(), place)
        np.testing.assert_allclose(fast.gradient(codes[2].numpy(), component), slope.numpy())
