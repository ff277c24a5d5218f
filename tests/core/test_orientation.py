from collections import Counter
from functools import cache

import numpy as np
import pytest

from core.frame import AXES, NO_ROTATION, UPRIGHT_ROTATIONS, Axis
from core.made_chairs import build_mesh, draw_made_chairs
from core.orientation import (
    judge_facing,
    judge_up,
    turned_about_z,
)
from core.sampling import sample_surface_exactly
from tests.small_shapes import box, chair_mesh, moved, stool_mesh


@cache
def made_clouds() -> list[tuple[str, np.ndarray]]:
    """Chairs of every family, z up and backrest at +y."""
    chairs = draw_made_chairs(36, seed=5)
    return [(chair.family, sample_surface_exactly(build_mesh(chair), 1500)) for chair in chairs]


def in_pose(cloud: np.ndarray, up: Axis, quarter_turns: int) -> np.ndarray:
    """z-up points as a file with another up axis would hold them, turned about the vertical."""
    turned = cloud @ np.array(turned_about_z(NO_ROTATION, quarter_turns)).T
    return np.asarray(turned @ np.array(UPRIGHT_ROTATIONS[up]))


@pytest.mark.parametrize("up", AXES)
def test_that_the_up_axis_of_made_chairs_is_found_in_every_pose(up: Axis) -> None:
    found: Counter[bool] = Counter()
    for number, (_, cloud) in enumerate(made_clouds()):
        guess = judge_up(in_pose(cloud, up, number % 4) * 40 + 7)
        found[guess.axis == up] += 1
        assert guess.axis == up or not guess.certain  # a wrong guess must not be sure of itself
    assert found[True] >= 0.97 * found.total()


def test_that_the_reason_names_what_was_seen() -> None:
    axis, reason, _ = judge_up(sample_surface_exactly(chair_mesh(), 1500))
    assert axis == "z"
    assert "level seat at" in reason or "feet that reach" in reason


def test_that_a_cube_has_no_certain_up_axis_and_takes_the_expected_one() -> None:
    cube = sample_surface_exactly(box(), 1500)
    assert not judge_up(cube).certain
    for axis in AXES:
        guess = judge_up(cube, expected=axis)
        assert guess.axis == axis
        assert "usual for such files" in guess.reason


def test_that_a_flat_cloud_and_a_single_point_are_judged_without_error() -> None:
    assert judge_up(np.zeros((5, 3))).axis in AXES
    assert judge_up([[1.0, 2.0, 3.0]]).axis in AXES
    assert judge_up(np.column_stack([np.random.default_rng(0).random((50, 2)), np.zeros(50)]))
    assert judge_facing(np.zeros((5, 3))).quarter_turns == 0


@pytest.mark.parametrize("quarter_turns", range(4))
def test_that_the_backrest_of_made_chairs_is_brought_to_the_back(quarter_turns: int) -> None:
    wrong = []
    for family, cloud in made_clouds():
        turned = in_pose(cloud, "z", quarter_turns)
        guess = judge_facing(turned)
        if (guess.quarter_turns + quarter_turns) % 4 and guess.certain:
            wrong.append(family)
    assert not wrong


def test_that_most_made_chairs_show_a_backrest() -> None:
    certain = [judge_facing(cloud).certain for _, cloud in made_clouds()]
    assert sum(certain) >= 0.9 * len(certain)


def test_that_a_stool_is_left_as_it_is() -> None:
    turns, reason, _ = judge_facing(sample_surface_exactly(stool_mesh(), 3000))
    assert turns == 0
    assert "no backrest" in reason


@pytest.mark.parametrize("quarter_turns", range(4))
def test_that_the_found_turn_brings_a_plain_chair_back(quarter_turns: int) -> None:
    turn = np.array(turned_about_z(NO_ROTATION, quarter_turns))
    cloud = sample_surface_exactly(moved(chair_mesh(), turn), 3000)
    assert judge_facing(cloud).quarter_turns == (4 - quarter_turns) % 4


def test_that_four_quarter_turns_change_nothing() -> None:
    rotation = UPRIGHT_ROTATIONS["x"]
    for _ in range(4):
        rotation = turned_about_z(rotation, 1)
    assert rotation == UPRIGHT_ROTATIONS["x"]
    assert turned_about_z(rotation, 3) == turned_about_z(turned_about_z(rotation, 2), 1)
