"""Many comparisons: corrected p values, and intervals over chairs and seeds."""

import numpy as np
import pytest
from scipy import stats

from core.study.statistics import bootstrap_interval, compare_models, corrected, holm


def values(seed: int, seeds: int = 3, chairs: int = 40) -> np.ndarray:
    """Positive figures of chairs that differ and of seeds that differ a little."""
    generator = np.random.default_rng(seed)
    of_chairs = generator.uniform(0.1, 0.3, size=chairs)
    return np.asarray(of_chairs + generator.normal(0.0, 0.01, size=(seeds, chairs)))


def test_that_holm_is_what_a_hand_computes() -> None:
    # Sorted: 0.005 x 4, 0.01 x 3, 0.03 x 2, 0.04 x 1 with the one before it as a floor.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.9]) == pytest.approx([1.0, 1.0])
    assert holm([0.2]) == [0.2]
    assert holm([]) == []


def test_that_holm_keeps_equal_p_values_equal() -> None:
    assert holm([0.02, 0.02, 0.5]) == pytest.approx([0.06, 0.06, 0.5])


def test_that_figures_agree_with_scipy() -> None:
    first, second = values(0), values(1)

    found = compare_models("mse", "cd_1", "mog-2", "vae", first, second)

    over_chairs = first.mean(axis=0), second.mean(axis=0)
    over_seeds = first.mean(axis=1), second.mean(axis=1)
    gap = over_chairs[0] - over_chairs[1]
    assert found.difference == pytest.approx(first.mean() - second.mean())
    assert found.relative == pytest.approx(first.mean() / second.mean() - 1)
    assert found.p_t == pytest.approx(stats.ttest_rel(*over_chairs).pvalue)
    assert found.p_wilcoxon == pytest.approx(stats.wilcoxon(*over_chairs).pvalue)
    assert found.p_seeds == pytest.approx(stats.ttest_rel(*over_seeds).pvalue)
    assert found.effect_size == pytest.approx(gap.mean() / gap.std(ddof=1))
    assert (found.chairs, found.seeds) == (40, 3)
    assert found.chairs_better == int((gap < 0).sum())


def test_that_more_is_better_for_the_f_score() -> None:
    higher, lower = np.full((2, 8), 0.4), np.full((2, 8), 0.3)
    found = compare_models("mse", "f_score", "mog-2", "vae", higher, lower)
    assert found.first_is_better
    assert (found.chairs_better, found.seeds_better) == (8, 2)
    assert not compare_models("mse", "cd_1", "mog-2", "vae", higher, lower).first_is_better


def test_that_the_interval_grows_where_seeds_differ() -> None:
    generator = np.random.default_rng(0)
    of_chairs = generator.normal(0.0, 0.01, size=(1, 200))
    of_seeds = generator.normal(0.0, 0.05, size=(5, 1))
    alike = bootstrap_interval(np.repeat(of_chairs, 5, axis=0))
    different = bootstrap_interval(of_chairs + of_seeds)
    assert different[1] - different[0] > 5 * (alike[1] - alike[0])


def test_that_with_one_seed_the_interval_is_the_usual_bootstrap_over_chairs() -> None:
    differences = np.random.default_rng(3).normal(0.5, 1.0, size=(1, 100))
    usual = stats.bootstrap(
        (differences[0],), np.mean, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    low, high = bootstrap_interval(differences)
    assert (low, high) == pytest.approx((usual.low, usual.high), abs=0.02)


def test_that_correction_takes_away_what_chance_alone_would_give() -> None:
    first = values(0)
    slightly_worse = first + 0.0004 + 0.001 * np.linspace(-1.7, 1.7, first.shape[1])
    alone = compare_models("mse", "cd_1", "mog-2", "vae", slightly_worse, first)
    assert alone.p_t is not None
    assert 0.001 < alone.p_t < 0.05

    by_itself = corrected([alone])[0]
    among_many = corrected([alone] * 50)[0]

    assert by_itself.p_t_corrected == alone.p_t
    assert among_many.p_t_corrected == pytest.approx(min(1.0, 50 * alone.p_t))
    assert not among_many.shows_difference


def test_that_the_same_values_show_no_difference() -> None:
    same = values(0)
    found = corrected([compare_models("mse", "cd_1", "mog-2", "vae", same, same.copy())])[0]
    assert found.difference == 0
    assert found.effect_size is None
    assert found.p_seeds is None
    assert not found.shows_difference


def test_that_one_seed_shows_no_difference_whatever_the_chairs_say() -> None:
    first = values(0, seeds=1)
    second = first + 0.05 + 0.001 * np.sin(np.arange(first.shape[1]))
    found = corrected([compare_models("mse", "cd_1", "mog-2", "vae", second, first)])[0]
    assert found.p_t_corrected is not None
    assert found.p_t_corrected < 1e-6
    assert found.paired.trainings_differ
    assert not found.shows_difference


def test_that_seeds_that_disagree_show_no_difference_whatever_the_chairs_say() -> None:
    first = values(0, seeds=5)
    by_seed = np.array([0.012, 0.001, 0.0, 0.001, 0.006])[:, None]  # always the same way, or none
    found = corrected([compare_models("mse", "cd_1", "mog-2", "vae", first + by_seed, first)])[0]
    assert found.p_seeds is not None
    assert found.p_seeds > 0.05
    assert found.ci95[0] > 0
    assert not found.shows_difference

    steady = np.array([0.004, 0.005, 0.004, 0.003, 0.004])[:, None]
    varied = 0.001 * np.sin(np.arange(first.shape[1]))
    second = compare_models("mse", "cd_1", "mog-2", "vae", first + steady + varied, first)
    assert corrected([second])[0].shows_difference
