"""A folder of meshes into a library, against a plain loop over trimesh, as a person writes it.

Memory is that of the importing process; those that read files are held to a limit of their own.
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.table import Table

from benchmarks.memory import Peaks, peak_bytes
from benchmarks.registry import CannotMeasureError, Result
from benchmarks.tables import comparison, megabytes
from core.importing import ImportReport, import_paths
from core.library import Library
from core.made_chairs import build_mesh, draw_made_chairs
from core.threads import usable_cores


@dataclass(frozen=True)
class Options:
    """Sizes."""

    meshes: int = field(default=1000, metadata={"help": "files in the folder"})
    points: int = field(default=5000, metadata={"help": "points of a cloud"})
    memory: int = field(default=1, metadata={"help": "0 leaves memory out", "choices": (0, 1)})


def measure(options: Options) -> Result:
    """Seconds for a quarter and for all of the files, and memory for both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        quarter = max(1, options.meshes // 4)
        few, many = folder / "few", folder / "many"
        _write_meshes(many, options.meshes)
        few.mkdir()
        for path in sorted(many.iterdir())[:quarter]:
            shutil.copy(path, few)
        ours = {
            which.name: _seconds(make_ours(which, folder / f"library-{which.name}", options.points))
            for which in (few, many)
        }
        plain = _seconds(make_plain(many, folder / "plain.npy", options.points))
        peaks: Peaks = {}
        if options.memory:
            peaks = peak_bytes(
                {
                    which.name: (
                        make_ours,
                        (which, folder / f"again-{which.name}", options.points),
                    )
                    for which in (few, many)
                }
            )
    return {
        "speedup": plain / ours["many"],
        "ours_s": ours["many"],
        "plain_s": plain,
        "meshes_per_s": options.meshes / ours["many"],
        # 1 where a file among many takes as long as one among few.
        "seconds_a_mesh_ratio": (ours["many"] / options.meshes) / (ours["few"] / quarter),
        "bytes": peaks.get("many"),
        "quarter_bytes": peaks.get("few"),
        "cores": usable_cores(),
    }


def table(result: Result) -> Table:
    """Both ways."""
    return comparison(
        f"Meshes into a library ({result['meshes_per_s']:.0f} a second)",
        ("", "seconds", "memory added", "a quarter of the files"),
        [
            (
                f"ours, {result['cores']} cores",
                f"{result['ours_s']:.1f} s",
                megabytes(result["bytes"]),
                megabytes(result["quarter_bytes"]),
            ),
            (
                "trimesh loop",
                f"{result['plain_s']:.1f} s, {result['speedup']:.2f} times ours",
                "",
                "",
            ),
        ],
    )


def make_ours(folder: Path, library_folder: Path, points: int) -> Callable[[], None]:
    """Import with everything that an import does: up axis, oddities, meshes kept, report."""
    library = Library.create(library_folder, points)

    def run() -> None:
        report = None
        for step in import_paths(library, [folder]):
            report = step
        if not isinstance(report, ImportReport) or report.refused:
            raise CannotMeasureError("Some meshes were refused.")

    return run


def make_plain(folder: Path, target: Path, points: int) -> Callable[[], None]:
    """Load, sample, normalise, stack, save."""
    import trimesh

    def run() -> None:
        clouds = []
        for path in sorted(folder.iterdir()):
            mesh = trimesh.load(path, force="mesh")
            cloud, _ = trimesh.sample.sample_surface(mesh, points)
            cloud = cloud - (cloud.min(axis=0) + cloud.max(axis=0)) / 2
            clouds.append((cloud / np.linalg.norm(cloud, axis=1).max()).astype(np.float32))
        np.save(target, np.stack(clouds))

    return run


def _seconds(run: Callable[[], None]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _write_meshes(folder: Path, count: int) -> None:
    folder.mkdir()
    for number, chair in enumerate(draw_made_chairs(count, seed=0)):
        mesh = build_mesh(chair)
        lines = ["OFF", f"{len(mesh.vertices)} {len(mesh.faces)} 0"]
        lines += [" ".join(f"{value:.6f}" for value in vertex) for vertex in mesh.vertices]
        lines += [f"3 {a} {b} {c}" for a, b, c in mesh.faces]
        (folder / f"chair_{number:05d}.off").write_text("\n".join(lines) + "\n", encoding="ascii")
