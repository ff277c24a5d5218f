"""One file into a chair that is ready for the library: read, sample, put upright, normalise.

`prepare_chair` takes and gives plain data and touches nothing else, so it can run anywhere.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import ShapeFileError
from core.frame import Axis
from core.importing.oddities import oddities_of_shape
from core.importing.report import WarningKind
from core.library import NewChair
from core.orientation import UpGuess, judge_up
from core.posing import reposed, upright_rotation
from core.sampling import points_hash, resample_points, sample_surface_exactly
from core.shape_files import Shape, read_shape
from core.split import TEST_SHARE, Split, split_of

UpChoice = Literal["auto", "x", "y", "z"]
FacingChoice = Literal["auto", "keep"]

# What most programs write into such files; it decides where the shape does not.
_EXPECTED_UP: dict[str, Axis] = {
    ".obj": "y",
    ".off": "z",
    ".stl": "z",
    ".3mf": "z",
    ".xyz": "z",
    ".pts": "z",
    ".pcd": "z",
}

FEWEST_POINTS = 16  # of a cloud
FEWEST_POINTS_WITHOUT_FACES = 500  # of a mesh file that has no faces, to be taken as a cloud


@dataclass(frozen=True)
class Job:
    """What to do with one file."""

    path: Path
    points: int  # of the cloud
    up: UpChoice = "auto"
    facing: FacingChoice = "auto"
    seed: int = 0  # of sampling and split
    test_share: float = TEST_SHARE  # 0 to 1, where the folder has no split of its own
    split: Split | None = None  # None: drawn from the content
    category: str | None = None


@dataclass(frozen=True, eq=False)
class Prepared:
    """A chair that can come in, and what is odd about it."""

    chair: NewChair
    size_m: float | None  # the box's diagonal in metres, where the file's unit is known
    size: float  # the same in own units
    up: UpGuess
    oddities: tuple[tuple[WarningKind, str], ...]


def prepare_chair(job: Job) -> Prepared:
    """Read a file and make its cloud. Raises ShapeFileError with a sentence."""
    shape = read_shape(job.path)
    name = job.path.name
    points, content_hash = _points(name, shape, job)
    up = _up_axis(points, shape, job)
    turn_to_front = job.facing == "auto" and job.category is None
    rotation = upright_rotation(points, up.axis, turn_to_front=turn_to_front)
    cloud, frame = reposed(points, rotation, up.axis)
    bounds = shape.mesh.bounds if shape.mesh is not None else _bounds(points)
    size = float(np.linalg.norm(bounds[1] - bounds[0]))
    metadata: dict[str, str | float | int] = {}
    if job.category:
        metadata["category"] = job.category
    if shape.mesh is not None:
        metadata["faces"] = len(shape.mesh.faces)
    if shape.metres_per_unit is not None:
        metadata["metres_per_unit"] = shape.metres_per_unit
    oddities: list[tuple[WarningKind, str]] = [("note", note) for note in shape.notes]
    oddities += oddities_of_shape(cloud, shape, job.points)
    return Prepared(
        chair=NewChair(
            name=job.path.stem,
            cloud=cloud,
            frame=frame,
            split=job.split or split_of(content_hash, job.seed, job.test_share),
            source=name,
            content_hash=content_hash,
            metadata=metadata,
            mesh=shape.mesh,
        ),
        size=size,
        size_m=None if shape.metres_per_unit is None else size * shape.metres_per_unit,
        up=up,
        oddities=tuple(oddities),
    )


def _points(name: str, shape: Shape, job: Job) -> tuple[NDArray[np.float64], str]:
    """The cloud in own units and pose (N, 3), and the content's hash."""
    if shape.mesh is not None:
        return (
            sample_surface_exactly(shape.mesh, job.points, job.seed),
            shape.mesh.content_hash,
        )
    assert shape.points is not None
    is_mesh_format = job.path.suffix.lower() in (".off", ".obj")
    fewest = FEWEST_POINTS_WITHOUT_FACES if is_mesh_format else FEWEST_POINTS
    if len(shape.points) < min(fewest, job.points):
        raise ShapeFileError(
            f"{name}: the file has no faces and only {len(shape.points)} points, too few for a "
            "cloud. Export it again with its faces."
        )
    return resample_points(shape.points, job.points, job.seed), points_hash(shape.points)


def _up_axis(points: NDArray[np.float64], shape: Shape, job: Job) -> UpGuess:
    """Which axis points up: as told, as the file says, or as the shape looks."""
    if job.up != "auto":
        return UpGuess(job.up, "it was told so", True)
    if shape.up is not None:
        return UpGuess(shape.up, shape.up_reason, True)
    guess = judge_up(points)
    if guess.certain:
        return guess
    return judge_up(points, _EXPECTED_UP.get(job.path.suffix.lower()))._replace(certain=False)


def _bounds(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([points.min(axis=0), points.max(axis=0)])
