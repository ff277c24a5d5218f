"""One run's figures, or two runs' beside each other."""

import numpy as np
import pytest

from core.evaluation_table import EXAMPLES, EvaluationTable
from core.metric_words import LABELS
from core.paired_comparison import compare_paired
from tests.small_evaluations import made_evaluation, one_run, two_runs


def test_that_columns_are_the_metrics_of_the_chairs_in_order() -> None:
    table = one_run((0.3, 0.1, 0.2))
    assert [chair.id for chair in table.chairs] == ["c000000", "c000001", "c000002"]
    np.testing.assert_allclose(table.values("first", "cd_1"), [0.3, 0.1, 0.2])
    np.testing.assert_allclose(table.values("first", "cd_sq"), [0.09, 0.01, 0.04])
    assert table.mean("first", "cd_1") == pytest.approx(0.2)


def test_that_a_difference_is_the_first_run_minus_the_second() -> None:
    table = two_runs((0.3, 0.1, 0.2), (0.2, 0.2, 0.2))
    np.testing.assert_allclose(table.values("difference", "cd_1"), [0.1, -0.1, 0.0], atol=1e-12)
    np.testing.assert_allclose(table.values("difference", "f_score"), [-0.1, 0.1, 0], atol=1e-12)
    for metric in LABELS:
        first, second = table.values("first", metric), table.values("second", metric)
        assert table.paired[metric] == compare_paired(first, second)


def test_that_one_run_has_no_second_column() -> None:
    for side in ("second", "difference"):
        with pytest.raises(ValueError, match="no second run"):
            one_run().values(side, "cd_1")


def test_that_evaluations_of_other_chairs_are_not_put_side_by_side() -> None:
    with pytest.raises(ValueError, match="same chairs"):
        EvaluationTable.of_two_runs(
            "test", "a", made_evaluation((0.1, 0.2)), "b", made_evaluation((0.1,))
        )


@pytest.mark.parametrize("metric", list(LABELS))
def test_that_examples_are_worst_median_and_best_of_every_metric(metric: str) -> None:
    table = one_run((0.3, 0.1, 0.5, 0.2, 0.4))
    found = [table.example(which, "first", metric).id for which in EXAMPLES]
    assert found == ["c000002", "c000000", "c000001"]


def test_that_the_middle_of_an_even_number_is_the_better_of_the_two() -> None:
    assert one_run((0.4, 0.1, 0.3, 0.2)).example("median", "first", "cd_1").id == "c000003"


@pytest.mark.parametrize("metric", list(LABELS))
def test_that_the_worst_difference_is_where_the_first_run_loses_most(metric: str) -> None:
    table = two_runs((0.3, 0.1, 0.2), (0.1, 0.2, 0.2))
    assert table.example("worst", "difference", metric).id == "c000000"
    assert table.example("best", "difference", metric).id == "c000001"


def test_that_the_floor_is_told_where_it_is_known() -> None:
    assert one_run(floor=0.05).floor("cd_1") == pytest.approx(0.05)
    assert one_run(floor=None).floor("cd_1") is None
