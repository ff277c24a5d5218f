"""Paths through a latent space, against slow twins and by properties."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from core.paths.density import SpaceDensity
from core.paths.find import find_paths, thinnest_place
from core.paths.path import Path, chain_evenly
from core.shape_model import Components

LATENTS = (2, 3, 8, 64)


def groups(latent: int, seed: int, count: int = 3) -> tuple[Components, np.ndarray]:
    """A mixture with correlated axes and uneven weights, and ten codes of each component."""
    generator = np.random.default_rng(seed)
    means = generator.normal(size=(count, latent)) * 4.0 / np.sqrt(latent)
    shapes = generator.normal(size=(count, latent, latent)) / np.sqrt(latent)
    covariances = 0.3 * shapes @ np.swapaxes(shapes, 1, 2) + 0.05 * np.eye(latent)
    weights = generator.dirichlet(np.full(count, 3.0))
    codes = np.concatenate(
        [
            generator.multivariate_normal(mean, covariance, size=10)
            for mean, covariance in zip(means, covariances, strict=True)
        ]
    )
    return Components(means, covariances, weights), codes


@pytest.mark.parametrize("latent", LATENTS)
def test_that_the_density_is_half_the_prior_and_half_a_kernel_on_each_code(latent: int) -> None:
    components, codes = groups(latent, seed=latent)
    density = SpaceDensity(components, codes)
    places = np.random.default_rng(0).normal(size=(5, latent))
    expected = []
    for place in places:
        prior = sum(
            weight * multivariate_normal(mean, covariance).pdf(place)
            for weight, mean, covariance in zip(
                components.weights, components.means, components.covariances, strict=True
            )
        )
        kernels = [
            multivariate_normal(code, density.width**2 * np.eye(latent)).pdf(place)
            for code in codes
        ]
        expected.append(np.log(0.5 * prior + 0.5 * np.mean(kernels)))
    np.testing.assert_allclose(density.log_density(places), expected, rtol=1e-9)


@pytest.mark.parametrize("latent", LATENTS)
def test_that_the_slope_is_what_small_steps_say(latent: int) -> None:
    components, codes = groups(latent, seed=latent)
    density = SpaceDensity(components, codes)
    places = codes[[0, 11]] + 0.3
    _, slopes = density.log_density_and_slope(places)
    step = 1e-5
    for axis in range(latent):
        shift = step * np.eye(latent)[axis]
        difference = density.log_density(places + shift) - density.log_density(places - shift)
        np.testing.assert_allclose(slopes[:, axis], difference / (2 * step), rtol=1e-4, atol=1e-4)


def test_that_kernels_are_as_narrow_as_groups_of_codes_are_and_not_as_wide_as_all() -> None:
    generator = np.random.default_rng(0)
    groups_far_apart = np.concatenate(
        [generator.normal(0, 0.1, (30, 2)), generator.normal(8, 0.1, (30, 2))]
    )
    density = SpaceDensity(None, groups_far_apart)
    between, within = density.log_density(np.array([[4.0, 4.0], [0.0, 0.0]]))
    assert between < within - 20


ROUNDING = 1e-8  # nats


def legs_of(path: Path) -> list[Path]:
    """The parts from stop to stop."""
    return [
        Path(path.points[a : b + 1], path.log_density[a : b + 1], (0, b - a))
        for a, b in pairwise(path.stop_rows)
    ]


def test_that_the_thinnest_place_is_found_though_it_lies_between_the_points() -> None:
    """Two groups of codes, and the cut between them in the midst of a long piece of the chain."""
    generator = np.random.default_rng(0)
    codes = np.concatenate([generator.normal((x, 0), 0.15, size=(20, 2)) for x in (-1, 1)])
    density = SpaceDensity(None, codes)
    chain = np.array([[-1.0, 0.3], [-0.4, 0.1], [0.9, -0.1], [1.0, 0.0]])

    found = thinnest_place(density, chain)

    finely = Path(chain, np.zeros(4), (0, 3)).codes(200_001)
    logs = density.log_density(finely)
    assert found.log_density <= logs.min() + 1e-6
    assert density.log_density(found.place[None])[0] == pytest.approx(found.log_density)
    assert found.log_density < density.log_density(chain).min() - 1.0
    longer = found.put_into(chain)
    assert len(longer) == 5
    assert Path(longer, np.zeros(5), (0, 4)).length == pytest.approx(
        Path(chain, np.zeros(4), (0, 3)).length
    )


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(LATENTS), st.integers(0, 10_000), st.integers(2, 4))
def test_that_the_way_along_the_density_is_never_thinner_than_the_straight_one(
    latent: int, seed: int, stops: int
) -> None:
    components, codes = groups(latent, seed)
    density = SpaceDensity(components, codes)
    chosen = np.random.default_rng(seed).choice(len(codes), size=stops, replace=False)
    pair = find_paths(density, codes[chosen], seed)
    assert pair.along.minimum >= pair.straight.minimum - ROUNDING
    for along, straight in zip(legs_of(pair.along), legs_of(pair.straight), strict=True):
        assert along.log_density.min() >= straight.log_density.min() - ROUNDING
        # However many steps are taken, none is thinner than the straight way's thinnest place.
        least = density.log_density(straight.codes(20_001)).min()
        assert straight.minimum <= least + ROUNDING
        for steps in (2, 60, 777, 2_000):
            assert density.log_density(along.codes(steps)).min() >= least - 1e-6
    # What is reported is what is there, at the points and between them.
    np.testing.assert_allclose(
        density.log_density(pair.along.points), pair.along.log_density, rtol=1e-9
    )
    shares = np.linspace(0, 1, 60)
    for path in (pair.straight, pair.along):
        at_codes = density.log_density(path.codes_at(shares))
        np.testing.assert_allclose(path.density_at(shares), at_codes, rtol=1e-9)
        assert path.density_at(shares).min() >= path.minimum - 1e-6
    for path in (pair.straight, pair.along):
        np.testing.assert_allclose(path.points[list(path.stop_rows)], codes[chosen])


@pytest.mark.parametrize("latent", LATENTS)
def test_that_the_way_goes_round_a_hole_where_codes_lead_round_it(latent: int) -> None:
    generator = np.random.default_rng(1)
    angles = np.linspace(0, np.pi, 120)
    codes = 0.05 * generator.normal(size=(120, latent))
    codes[:, 0] += np.cos(angles) * 3
    codes[:, 1] += np.sin(angles) * 3
    density = SpaceDensity(
        Components(np.zeros((1, latent)), np.eye(latent)[None] * 9, np.ones(1)), codes
    )
    pair = find_paths(density, codes[[0, -1]])
    assert pair.bends
    assert pair.along.minimum > pair.straight.minimum + 1.0
    radii = np.linalg.norm(pair.along.points[:, :2], axis=1)
    assert radii.min() > 2.0  # the straight way leads through 0
    assert np.pi * 3 * 0.8 < pair.along.length < np.pi * 3 * 1.3


def test_that_where_a_straight_way_is_best_the_other_is_nearly_straight() -> None:
    prior = Components(np.zeros((1, 3)), np.eye(3)[None], np.ones(1))
    density = SpaceDensity(prior, np.zeros((0, 3)))
    ends = np.array([[-1.5, 0, 0], [1.5, 0, 0]])
    pair = find_paths(density, ends)
    assert pair.along.length == pytest.approx(3.0, rel=0.02)


def test_that_stops_at_one_place_make_a_path_of_no_length() -> None:
    components, codes = groups(3, seed=0)
    pair = find_paths(SpaceDensity(components, codes), codes[[4, 4]])
    assert pair.along.length == 0.0
    np.testing.assert_allclose(pair.along.codes(5), np.repeat(codes[4:5], 5, axis=0))


def test_that_steps_are_evenly_far_apart_though_the_points_are_not() -> None:
    points = np.array([[0.0, 0], [0.1, 0], [1, 0], [1, 3]])
    path = Path(points, np.array([-1.0, -2, -5, -1]), (0, 2, 3))
    codes = path.codes(9)
    np.testing.assert_allclose(np.linalg.norm(np.diff(codes, axis=0), axis=1), 0.5)
    assert path.stop_shares == pytest.approx((0.0, 0.25, 1.0))
    assert path.minimum == -5
    # Trapezoids over 4 units: 0.1 at -1.5, 0.9 at -3.5, 3 at -3.
    assert path.mean == pytest.approx((0.1 * -1.5 + 0.9 * -3.5 + 3 * -3) / 4)


def test_that_a_chain_keeps_its_ends_to_the_last_bit() -> None:
    points = np.random.default_rng(0).normal(size=(7, 5))
    chain = chain_evenly(points, 50)
    assert (chain[0] == points[0]).all()
    assert (chain[-1] == points[-1]).all()


def test_that_shares_of_chairs_are_counted_by_the_same_density() -> None:
    components, codes = groups(3, seed=2)
    density = SpaceDensity(components, codes)
    pair = find_paths(density, codes[:2])
    logs = density.log_density(codes)
    assert pair.denser_than(float(np.median(logs))) == pytest.approx(0.5, abs=0.05)
    assert pair.denser_than(float(logs.max()) + 1) == 1.0
