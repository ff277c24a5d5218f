"""Estimated normals, against shapes whose normals are known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from core.normals import estimate_normals, thinnest_directions
from core.sampling import sample_surface
from tests.small_shapes import box


def on_sphere(count: int) -> NDArray[np.float32]:
    """Points that are spread evenly over the unit sphere (a Fibonacci lattice)."""
    steps = np.arange(count) + 0.5
    height = 1 - 2 * steps / count
    angle = np.pi * (1 + 5**0.5) * steps
    radius = np.sqrt(1 - height**2)
    points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle), height])
    return points.astype(np.float32)


def test_that_normals_of_a_sphere_point_along_its_radii() -> None:
    points = on_sphere(2000)

    normals = estimate_normals(points)

    assert normals.shape == (2000, 3)
    assert normals.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1.0, atol=1e-5)
    assert np.abs((normals * points).sum(axis=1)).min() > 0.99


def test_that_normals_of_a_box_point_along_its_axes_away_from_edges() -> None:
    points = sample_surface(box((2.0, 1.0, 0.5)), 6000, seed=1)

    normals = estimate_normals(points)

    sides = np.abs(points - np.array([1.0, 0.5, 0.25])) / np.array([1.0, 0.5, 0.25])
    face = sides.argmax(axis=1)
    second = np.sort(sides, axis=1)[:, 1]
    inner = second < 0.8  # neighbourhoods near an edge see two faces
    along = np.abs(normals[inner, face[inner]])
    assert (along > 0.99).mean() > 0.99


def test_that_the_place_and_size_of_a_cloud_do_not_change_its_normals() -> None:
    points = on_sphere(500)

    moved = estimate_normals(points * 100 + np.array([3000.0, -2000.0, 500.0], dtype=np.float32))

    assert np.abs((moved * estimate_normals(points)).sum(axis=1)).min() > 0.99


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_that_tiny_clouds_have_unit_normals(count: int) -> None:
    points = np.random.default_rng(0).normal(size=(count, 3)).astype(np.float32)

    normals = estimate_normals(points)

    assert normals.shape == (count, 3)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1.0, atol=1e-5)


def test_that_points_in_one_place_have_finite_normals() -> None:
    normals = estimate_normals(np.ones((30, 3), dtype=np.float32))

    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1.0, atol=1e-5)


def slow_normals(points: NDArray[np.float32], neighbours: int) -> NDArray[np.float64]:
    """One neighbourhood after the other."""
    found = []
    for point in points.astype(np.float64):
        nearest = np.argsort(((points - point) ** 2).sum(axis=1))[:neighbours]
        found.append(np.linalg.eigh(np.cov(points[nearest].T.astype(np.float64)))[1][:, 0])
    return np.array(found)


def test_that_normals_are_those_found_one_by_one() -> None:
    points = np.random.default_rng(2).normal(size=(400, 3)).astype(np.float32)

    normals = estimate_normals(points, 12)

    np.testing.assert_allclose(
        np.abs((normals * slow_normals(points, 12)).sum(axis=1)), 1.0, atol=1e-5
    )


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("thickness", [0.0, 1e-9, 1e-3, 0.5])
def test_that_the_thinnest_direction_is_the_smallest_eigenvector(
    scale: float, thickness: float
) -> None:
    generator = np.random.default_rng(3)
    turns = np.linalg.qr(generator.normal(size=(500, 3, 3)))[0]
    sizes = np.sort(generator.uniform(0.7, 2.0, size=(500, 3)), axis=1) * scale
    sizes[:, 0] *= thickness
    matrices = np.einsum("nij,nj,nkj->nik", turns, sizes, turns)

    found = thinnest_directions(matrices)

    np.testing.assert_allclose(np.abs((found * turns[:, :, 0]).sum(axis=1)), 1.0, atol=1e-6)


@pytest.mark.parametrize("sizes", [(0, 0, 0), (0, 0, 1), (1, 1, 1), (1, 1, 2), (1, 1 + 1e-9, 2)])
def test_that_directions_that_are_thin_alike_give_one_of_them(sizes: tuple[float, ...]) -> None:
    turns = np.linalg.qr(np.random.default_rng(4).normal(size=(200, 3, 3)))[0]
    matrices = np.einsum("nij,j,nkj->nik", turns, np.array(sizes, dtype=np.float64), turns)

    found = thinnest_directions(matrices)

    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-9)
    spans = np.einsum("ni,nij,nj->n", found, matrices, found)
    np.testing.assert_allclose(spans, min(sizes), atol=1e-6)
