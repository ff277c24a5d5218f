"""Where a reconstruction is wrong is found, the worst first, and the camera gets there."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from core.camera_glides import glide, pose_to_see
from core.nearest import nearest
from core.places import CameraPose
from core.worst_regions import worst_regions

NOW = CameraPose((-1.5, -3.0, 1.2), (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), 30.0)


def plate(count: int = 3000, seed: int = 0) -> np.ndarray:
    """Points of a square plate with sides of 1.2."""
    points = np.random.default_rng(seed).uniform(-0.6, 0.6, size=(count, 3))
    points[:, 2] = 0.0
    return points


def with_errors(original: np.ndarray, other: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    return [
        (original, nearest(original, other)[1]),
        (other, nearest(other, original)[1]),
    ]


def blob(centre: tuple[float, float, float], count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(centre, 0.03, size=(count, 3))


def test_that_what_is_missing_and_what_was_invented_are_found_the_worst_first() -> None:
    armrest, knob = blob((0.3, 0.3, 0.5), 150, 1), blob((-0.4, 0.0, -0.3), 60, 2)
    original = np.concatenate([plate(seed=3), armrest])
    other = np.concatenate([plate(seed=4), knob])

    missing, invented, *_ = worst_regions(with_errors(original, other))

    assert missing.side == 0
    np.testing.assert_allclose(missing.centre, [0.3, 0.3, 0.5], atol=0.02)
    assert missing.points == pytest.approx(150, abs=3)
    assert missing.mean_error == pytest.approx(0.5, abs=0.02)
    assert missing.worst_error > missing.mean_error
    assert invented.side == 1
    np.testing.assert_allclose(invented.centre, [-0.4, 0.0, -0.3], atol=0.02)
    assert invented.mean_error == pytest.approx(0.3, abs=0.02)


def test_that_a_few_points_far_off_are_no_region() -> None:
    original = np.concatenate([plate(seed=3), [[0, 0, 2.0], [0.0, 1.9, 0.0], [0, -1.8, 0.3]]])

    regions = worst_regions(with_errors(original, plate(seed=4)))

    assert all(region.worst_error < 0.2 for region in regions)


def test_that_two_places_apart_are_two_regions_in_sparse_clouds_too() -> None:
    for share in (1, 12):
        parts = [plate(seed=5), blob((0.5, 0.5, 0.4), 140, 6), blob((-0.5, 0.5, 0.4), 72, 7)]
        original = np.concatenate(parts)[::share]
        other = plate(seed=8)[::share]
        regions = worst_regions(with_errors(original, other))
        firm = [region for region in regions if region.mean_error > 0.3]
        assert [np.sign(region.centre[0]) for region in firm] == [1, -1]


def test_that_a_perfect_reconstruction_has_no_worst_region() -> None:
    cloud = plate()
    assert worst_regions(with_errors(cloud, cloud)) == ()
    assert worst_regions([(cloud[:1], np.zeros(1))]) == ()


def test_that_there_are_never_more_regions_than_asked_for() -> None:
    blobs = [blob((x / 3, y / 3, 0.5), 20, 10 + x + 5 * y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    errors = with_errors(np.concatenate([plate(seed=1), *blobs]), plate(seed=2))

    assert len(worst_regions(errors, most=3)) == 3
    assert len(worst_regions(errors, most=20)) >= 9


def direction_of(pose: CameraPose) -> np.ndarray:
    way = np.subtract(pose.position, pose.focal_point)
    return np.asarray(way / np.linalg.norm(way))


def test_that_a_region_is_seen_large_from_outside_and_the_right_way_up() -> None:
    for centre in ([0.0, 0.8, 0.1], [0.7, 0.0, -0.4], [0.0, 0.0, 0.9], [0.0, 0.0, -0.9]):
        pose = pose_to_see(np.array(centre), 0.1, NOW)
        np.testing.assert_allclose(pose.focal_point, centre)
        distance = np.linalg.norm(np.subtract(pose.position, pose.focal_point))
        assert 0.9 <= distance <= np.linalg.norm(NOW.position)
        assert direction_of(pose) @ centre / np.linalg.norm(centre) > 0.25
        assert abs(direction_of(pose)[2]) < 0.95
    far = pose_to_see(np.array([0.0, -0.5, 0.0]), 5.0, NOW)
    assert np.linalg.norm(np.subtract(far.position, far.focal_point)) == pytest.approx(
        np.linalg.norm(NOW.position)
    )


def test_that_a_region_that_faces_the_eye_is_seen_from_where_one_looks_now() -> None:
    pose = pose_to_see(np.array([0.0, -0.6, 0.1]), 0.1, NOW)

    np.testing.assert_allclose(direction_of(pose), direction_of(NOW))


def test_that_a_glide_over_a_map_zooms_in_equal_ratios() -> None:
    start = dataclasses.replace(NOW, parallel_scale=1.0)
    end = dataclasses.replace(NOW, parallel_scale=4.0)

    assert glide(start, end, 0.5).parallel_scale == pytest.approx(2.0)
    assert glide(NOW, end, 0.5).parallel_scale == 4.0
    assert glide(end, NOW, 0.5).parallel_scale is None
    assert pose_to_see(np.array([0.0, -0.6, 0.1]), 0.1, end).parallel_scale == 4.0


def test_that_a_glide_begins_and_ends_exactly_and_keeps_its_distance_between() -> None:
    for end in (
        CameraPose((2.0, 2.0, 0.5), (0.1, 0.2, 0.3), (0.0, 0.0, 1.0), 20.0),
        CameraPose((1.5, 3.0, -1.2), (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), 30.0),  # right behind
        dataclasses.replace(NOW, view_angle=40.0),
    ):
        assert glide(NOW, end, 0.0) == NOW
        assert glide(NOW, end, 1.0) == end
        near = np.linalg.norm(np.subtract(NOW.position, NOW.focal_point))
        far = np.linalg.norm(np.subtract(end.position, end.focal_point))
        ways = [glide(NOW, end, share) for share in np.linspace(0.02, 0.98, 25)]
        for pose in ways:
            distance = np.linalg.norm(np.subtract(pose.position, pose.focal_point))
            assert min(near, far) - 1e-9 <= distance <= max(near, far) + 1e-9
        middle = glide(NOW, end, 0.5)
        distance = np.linalg.norm(np.subtract(middle.position, middle.focal_point))
        assert distance == pytest.approx(np.sqrt(near * far))
        steps = [direction_of(one) @ direction_of(other) for one, other in pairwise(ways)]
        assert min(steps) > 0.95  # no jump
