"""The sentence about two runs, on made-up figures."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.metric_words import LABELS
from core.paired_comparison import PairedComparison, compare_paired
from core.plain_conclusion import ONE_TRAINING, better_run, conclusion, conclusions


def shown(difference: float, half_width: float) -> PairedComparison:
    interval = (difference - half_width, difference + half_width)
    return PairedComparison(difference, 0.0004, 0.002, interval, 40)


def not_shown(difference: float = -0.0004, chairs: int = 40) -> PairedComparison:
    return PairedComparison(difference, 0.21, 0.187, (-0.0011, 0.0003), chairs)


def test_that_a_shown_difference_names_the_better_run_and_how_much_better() -> None:
    sentence = conclusion("cd_1", shown(-0.0083, 0.0018), "mixture", "plain")
    assert sentence == (
        "mixture is better than plain in CD₁: lower by 0.0083 on average, 95 % interval 0.0065 to "
        "0.0101, paired t-test p < 0.001, Wilcoxon p = 0.002, 40 chairs."
    )


def test_that_the_second_run_can_be_the_better_one() -> None:
    sentence = conclusion("emd", shown(0.0083, 0.0018), "mixture", "plain")
    assert sentence.startswith("plain is better than mixture in EMD: lower by 0.0083 on average")
    assert "interval 0.0065 to 0.0101" in sentence


def test_that_of_the_f_score_the_higher_is_better_and_counts_in_percentage_points() -> None:
    sentence = conclusion("f_score", shown(0.031, 0.01), "mixture", "plain")
    assert sentence.startswith(
        "mixture is better than plain in F-score: higher by 3.1 percentage points on average, "
        "95 % interval 2.1 to 4.1,"
    )


def test_that_no_difference_is_shown_where_there_is_none() -> None:
    sentence = conclusion("cd_1", not_shown(), "mixture", "plain")
    assert sentence == (
        "No difference is shown in CD₁: mixture minus plain is −0.00040 on average, 95 % interval "
        "−0.00110 to +0.00030, paired t-test p = 0.21, Wilcoxon p = 0.19, 40 chairs."
    )


@pytest.mark.parametrize(
    ("p_t", "p_wilcoxon", "interval"),
    [
        (0.06, 0.01, (-0.02, -0.001)),
        (0.01, 0.06, (-0.02, -0.001)),
        (0.01, 0.01, (-0.02, 0.001)),
    ],
)
def test_that_one_doubt_is_enough_to_show_no_difference(
    p_t: float, p_wilcoxon: float, interval: tuple[float, float]
) -> None:
    comparison = PairedComparison(-0.01, p_t, p_wilcoxon, interval, 40)
    assert conclusion("cd_1", comparison, "a", "b").startswith("No difference is shown")
    assert better_run("cd_1", comparison) is None


def test_that_few_chairs_are_said_to_be_too_few() -> None:
    assert conclusion("cd_1", not_shown(chairs=5), "a", "b").endswith(
        "Fewer than 6 chairs cannot show any."
    )
    assert "Fewer" not in conclusion("cd_1", not_shown(chairs=6), "a", "b")
    one = PairedComparison(0.1, None, None, None, 1)
    assert conclusion("cd_1", one, "a", "b") == "One chair is too few to compare a and b in CD₁."


def test_that_six_chairs_can_show_a_difference_and_five_cannot() -> None:
    gaps = np.array([0.10, 0.11, 0.09, 0.12, 0.08, 0.105])
    assert "b is better than a" in conclusion("cd_1", compare_paired(gaps, 0 * gaps), "a", "b")
    five = compare_paired(gaps[:5], 0 * gaps[:5])
    assert conclusion("cd_1", five, "a", "b").startswith("No difference is shown")


def test_that_the_same_run_twice_is_the_same_on_each_chair() -> None:
    values = np.array([0.3, 0.1, 0.2])
    sentence = conclusion("cd_sq", compare_paired(values, values), "a", "a")
    assert sentence == "No difference is shown in CD²: a and a are the same on each of 3 chairs."


def test_that_a_figure_that_is_not_defined_is_said_so() -> None:
    shifted = compare_paired(np.array([0.3, 0.1, 0.2]) + 0.05, np.array([0.3, 0.1, 0.2]))
    assert "paired t-test not defined" in conclusion("cd_1", shifted, "a", "b")


def test_that_all_metrics_are_told_and_what_they_leave_open() -> None:
    paired = {metric: not_shown() for metric in LABELS}
    told = conclusions(paired, "a", "b")
    assert len(told) == len(LABELS) + 1
    for sentence, label in zip(told, LABELS.values(), strict=False):
        assert f"in {label}:" in sentence
    assert told[-1] == ONE_TRAINING
    assert len(conclusions({"emd": not_shown()}, "a", "b")) == 2


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(list(LABELS)),
    st.floats(-1, 1),
    st.floats(1e-9, 1),
    st.floats(0, 1),
    st.integers(2, 5000),
)
def test_that_the_sentence_agrees_with_the_figures(
    metric: str, difference: float, half_width: float, p: float, chairs: int
) -> None:
    interval = (difference - half_width, difference + half_width)
    comparison = PairedComparison(difference, p, p, interval, chairs)
    sentence = conclusion(metric, comparison, "first", "second")
    better = better_run(metric, comparison)
    assert (better is not None) == comparison.shows_difference
    if better is not None:
        winner, loser = ("first", "second") if better == 0 else ("second", "first")
        assert sentence.startswith(f"{winner} is better than {loser} in {LABELS[metric]}")
        low, high = re.findall(r"interval ([\d.]+) to ([\d.]+)", sentence)[0]
        assert float(low) <= float(high)
    else:
        assert sentence.startswith(f"No difference is shown in {LABELS[metric]}: first ")
