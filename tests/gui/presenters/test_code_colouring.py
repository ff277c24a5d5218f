"""Which colour and size a code takes, and what that means."""

import dataclasses

import numpy as np
import pytest

from core.colours import component_colour
from core.library import Chair
from mogvae_gui.presenters.code_colouring import (
    MOST_KINDS,
    UNKNOWN,
    code_colours,
    columns_to_colour,
    size_steps,
)
from tests.gui.presenters.fakes import chair, latent_map

IDS = tuple(f"id-{n}" for n in range(6))


def chairs(**columns: list[str | float | None]) -> dict[str, Chair]:
    """Six chairs with these values; None where a chair has none."""
    made = {}
    for number in range(6):
        metadata = {name: v[number] for name, v in columns.items() if v[number] is not None}
        plain = chair(str(number))
        made[plain.id] = dataclasses.replace(plain, metadata=metadata)  # type: ignore[arg-type]
    return made


def test_that_numbers_take_a_map_and_words_take_colours_of_their_own() -> None:
    known = chairs(legs=[1.0, 3.0, 5.0, None, 3.0, 1.0], maker=["b", "a", "b", "b", "", "a"])
    numbers = code_colours(latent_map(IDS), "column:legs", known)
    assert numbers.scale == ("1", "5")
    assert (numbers.colours[1] == numbers.colours[4]).all()
    assert tuple(numbers.colours[3]) == UNKNOWN
    brightness = numbers.colours[[0, 1, 2]].sum(axis=1)
    assert (np.diff(brightness) > 0).all()  # readable without colour

    words = code_colours(latent_map(IDS), "column:maker", known)
    assert words.scale is None
    assert words.kinds == (
        (component_colour(1), "b"),
        (component_colour(0), "a"),
        (UNKNOWN, "not known"),
    )
    assert tuple(words.colours[0]) == component_colour(1)
    assert tuple(words.colours[4]) == UNKNOWN


def test_that_the_legend_of_numbers_says_what_grey_means() -> None:
    known = chairs(seat=[0.4, 0.5, 0.4, 0.5, 0.6, None])
    some = code_colours(latent_map(IDS), "column:seat", known)
    assert some.scale == ("0.4", "0.6")
    assert some.note == "grey: not known"
    assert tuple(some.colours[5]) == UNKNOWN

    known = chairs(seat=[0.4, 0.5, 0.4, 0.5, 0.6, 0.4])
    every = code_colours(latent_map(IDS), "column:seat", known)
    assert every.note == ""


def test_that_a_kind_keeps_its_colour_whatever_is_more_frequent() -> None:
    first = code_colours(latent_map(IDS), "family", chairs(family=["a", "b", "b", "b", "b", "b"]))
    second = code_colours(latent_map(IDS), "family", chairs(family=["a", "a", "a", "a", "a", "b"]))
    assert (first.colours[0] == second.colours[0]).all()
    assert [words for _, words in first.kinds] == ["b", "a"]


def test_that_errors_are_those_of_the_evaluated_chairs() -> None:
    errors = {"id-0": 0.2, "id-4": 0.4, "gone": 9.0}
    shown = code_colours(latent_map(IDS), "error", chairs(), errors)
    assert shown.scale == ("CD₁ 0.2", "0.4")
    assert shown.note == "2 of 6 chairs are evaluated"
    assert tuple(shown.colours[1]) == UNKNOWN
    assert tuple(shown.colours[0]) != tuple(shown.colours[4])


def test_that_the_legend_names_components_the_largest_first() -> None:
    wide = latent_map((*IDS, "id-6"), count=3)
    shown = code_colours(wide, "component", {}, names=["Stools", "Component 2", "Component 3"])
    assert shown.kinds[0] == (component_colour(0), "Stools")
    assert len(shown.kinds) == 3


def test_that_columns_that_tell_nothing_apart_are_not_offered() -> None:
    known = chairs(
        legs=[1.0, 3.0, 5.0, None, 3.0, 1.0],
        maker=["b", "a", "b", "b", "a", "a"],
        licence=["CC0"] * 6,
        family=["a", "b"] * 3,
    )
    assert columns_to_colour(list(known.values())) == ["maker", "legs"]  # known of more chairs
    many = [
        dataclasses.replace(chair(str(n)), metadata={"title": f"t{n}", "height": float(n)})
        for n in range(MOST_KINDS + 1)
    ]
    assert columns_to_colour(many) == ["height"]


def test_that_sizes_are_thirds_and_what_is_unknown_has_the_usual_size() -> None:
    values = np.array([0.5, np.nan, 0.1, 0.2, 0.9, 0.8, 0.4])
    assert size_steps(values).tolist() == [2, 0, 1, 1, 3, 3, 2]
    assert size_steps(np.full(3, np.nan)).tolist() == [0, 0, 0]


@pytest.mark.parametrize("key", ["component", "split", "family", "error", "column:gone"])
def test_that_no_codes_have_no_colours(key: str) -> None:
    assert code_colours(latent_map(()), key, {}).colours.shape == (0, 3)
