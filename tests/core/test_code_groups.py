"""Means, analogies and neighbours of codes, and arrows from one group to another."""

import numpy as np
import pytest

from core.code_groups import analogy, arrows_of, mean_code, nearest_codes, spread_rows
from tests.small_project import scattered_codes


def test_that_a_mean_is_that_of_each_axis() -> None:
    assert mean_code(np.array([[1, 2], [3, 2], [5, 8]], dtype=np.float32)) == (3.0, 4.0)
    with pytest.raises(ValueError, match="at least one chair"):
        mean_code(np.zeros((0, 3)))


def test_that_an_analogy_gives_to_c_what_a_has_and_b_has_not() -> None:
    assert analogy((5.0, 1.0), (2.0, 4.0), (10.0, 10.0)) == (13.0, 7.0)


@pytest.mark.parametrize("latent", [2, 3, 8, 64])
@pytest.mark.parametrize("count", [1, 5, 40, 100])
def test_that_neighbours_are_the_first_of_all_in_order(latent: int, count: int) -> None:
    codes = scattered_codes(60, latent)
    codes[7] = codes[3]  # twins
    codes[11] = np.nan  # removed since
    place = tuple(float(value) for value in codes[3] + 0.01)

    rows, distances = nearest_codes(codes, place, count)

    slowly = sorted(
        (float(np.linalg.norm(code.astype(np.float64) - place)), row)
        for row, code in enumerate(codes)
        if row != 11
    )[:count]
    assert rows.tolist() == [row for _, row in slowly]
    np.testing.assert_allclose(distances, [distance for distance, _ in slowly])


def test_that_nobody_is_near_where_nobody_is() -> None:
    for codes, count in ((np.zeros((0, 3)), 4), (np.zeros((3, 3)), 0)):
        rows, distances = nearest_codes(codes, (0.0, 0.0, 0.0), count)
        assert len(rows) == len(distances) == 0


def test_that_each_spread_point_is_the_farthest_from_those_before() -> None:
    points = np.random.default_rng(3).normal(size=(80, 3))
    rows = spread_rows(points, 12)

    for place in range(1, 12):
        gaps = np.linalg.norm(points[:, None] - points[rows[:place]], axis=2).min(axis=1)
        assert gaps[rows[place]] == pytest.approx(gaps.max())
    assert sorted(spread_rows(points[:5], 12)) == [0, 1, 2, 3, 4]


def test_that_arrows_stand_where_points_move_and_carry_their_displacement() -> None:
    points = np.random.default_rng(4).normal(size=(300, 3)).astype(np.float32)
    displacement = np.zeros_like(points)
    moving = points[:, 2] > 0.5
    displacement[moving] = points[moving] * 0.3

    arrows = arrows_of(points, displacement, count=20)

    assert len(arrows.starts) == 20
    assert (arrows.starts[:, 2] > 0.5).all()
    np.testing.assert_allclose(arrows.vectors, 0.3 * arrows.starts, rtol=1e-5)
    assert len(arrows_of(points, np.zeros_like(points)).starts) == 0
