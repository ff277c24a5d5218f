"""Colours: components differ, maps are monotone, values outside a range take its ends."""

import numpy as np
import pytest

from core.colours import (
    COMPONENT_COLOURS,
    Meaning,
    colour_table,
    colours_of,
    component_colour,
    component_colours,
)
from tests.core.colour_sight import as_seen, chosen_colours


def test_that_all_component_colours_differ() -> None:
    colours = component_colours()
    assert len(colours) == len(set(colours)) == COMPONENT_COLOURS


def test_that_the_colours_of_components_are_fixed() -> None:
    # A project's pictures of last year must still match: change these only on purpose.
    assert component_colour(0) == (230, 159, 0)
    assert component_colour(1) == (30, 115, 195)
    assert component_colour(COMPONENT_COLOURS) == component_colour(0)


def test_that_the_colours_in_the_table_are_those_that_lie_farthest_apart() -> None:
    assert component_colours() == chosen_colours()


@pytest.mark.parametrize("sight", [0, 1, 2], ids=["normal", "protanopia", "deuteranopia"])
def test_that_the_first_ten_components_can_be_told_apart(sight: int) -> None:
    seen = as_seen(np.array(component_colours()[:10]))[:, sight]
    distances = np.linalg.norm(seen[:, None] - seen[None, :], axis=-1)
    distances[np.diag_indices(len(seen))] = np.inf
    assert distances.min() > 0.05  # about three just noticeable differences of Oklab


@pytest.mark.parametrize("meaning", ["height", "error"])
def test_that_a_map_grows_lighter_all_the_way(meaning: Meaning) -> None:
    lightness = as_seen(colour_table(meaning))[:, :, 0]  # (256, sights)
    assert (lightness[-1] - lightness[0] > 0.3).all()
    assert (np.diff(lightness[::16], axis=0) > 0).all()


def test_that_values_outside_the_range_take_its_ends() -> None:
    colours = colours_of(np.array([-5.0, 0.0, 1.0, 9.0]), "height", 0.0, 1.0)
    assert (colours[0] == colours[1]).all()
    assert (colours[2] == colours[3]).all()
    assert (colours[1] != colours[2]).any()


def test_that_equal_values_nan_and_nothing_have_colours() -> None:
    assert colours_of(np.full(3, 2.0), "error").shape == (3, 3)
    assert colours_of(np.empty(0), "error").shape == (0, 3)
    table = colour_table("error")
    assert (colours_of(np.array([np.nan, 0.0, 1.0]), "error")[0] == table[0]).all()


def test_that_each_value_has_the_colour_of_its_place_between_the_ends() -> None:
    values = np.concatenate(
        [np.random.default_rng(0).uniform(-2, 2, 300), [np.nan, np.inf, -np.inf, -0.9, 0.9]]
    )
    table = colour_table("height")
    slowly = []
    for value in values:
        share = 0.0 if np.isnan(value) else min(max((value + 0.9) / 1.8, 0.0), 1.0)
        slowly.append(table[round(share * 255)])
    np.testing.assert_array_equal(colours_of(values, "height", -0.9, 0.9), slowly)
