"""Two processes that train together, against one with the same steps: the same losses, what speed.

`torchrun` starts them, once as two processes of one machine and once as two machines of one process
each, which talk over loopback. The step is the same in all: each of two processes takes half. One
process runs twice, with one thread and, to have as many cores as two processes, with two.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table

from benchmarks.example import example_project
from benchmarks.registry import CannotMeasureError, Result
from benchmarks.tables import comparison
from core.project import Project
from core.training.presets import article
from core.training.run import Run

LONGEST_S = 600.0


@dataclass(frozen=True)
class Way:
    """How many train together."""

    words: str
    processes: int = 1  # of each machine
    machines: int = 1
    threads: int = 1  # of each process


ONE = "one"
WAYS = {
    ONE: Way("one process"),
    "one_two_threads": Way("one process, two threads", threads=2),
    "two": Way("two processes", processes=2),
    "two_machines": Way("two machines, loopback", machines=2),
}


@dataclass(frozen=True)
class Options:
    """Sizes."""

    chairs: int = field(default=48, metadata={"help": "made chairs"})
    points: int = field(default=2048, metadata={"help": "points of a cloud"})
    batch: int = field(default=8, metadata={"help": "chairs of a step, over all processes"})
    epochs: int = field(default=4, metadata={"help": "of which the first is not timed"})
    learning_rate: float = field(
        default=1e-4,
        metadata={
            "help": "ten times the article's, so that losses move; ten times more and a change of "
            "the last digit of the first weights grows to 1e-3 of the loss in four epochs"
        },
    )


def measure(options: Options) -> Result:
    """Losses and seconds of an epoch."""
    with tempfile.TemporaryDirectory() as name:
        project = example_project(Path(name) / "project", options.chairs, options.points)
        runs = {way: _train(project, way, options) for way in WAYS}
    losses = {way: [record["loss"] for record in records] for way, records in runs.items()}
    # The clock runs on over epochs; the first one warms up.
    seconds = {
        way: (records[-1]["elapsed_s"] - records[0]["elapsed_s"]) / (len(records) - 1)
        for way, records in runs.items()
    }
    others = [way for way in WAYS if way != ONE]
    apart = {
        way: [abs(ours / one - 1) for ours, one in zip(losses[way], losses[ONE], strict=True)]
        for way in others
    }
    return {
        **{f"{way}_first_epoch_relative_difference": apart[way][0] for way in others},
        **{f"{way}_largest_relative_difference": max(apart[way]) for way in others},
        **{f"{way}_epoch_s": value for way, value in seconds.items()},
        "speedup": seconds[ONE] / seconds["two"],
        "last_loss": losses[ONE][-1],
    }


def table(result: Result) -> Table:
    """All side by side."""
    return comparison(
        "Training in several processes, same steps",
        ("", "an epoch", "losses differ in the first epoch", "in any epoch"),
        [
            (
                way.words,
                f"{result[f'{name}_epoch_s']:.2f} s",
                *(
                    "" if name == ONE else f"{result[f'{name}_{which}_relative_difference']:.1e}"
                    for which in ("first_epoch", "largest")
                ),
            )
            for name, way in WAYS.items()
        ],
    )


def _train(project: Project, name: str, options: Options) -> list[dict[str, float]]:
    way = WAYS[name]
    settings = article("mog").with_changes(
        loss="chamfer",
        learning_rate=options.learning_rate,
        batch=options.batch,
        epochs=options.epochs,
        threads=way.threads,
        device="cpu",
    )
    run = Run.create(project.runs_folder / name, settings)
    port = str(_free_port())
    started = [
        _start(
            [
                *("--nproc-per-node", str(way.processes), "--nnodes", str(way.machines)),
                *("--node-rank", str(machine), "--master-addr", "127.0.0.1"),
                *("--master-port", port),
                *("-m", "benchmarks.distributed_child", str(run.folder)),
                str(project.library.folder),
            ],
            way.threads,
        )
        for machine in range(way.machines)
    ]
    ends_at = time.monotonic() + LONGEST_S
    for process in started:
        _, errors = process.communicate(timeout=max(1.0, ends_at - time.monotonic()))
        if process.returncode != 0:
            raise CannotMeasureError(f"The training of {way.words} ended early: {errors[-400:]}")
    return run.metrics()


def _start(arguments: Sequence[str], threads: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "torch.distributed.run", *arguments],
        env={**os.environ, "OMP_NUM_THREADS": str(threads)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
