"""What is known of made chairs among others."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import LibraryError
from core.frame import Frame
from core.library import Chair
from core.made_chairs import FAMILIES, draw_made_chairs
from core.made_chairs.truth import truth_of


def chair(position: int, metadata: dict[str, str | float | int], scale: float = 0.5) -> Chair:
    return Chair(
        id=str(position),
        name=f"chair {position}",
        split="train",
        row=position,
        source="test",
        content_hash="",
        frame=replace(Frame.identity(), scale=scale),
        metadata=metadata,
    )


def test_that_made_chairs_are_found_with_what_all_families_share() -> None:
    made = draw_made_chairs(len(FAMILIES), seed=1)
    chairs = [chair(0, {"creator": "somebody"})]
    chairs += [chair(i + 1, each.as_metadata(), scale=0.4 + i) for i, each in enumerate(made)]

    truth = truth_of(chairs)

    np.testing.assert_array_equal(truth.positions, np.arange(len(made)) + 1)
    assert set(truth.families) == set(FAMILIES)
    assert set(truth.parameters) == {"seat_height", "seat_width", "back_height", "back_rake"}
    for i, each in enumerate(made):
        height = each.parameters["seat_height"] / (0.4 + i)  # normalised units, not metres
        assert truth.parameters["seat_height"][i] == pytest.approx(height)
        assert truth.parameters["back_rake"][i] == each.parameters["back_rake"]


def test_that_one_family_shares_all_its_parameters_but_counts() -> None:
    folding = [each for each in draw_made_chairs(60, seed=1) if each.family == "folding"]
    truth = truth_of([chair(i, each.as_metadata()) for i, each in enumerate(folding)])
    assert "stride" in truth.parameters
    assert "slats" not in truth.parameters
    assert len(truth.parameters["stride"]) == len(folding)


def test_that_without_made_chairs_there_is_nothing_known() -> None:
    truth = truth_of([chair(0, {})])
    assert (len(truth.positions), truth.families, truth.parameters) == (0, (), {})


def test_that_a_damaged_recipe_is_named() -> None:
    with pytest.raises(LibraryError, match="chair 0"):
        truth_of([chair(0, {"family": FAMILIES[0]})])
