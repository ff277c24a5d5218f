"""What a line drawn by hand encloses, and how it joins what was chosen."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.selection import Joining, box_corners, inside_polygon, joined

IDS = st.lists(st.sampled_from("abcdef"), max_size=8)


def inside_slowly(point: tuple[float, float], corners: list[tuple[float, float]]) -> bool:
    """By the angles under which the edges are seen: the outline goes an odd number of times round.

    The number of crossings of a ray and the number of turns are odd together.
    """
    x, y = point
    angles = [math.atan2(corner_y - y, corner_x - x) for corner_x, corner_y in corners]
    total = 0.0
    for first, second in zip(angles, angles[1:] + angles[:1], strict=True):
        total += math.remainder(second - first, math.tau)
    return round(total / math.tau) % 2 == 1


@given(
    st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=3, max_size=12),
    st.integers(0, 2**32 - 1),
)
def test_that_all_points_at_once_are_as_each_by_itself(
    corners: list[tuple[float, float]], seed: int
) -> None:
    points = np.random.default_rng(seed).uniform(-10, 10, size=(40, 2))
    expected = [inside_slowly((float(x), float(y)), corners) for x, y in points]
    found = inside_polygon(points, np.array(corners))

    # On the line itself rounding decides.
    differing = np.flatnonzero(found != np.array(expected))
    assert all(nearest_edge(points[i], corners) < 1e-6 for i in differing)


def nearest_edge(point: np.ndarray, corners: list[tuple[float, float]]) -> float:
    """Distance to the outline."""
    distances = []
    for first, second in zip(corners, corners[1:] + corners[:1], strict=True):
        a, b = np.array(first), np.array(second)
        length = float((b - a) @ (b - a))
        share = 0.0 if length == 0 else float(np.clip((point - a) @ (b - a) / length, 0, 1))
        distances.append(math.dist(point, a + share * (b - a)))
    return min(distances)


def test_that_a_bay_and_a_hole_are_outside() -> None:
    bay = np.array([[0, 0], [6, 0], [6, 6], [4, 6], [4, 2], [2, 2], [2, 6], [0, 6]], dtype=float)
    points = np.array([[1, 3], [3, 4], [5, 3], [3, 1], [7, 1], [-1, 3]], dtype=float)
    assert inside_polygon(points, bay).tolist() == [True, False, True, True, False, False]
    # A five-pointed star drawn in one line goes round its middle twice.
    angles = np.pi / 2 + 2 * np.pi * np.arange(5) * 2 / 5
    star = np.column_stack([np.cos(angles), np.sin(angles)])
    assert inside_polygon(np.array([[0.0, 0.0], [0.0, 0.8]]), star).tolist() == [False, True]


def test_that_a_ray_through_a_corner_counts_it_once() -> None:
    diamond = np.array([[0, -2], [2, 0], [0, 2], [-2, 0]], dtype=float)
    points = np.array([[-1, 0], [-3, 0], [3, 0], [0, 0]], dtype=float)
    assert inside_polygon(points, diamond).tolist() == [True, False, False, True]


def test_that_what_cannot_be_seen_is_outside() -> None:
    points = np.array([[np.inf, np.inf], [np.nan, 1.0], [1.0, 1.0]])
    assert inside_polygon(points, box_corners((5, 5), (0, 0))).tolist() == [False, False, True]
    assert not inside_polygon(points, np.array([[0.0, 0.0], [9.0, 9.0]])).any()


@given(IDS, IDS, st.sampled_from(["replace", "add", "remove"]))
def test_that_joining_is_that_of_sets_and_the_shown_chair_stays_first(
    before: list[str], found: list[str], joining: Joining
) -> None:
    chosen = tuple(dict.fromkeys(before))
    after = joined(chosen, found, joining)

    expected = {
        "replace": set(found),
        "add": set(chosen) | set(found),
        "remove": set(chosen) - set(found),
    }[joining]
    assert set(after) == expected
    assert len(after) == len(expected)
    if chosen and chosen[0] in after:
        assert after[0] == chosen[0]


@pytest.mark.parametrize("first", [(1, 2), (4, 2), (4, 8), (1, 8)])
def test_that_a_box_may_be_drawn_from_any_corner(first: tuple[float, float]) -> None:
    last = (5 - first[0], 10 - first[1])
    points = np.array([[2, 3], [0, 3], [2, 9]], dtype=float)
    assert inside_polygon(points, box_corners(first, last)).tolist() == [True, False, False]
