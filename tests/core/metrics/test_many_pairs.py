from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from core.metrics import MetricError, PairProcesses, compare_clouds, compare_many

Pair = tuple[NDArray[np.float64], NDArray[np.float64]]


def random_pairs(count: int) -> list[Pair]:
    generator = np.random.default_rng(0)
    return [(generator.normal(size=(40, 3)), generator.normal(size=(40, 3))) for _ in range(count)]


@pytest.mark.parametrize("with_emd", [True, False])
def test_that_pairs_are_compared_one_by_one_as_they_are_asked_for(with_emd: bool) -> None:
    taken = []

    def pairs() -> Iterator[Pair]:
        for number, pair in enumerate(random_pairs(5)):
            taken.append(number)
            yield pair

    results = compare_many(pairs(), with_emd=with_emd, processes=0)

    first = next(results)
    assert taken == [0]
    assert first == compare_clouds(*random_pairs(1)[0], with_emd=with_emd)
    assert len(list(results)) == 4


def test_that_each_pair_is_recorded_with_the_scale_of_its_own_frame() -> None:
    pairs, scales = random_pairs(3), [2.0, 0.5, 30.0]
    assert [each.scale for each in compare_many(pairs, scales=scales, processes=0)] == scales
    assert [each.scale for each in compare_many(pairs, with_emd=False)] == [1.0] * 3
    with pytest.raises(ValueError, match="shorter"):
        list(compare_many(pairs, scales=scales[:2], processes=0))


def test_that_other_processes_give_the_same_figures_in_order_and_report_errors() -> None:
    pairs = random_pairs(7)
    wanted = list(compare_many(pairs, processes=0))
    bad = np.full((5, 3), np.nan)

    with PairProcesses(2, keep_memory=True) as processes:
        single = processes.compare(*pairs[3], scale=2.0)
        assert list(processes.compare_many(pairs)) == wanted
        scaled = processes.compare_many(pairs, scales=range(1, 8))
        assert [each.scale for each in scaled] == list(range(1, 8))
        assert single.result().emd == wanted[3].emd
        assert single.result().scale == 2.0

        with pytest.raises(MetricError, match="not finite"):
            list(processes.compare_many([pairs[0], (bad, bad), pairs[1]]))
        assert next(processes.compare_many(pairs)) == wanted[0]  # and goes on after it
