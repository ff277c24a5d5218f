"""Paired differences against SciPy, and at the edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.paired_comparison import compare_paired


def test_that_tests_are_those_of_scipy_on_pairs() -> None:
    generator = np.random.default_rng(0)
    first = generator.normal(1.0, 0.3, 40)
    second = first + generator.normal(0.1, 0.2, 40)
    compared = compare_paired(first, second)
    assert compared.difference == pytest.approx(first.mean() - second.mean())
    assert compared.p_t == pytest.approx(stats.ttest_rel(first, second).pvalue)
    assert compared.p_wilcoxon == pytest.approx(stats.wilcoxon(first, second).pvalue)
    assert compared.chairs == 40


def test_that_swapping_the_models_swaps_the_sign() -> None:
    generator = np.random.default_rng(1)
    first, second = generator.normal(size=(2, 30))
    there, back = compare_paired(first, second), compare_paired(second, first)
    assert there.difference == -back.difference
    assert there.p_t == pytest.approx(back.p_t)
    assert there.p_wilcoxon == pytest.approx(back.p_wilcoxon)


def test_that_the_interval_holds_the_true_difference_about_95_times_in_100() -> None:
    held = 0
    for seed in range(30):
        generator = np.random.default_rng(seed)
        first = generator.normal(0.0, 1.0, 30)
        interval = compare_paired(first + 0.5, first + generator.normal(0, 1, 30), seed).ci95
        assert interval is not None
        held += interval[0] <= 0.5 <= interval[1]
    assert held >= 25  # of 30; P(fewer) is 0.007 for a coverage of 0.94


def test_that_a_clear_difference_is_shown_and_noise_is_not() -> None:
    generator = np.random.default_rng(2)
    first = generator.normal(1.0, 0.5, 50)
    noise = generator.normal(0.0, 0.05, 50)
    assert compare_paired(first, first + 0.1 + noise).shows_difference
    assert not compare_paired(first, first + noise - noise.mean()).shows_difference


def test_that_equal_models_do_not_differ() -> None:
    values = np.array([0.3, 0.1, 0.2])
    compared = compare_paired(values, values)
    assert (compared.difference, compared.p_t, compared.p_wilcoxon) == (0.0, 1.0, 1.0)
    assert compared.ci95 == (0.0, 0.0)
    assert not compared.shows_difference


def test_that_one_chair_is_too_few() -> None:
    compared = compare_paired(np.array([1.0]), np.array([0.5]))
    assert (compared.p_t, compared.p_wilcoxon, compared.ci95) == (None, None, None)
    assert not compared.shows_difference


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=12),
    st.floats(-2, 2, width=32),
    st.integers(0, 3),
)
def test_that_any_values_give_figures_that_json_knows(
    values: list[float], shift: float, noisy: int
) -> None:
    first = np.array(values, dtype=np.float64)
    second = first + shift
    second[:noisy] += 0.5
    compared = compare_paired(first, second)
    for number in (compared.difference, compared.p_t, compared.p_wilcoxon, *(compared.ci95 or ())):
        assert number is None or np.isfinite(number)


def test_that_values_of_different_chairs_are_refused() -> None:
    with pytest.raises(ValueError, match="shapes"):
        compare_paired(np.zeros(3), np.zeros(4))
