"""Kills programs at random moments (kill −9) and looks at what they leave.

Training, importing and saving each work on a project; after each kill the project must open, what
was whole must be whole, and the work goes on. In the end it must be what it would have been.
"""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import trimesh
from rich.table import Table

from benchmarks.example import example_project
from benchmarks.registry import CannotMeasureError, Result
from benchmarks.tables import comparison
from core.errors import StudioError
from core.project import Project
from core.run_list import list_runs
from core.training.checkpoint import read_optimiser, read_weights
from core.training.presets import recommended
from core.training.run import Run
from core.training.snapshots import list_snapshots

CLOCK = ("elapsed_s", "chairs_per_s")
MESHES = 20  # more than a group, so that a kill can come between two


@dataclass(frozen=True)
class Options:
    """How often, and from which seed."""

    training: int = field(default=200, metadata={"help": "kills while a model trains"})
    importing: int = field(default=50, metadata={"help": "kills while meshes come in"})
    saving: int = field(default=100, metadata={"help": "kills while documents are written"})
    seed: int = field(default=0, metadata={"help": "of the moments"})


@dataclass
class Count:
    """What became of one kind of work."""

    kills: int = 0
    while_working: int = 0  # the others came after the work was done
    rounds: int = 0  # how often the work came to its end
    faults: list[str] = field(default_factory=list)


def measure(options: Options) -> Result:
    """Kill as often as asked; counts for each kind of work."""
    if not hasattr(os, "fork"):
        raise CannotMeasureError("Processes are forked here, which this system cannot.")
    generator = np.random.default_rng(options.seed)
    with tempfile.TemporaryDirectory() as folder, killing() as killer:
        place = Path(folder)
        counts = {
            "training": kill_training(place, killer, generator, options.training),
            "importing": kill_importing(place, killer, generator, options.importing),
            "saving": kill_saving(place, killer, generator, options.saving),
        }
    return {
        "seed": options.seed,
        "kills": sum(count.kills for count in counts.values()),
        "faults": sum(len(count.faults) for count in counts.values()),
        **{name: dataclasses.asdict(count) for name, count in counts.items()},
    }


def table(result: Result) -> Table:
    """The counts for people."""
    rows = []
    for name in ("training", "importing", "saving"):
        count = result[name]
        figures = [count["kills"], count["while_working"], count["rounds"], len(count["faults"])]
        rows.append((name, *(str(figure) for figure in figures)))
        rows += [("", "", "", "", fault) for fault in count["faults"][:5]]
    return comparison(
        f"Killed at random moments, seed {result['seed']}",
        ("Work", "Kills", "While it worked", "Came to its end", "Faults"),
        rows,
    )


class Killer:
    """Starts work in a process of its own and ends it by force."""

    def __init__(self, server: "subprocess.Popen[str]") -> None:
        self._server = server

    def let_work(self, work: str, project: Path, what: str = "") -> float:
        """Let it come to its end; seconds that it took. RuntimeError where it failed."""
        began = time.monotonic()
        self._start(work, project, what)
        status = int(self._answer())
        if status != 0:
            raise RuntimeError(f"{work} ended with status {status}")
        return time.monotonic() - began

    def kill(self, work: str, project: Path, after_s: float, what: str = "") -> bool:
        """Kill it after so many seconds; whether it was still at work. RuntimeError as above."""
        child = self._start(work, project, what)
        time.sleep(after_s)
        # Its parent waits for it first, so the number cannot be another process's yet.
        if self._has_ended(child):
            status = int(self._answer())
            if status != 0:
                raise RuntimeError(f"{work} ended with status {status} before it was killed")
            return False
        os.kill(child, signal.SIGKILL)
        status = int(self._answer())
        if status not in (0, -signal.SIGKILL):
            raise RuntimeError(f"{work} ended with status {status}")
        return status != 0

    def _start(self, work: str, project: Path, what: str) -> int:
        assert self._server.stdin is not None
        line = json.dumps({"work": work, "project": str(project), "what": what})
        self._server.stdin.write(line + "\n")
        self._server.stdin.flush()
        return int(self._answer())

    def _answer(self) -> str:
        assert self._server.stdout is not None
        line = self._server.stdout.readline()
        if not line:
            raise RuntimeError("the process that forks has ended")
        return line

    def _has_ended(self, child: int) -> bool:
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return True
        return False


@contextmanager
def killing() -> Iterator[Killer]:
    """A killer for the span of a `with`; it takes some seconds to get ready."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.kill_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[1],
    )
    try:
        assert server.stdout is not None
        if server.stdout.readline().strip() != "ready":
            raise RuntimeError("the process that forks did not start")
        yield Killer(server)
    finally:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.close()
        server.wait()
        server.stdout.close()


def kill_training(
    folder: Path, killer: Killer, generator: np.random.Generator, kills: int
) -> Count:
    """Kill a training again and again until it is done, then the next one."""
    project = example_project(folder / "trained", chairs=24, points=64)
    settings = recommended("mog").with_changes(
        components=3,
        latent=2,
        batch=8,
        epochs=6,
        points_per_step=32,
        kl_samples=2,
        pretraining_epochs=2,
        warm_up_epochs=2,
        device="cpu",
        threads=1,
        checkpoint_every_s=0.0,
    )
    through = Run.create(project.run_folder("through"), settings)
    seconds = killer.let_work("train", project.folder, through.name)
    count = Count()

    def work_on(name: str) -> None:
        run = Run.create(project.run_folder(name), settings)
        while count.kills < kills:
            after_s = float(generator.uniform(0.0, seconds))
            count.kills += 1
            was_working = killer.kill("train", project.folder, after_s, run.name)
            count.while_working += was_working
            _look_at_run(Project.open(project.folder), run)
            if not was_working:
                break
        killer.let_work("train", project.folder, run.name)
        assert_same_run(run, through)
        count.rounds += 1

    _repeat(count, kills, work_on)
    return count


def kill_importing(
    folder: Path, killer: Killer, generator: np.random.Generator, kills: int
) -> Count:
    """Kill an import; what came in is whole, and importing again brings the rest."""
    meshes = folder / "meshes"
    meshes.mkdir()
    for number in range(MESHES):
        size = (1.0, 1.0 + 0.1 * number, 2.0)
        trimesh.creation.box(size).export(meshes / f"box {number}.off")
    first = Project.create(folder / "imported", points=64)
    seconds = killer.let_work("import", first.folder, str(meshes))
    count = Count()

    def work_on(name: str) -> None:
        project = Project.create(folder / name, points=64)
        while count.kills < kills:
            after_s = float(generator.uniform(0.0, seconds))
            count.kills += 1
            was_working = killer.kill("import", project.folder, after_s, str(meshes))
            count.while_working += was_working
            _look_at_library(Project.open(project.folder))
            if not was_working:
                break
        killer.let_work("import", project.folder, str(meshes))
        opened = Project.open(project.folder)
        names = sorted(chair.name for chair in opened.library.chairs)
        expected = sorted(chair.name for chair in Project.open(first.folder).library.chairs)
        assert names == expected, f"{names} instead of {expected}"
        count.rounds += 1

    _repeat(count, kills, work_on)
    return count


def kill_saving(folder: Path, killer: Killer, generator: np.random.Generator, kills: int) -> Count:
    """Kill a program that writes without a pause; a version that was whole is there."""
    project = example_project(folder / "saved", chairs=6, points=64)
    count = Count()

    def work_on(_name: str) -> None:
        newest = 0
        while count.kills < kills:
            count.kills += 1
            after_s = float(generator.uniform(0.02, 0.2))
            count.while_working += killer.kill("save", project.folder, after_s)
            opened = Project.open(project.folder)
            _look_at_library(opened)
            content = opened.read_document("bookmarks")
            number = int(content.get("number", 0))
            assert number >= newest, f"version {number} after {newest}"
            assert not number or content["filling"] == str(number) * 2_000
            newest = number
        assert newest > 0, "nothing was ever saved"
        count.rounds += 1

    _repeat(count, kills, work_on)
    return count


def assert_same_run(run: Run, other: Run) -> None:
    """Weights, moments, figures, codes and kept epochs are equal, bit for bit."""
    weights, position = read_weights(run.folder)
    expected, other_position = read_weights(other.folder)
    moments = read_optimiser(run.folder, position)
    expected_moments = read_optimiser(other.folder, other_position)
    assert moments is not None
    assert expected_moments is not None
    for these, those in ((weights, expected), (moments, expected_moments)):
        assert set(these) == set(those)
        for name, tensor in those.items():
            assert torch.equal(these[name], tensor), f"{name} differs"
    assert _figures(run) == _figures(other), "the log differs"
    codes, expected_codes = run.codes(), other.codes()
    assert codes is not None
    assert expected_codes is not None
    assert np.array_equal(codes.codes, expected_codes.codes), "codes differ"
    assert run.state.stopped_by == "end"
    kept = [snapshot.epoch for snapshot in list_snapshots(run.folder)]
    assert kept == [snapshot.epoch for snapshot in list_snapshots(other.folder)]


def _repeat(count: Count, kills: int, work_on: Callable[[str], None]) -> None:
    while count.kills < kills:
        try:
            work_on(f"killed {count.rounds + len(count.faults)}")
        except (AssertionError, RuntimeError, StudioError) as error:
            count.faults.append(f"after kill {count.kills}: {error}")


def _look_at_run(project: Project, run: Run) -> None:
    """What a kill left can be opened and used."""
    assert not project.problems, project.problems
    entry = next(entry for entry in list_runs(project) if entry.name == run.name)
    assert entry.standing in ("new", "killed", "done"), entry  # and nobody holds it any more
    epochs = [record["epoch"] for record in run.metrics()]
    assert epochs == list(range(1, len(epochs) + 1)), epochs
    if run.has_weights:
        assert np.isfinite(run.model().decode(np.zeros((1, 2), dtype=np.float32))).all()


def _look_at_library(project: Project) -> None:
    assert not project.problems, project.problems
    for chair in project.library.chairs:
        assert np.isfinite(project.library.cloud(chair)).all()


def _figures(run: Run) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in record.items() if name not in CLOCK}
        for record in run.metrics()
    ]
