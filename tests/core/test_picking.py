"""What a click in a picture of the latent space means, against answers found the slow way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.picking import Ray, ellipsoid_hits, nearest_on_screen, plane_hit, rows_near

Vectors = NDArray[np.float64]


def random_covariance(generator: np.random.Generator) -> Vectors:
    root = generator.normal(size=(3, 3))
    return root @ root.T + 0.05 * np.eye(3)


def sampled_first_hit(ray: Ray, mean: Vectors, covariance: Vectors, sigmas: float) -> float:
    """Where a ray first changes sides of an ellipsoid, by trying 50,000 places of 40 units."""
    distances = np.linspace(0.0, 40.0, 50_001)[1:]
    offsets = ray.start + distances[:, None] * ray.direction - mean
    within = np.einsum("ni,ij,nj->n", offsets, np.linalg.inv(covariance), offsets) <= sigmas**2
    changes = np.flatnonzero(within[1:] != within[:-1])
    return float(distances[changes[0] + 1]) if changes.size else np.inf


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), sigmas=st.sampled_from([0.5, 1.0, 2.0]))
def test_that_ellipsoids_are_hit_where_a_dense_sampling_of_the_ray_says(
    seed: int, sigmas: float
) -> None:
    generator = np.random.default_rng(seed)
    means = generator.normal(size=(4, 3)) * 2
    covariances = np.stack([random_covariance(generator) for _ in range(4)])
    start = generator.normal(size=3) * 6
    aim = means[0] + generator.normal(size=3)  # hits are common and misses occur
    ray = Ray(start, (aim - start) / np.linalg.norm(aim - start))

    hits = ellipsoid_hits(ray, means, covariances, sigmas)

    for hit, mean, covariance in zip(hits, means, covariances, strict=True):
        expected = sampled_first_hit(ray, mean, covariance, sigmas)
        if np.isfinite(hit) and np.isinf(expected):
            # A grazing hit between two of the tried places: the depth inside is next to nothing.
            offset = ray.start + hit * ray.direction - mean
            assert offset @ np.linalg.inv(covariance) @ offset == pytest.approx(sigmas**2)
            continue
        assert hit == pytest.approx(expected, abs=2e-3)


def test_that_an_ellipsoid_behind_the_eye_is_missed() -> None:
    ray = Ray(np.array([0.0, -5.0, 0.0]), np.array([0.0, -1.0, 0.0]))

    assert ellipsoid_hits(ray, np.zeros((1, 3)), np.eye(3)[None], 1.0)[0] == np.inf


def test_that_a_ray_from_inside_meets_the_ellipsoid_on_its_way_out() -> None:
    ray = Ray(np.zeros(3), np.array([1.0, 0.0, 0.0]))

    hit = ellipsoid_hits(ray, np.zeros((1, 3)), np.diag([4.0, 1.0, 1.0])[None], 1.0)[0]

    assert hit == pytest.approx(2.0)


def test_that_more_sigmas_are_met_earlier_and_in_proportion() -> None:
    ray = Ray(np.array([0.0, -10.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    covariance = np.diag([1.0, 9.0, 1.0])[None]

    assert ellipsoid_hits(ray, np.zeros((1, 3)), covariance, 1.0)[0] == pytest.approx(7.0)
    assert ellipsoid_hits(ray, np.zeros((1, 3)), covariance, 2.0)[0] == pytest.approx(4.0)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_that_a_plane_is_hit_on_the_plane_and_on_the_ray(seed: int) -> None:
    generator = np.random.default_rng(seed)
    start, point, normal, direction = generator.normal(size=(4, 3))
    ray = Ray(start, direction / np.linalg.norm(direction))

    place = plane_hit(ray, point, normal)

    ahead = float((point - start) @ normal) / float(ray.direction @ normal) > 0
    assert (place is not None) == ahead
    if place is not None:
        assert (place - point) @ normal == pytest.approx(0.0, abs=1e-6)
        along = place - start
        np.testing.assert_allclose(np.cross(along, ray.direction), 0.0, atol=1e-6)
        assert along @ ray.direction > 0


def test_that_a_ray_along_a_plane_never_meets_it() -> None:
    ray = Ray(np.array([0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0]))

    assert plane_hit(ray, np.zeros(3), np.array([0.0, 0.0, 1.0])) is None


def test_that_nothing_is_picked_beyond_the_radius() -> None:
    pixels = np.array([[10.0, 10.0], [30.0, 10.0]])

    assert nearest_on_screen(pixels, np.zeros(2), (20.0, 10.0), 9.0) is None
    assert nearest_on_screen(np.zeros((0, 2)), np.zeros(0), (20.0, 10.0), 9.0) is None


def test_that_the_front_one_of_overlapping_dots_is_picked() -> None:
    pixels = np.array([[10.0, 10.0], [14.0, 10.0]])
    depths = np.array([0.5, 0.1])

    assert nearest_on_screen(pixels, depths, (12.0, 10.0), 9.0) == 1
    assert nearest_on_screen(pixels, depths[::-1], (12.0, 10.0), 9.0) == 0


def test_that_a_dot_right_under_the_cursor_wins_over_one_in_front() -> None:
    pixels = np.array([[10.0, 10.0], [16.0, 10.0]])
    depths = np.array([0.5, 0.1])

    assert nearest_on_screen(pixels, depths, (10.5, 10.0), 9.0) == 0


def test_that_dots_behind_the_eye_or_of_removed_chairs_are_never_picked() -> None:
    pixels = np.array([[np.inf, np.inf], [np.nan, np.nan], [11.0, 10.0]])
    depths = np.array([-5.0, np.nan, 0.2])

    assert nearest_on_screen(pixels, depths, (10.0, 10.0), 9.0) == 2
    assert nearest_on_screen(pixels[:2], depths[:2], (10.0, 10.0), 9.0) is None


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_the_rows_near_a_pixel_are_those_that_dividing_every_point_finds(dtype: str) -> None:
    generator = np.random.default_rng(8)
    positions: NDArray[np.floating] = generator.uniform(-2, 2, size=(20_000, 3)).astype(dtype)
    # An eye inside the points, so that some lie behind it, and no axis like another.
    projection = np.array(
        [
            [1.3, 0.2, -0.1, 0.3],
            [-0.3, 1.7, 0.4, -0.2],
            [0.1, -0.2, -1.1, 0.5],
            [0.2, 0.3, -0.9, 0.4],
        ]
    )
    clip = np.column_stack([positions, np.ones(len(positions))]) @ projection.T
    x, y = clip[:, 0] / clip[:, 3], clip[:, 1] / clip[:, 3]
    near = (np.abs(x - 0.75) < 0.1) & (np.abs(y - 0.25) < 0.05)
    expected = near & (clip[:, 3] > 0)
    assert 0 < expected.sum() < 1000
    assert (near & (clip[:, 3] < 0)).any()

    found = rows_near(positions, projection, (0.75, 0.25), (0.1, 0.05))

    np.testing.assert_array_equal(found, np.flatnonzero(expected))
