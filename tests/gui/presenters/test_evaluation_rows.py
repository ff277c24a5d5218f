"""An evaluation as rows, columns and a histogram."""

import math

import numpy as np
import pytest

from core.metric_words import LABELS
from mogvae_gui.presenters.evaluation_rows import (
    chosen_values,
    columns_of,
    rows_of,
    rows_with,
    spread_of,
    summary_of,
)
from tests.small_evaluations import made_chair, one_run, two_runs


def test_that_one_run_has_a_column_for_each_metric() -> None:
    columns = columns_of(one_run())
    assert [column.title for column in columns] == list(LABELS.values())
    row = rows_of(one_run((0.3, 0.1)))[0]
    texts = [column.text(number) for column, number in zip(columns, row.numbers, strict=True)]
    assert texts == ["0.3000", "0.09000", "0.2700", "70.0 %"]


def test_that_two_runs_have_three_columns_for_each_metric() -> None:
    table = two_runs((0.3, 0.1, 0.2), (0.2, 0.2, 0.2))
    columns = columns_of(table)
    assert [column.title for column in columns[:3]] == ["CD₁ A", "CD₁ B", "Δ CD₁"]
    assert "MoG-VAE minus VAE" in columns[2].tooltip
    for row in rows_of(table):
        assert len(row.numbers) == len(columns) == 12
        assert row.numbers[2] == pytest.approx(row.numbers[0] - row.numbers[1])


def test_that_a_difference_has_the_colour_of_the_run_that_does_better() -> None:
    by_title = {column.title: column for column in columns_of(two_runs())}
    distance, share = by_title["Δ CD₁"].run, by_title["Δ F"].run
    assert distance is not None
    assert share is not None
    assert [distance(gap) for gap in (-0.1, 0.1, 0.0)] == [0, 1, None]
    assert [share(gap) for gap in (-0.1, 0.1, 0.0)] == [1, 0, None]
    assert by_title["CD₁ A"].run is None


def test_that_columns_of_the_same_runs_are_equal() -> None:
    assert columns_of(two_runs()) == columns_of(two_runs((0.4, 0.4, 0.4)))
    assert columns_of(one_run()) != columns_of(two_runs())


def test_that_rows_are_found_by_every_word_in_any_case() -> None:
    rows = rows_of(one_run((0.3, 0.1, 0.2, 0.4)))
    assert [row.name for row in rows_with(rows, "STOOL bar")] == ["bar stool 1"]
    assert rows_with(rows, "  ") == rows
    assert rows_with(rows, "sofa") == []


def test_that_the_summary_has_the_mean_of_all_chairs_and_the_floor() -> None:
    mean, floor = summary_of(one_run((0.3, 0.1, 0.2)))
    assert mean.name == "Mean of 3"
    assert mean.numbers[0] == pytest.approx(0.2)
    assert floor.name == "Floor, of 1"
    assert floor.numbers[0] == pytest.approx(0.05)
    assert len(summary_of(one_run(floor=None))) == 1


def test_that_a_mean_difference_is_coloured_only_where_one_is_shown() -> None:
    values = np.linspace(0.1, 0.3, 20)
    noise = np.random.default_rng(0).normal(0, 0.01, 20)
    (worse, floor) = summary_of(two_runs(list(values + 0.05 + noise), list(values)))
    assert worse.runs[2] == 1
    assert worse.runs[0] is None
    assert math.isnan(floor.numbers[1])
    (alike, _) = summary_of(two_runs(list(values + noise - noise.mean()), list(values)))
    assert alike.runs[2] is None


def test_that_the_histogram_shows_values_or_differences() -> None:
    alone = spread_of(one_run((0.3, 0.1, 0.2)), "cd_1", differences=False)
    assert alone.mean == pytest.approx(0.2)
    assert alone.floor == pytest.approx(0.05)
    assert len(alone.second) == 0
    table = two_runs((0.3, 0.1, 0.2), (0.2, 0.2, 0.2))
    both = spread_of(table, "f_score", differences=False)
    assert (len(both.first), len(both.second), both.mean) == (3, 3, None)
    assert both.scale == 100
    gaps = spread_of(table, "cd_1", differences=True)
    np.testing.assert_allclose(gaps.first, [0.1, -0.1, 0.0], atol=1e-12)
    assert gaps.is_difference
    assert gaps.floor is None
    assert gaps.value_text(-0.1) == "−0.1000"


def test_that_the_chosen_chair_is_marked_for_each_run_that_is_drawn() -> None:
    table = two_runs((0.3, 0.1, 0.2), (0.2, 0.2, 0.2))
    chair = table.chairs[1]
    assert chosen_values(table, "cd_1", chair, differences=False) == (0.1, 0.2)
    assert chosen_values(table, "cd_1", chair, differences=True) == pytest.approx((-0.1,))
    assert chosen_values(one_run((0.3, 0.1)), "cd_1", chair, differences=False) == (0.1,)
    assert chosen_values(table, "cd_1", made_chair(7), differences=False) == ()
    assert chosen_values(table, "cd_1", None, differences=False) == ()
