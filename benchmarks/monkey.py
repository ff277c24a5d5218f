"""Random actions at the real window while it trains: no error, and no memory that grows.

The seed is printed; the same seed gives the same hands, though not the same instants.
"""

import contextlib
import ctypes
import gc
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from benchmarks.display import home_in, lacks_display, measure_in_a_virtual_display
from benchmarks.example import example_project
from benchmarks.registry import CannotMeasureError, Result
from core.training.presets import recommended
from core.training.settings import TrainingSettings

if TYPE_CHECKING:
    import psutil

SAMPLE_EVERY = 25  # actions between two looks at the memory
LATEST = 0.2  # the share of actions at either end whose looks are compared


@dataclass(frozen=True)
class Options:
    """How long, and from which dice."""

    actions: int = field(default=2000, metadata={"help": "random actions"})
    seed: int = field(default=0, metadata={"help": "of the dice"})
    chairs: int = field(default=24, metadata={"help": "made chairs in each of two projects"})
    points: int = field(default=256, metadata={"help": "points of a cloud"})
    warm_up: float = field(
        default=0.3, metadata={"help": "share of the actions before memory is first looked at"}
    )


def measure(options: Options) -> Result:
    """Act, and tell what went wrong."""
    if lacks_display():
        return measure_in_a_virtual_display("monkey", options)
    with tempfile.TemporaryDirectory() as name, home_in(Path(name) / "home"):
        return _measured(options, Path(name))


def table(result: Result) -> Table:
    """What was done, and what came of it."""
    shown = Table(title=f"{result['actions']} actions, seed {result['seed']}")
    shown.add_column("")
    shown.add_column("", justify="right")
    shown.add_row("problems", str(len(result["problems"])))
    shown.add_row("memory after the warm-up", f"{result['memory_mib'][0]:.0f} MiB")
    shown.add_row("memory at the end", f"{result['memory_mib'][1]:.0f} MiB")
    shown.add_row("growth", f"{result['growth_percent']:.1f} %")
    shown.add_row("trainings begun", str(result["runs"]))
    shown.add_row("time", f"{result['seconds']:.0f} s")
    for problem in result["problems"]:
        shown.add_row("problem", problem)
    return shown


def monkey_settings() -> TrainingSettings:
    """A training whose epochs take a moment."""
    return recommended("mog").with_changes(
        components=3,
        latent=3,
        batch=5,
        epochs=40,
        points_per_step=64,
        warm_up_epochs=1,
        pretraining_epochs=1,
        device="cpu",
        threads=1,
    )


def files_to_drop(folder: Path) -> list[Path]:
    """A small mesh, the same under another name, a letter, and an empty file."""
    folder.mkdir(parents=True)
    mesh = "OFF\n4 4 0\n0 0 0\n1 0 0\n0 1 0\n0 0 1\n3 0 1 2\n3 0 1 3\n3 0 2 3\n3 1 2 3\n"
    contents = {"tetra.off": mesh, "twin.off": mesh, "letter.obj": "dear aunt", "empty.ply": ""}
    for name, content in contents.items():
        (folder / name).write_text(content)
    return [folder / name for name in contents]


def _measured(options: Options, folder: Path) -> Result:
    import psutil

    from benchmarks.event_loop import run_until
    from benchmarks.monkey_hands import Monkey
    from mogvae_gui.garbage_collection import GarbageCollection
    from mogvae_gui.presenters.studio import Studio
    from mogvae_gui.state.preferences import Preferences
    from mogvae_gui.views.theme import theme
    from mogvae_gui.window_process import make_application

    sys.stderr.write(f"monkey: seed {options.seed}\n")
    first = example_project(folder / "One", options.chairs, options.points).folder
    second = folder / "Two"
    shutil.copytree(first, second)
    application = make_application("monkey")
    garbage = GarbageCollection(application)
    garbage.begin()
    theme().install("dark")
    studio = Studio(Preferences())
    studio.window.show()
    studio.projects.open_folder(first)
    if not run_until(lambda: bool(studio.project.chairs), 60.0):
        raise CannotMeasureError("The project did not open.")
    files = files_to_drop(folder / "files")
    monkey = Monkey(studio, options.seed, [first, second], files, monkey_settings())
    process, started = psutil.Process(), time.monotonic()
    memory = [
        (number, _held_mib(process))
        for number in monkey.act(options.actions)
        if number % SAMPLE_EVERY == 0
    ]
    seconds = time.monotonic() - started
    studio.window.close_now()
    application.processEvents()
    garbage.stop()
    before, after = _memory(memory, options)
    return {
        "actions": options.actions,
        "seed": options.seed,
        "problems": monkey.problems,
        "growth_percent": 100 * (after / before - 1),
        "memory_mib": [before, after],
        "seconds": seconds,
        "done": dict(monkey.done),
        "runs": sum(len(list(project.glob("runs/*"))) for project in (first, second)),
    }


def _held_mib(process: "psutil.Process") -> float:
    """Resident memory that is in use: what was freed and kept for the next is given back first."""
    gc.collect()
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
            ctypes.CDLL("libc.so.6").malloc_trim(0)
    return float(process.memory_info().rss) / 2**20


def _memory(looks: list[tuple[int, float]], options: Options) -> tuple[float, float]:
    """The medians after the warm-up and at the end: single looks meet work under way."""
    warm = options.warm_up * options.actions
    end = (1 - LATEST) * options.actions
    after_warm_up: list[Any] = [m for n, m in looks if warm <= n < warm + LATEST * options.actions]
    at_end = [m for n, m in looks if n >= end]
    return (
        statistics.median(after_warm_up or [looks[0][1]]),
        statistics.median(at_end or [looks[-1][1]]),
    )
