import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool

import numpy as np
import pytest
from numpy.typing import NDArray

from core.metrics import (
    MetricError,
    PairProcesses,
    compare_clouds,
    compare_many,
    compare_patiently,
    many,
)

GIB = 2**30


class NoProcessError(Exception):
    """Raised in place of starting processes."""


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
        assert list(processes.compare_patiently(pairs)) == wanted
        scaled = processes.compare_patiently(pairs, scales=range(1, 8))
        assert [each and each.scale for each in scaled] == list(range(1, 8))
        assert single.result().emd == wanted[3].emd
        assert single.result().scale == 2.0

        with pytest.raises(MetricError, match="not finite"):
            list(processes.compare_patiently([pairs[0], (bad, bad), pairs[1]]))
        assert next(processes.compare_patiently(pairs)) == wanted[0]  # and goes on after it


def never_come_back(_scaled: object, *, with_emd: bool) -> None:
    time.sleep(60)


def test_that_a_pair_that_takes_long_lets_its_reader_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "_compare", never_come_back)
    before = set(multiprocessing.active_children())
    measured = compare_patiently(random_pairs(2), scales=None, processes=1, patience_s=0.01)
    assert [next(measured) for _ in range(3)] == [None] * 3
    measured.close()
    assert set(multiprocessing.active_children()) <= before


def test_that_closing_ends_what_has_begun() -> None:
    before = set(multiprocessing.active_children())
    processes = PairProcesses(1)
    long = processes._pool.submit(time.sleep, 60)
    processes.close()
    processes.close()
    with pytest.raises((BrokenProcessPool, CancelledError)):
        long.result()
    assert set(multiprocessing.active_children()) <= before


def test_that_a_process_that_was_killed_is_told() -> None:
    before = set(multiprocessing.active_children())
    results = compare_many(random_pairs(60), processes=1)
    next(results)
    for process in set(multiprocessing.active_children()) - before:
        process.kill()
    with pytest.raises(MetricError, match=r"ended from outside.*memory is full.*Close other"):
        list(results)


@pytest.mark.parametrize(
    ("free", "used"),
    [(8 * GIB, 4), (3 * GIB, 3), (GIB // 8, 1), (None, 4)],
)
def test_that_there_are_only_as_many_processes_as_have_room(
    monkeypatch: pytest.MonkeyPatch, free: int | None, used: int
) -> None:
    """One pair of 5,000 points needs 1 GiB; whoever takes all memory ends all programs."""
    asked = []

    class Counted(PairProcesses):
        def __init__(self, processes: int | None = None, *, keep_memory: bool = False) -> None:
            asked.append(processes)
            raise NoProcessError

    monkeypatch.setattr("core.memory.free_memory", lambda: free)
    monkeypatch.setattr(many, "PairProcesses", Counted)
    cloud = np.zeros((5000, 3))
    taken = []

    def pairs() -> Iterator[Pair]:
        for number in range(9):
            taken.append(number)
            yield cloud, cloud

    with pytest.raises(NoProcessError):
        next(compare_many(pairs(), processes=4))
    assert asked == [used]
    assert taken == [0]
    asked.clear()
    with pytest.raises(NoProcessError):
        next(compare_many(random_pairs(9), processes=4))  # small clouds need little
    assert asked == [1 if free == GIB // 8 else 4]


def test_that_no_pairs_are_compared_without_a_word() -> None:
    assert list(compare_many([], processes=2)) == []
