from collections import Counter

import numpy as np
import pytest

from core.errors import LibraryError
from core.made_chairs import (
    FAMILIES,
    build_mesh,
    draw_made_chairs,
    made_chair_from_metadata,
)


def test_that_the_same_seed_draws_the_same_chairs() -> None:
    assert draw_made_chairs(30, seed=4) == draw_made_chairs(30, seed=4)


def test_that_another_seed_draws_other_chairs() -> None:
    first, second = draw_made_chairs(24, seed=0), draw_made_chairs(24, seed=1)
    assert [chair.family for chair in first] != [chair.family for chair in second]
    assert not {chair.name for chair in first} & {chair.name for chair in second}
    recipes = {tuple(chair.parameters.items()) for chair in first + second}
    assert len(recipes) == 48


def test_that_a_longer_draw_begins_with_the_shorter_one() -> None:
    assert draw_made_chairs(40, seed=7)[:17] == draw_made_chairs(17, seed=7)


@pytest.mark.parametrize("count", [5, 24, 100])
def test_that_families_are_dealt_evenly(count: int) -> None:
    drawn = Counter(chair.family for chair in draw_made_chairs(count, seed=2))
    numbers = [drawn[family] for family in FAMILIES]
    assert max(numbers) - min(numbers) <= 1


def test_that_families_do_not_come_in_a_fixed_order() -> None:
    families = [chair.family for chair in draw_made_chairs(2 * len(FAMILIES), seed=2)]
    assert families[: len(FAMILIES)] != families[len(FAMILIES) :]


def test_that_names_are_unique_within_a_draw() -> None:
    chairs = draw_made_chairs(60, seed=3)
    assert len({chair.name for chair in chairs}) == 60


@pytest.mark.parametrize(("count", "seed"), [(-1, 0), (1, -1)])
def test_that_negative_counts_and_seeds_are_refused(count: int, seed: int) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        draw_made_chairs(count, seed)


def test_that_a_chair_comes_back_from_its_metadata() -> None:
    for chair in draw_made_chairs(len(FAMILIES), seed=9):
        metadata = {**chair.as_metadata(), "licence": "CC0-1.0"}
        again = made_chair_from_metadata(chair.name, metadata)
        assert again == chair
        assert build_mesh(again).content_hash == build_mesh(chair).content_hash


def test_that_an_unknown_family_is_named_with_the_known_ones() -> None:
    with pytest.raises(LibraryError, match=r"my chair.*'sofa'.*dining.*wingback"):
        made_chair_from_metadata("my chair", {"family": "sofa"})


@pytest.mark.parametrize("value", [None, "tall", float("nan")])
def test_that_a_parameter_that_is_no_number_is_named(value: float | str | None) -> None:
    metadata = draw_made_chairs(1, seed=0)[0].as_metadata()
    del metadata["seat_height"]
    if value is not None:
        metadata["seat_height"] = value
    with pytest.raises(LibraryError, match="my chair: seat_height"):
        made_chair_from_metadata("my chair", metadata)


def test_that_what_cancels_is_zero_so_that_every_processor_makes_the_same_shape() -> None:
    for chair in draw_made_chairs(2 * len(FAMILIES), seed=3):
        vertices = build_mesh(chair).vertices
        assert not vertices[np.abs(vertices) < 1e-9].any()
