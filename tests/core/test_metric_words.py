"""How metrics read."""

import dataclasses

import pytest

from core.metric_words import (
    LABELS,
    MEANINGS,
    badness,
    difference_text,
    few_samples_words,
    is_better,
    signed,
    value_text,
)
from core.metrics import PairMetrics


def test_that_every_label_is_of_a_metric_and_has_a_meaning() -> None:
    fields = {field.name for field in dataclasses.fields(PairMetrics)}
    assert set(LABELS) <= fields
    assert set(MEANINGS) == set(LABELS)
    for key, meaning in MEANINGS.items():
        way = "Higher" if key == "f_score" else "Lower"
        assert meaning.endswith(f"{way} is better.")


@pytest.mark.parametrize("metric", ["cd_1", "cd_sq", "emd"])
def test_that_of_distances_the_lower_is_better_and_of_the_f_score_the_higher(metric: str) -> None:
    assert is_better(metric, 0.1, 0.2)
    assert not is_better(metric, 0.2, 0.2)
    assert badness(metric, 0.2) > badness(metric, 0.1)
    assert is_better("f_score", 0.2, 0.1)
    assert badness("f_score", 0.1) > badness("f_score", 0.2)


def test_that_a_likelihood_by_hardly_a_sample_is_said_to_be_one() -> None:
    words = few_samples_words(1.13, 16)
    assert words is not None
    assert "hardly more than one sample (1.1 of 16 count)" in words
    assert few_samples_words(2.0, 16) is None


def test_that_values_have_the_places_that_tell_chairs_apart() -> None:
    assert value_text("cd_1", 0.05213) == "0.0521"
    assert value_text("cd_sq", 0.000123) == "0.00012"
    assert value_text("f_score", 0.0731) == "7.3 %"
    assert value_text("emd", None) == "–"


def test_that_differences_have_a_sign_unless_they_round_to_nothing() -> None:
    assert difference_text("cd_1", 0.0021) == "+0.0021"
    assert difference_text("cd_1", -0.0021) == "−0.0021"
    assert difference_text("cd_1", -0.00001) == "0.0000"
    assert difference_text("f_score", -0.012) == "−1.2 %"
    assert difference_text("emd", None) == "–"
    assert signed(-0.0, 2) == "0.00"
