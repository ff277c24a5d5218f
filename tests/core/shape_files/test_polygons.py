import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.shape_files.polygons import triangulate


def covered(flat: np.ndarray, faces: np.ndarray) -> float:
    """The sum of the triangles' areas in the plane, each counted as positive."""
    a, b, c = (flat[faces[:, corner]] for corner in range(3))
    return float(np.abs((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]).sum() / 2)


def area(flat: np.ndarray) -> float:
    """Shoelace formula."""
    following = np.roll(flat, -1, axis=0)
    return float(abs((flat[:, 0] * following[:, 1] - following[:, 0] * flat[:, 1]).sum()) / 2)


def in_space(flat: np.ndarray, seed: int = 0) -> np.ndarray:
    """Flat points (n, 2) on some plane in space, lengths kept."""
    basis, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return np.asarray(flat @ basis[:2] + [1.0, -2.0, 3.0])


COMB = np.array(
    [[0, 0], [7, 0], [7, 3], [6, 3], [6, 1], [5, 1], [5, 3], [4, 3], [4, 1], [3, 1], [3, 3], [2, 3],
     [2, 1], [1, 1], [1, 3], [0, 3]],
    dtype=float,
)  # fmt: skip
ARROW = np.array([[0, 0], [2, 1], [0, 2], [0.5, 1]], dtype=float)
L_SHAPE = np.array([[0, 0], [3, 0], [3, 1], [1, 1], [1, 3], [0, 3]], dtype=float)


@pytest.mark.parametrize("flat", [COMB, ARROW, L_SHAPE, COMB[::-1], L_SHAPE[::-1]])
@pytest.mark.parametrize("first", range(4))
def test_that_a_concave_polygon_is_covered_exactly(flat: np.ndarray, first: int) -> None:
    flat = np.roll(flat, first, axis=0)
    faces = triangulate(in_space(flat), np.array([len(flat)]), np.arange(len(flat)))
    assert len(faces) == len(flat) - 2
    # A fan that leaves the polygon would cover more than its area.
    assert covered(flat, faces) == pytest.approx(area(flat))


@settings(max_examples=60, deadline=None)
@given(st.integers(5, 60), st.integers(0, 10_000))
def test_that_any_star_shaped_polygon_is_covered_exactly(corners: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    angles = np.sort(generator.uniform(0, 2 * np.pi, corners)) + np.linspace(0, 1e-3, corners)
    flat = np.stack([np.cos(angles), np.sin(angles)], 1) * generator.uniform(0.2, 1, (corners, 1))
    if np.diff(angles, append=angles[0] + 2 * np.pi).max() > 3:
        return  # the middle is outside, so it need not be star-shaped
    faces = triangulate(in_space(flat, seed), np.array([corners]), np.arange(corners))
    assert covered(flat, faces) == pytest.approx(area(flat), rel=1e-6)


def test_that_triangles_keep_the_winding_of_their_polygon() -> None:
    vertices = np.column_stack([L_SHAPE, np.zeros(6)])
    faces = triangulate(vertices, np.array([6]), np.arange(6))
    a, b, c = (vertices[faces[:, corner]] for corner in range(3))
    assert (np.cross(b - a, c - a)[:, 2] > 0).all()


def test_that_polygons_of_mixed_counts_come_out_in_their_order() -> None:
    vertices = np.random.default_rng(0).normal(size=(9, 3))
    counts = np.array([4, 2, 3, 5, 3])
    corners = np.array([0, 1, 2, 3, 7, 8, 4, 5, 6, 0, 2, 4, 6, 8, 6, 7, 8])
    faces = triangulate(vertices, counts, corners)
    assert len(faces) == 2 + 0 + 1 + 3 + 1
    assert set(faces[:2].ravel()) == {0, 1, 2, 3}
    np.testing.assert_array_equal(faces[2], [4, 5, 6])
    np.testing.assert_array_equal(faces[-1], [6, 7, 8])


def test_that_a_polygon_that_crosses_itself_still_ends() -> None:
    star = np.array([[np.cos(a), np.sin(a)] for a in np.arange(7) * 3 * 2 * np.pi / 7])
    faces = triangulate(in_space(star), np.array([7]), np.arange(7))
    assert faces.shape == (5, 3)
    flat_line = np.column_stack([np.arange(6.0), np.zeros((6, 2))])
    assert triangulate(flat_line, np.array([6]), np.arange(6)).shape == (4, 3)
