"""Shapes leave: a cloud in a format of choice, and a small JSON that says where it came from."""

import json
import os
import stat
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from core import __version__
from core.atomic import write_json
from core.errors import NewerFormatError, StudioError
from core.frame import Frame
from core.mesh import Mesh
from core.migrations import SHAPE_STEPS, brought_up
from core.places import Place
from core.shape_files import write_cloud
from core.shape_files.write_mesh import write_mesh

FORMAT = 2  # of the JSON beside a shape
PLAN_FORMATS = {"walk": 1, "sheet": 1}  # of those that say how to make it again
MOST_BYTES = 200  # of a file's name without number and ending; disks take 255
MOST_VIEW_BYTES = 16 * 2**20  # of the JSON beside an exported file; a long walk has a few
RESERVED_NAMES = {"CON", "PRN", "AUX", "NUL"} | {
    f"{d}{n}" for d in ("COM", "LPT") for n in range(10)
}


@dataclass(frozen=True, eq=False)
class Surface:
    """A mesh of a shape, in the same normalised space as its points."""

    mesh: Mesh
    made_by: str  # in a few words
    of_chair: str | None = None  # whose mesh was bent


@dataclass(frozen=True, eq=False)
class Shape:
    """A normalised cloud and its provenance."""

    name: str
    points: Float[np.ndarray, "points 3"]  # normalised, internal pose
    frame: Frame | None = None  # the way to the mesh's own units and pose
    kind: str = "original"  # "original", "reconstruction", "decoded" or "sample"
    chair: str | None = None  # name of the chair that it is, or is the reconstruction of
    run: str | None = None
    code: tuple[float, ...] | None = None
    component: int | None = None  # 0 to K - 1: that a sample was drawn from, else most responsible
    seed: int | None = None  # of a sample, that it was drawn with; else of the training
    settings: dict[str, Any] = field(default_factory=dict)
    surface: Surface | None = None  # leaves in place of the points
    epoch: int | None = None  # of the run, where it is not the run as it is now
    place: Place | None = None  # the view that it was exported from
    prior_fitted: Mapping[str, Any] | None = None  # `about.origin_of_prior` of the run


@dataclass(frozen=True)
class ExportProgress:
    """One shape was written."""

    done: int
    total: int
    name: str


def export_shape(shape: Shape, path: Path, *, own_units: bool) -> tuple[Path, Path]:
    """Write cloud or surface to `path`, whose ending chooses the format, and its JSON beside it.

    In the mesh's own units and pose where `own_units` and the frame is known, else normalised.
    Returns both paths. Raises ShapeFileError for an unknown ending and OSError as the disk does.
    """
    own = own_units and shape.frame is not None
    if shape.surface is not None:
        mesh = shape.surface.mesh
        if own and shape.frame:
            mesh = Mesh(shape.frame.to_own(mesh.vertices), mesh.faces)
        write_mesh(path, mesh)
    else:
        write_cloud(path, shape.frame.to_own(shape.points) if own and shape.frame else shape.points)
    beside = path.with_suffix(".json")
    write_json(beside, _provenance(shape, path.name, own))
    return path, beside


def export_shapes(
    shapes: Iterable[Shape], total: int, folder: Path, suffix: str, *, own_units: bool
) -> Generator[ExportProgress, None, tuple[Path, ...]]:
    """Write `total` shapes into a folder, each when it is made. Returns the clouds' paths.

    Names that are taken get a number. Closing it keeps what was written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, shape in enumerate(shapes, start=1):
        path = free_path(folder, file_stem(shape.name), suffix)
        written.append(export_shape(shape, path, own_units=own_units)[0])
        yield ExportProgress(number, total, shape.name)
    return tuple(written)


def free_path(folder: Path, stem: str, suffix: str) -> Path:
    """`folder/stem.suffix`, numbered where a file of that stem is there: nothing is overwritten."""
    number = 1
    while True:
        numbered = stem if number == 1 else f"{stem}-{number}"
        path = folder / f"{numbered}.{suffix.lstrip('.')}"
        if not path.exists() and not path.with_suffix(".json").exists():
            return path
        number += 1


def file_stem(name: str) -> str:
    """`name` as a file name that every system takes, without ending; at most 80 characters."""
    letters = (letter if letter.isalnum() or letter in "-_" else "-" for letter in name.strip())
    stem = "-".join(part for part in "".join(letters).split("-") if part)[:80].lower()
    stem = stem.encode()[:MOST_BYTES].decode(errors="ignore")
    return f"{stem}-shape" if stem.upper() in RESERVED_NAMES else stem or "shape"


def _provenance(shape: Shape, file_name: str, own: bool) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "program": f"MoG-VAE Studio {__version__}",
        "file": file_name,
        "kind": shape.kind,
        "chair": shape.chair,
        "run": shape.run,
        "epoch": shape.epoch,
        "code": list(shape.code) if shape.code is not None else None,
        "component": None if shape.component is None else shape.component + 1,  # as people count
        "seed": shape.seed,
        "points": len(shape.points),
        "surface": _surface(shape.surface),
        "units": "own" if own else "normalised",
        "frame": shape.frame.as_json() if shape.frame is not None else None,
        "settings": shape.settings,
        "prior_fitted": None if shape.prior_fitted is None else dict(shape.prior_fitted),
        "view": shape.place.as_json() if shape.place is not None else None,
    }


def _surface(surface: Surface | None) -> dict[str, Any] | None:
    if surface is None:
        return None
    return {
        "made_by": surface.made_by,
        "of_chair": surface.of_chair,
        "faces": len(surface.mesh.faces),
    }


@dataclass(frozen=True)
class ExportedView:
    """What the JSON beside an exported file says of where it came from."""

    place: Place
    chair: str | None  # name of the chair; ids of chairs mean something in their project only
    kind: str = ""  # "walk" and "sheet" tell more than a place, in `content`
    content: Mapping[str, Any] = field(default_factory=dict)


def read_exported_view(path: Path) -> ExportedView:
    """Read the JSON beside an exported file. Raises StudioError with a sentence."""
    try:
        content = json.loads(_view_text(path))
    except OSError as error:
        raise StudioError(
            f"{path} cannot be read ({error.strerror or error}). Check that it is still there and "
            "that you may read it, then drop it again."
        ) from error
    except (ValueError, RecursionError) as error:
        raise _no_view(path, str(error)) from error
    kind = content.get("kind") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not (
        kind in PLAN_FORMATS or ("kind" in content and "units" in content)
    ):
        raise _no_view(path, "it is not one that this program wrote")
    try:
        content = brought_up(path, content, PLAN_FORMATS.get(str(kind), FORMAT), SHAPE_STEPS)
    except NewerFormatError as error:
        raise StudioError(
            f"{path.name} was written by a newer version of this program. Open it with that one."
        ) from error
    except ValueError as error:
        raise _no_view(path, str(error)) from error
    chair, view = content.get("chair"), content.get("view")
    try:
        if view is None:  # of an earlier version, of the command line, a walk or a sheet
            view = {key: content.get(key) for key in ("run", "code", "epoch")}
            if kind == "sample":  # which no mean of the component is
                counted = content.get("component")
                component = counted - 1 if isinstance(counted, int) else None
                view["showing"] = {"component": component, "seed": content.get("seed")}
        elif isinstance(view, dict) and view.get("epoch") is None:
            view = view | {"epoch": content.get("epoch")}
        place = Place.from_json(view)
    except ValueError as error:
        raise _no_view(path, str(error)) from error
    return ExportedView(place, chair if isinstance(chair, str) else None, str(kind), content)


def _view_text(path: Path) -> str:
    """The text of a file that may be anything: a pipe would be waited for without end."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as handle:
        if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
            raise _no_view(path, "it is no ordinary file")
        content = handle.read(MOST_VIEW_BYTES + 1)
    if len(content) > MOST_VIEW_BYTES:
        raise _no_view(path, f"it has more than the {MOST_VIEW_BYTES >> 20} MiB that a view takes")
    return content.decode()


def _no_view(path: Path, reason: str) -> StudioError:
    return StudioError(
        f"{path.name} leads to no view: {reason}. Drop the JSON that lies beside an exported file."
    )
