import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from core.correspondence import choose_template, match_points, transport_cost
from core.made_chairs import draw_made_chairs, made_clouds

Points = NDArray[np.float32]


def box_surface(count: int, sides: tuple[float, float, float], seed: int) -> Points:
    """Points on the six sides of a box, a stand-in for a piece of furniture."""
    generator = np.random.default_rng(seed)
    points = generator.uniform(-1, 1, (count, 3))
    axis = generator.integers(0, 3, count)
    points[np.arange(count), axis] = np.sign(points[np.arange(count), axis])
    return (points * sides / np.linalg.norm(sides)).astype(np.float32)


def best_cost(points: Points, others: Points) -> float:
    costs = cdist(points, others, "sqeuclidean")
    return float(costs[linear_sum_assignment(costs)].mean())


def test_that_small_clouds_get_the_best_assignment() -> None:
    template, cloud = box_surface(300, (1, 1, 1), 1), box_surface(300, (1, 2, 0.3), 2)

    order = match_points(template, cloud)

    assert order.dtype == np.int32
    assert transport_cost(template, cloud, order) == pytest.approx(best_cost(template, cloud))


@settings(max_examples=10, deadline=None)
@given(st.integers(1025, 1600), st.integers(0, 1000))
def test_that_every_point_of_a_large_cloud_is_used_once(count: int, seed: int) -> None:
    template, cloud = box_surface(count, (1, 1, 1), seed), box_surface(count, (1, 2, 0.3), seed + 1)

    order = match_points(template, cloud)

    assert order.dtype == np.int32
    np.testing.assert_array_equal(np.sort(order), np.arange(count))


def test_that_large_clouds_come_within_a_tenth_or_so_of_the_best_assignment() -> None:
    chairs = draw_made_chairs(2, seed=5)
    template, cloud = (made.points for made in made_clouds(chairs, 1500, seed=5, processes=1))

    order = match_points(template, cloud)

    assert transport_cost(template, cloud, order) < 1.12 * best_cost(template, cloud)
    np.testing.assert_array_equal(order, match_points(template, cloud))


def test_that_the_copy_of_a_cloud_in_another_order_lies_close_to_it() -> None:
    template = box_surface(1200, (1, 1, 1), 1)
    copy = np.random.default_rng(0).permutation(template)

    cost = transport_cost(template, copy, match_points(template, copy))

    # The mean squared distance to the nearest other point is a scale for "close".
    distances = cdist(template, template, "sqeuclidean")
    np.fill_diagonal(distances, np.inf)
    assert cost < 2 * distances.min(axis=1).mean()


def test_that_points_all_at_one_place_can_be_matched() -> None:
    template = box_surface(1100, (1, 1, 1), 1)

    order = match_points(template, np.zeros_like(template))

    np.testing.assert_array_equal(np.sort(order), np.arange(1100))


def test_that_clouds_that_do_not_fit_are_refused() -> None:
    cloud = box_surface(50, (1, 1, 1), 1)
    with pytest.raises(ValueError, match="same number of points"):
        match_points(cloud, cloud[:49])
    with pytest.raises(ValueError, match="not finite"):
        match_points(cloud, np.full_like(cloud, np.nan))


def test_that_the_template_is_a_cloud_from_the_middle_of_the_library() -> None:
    widths = [0.2, 0.6, 0.9, 1.0, 1.1, 1.4, 4.0]
    clouds = np.stack([box_surface(400, (w, 1, 1), seed) for seed, w in enumerate(widths)])

    template = choose_template(clouds)

    chosen = [set(map(tuple, template)) == set(map(tuple, cloud)) for cloud in clouds]
    assert sum(chosen) == 1
    assert 0.6 <= widths[chosen.index(True)] <= 1.4
    assert not (template == clouds[chosen.index(True)]).all()  # shuffled
    np.testing.assert_array_equal(template, choose_template(clouds))
    only = choose_template(clouds, np.array([6]))
    assert set(map(tuple, only)) == set(map(tuple, clouds[6]))
    with pytest.raises(ValueError, match="import chairs"):
        choose_template(clouds, np.array([], dtype=np.int64))
