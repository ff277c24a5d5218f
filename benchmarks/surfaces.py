"""Which surface of a decoded shape is nearest to the true one: skin, or the nearest mesh bent.

Chairs that the model never saw are encoded and decoded, a surface is made of what was decoded, and
points on it are compared with points on the chair's own mesh, in normalised units. The points as
decoded and the nearest mesh as it is stand beside them.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.table import Table

from benchmarks.registry import CannotMeasureError, Result
from benchmarks.tables import comparison
from core.demo import install_demo
from core.library import Chair
from core.library_codes import codes_of_chairs
from core.made_chairs import mesh_of
from core.mesh import Mesh
from core.metrics import diagonal, metrics_of_distances, nearest
from core.project import Project
from core.sampling import sample_surface
from core.training.run import Run
from core.warped_mesh import as_normalised, nearest_with_mesh, warped
from mogvae_gui.cloud_surface import skin
from mogvae_gui.shipped import resources_folder


@dataclass(frozen=True)
class Options:
    """What is measured."""

    project: str = field(default="", metadata={"help": "a project folder; else the demo's"})
    run: str = field(default="", metadata={"help": "a run of it; else the first"})
    chairs: int = field(default=100, metadata={"help": "test chairs with a mesh, at most"})
    points: int = field(default=20_000, metadata={"help": "points on each surface"})


def measure(options: Options) -> Result:
    """Means over the chairs for each kind of surface."""
    with tempfile.TemporaryDirectory() as folder:
        if options.project:
            return _measure(Path(options.project), options)
        return _measure(install_demo(resources_folder() / "demo", Path(folder) / "Demo"), options)


def _measure(folder: Path, options: Options) -> Result:
    project = Project.open(folder)
    names = project.run_names()
    if not names:
        raise CannotMeasureError("The project has no run. Train one first.")
    run = Run.open(project.run_folder(options.run or names[0]))
    model, library = run.model(), project.library
    known = [chair for chair in library if chair.split == "train"]
    judged = [one for one in library if one.split == "test" and mesh_of(library, one) is not None]
    judged = judged[: options.chairs]
    if not judged or not known:
        raise CannotMeasureError("Too few chairs have a mesh: import some for train and test.")
    codes = codes_of_chairs(run, model, library, known)
    figures: dict[str, list[tuple[float, float, float]]] = {}
    for chair in judged:
        truth = sample_surface(_mesh_of(mesh_of(library, chair), chair), options.points)
        code = model.encode(library.cloud(chair)[None])[0][0]
        decoded = model.decode(code[None])[0]
        row = nearest_with_mesh(code, library, known, codes)
        if row is None:
            continue
        near, start = (
            _mesh_of(mesh_of(library, known[row]), known[row]),
            model.decode(codes[row][None]),
        )
        makers: dict[str, Callable[[], Mesh]] = {
            "skin": lambda points=decoded: skin(points),  # type: ignore[misc]
            "bent": lambda m=near, s=start[0], e=decoded: warped(m, s, e),  # type: ignore[misc]
            "nearest": lambda m=near: m,  # type: ignore[misc]
        }
        figures.setdefault("points", []).append((*_compared(decoded, truth), 0.0))
        for name, make in makers.items():
            started = time.perf_counter()
            surface = make()
            seconds = time.perf_counter() - started
            drawn = sample_surface(surface, options.points)
            figures.setdefault(name, []).append((*_compared(drawn, truth), seconds))
    means = {name: np.mean(rows, axis=0) for name, rows in figures.items()}
    return {
        "chairs": len(judged),
        **{
            name: {"cd_1": float(cd_1), "f_score": float(f_score), "seconds": float(seconds)}
            for name, (cd_1, f_score, seconds) in means.items()
        },
    }


def table(result: Result) -> Table:
    """A row for each kind of surface."""
    words = {
        "points": "decoded points as they are",
        "skin": "skin around the decoded points",
        "bent": "mesh of the nearest training chair, bent",
        "nearest": "the same mesh, not bent",
    }
    rows = [
        (
            words[name],
            f"{result[name]['cd_1']:.4f}",
            f"{result[name]['f_score']:.1%}",
            f"{result[name]['seconds']:.2f} s",
        )
        for name in words
    ]
    title = f"Against the true mesh of {result['chairs']} test chairs"
    return comparison(title, ("surface", "CD_1", "F-score", "time"), rows)


def _mesh_of(mesh: Mesh | None, chair: Chair) -> Mesh:
    if mesh is None:
        raise CannotMeasureError(f"{chair.name} has lost its mesh.")
    return as_normalised(mesh, chair.frame)


def _compared(points: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    there, back = nearest(points, truth)[1], nearest(truth, points)[1]
    figures = metrics_of_distances(there, back, diagonal(truth))
    return figures.cd_1, figures.f_score
