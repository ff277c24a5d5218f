"""A library of a hundred thousand clouds: opened, listed, streamed through a training, picked from.

The library is made of a few distinct clouds again and again, each chair with a row of its own, so
that the file has its full size on disk. It is deleted afterwards.
"""

import re
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.table import Table

from benchmarks.display import home_in, lacks_display, measure_in_a_virtual_display
from benchmarks.example import example_clouds
from benchmarks.registry import CannotMeasureError, Result
from benchmarks.tables import comparison, megabytes, milliseconds
from core.frame import Frame
from core.library import Chair
from core.library.cloud_file import row_bytes
from core.library.columns import id_of_number
from core.library.index import Index, write_index
from core.project import Project

DISTINCT = 64
LONGEST_S = 120.0


@dataclass(frozen=True)
class Options:
    """Sizes."""

    chairs: int = field(default=100_000, metadata={"help": "clouds in the library, and codes"})
    points: int = field(default=5000, metadata={"help": "points of a cloud"})
    batches: int = field(default=200, metadata={"help": "batches of 16 read in random order"})
    folder: str = field(default="", metadata={"help": "where to make it; empty: temporary"})


def measure(options: Options) -> Result:
    """Seconds, and bytes of memory that do not belong to a file on disk."""
    if lacks_display():
        return measure_in_a_virtual_display("scale", options)
    needed = options.chairs * row_bytes(options.points)
    with tempfile.TemporaryDirectory(dir=options.folder or None) as name:
        folder = Path(name)
        if shutil.disk_usage(folder).free < 1.5 * needed:
            raise CannotMeasureError(f"There is no room for {needed / 1e9:.0f} GB in {folder}.")
        with home_in(folder / "home"):
            project = make_large_project(folder / "Large", options.chairs, options.points)
            return {
                "bytes_on_disk": needed,
                **_core(project, options),
                **_window(project, options.chairs),
            }


def table(result: Result) -> Table:
    """What takes how long."""
    rows = [
        ("library opened", f"{result['open_s']:.2f} s", megabytes(result["open_bytes"])),
        (
            "clouds read for a training",
            f"{result['clouds_per_s']:,.0f} clouds/s",
            megabytes(result["stream_bytes"]),
        ),
        (
            "project in the window, listed",
            f"{result['listed_s']:.2f} s",
            megabytes(result["window_bytes"]),
        ),
        ("longest wait of an event meanwhile", milliseconds(result["longest_wait_s"]), ""),
        ("thumbnails drawn", f"{result['thumbnails']:,}", ""),
        ("all codes shown", milliseconds(result["codes_s"]), megabytes(result["codes_bytes"])),
        ("a code picked", milliseconds(result["pick_s"]), ""),
        ("the list filtered", milliseconds(result["filter_s"]), ""),
    ]
    size = result["bytes_on_disk"] / 1e9
    return comparison(
        f"A library of {result['chairs']:,} chairs, {size:.1f} GB",
        ("", "time", "memory added"),
        rows,
    )


def make_large_project(folder: Path, chairs: int, points: int) -> Project:
    """A project whose chairs look alike after a while."""
    project = Project.create(folder, points)
    clouds = example_clouds(min(DISTINCT, chairs), points)
    block = np.ascontiguousarray(clouds, dtype="<f4")
    with (folder / "library" / "clouds.f32").open("wb") as file:
        left = chairs
        while left > 0:
            file.write(block[:left].data)
            left -= len(block)
    identity = Frame.identity()
    index = Index(
        points=points,
        rows=chairs,
        next_number=chairs + 1,
        chairs=tuple(
            Chair(
                id=id_of_number(number + 1),
                name=f"Chair {number + 1}",
                split="test" if number % 10 == 0 else "train",
                row=number,
                source="made chair",
                content_hash=f"{number:064x}",
                frame=identity,
                metadata={"family": f"family {number % 12}"},
            )
            for number in range(chairs)
        ),
    )
    write_index(folder / "library", index)
    return Project.open(project.folder)


def _core(project: Project, options: Options) -> Result:
    import torch

    from core.library import Library
    from core.training.batches import CloudSource

    before = own_bytes()
    started = time.perf_counter()
    library = Library.open(project.library.folder)
    opened = time.perf_counter() - started
    open_bytes = own_bytes() - before
    source = CloudSource(library.clouds, library.rows(), torch.device("cpu"))
    order = torch.randperm(len(source), generator=torch.Generator().manual_seed(0))
    before, read = own_bytes(), 0
    started = time.perf_counter()
    for positions in torch.split(order[: 16 * options.batches], 16):
        read += len(source.batch(positions))
    return {
        "chairs": len(library),
        "open_s": opened,
        "open_bytes": open_bytes,
        "clouds_per_s": read / (time.perf_counter() - started),
        "stream_bytes": own_bytes() - before,
    }


def _window(project: Project, count: int) -> Result:
    from PySide6.QtCore import QPointF, Qt

    from benchmarks.event_loop import WaitingTimes, run_event_loop, run_until
    from mogvae_gui.garbage_collection import GarbageCollection
    from mogvae_gui.presenters.studio import Studio
    from mogvae_gui.state.preferences import Preferences
    from mogvae_gui.window_process import make_application

    application = make_application("benchmark")
    garbage = GarbageCollection(application)  # as the program has it
    studio = Studio(Preferences())
    studio.window.show()
    run_event_loop(1.0)
    garbage.begin()
    drawn: list[str] = []
    studio.window.library.model.thumbnail_wanted.connect(drawn.append)
    waiting, before = WaitingTimes(), own_bytes()
    waiting.start()
    started = time.perf_counter()
    studio.projects.open_folder(project.folder)
    if not run_until(lambda: len(studio.project.chairs) == count, LONGEST_S):
        raise CannotMeasureError("The project did not open.")
    listed = time.perf_counter() - started
    run_event_loop(2.0)  # thumbnails are drawn
    waits = waiting.stop()
    window_bytes = own_bytes() - before
    filtered = _seconds(lambda: studio.window.library.filter_edited.emit("99", ""))
    studio.window.library.filter_edited.emit("", "")

    view = studio.window.latent.view
    codes = np.random.default_rng(0).standard_normal((count, 3)).astype(np.float32)
    colours = np.full((count, 3), 200, dtype=np.uint8)
    before = own_bytes()

    def show_codes() -> None:
        view.show_codes(codes, colours)
        view.plotter.repaint()

    shown = _seconds(show_codes)
    codes_bytes = own_bytes() - before

    def pick() -> None:
        view.clicked.emit(position, Qt.KeyboardModifier.NoModifier)

    view.reset_camera()
    pixels, _ = view.pixels_of(codes)
    centre = (view.width() / 2, view.height() / 2)
    position = QPointF(*pixels[np.abs(pixels - centre).sum(axis=1).argmin()])
    picks: list[int] = []
    view.code_picked.connect(picks.append)
    picked = float(np.median([_seconds(pick) for _ in range(9)]))
    studio.window.close_now()
    application.processEvents()
    garbage.stop()
    if len(picks) != 9:
        raise CannotMeasureError("No code was picked.")
    return {
        "listed_s": listed,
        "window_bytes": window_bytes,
        "longest_wait_s": waits["worst_ms"] / 1000,
        "thumbnails": len(drawn),
        "filter_s": filtered,
        "codes_s": shown,
        "codes_bytes": codes_bytes,
        "pick_s": picked,
    }


def own_bytes() -> int:
    """Memory of this process that is not a file's: a mapped library's pages come and go."""
    if sys.platform.startswith("linux"):
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        found = re.search(r"^RssAnon:\s+(\d+) kB$", status, re.MULTILINE)
        if found is not None:
            return int(found.group(1)) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
