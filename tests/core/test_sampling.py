import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.mesh import Mesh
from core.sampling import (
    points_hash,
    resample_points,
    sample_surface,
    sample_surface_exactly,
)
from tests.small_shapes import box, chair_mesh, moved


def test_that_a_sample_has_the_count_and_type_that_were_asked_for() -> None:
    points = sample_surface(chair_mesh(), 5000, seed=1)
    assert points.shape == (5000, 3)
    assert points.dtype == np.float32


def test_that_the_same_content_and_seed_give_the_same_points() -> None:
    assert np.array_equal(
        sample_surface(chair_mesh(), 300, seed=4), sample_surface(chair_mesh(), 300, seed=4)
    )


def test_that_another_seed_gives_other_points() -> None:
    mesh = chair_mesh()
    assert not np.array_equal(sample_surface(mesh, 300, seed=4), sample_surface(mesh, 300, seed=5))


@settings(deadline=None)
@given(st.integers(0, 1000))
def test_that_the_order_of_vertices_faces_and_corners_changes_nothing(seed: int) -> None:
    mesh = chair_mesh()
    generator = np.random.default_rng(seed)
    vertex_order = generator.permutation(len(mesh.vertices))
    new_index = np.argsort(vertex_order)
    faces = new_index[mesh.faces][generator.permutation(len(mesh.faces))]
    faces = np.roll(faces, generator.integers(3), axis=1)[:, :: generator.choice([-1, 1])]
    shuffled = Mesh(mesh.vertices[vertex_order], faces)
    assert np.array_equal(sample_surface(mesh, 200, 1), sample_surface(shuffled, 200, 1))


def test_that_text_and_binary_precision_give_the_same_points() -> None:
    mesh = moved(chair_mesh(), np.eye(3) / 3)
    rounded = Mesh(mesh.vertices.astype(np.float32).astype(np.float64), mesh.faces)
    assert np.array_equal(sample_surface(mesh, 500, 2), sample_surface(rounded, 500, 2))


def test_that_a_mesh_far_from_its_origin_keeps_its_shape() -> None:
    near, far = chair_mesh(), moved(chair_mesh(), np.eye(3), (4.4e6, 5.1e6, 12.0))
    points = sample_surface_exactly(far, 2000) - [4.4e6, 5.1e6, 12.0]
    assert (points >= near.bounds[0] - 1e-6).all()
    assert (points <= near.bounds[1] + 1e-6).all()
    assert len(np.unique(points[:, 0].round(4))) > 500


def test_that_points_fall_in_proportion_to_area() -> None:
    # A box of 1 x 2 x 3: faces of 2, 3 and 6, twice each.
    points = sample_surface_exactly(box((1, 2, 3)), 60_000, seed=3)
    on_face = [np.isclose(points[:, axis], 0) for axis in range(3)]
    shares = [on.mean() for on in on_face]
    expected = np.array([6, 3, 2]) / 22
    deviation = np.sqrt(expected * (1 - expected) / 60_000)
    assert (np.abs(shares - expected) < 4 * deviation).all()


def test_that_points_are_uniform_within_a_triangle() -> None:
    triangle = Mesh(np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]]), np.array([[0, 1, 2]]))
    points = sample_surface_exactly(triangle, 40_000)
    # The middle triangle, between the middles of the sides, has a quarter of the area.
    in_middle = (points[:, 0] < 0.5) & (points[:, 1] < 0.5) & (points.sum(axis=1) > 0.5)
    assert in_middle.mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / 40_000))
    np.testing.assert_allclose(points.mean(axis=0), [1 / 3, 1 / 3, 0], atol=0.01)


def test_that_faces_without_area_get_no_points() -> None:
    mesh = box()
    faces = np.concatenate([[[0, 0, 1], [2, 2, 2]], mesh.faces, [[0, 7, 7]]])
    degenerate = Mesh(mesh.vertices, faces)
    points = sample_surface_exactly(degenerate, 5000)
    on_surface = np.isclose(points, 0) | np.isclose(points, 1)
    assert on_surface.any(axis=1).all()


def test_that_a_mesh_without_surface_is_refused() -> None:
    line = Mesh(np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0]]), np.array([[0, 1, 2]]))
    with pytest.raises(ValueError, match="no surface"):
        sample_surface(line, 10)


def test_that_resampling_takes_each_point_once_where_there_are_enough() -> None:
    points = np.random.default_rng(0).normal(size=(500, 3))
    chosen = resample_points(points, 200)
    assert len(np.unique(chosen, axis=0)) == 200
    assert {tuple(point) for point in chosen} <= {tuple(point) for point in points}


def test_that_resampling_repeats_points_evenly_where_there_are_few() -> None:
    points = np.random.default_rng(0).normal(size=(30, 3))
    _, counts = np.unique(resample_points(points, 100), axis=0, return_counts=True)
    assert len(counts) == 30
    assert set(counts) <= {3, 4}


def test_that_the_order_of_points_changes_neither_their_hash_nor_the_choice() -> None:
    points = np.random.default_rng(0).normal(size=(50, 3))
    assert points_hash(points) == points_hash(points[::-1])
    assert np.array_equal(resample_points(points, 20), resample_points(points[::-1], 20))
    assert points_hash(points) != points_hash(points[:-1])
