"""A run measured on the chairs of a library: how near its reconstructions come, and to what floor.

Everything is in normalised units, at the number of points that the library keeps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from core.errors import LibraryError
from core.library import Chair, Library
from core.pair_metrics import PairMetrics
from core.sampling import sample_surface_exactly

if TYPE_CHECKING:  # loading torch takes a second, and looking at figures needs none
    from core.shape_model import ShapeModel

METRICS = ("cd_sq", "cd_1", "emd", "f_score")

FLOOR_CHAIRS = 32
"""The floor differs little from chair to chair: so many, evenly spread, give its mean."""

_FLOOR_SEED = 0xF1008
"""No cloud of a library is sampled with this seed: a cloud is no floor for itself."""

_ENCODED_AT_ONCE = 64

PATIENCE_S = 0.1
"""Between two moments at which an evaluation can be stopped, while a pair takes longer."""


@dataclass(frozen=True)
class Design:
    """One chair, and how far its reconstruction is from it."""

    chair: Chair
    metrics: PairMetrics


@dataclass(frozen=True)
class EvaluationProgress:
    """`done` of `total` pairs of clouds are compared, the last of them of the chair `name`."""

    done: int
    total: int
    name: str


@dataclass(frozen=True)
class Evaluation:
    """Every chair that was asked for, in the library's order."""

    points: int
    designs: tuple[Design, ...]
    floor: tuple[Design, ...] = ()
    """Two samples of the same surface compared, for chairs whose mesh is known: what a perfect
    reconstruction would get. Empty where none is."""

    @property
    def mean(self) -> dict[str, float]:
        """Mean of each metric over the chairs."""
        return mean_of(self.designs)

    @property
    def mean_floor(self) -> dict[str, float] | None:
        """Mean of each metric over the chairs with a floor, None where there is none."""
        return mean_of(self.floor) if self.floor else None


def chairs_of_split(library: Library, split: str) -> list[Chair]:
    """The chairs of "train", "test" or "all". Raises LibraryError where there is none."""
    chairs = [chair for chair in library.chairs if split in ("all", chair.split)]
    if not chairs:
        words = "no chairs" if split == "all" else f"no {split} chairs"
        raise LibraryError(
            f"{library.folder}: the library has {words} to measure. "
            "Import some, or choose another split."
        )
    return chairs


def evaluate(
    model: "ShapeModel",
    library: Library,
    chairs: Sequence[Chair],
    *,
    with_floor: bool = True,
    processes: int | None = None,
) -> Iterator[EvaluationProgress | Evaluation]:
    """Reconstruct chairs by the means of their posteriors, and compare each with its cloud.

    Yields an EvaluationProgress for each pair, and the last one again while a pair takes long, so
    that it can be stopped there; then one Evaluation. An exact EMD takes 3 s at
    5,000 points; `processes` compare pairs side by side, None as many as are worth it. Closing it
    drops the rest. Raises RunError and MetricError as `reconstruct` does.
    """
    from core.metrics import compare_patiently
    from core.reconstruction import worthwhile_processes

    pairs = _reconstructed(model, library, chairs)
    names = [chair.name for chair in chairs]
    floor_chairs = []
    if with_floor:
        for chair, pair in floor_pairs(library, chairs):
            floor_chairs.append(chair)
            pairs.append(pair)
            names.append(f"{chair.name} (floor)")
    if processes is None:
        processes = worthwhile_processes(pairs)
    scales = [chair.frame.scale for chair in (*chairs, *floor_chairs)]
    measured: list[PairMetrics] = []
    progress = EvaluationProgress(0, len(pairs), "")
    yield progress
    for metrics in compare_patiently(
        pairs, scales=scales, processes=processes, patience_s=PATIENCE_S
    ):
        if metrics is not None:
            measured.append(metrics)
            progress = EvaluationProgress(len(measured), len(pairs), names[len(measured) - 1])
        yield progress
    results = iter(measured)
    yield Evaluation(
        points=library.points,
        designs=_designs(chairs, islice(results, len(chairs))),
        floor=_designs(floor_chairs, results),
    )


def floor_pairs(
    library: Library, chairs: Sequence[Chair], most: int = FLOOR_CHAIRS
) -> list[tuple[Chair, tuple[np.ndarray, np.ndarray]]]:
    """For chairs whose mesh is known, another sample of it beside the chair's own cloud.

    That cloud is the one that reconstructions are compared with, so nothing can come nearer than
    the other sample but by chance. At most `most` chairs, evenly spread.
    """
    from core.made_chairs import mesh_of  # which the start of the window does without

    pairs = []
    for chair in chairs:
        mesh = mesh_of(library, chair)
        if mesh is not None:
            pairs.append((chair, mesh))
    if len(pairs) > most:
        pairs = [pairs[i] for i in np.linspace(0, len(pairs) - 1, most).round().astype(int)]
    return [
        (
            chair,
            (
                chair.frame.to_normalised(
                    sample_surface_exactly(mesh, library.points, _FLOOR_SEED)
                ),
                library.cloud(chair),
            ),
        )
        for chair, mesh in pairs
    ]


def mean_of(designs: Sequence[Design]) -> dict[str, float]:
    """Mean of each metric."""
    return {metric: float(values_of(designs, metric).mean()) for metric in METRICS}


def values_of(designs: Sequence[Design], metric: str) -> np.ndarray:
    """One metric of each chair, (n,)."""
    return np.array([getattr(design.metrics, metric) for design in designs], dtype=np.float64)


def _reconstructed(
    model: "ShapeModel", library: Library, chairs: Sequence[Chair]
) -> list[tuple[np.ndarray, np.ndarray]]:
    from core.reconstruction import decode_as_many

    pairs = []
    for start in range(0, len(chairs), _ENCODED_AT_ONCE):
        rows = [chair.row for chair in chairs[start : start + _ENCODED_AT_ONCE]]
        clouds = np.array(library.clouds[rows], dtype=np.float32)
        codes, _ = model.encode(clouds)
        decoded = decode_as_many(model, codes, clouds.shape[1])
        pairs += list(zip(decoded, clouds, strict=True))
    return pairs


def _designs(chairs: Sequence[Chair], metrics: Iterator[PairMetrics]) -> tuple[Design, ...]:
    return tuple(Design(chair, each) for chair, each in zip(chairs, metrics, strict=True))
