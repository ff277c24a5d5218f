"""Numbers as people say them."""

import math

import pytest

from mogvae_gui.views.words import plain_duration, short_number


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "under 1 s"),
        (12.4, "12 s"),
        (59.7, "1 min"),
        (200, "3 min 20 s"),
        (3600, "1 h"),
        (3_900, "1 h 5 min"),
        (90_000, "1 d 1 h"),
        (math.inf, "–"),
        (math.nan, "–"),
        (-1, "–"),
    ],
)
def test_that_a_duration_is_said_in_two_units_at_most(seconds: float, words: str) -> None:
    assert plain_duration(seconds) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (0.00003, "3.0e-05"),
        (0.01234, "0.0123"),
        (-4.567, "-4.57"),
        (412.3, "412"),
        (12_345, "12,345"),
        (math.nan, "–"),
    ],
)
def test_that_a_number_is_short(value: float, words: str) -> None:
    assert short_number(value) == words
