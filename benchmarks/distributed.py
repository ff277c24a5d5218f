"""Two processes that train together, against one with the same steps: the same losses, what speed.

`torchrun` starts them, once as two processes of one machine and once as two machines of one process
each, which talk over loopback. The step is the same in all: each of two processes takes half.
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
# Processes of each machine, and machines.
WAYS = {"one": (1, 1), "two": (2, 1), "two_machines": (1, 2)}


@dataclass(frozen=True)
class Options:
    """Sizes."""

    chairs: int = field(default=48, metadata={"help": "made chairs"})
    points: int = field(default=2048, metadata={"help": "points of a cloud"})
    batch: int = field(default=8, metadata={"help": "chairs of a step, over all processes"})
    epochs: int = field(default=4, metadata={"help": "of which the first is not timed"})


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
    return {
        **{
            f"{way}_largest_relative_difference": max(
                abs(ours / one - 1) for ours, one in zip(losses[way], losses["one"], strict=True)
            )
            for way in ("two", "two_machines")
        },
        **{f"{way}_epoch_s": value for way, value in seconds.items()},
        "speedup": seconds["one"] / seconds["two"],
        "last_loss": losses["one"][-1],
    }


def table(result: Result) -> Table:
    """The three side by side."""
    words = {"one": "one process", "two": "two processes", "two_machines": "two machines, loopback"}
    return comparison(
        "Training in several processes, same steps",
        ("", "an epoch", "losses differ by"),
        [
            (
                words[way],
                f"{result[f'{way}_epoch_s']:.2f} s",
                ""
                if way == "one"
                else f"{result[f'{way}_largest_relative_difference']:.1e} of the loss",
            )
            for way in WAYS
        ],
    )


def _train(project: Project, way: str, options: Options) -> list[dict[str, float]]:
    settings = article("mog").with_changes(
        loss="chamfer",
        learning_rate=1e-3,  # so that losses move, and differences would grow
        batch=options.batch,
        epochs=options.epochs,
        threads=1,
        device="cpu",
    )
    run = Run.create(project.runs_folder / way, settings)
    processes, machines = WAYS[way]
    port = str(_free_port())
    started = [
        _start(
            [
                *("--nproc-per-node", str(processes), "--nnodes", str(machines)),
                *("--node-rank", str(machine), "--master-addr", "127.0.0.1"),
                *("--master-port", port),
                *("-m", "benchmarks.distributed_child", str(run.folder)),
                str(project.library.folder),
            ]
        )
        for machine in range(machines)
    ]
    ends_at = time.monotonic() + LONGEST_S
    for process in started:
        _, errors = process.communicate(timeout=max(1.0, ends_at - time.monotonic()))
        if process.returncode != 0:
            raise CannotMeasureError(f"The training of {way} ended early: {errors[-400:]}")
    return run.metrics()


def _start(arguments: Sequence[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "torch.distributed.run", *arguments],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
