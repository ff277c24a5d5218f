"""Sets of clouds against sets of clouds, and against the definitions written out in loops."""

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.metrics import MetricError, chamfer_sq, exact_emd, generation
from core.metrics.generation import (
    GenerationMetrics,
    GenerationProgress,
    SetDistances,
    compare_sets,
    set_distances,
)
from core.metrics.occupancy import OccupancyGrid, jensen_shannon_divergence

Clouds = NDArray[np.float32]


def boxes(count: int, seed: int, points: int = 30, shift: float = 0.0) -> Clouds:
    """Boxes of their own sizes, filled with points."""
    generator = np.random.default_rng(seed)
    sizes = generator.uniform(0.1, 1.0, size=(count, 1, 3))
    corners = generator.uniform(-0.5, 0.5, size=(count, points, 3)) * sizes
    return np.asarray(corners + shift, dtype=np.float32)


def compared(generated: Any, references: Any, **options: Any) -> GenerationMetrics:
    *_, result = compare_sets(generated, references, **({"processes": 0} | options))
    assert isinstance(result, GenerationMetrics)
    return result


def in_loops(generated: Clouds, references: Clouds, distance: Any) -> SetDistances:
    """The definitions, word by word."""
    matched = set()
    for cloud in generated:
        matched.add(min(range(len(references)), key=lambda i: distance(cloud, references[i])))
    mmd = [min(distance(cloud, reference) for cloud in generated) for reference in references]
    union = [(cloud, 0) for cloud in generated] + [(cloud, 1) for cloud in references]
    right = 0
    for place, (cloud, own_set) in enumerate(union):
        rest = [other for i, other in enumerate(union) if i != place]
        right += min(rest, key=lambda other: distance(cloud, other[0]))[1] == own_set
    return SetDistances(float(np.mean(mmd)), len(matched) / len(references), right / len(union))


@pytest.mark.parametrize("sizes", [(5, 4), (3, 9), (1, 1)])
def test_that_the_metrics_are_those_of_the_definitions(sizes: tuple[int, int]) -> None:
    generated, references = boxes(sizes[0], 1), boxes(sizes[1], 2, shift=0.05)

    metrics = compared(generated, references, emd_points=30)

    for got, distance in ((metrics.cd, chamfer_sq), (metrics.emd, exact_emd)):
        wanted = in_loops(generated, references, distance)
        assert got is not None
        assert got.mmd == pytest.approx(wanted.mmd, rel=1e-5)
        assert (got.coverage, got.one_nna) == (wanted.coverage, wanted.one_nna)


def test_that_a_set_against_itself_is_matched_covered_and_taken_for_a_copy() -> None:
    clouds = boxes(6, 0)

    metrics = compared(clouds, clouds[::-1], emd_points=30)

    # The nearest other cloud of each is its twin, which is of the other set: never right.
    for distances in (metrics.cd, metrics.emd):
        assert distances is not None
        assert distances.mmd == pytest.approx(0.0, abs=1e-12)
        assert (distances.coverage, distances.one_nna) == (1.0, 0.0)
    assert metrics.jsd == pytest.approx(0.0, abs=1e-12)


def test_that_sets_apart_are_told_apart() -> None:
    metrics = compared(boxes(6, 0), boxes(5, 0) * 0.2 + np.float32(0.7), with_emd=False)

    assert metrics.cd.one_nna == 1.0
    assert metrics.jsd == pytest.approx(math.log(2.0))
    assert metrics.emd is None
    assert metrics.emd_points is None


def test_that_two_samples_of_one_kind_are_hard_to_tell_apart() -> None:
    metrics = compared(boxes(40, 1), boxes(40, 2), with_emd=False)

    assert 0.3 < metrics.cd.one_nna < 0.7
    assert 0.4 < metrics.cd.coverage < 1.0


def test_that_a_model_that_makes_one_chair_covers_one_and_is_found_out() -> None:
    references = boxes(8, 3)
    collapsed = np.repeat(references[:1], 8, axis=0)

    metrics = compared(collapsed, references, with_emd=False)

    assert metrics.cd.coverage == 1 / 8
    # Seven of the references may look alike; every copy has a copy beside it.
    assert metrics.cd.one_nna >= 0.5


def test_that_coverage_and_matching_are_read_off_a_table() -> None:
    # Two generated clouds, three references.
    between = np.array([[1.0, 5.0, 9.0], [2.0, 6.0, 3.0]])
    table = np.zeros((5, 5))
    table[:2, 2:], table[2:, :2] = between, between.T
    table[0, 1] = table[1, 0] = 0.5
    table[2:, 2:] = 4.0

    distances = set_distances(table, 2)

    assert distances.mmd == pytest.approx((1.0 + 5.0 + 3.0) / 3)
    assert distances.coverage == pytest.approx(1 / 3)  # both are nearest to the first
    # Both generated ones are nearest to each other; of the references only the second
    # (4 against 5 and 6) is nearest to another reference.
    assert distances.one_nna == pytest.approx(3 / 5)


def test_that_clouds_are_thinned_by_the_seed_and_the_record_says_to_what() -> None:
    generated, references = boxes(3, 1, points=50), list(boxes(2, 2, points=40))

    first = compared(generated, references, points=32, emd_points=16, seed=5)

    assert (first.generated, first.references) == (3, 2)
    assert (first.points, first.emd_points, first.seed) == (32, 16, 5)
    assert first == compared(generated, references, points=32, emd_points=16, seed=5)
    assert first.cd != compared(generated, references, points=32, emd_points=16, seed=6).cd
    assert compared(generated, references).points == 40  # of the smallest cloud
    assert compared(generated, references).emd_points == 40


def test_that_progress_counts_every_pair_once() -> None:
    reports = list(compare_sets(boxes(11, 1), boxes(9, 2), processes=0, emd_points=8))

    progress = reports[:-1]
    assert all(isinstance(report, GenerationProgress) for report in progress)
    done = [report.done for report in progress if isinstance(report, GenerationProgress)]
    assert done[0] == 0
    assert done == sorted(set(done))
    assert done[-1] == 2 * (20 * 19 // 2)
    assert {r.total for r in progress if isinstance(r, GenerationProgress)} == {done[-1]}


def test_that_another_process_gives_the_same_figures() -> None:
    generated, references = boxes(5, 1), boxes(5, 2)

    alone = compared(generated, references, with_emd=False)
    assert compared(generated, references, with_emd=False, processes=1) == alone


def test_that_closing_drops_the_pairs_that_have_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    pools = []
    begun = []

    class Pool(ThreadPoolExecutor):
        def submit(self, *given: Any) -> Any:  # type: ignore[override]
            begun.append(given)
            return super().submit(*given)

    def start(count: int) -> Pool:
        pools.append(Pool(count))
        return pools[-1]

    monkeypatch.setattr(generation, "start_processes", start)
    session = compare_sets(boxes(40, 1), boxes(40, 2), with_emd=False, processes=1)
    next(session)
    next(session)

    session.close()

    assert len(begun) <= 3  # of 55 blocks
    with pytest.raises(RuntimeError, match="shutdown"):
        pools[0].submit(print)


def test_that_clouds_that_cannot_be_compared_are_named() -> None:
    good = boxes(2, 1)
    bad = good.copy()
    bad[1, 3, 0] = np.nan
    with pytest.raises(MetricError, match="generated cloud has coordinates that are not finite"):
        compared(bad, good)
    with pytest.raises(MetricError, match=r"reference cloud has shape \(30, 2\)"):
        compared(good, good[:, :, :2])
    with pytest.raises(MetricError, match="no reference clouds"):
        compared(good, good[:0])
    with pytest.raises(MetricError, match="emd_points=0"):
        compared(good, good, emd_points=0)


def test_that_every_point_falls_into_the_nearest_cell_of_the_sphere() -> None:
    grid = OccupancyGrid()
    # A cell of the full lattice is 2/27 wide; the sphere has π/6 of the cube.
    assert len(grid.centres) == pytest.approx(math.pi / 6 * 27**3, rel=0.05)
    assert np.linalg.norm(grid.centres, axis=1).max() <= 1.0 + 1e-9
    points = np.random.default_rng(0).uniform(-1.2, 1.2, size=(400, 3))

    counts = grid.count([points[:150], points[150:]])

    cells = [np.square(grid.centres - point).sum(axis=1).argmin() for point in points]
    np.testing.assert_array_equal(counts, np.bincount(cells, minlength=len(counts)))


def test_that_the_divergence_is_in_nats_and_symmetric() -> None:
    first, second = np.array([1.0, 3.0, 0.0]), np.array([0.0, 3.0, 3.0])
    # P = (1/4, 3/4, 0), Q = (0, 1/2, 1/2), M = (1/8, 5/8, 1/4)
    wanted = 0.5 * (0.25 * math.log(2) + 0.75 * math.log(1.2))
    wanted += 0.5 * (0.5 * math.log(0.8) + 0.5 * math.log(2))

    assert jensen_shannon_divergence(first, second) == pytest.approx(wanted)
    assert jensen_shannon_divergence(second, first) == pytest.approx(wanted)
    assert jensen_shannon_divergence(first, 7 * first) == pytest.approx(0.0, abs=1e-15)
    assert jensen_shannon_divergence(first, np.array([0, 0, 1.0])) == pytest.approx(math.log(2))
