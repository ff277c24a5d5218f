"""How good a model's new shapes are, as a set: against a set of real shapes.

Axes: generated clouds n, reference clouds m, points N.

Definitions as in the evaluation of PointFlow (Yang et al., ICCV 2019, arXiv:1906.12320, section
5.1), which takes MMD, COV and JSD from Achlioptas et al. (ICML 2018, arXiv:1707.02392) and 1-NNA
from Lopez-Paz and Oquab (ICLR 2017, arXiv:1610.06545). Two things differ here: the EMD is exact,
where theirs is approximated, and the JSD is in nats, where theirs is to base 2.
"""

from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from core.metrics.distance_tables import Distance, fill_distances, pairs_of
from core.metrics.exact_emd import MetricError, check_cloud, told_when_killed
from core.metrics.occupancy import OccupancyGrid, jensen_shannon_divergence
from core.processes import spare_processes, start_processes

POINTS = 2048
"""Points of each cloud that take part, as in PointFlow."""

EMD_POINTS = 512
"""Points that take part in the exact EMD: 0.02 s a pair, against 0.5 s at 2,048."""

Clouds = Sequence[Float[ndarray, "points 3"]] | Float[ndarray, "clouds points 3"]


@dataclass(frozen=True)
class SetDistances:
    """Two sets of clouds compared by one distance between clouds."""

    mmd: float
    """Minimum matching distance: from each reference to the nearest generated cloud, averaged.
    In the distance's unit; smaller is better."""
    coverage: float
    """COV: share of the references that are nearest to some generated cloud, 0 to 1; more is
    better. It says nothing of how near."""
    one_nna: float
    """1-NNA: how often the nearest other cloud of the union is of the same set, 0 to 1. Around
    0.5 the sets cannot be told apart; 1 is clearly different, 0 a copy cloud by cloud. With sets of
    different sizes the middle is no longer 0.5."""


@dataclass(frozen=True)
class GenerationMetrics:
    """A set of generated clouds against a set of references.

    The figures depend on how many clouds and points there are: compare only records with the same
    `generated`, `references`, `points` and `emd_points`.
    """

    cd: SetDistances
    """By the squared Chamfer distance, eq. (9)."""
    emd: SetDistances | None
    """By the exact earth mover's distance, eq. (10); None where not asked for."""
    jsd: float
    """Jensen-Shannon divergence of where the points lie (28³ grid), nats: 0 to ln 2."""
    generated: int
    references: int
    points: int
    """Of each cloud, for CD and JSD."""
    emd_points: int | None
    """Of each cloud, for the EMD, which takes longer."""
    seed: int
    """Chose the points."""


@dataclass(frozen=True)
class GenerationProgress:
    """`done` of `total` distances between two clouds are known."""

    done: int
    total: int


def compare_sets(
    generated: Clouds,
    references: Clouds,
    *,
    points: int = POINTS,
    emd_points: int = EMD_POINTS,
    with_emd: bool = True,
    seed: int = 0,
    processes: int | None = None,
) -> Generator[GenerationProgress | GenerationMetrics, None, None]:
    """Compare two sets of normalised clouds of any sizes; equally many of both is usual.

    Of each cloud `points` random points take part (for the EMD the first `emd_points` of these),
    or as many as the smallest cloud has; the record says how many it were. Yields progress, then
    one GenerationMetrics. 100 against 100 clouds are 19,900 pairs: 50 s for CD, 400 s for EMD, on
    one core. `processes` share the work; None leaves one core to the rest of the program, 0 stays
    in this process, which the EMD blocks. Closing the iterator drops what has not begun. Raises
    MetricError for an empty set, for clouds that are not (points, 3), or not finite.
    """
    if min(points, emd_points) < 1:
        raise MetricError(
            f"points={points} and emd_points={emd_points} are too few; at least 1 point of each "
            "cloud has to take part."
        )
    _check("generated", generated)
    _check("reference", references)
    clouds = _draw_points([*generated, *references], points, seed)
    jobs: list[tuple[Distance, Float[ndarray, "clouds points 3"]]] = [("cd", clouds)]
    if with_emd:
        jobs.append(("emd", clouds[:, :emd_points]))
    yield GenerationProgress(0, len(jobs) * pairs_of(len(clouds)))
    tables = yield from _tables(jobs, spare_processes() if processes is None else processes)
    by_distance = [set_distances(table, len(generated)) for table in tables]
    grid = OccupancyGrid()
    yield GenerationMetrics(
        cd=by_distance[0],
        emd=by_distance[1] if with_emd else None,
        jsd=jensen_shannon_divergence(
            grid.count(clouds[: len(generated)]), grid.count(clouds[len(generated) :])
        ),
        generated=len(generated),
        references=len(references),
        points=clouds.shape[1],
        emd_points=min(emd_points, clouds.shape[1]) if with_emd else None,
        seed=seed,
    )


def set_distances(table: Float[ndarray, "union union"], generated: int) -> SetDistances:
    """Compare two sets by the distances within their union, the generated clouds first."""
    between = table[:generated, generated:]  # (generated, references)
    others = np.array(table, dtype=np.float64)
    np.fill_diagonal(others, np.inf)  # no cloud is its own neighbour
    is_generated = np.arange(len(table)) < generated
    nearest_is_generated = is_generated[others.argmin(axis=1)]
    return SetDistances(
        mmd=float(between.min(axis=0).mean()),
        coverage=len(np.unique(between.argmin(axis=1))) / between.shape[1],
        one_nna=float((nearest_is_generated == is_generated).mean()),
    )


def _tables(
    jobs: Sequence[tuple[Distance, Float[ndarray, "clouds points 3"]]], processes: int
) -> Generator[GenerationProgress, None, list[Float[ndarray, "clouds clouds"]]]:
    """Distances of all pairs, a table for each job."""
    tables = [np.zeros((len(clouds), len(clouds))) for _, clouds in jobs]
    total = sum(pairs_of(len(table)) for table in tables)
    done = 0
    with ExitStack() as stack:
        stack.enter_context(told_when_killed())
        pool = None
        if processes > 0:
            pool = start_processes(processes)
            stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        for (distance, clouds), table in zip(jobs, tables, strict=True):
            for pairs in fill_distances(table, clouds, distance, pool, processes):
                done += pairs
                yield GenerationProgress(done, total)
    return tables


def _draw_points(
    clouds: Sequence[Float[ndarray, "points 3"]], points: int, seed: int
) -> Float[ndarray, "clouds points 3"]:
    """As many random points of each cloud, each cloud by a draw of its own, in random order.

    Decoded clouds are in correspondence: one draw for all would make them look more alike than
    samples of surfaces do.
    """
    count = min(points, *(len(cloud) for cloud in clouds))
    chosen = []
    for position, cloud in enumerate(clouds):
        generator = np.random.default_rng([seed, position])
        chosen.append(cloud[generator.choice(len(cloud), size=count, replace=False)])
    return np.stack(chosen).astype(np.float32)


def _check(which: str, clouds: Clouds) -> None:
    if len(clouds) == 0:
        raise MetricError(f"There are no {which} clouds to compare; give at least one of each set.")
    for cloud in clouds:
        check_cloud(which, np.asarray(cloud))
