"""Shapes through a model and back: mesh files and chairs of a library, encoded and decoded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from core.errors import RunError
from core.frame import Frame
from core.importing import ReadingProcesses
from core.importing.prepare import Job, UpChoice
from core.library import Chair, Library
from core.metrics import PairMetrics, compare_many
from core.shape_model import ShapeModel
from core.threads import usable_cores

_FEW_POINTS = 1024
"""An exact EMD of clouds of so many points takes less time than starting a process."""

_MOST_PROCESSES = 8
"""Each needs 1 GiB for an EMD of 5,000 points."""


@dataclass(frozen=True, eq=False)
class Original:
    """A shape to be reconstructed."""

    name: str
    source: str  # the file's path, or the chair's name
    points: Float[np.ndarray, "points 3"]  # normalised, internal pose
    frame: Frame  # the way back to own units and pose
    chair: str | None = None  # name of the chair of the library that it is


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """What the model makes of an original."""

    original: Original
    code: Float[np.ndarray, " latent"]
    points: Float[np.ndarray, "points 3"]  # normalised, as many as the original has
    metrics: PairMetrics  # against the original, in normalised units


def original_from_file(
    reading: ReadingProcesses, path: Path, points: int, *, up: UpChoice = "auto", seed: int = 0
) -> Original:
    """Read a mesh or cloud and sample `points` as an import does; raises ShapeFileError."""
    chair = reading.read(Job(path=path, points=points, up=up, seed=seed)).chair
    return Original(chair.name, str(path), chair.cloud, chair.frame)


def original_from_chair(library: Library, chair: Chair) -> Original:
    """The chair as the library has it."""
    return Original(chair.name, chair.name, library.cloud(chair), chair.frame, chair.name)


def reconstruct(
    model: ShapeModel, originals: Iterable[Original], *, processes: int | None = None
) -> Iterator[Reconstruction]:
    """Encode and decode shapes and compare each with its original, in order.

    The exact EMD takes 3 s at 5,000 points. `processes` compare pairs side by side, None as many
    as are worth it; 0 keeps all in this one. Closing the iterator drops the rest. Raises RunError
    where the model cannot decode as many points as an original has, MetricError where what it
    decodes is not finite.
    """
    shapes = list(originals)
    encoded = [_encode_and_decode(model, shape) for shape in shapes]
    pairs = [(points, shape.points) for shape, (_, points) in zip(shapes, encoded, strict=True)]
    if processes is None:
        processes = worthwhile_processes(pairs)
    scales = [shape.frame.scale for shape in shapes]
    measured = compare_many(pairs, scales=scales, processes=processes)
    for shape, (code, points), metrics in zip(shapes, encoded, measured, strict=True):
        yield Reconstruction(shape, code, points, metrics)


def decode_as_many(
    model: ShapeModel, codes: Float[np.ndarray, "codes latent"], points: int
) -> Float[np.ndarray, "codes points 3"]:
    """Decode `points` points for each code, so that they can be compared with clouds of as many.

    Raises RunError where the decoder cannot.
    """
    try:
        return model.decode(codes, points)
    except ValueError as error:
        raise RunError(
            f"The run decodes {model.points} points and the shapes have {points}, so they cannot "
            "be compared: distances depend on the number of points. Use a project with clouds of "
            f"{model.points} points, or train a run with another decoder."
        ) from error


def worthwhile_processes(pairs: list[tuple[np.ndarray, np.ndarray]]) -> int:
    """How many processes compare these pairs soonest, within the memory of a usual machine."""
    if len(pairs) < 2 or max(len(cloud) for cloud, _ in pairs) <= _FEW_POINTS:
        return 0
    return min(usable_cores(), len(pairs), _MOST_PROCESSES)


def _encode_and_decode(
    model: ShapeModel, original: Original
) -> tuple[Float[np.ndarray, " latent"], Float[np.ndarray, "points 3"]]:
    codes, _ = model.encode(original.points[None])
    return codes[0], decode_as_many(model, codes, len(original.points))[0]
