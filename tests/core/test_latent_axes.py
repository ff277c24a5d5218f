"""How latent spaces of any size are looked at in three dimensions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.errors import SettingsError
from core.latent_axes import LatentAxes, chosen_axes, principal_axes


def stretched_codes(latent: int, count: int = 200, seed: int = 0) -> NDArray[np.float32]:
    """Codes around a place off the origin, spread ever less from axis to axis."""
    generator = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(generator.normal(size=(latent, latent)))
    deviations = 3.0 * 0.5 ** np.arange(latent)
    codes = generator.normal(size=(count, latent)) * deviations @ turn + 5.0
    return np.asarray(codes, dtype=np.float32)


def all_axes(latent: int) -> list[LatentAxes]:
    return [chosen_axes(latent), principal_axes(stretched_codes(latent))]


@pytest.mark.parametrize("latent", [1, 2, 3])
def test_that_the_first_axes_of_a_small_space_are_its_own(latent: int) -> None:
    axes = chosen_axes(latent)
    codes = stretched_codes(latent)

    positions = axes.positions(codes)

    np.testing.assert_array_equal(positions[:, :latent], codes)
    assert not positions[:, latent:].any()
    assert axes.labels == ("z1", "z2" if latent > 1 else "", "z3" if latent > 2 else "")


def test_that_chosen_dimensions_are_shown_in_the_order_told() -> None:
    axes = chosen_axes(5, (4, 0, 2))
    codes = stretched_codes(5)

    np.testing.assert_array_equal(axes.positions(codes), codes[:, [4, 0, 2]])
    assert axes.labels == ("z5", "z1", "z3")


@pytest.mark.parametrize("dimensions", [(0, 0, 1), (0, 1, 5), (-1, 0, 1)])
def test_that_axes_that_do_not_exist_are_refused(dimensions: tuple[int, ...]) -> None:
    with pytest.raises(SettingsError, match="from 1 to 5"):
        chosen_axes(5, dimensions)


@pytest.mark.parametrize("latent", [3, 4, 8])
def test_that_the_way_into_the_picture_keeps_lengths(latent: int) -> None:
    for axes in all_axes(latent):
        np.testing.assert_allclose(axes.basis.T @ axes.basis, np.eye(3), atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    latent=st.integers(1, 8),
    place=st.tuples(*[st.floats(-10, 10)] * 3),
    seed=st.integers(0, 1000),
)
def test_that_a_code_is_found_again_where_it_was_asked_for(
    latent: int, place: tuple[float, float, float], seed: int
) -> None:
    near = np.random.default_rng(seed).normal(size=latent).astype(np.float32)
    position = np.array(place)
    position[min(latent, 3) :] = 0.0  # a small space has no depth
    for axes in all_axes(latent):
        code = axes.code_at(position, near)

        assert code.dtype == np.float32
        np.testing.assert_allclose(axes.positions(code[None])[0], position, atol=2e-5)
        # What is not shown stays as it was: the way back moves along the shown axes alone.
        hidden = np.eye(latent) - axes.basis @ axes.basis.T
        np.testing.assert_allclose(hidden @ (code - near), 0.0, atol=2e-5)


def test_that_a_covariance_is_seen_as_that_of_the_positions() -> None:
    codes = stretched_codes(6, count=4000)
    covariance = np.cov(codes.T)
    for axes in all_axes(6):
        seen = axes.covariance(covariance)

        np.testing.assert_allclose(seen, np.cov(axes.positions(codes).T), rtol=1e-3, atol=1e-4)


def test_that_principal_axes_agree_with_the_eigenvectors_of_the_covariance() -> None:
    codes = stretched_codes(6, count=1000)
    values, vectors = np.linalg.eigh(np.cov(codes.T))

    axes = principal_axes(codes)

    spread = axes.positions(codes).var(axis=0, ddof=1)
    np.testing.assert_allclose(spread, values[::-1][:3], rtol=1e-3)
    np.testing.assert_allclose(np.abs(vectors[:, ::-1][:, :3].T @ axes.basis), np.eye(3), atol=1e-3)
    np.testing.assert_allclose(axes.positions(codes).mean(axis=0), 0.0, atol=1e-4)
    largest = np.abs(axes.basis).argmax(axis=0)
    assert (axes.basis[largest, range(3)] > 0).all()
    assert axes.labels == ("PC 1", "PC 2", "PC 3")


@pytest.mark.parametrize("count", [0, 1])
def test_that_too_few_codes_for_principal_axes_give_the_first_dimensions(count: int) -> None:
    axes = principal_axes(np.zeros((count, 4), dtype=np.float32))

    np.testing.assert_array_equal(axes.basis, np.eye(4, 3))


@pytest.mark.parametrize("count", [2, 3])
def test_that_principal_axes_of_few_codes_still_span_three_directions(count: int) -> None:
    codes = stretched_codes(5, count=count)

    axes = principal_axes(codes)

    np.testing.assert_allclose(axes.basis.T @ axes.basis, np.eye(3), atol=1e-5)


def test_that_principal_axes_of_equal_codes_are_finite() -> None:
    axes = principal_axes(np.ones((10, 5), dtype=np.float32))

    assert np.isfinite(axes.basis).all()
    np.testing.assert_allclose(axes.basis.T @ axes.basis, np.eye(3), atol=1e-5)
