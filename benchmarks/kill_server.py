"""Forks processes that work on a project, to be killed: what takes seconds is imported once.

A line of JSON on standard input names the work; the child's process id comes back, and its exit
status when it has ended.
"""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.importing import ImportReport, import_paths
from core.project import Project
from core.training.reports import TrainingRequest
from core.training.train import train
from mogvae_gui.commands.line import run_command_line


def train_on(project: Path, run: str) -> None:
    """Train a run from its checkpoint to its end."""
    folder = project / "runs" / run
    for _ in train(TrainingRequest(folder, project / "library", resume=True)):
        pass


def bring_in(project: Path, meshes: str) -> None:
    """Import a folder of meshes. What an import that was killed brought in is there already."""
    for step in import_paths(Project.open(project).library, [Path(meshes)]):
        if isinstance(step, ImportReport):
            for refusal in step.refused:
                if not refusal.there_already:
                    raise RuntimeError(refusal.reason)


def save(project: Path, _what: str) -> None:
    """Write documents and change the library, over and over."""
    opened = Project.open(project)
    chairs = [chair.id for chair in opened.library.chairs]
    begun = int(opened.read_document("bookmarks").get("number", 0))
    for number in range(begun + 1, begun + 1_000_000):
        opened.write_document("bookmarks", {"number": number, "filling": str(number) * 2_000})
        opened.library.rename(chairs[number % len(chairs)], f"chair {number}")


def train_together(project: Path, what: str) -> None:
    """`mogvae train` in several processes that know of each other as torchrun tells them.

    `what` is JSON: arguments, nodes, processes (of each node), port, and after how many epochs in
    the log the first process is asked to stop (0: never).
    """
    plan = json.loads(what)
    world = plan["nodes"] * plan["processes"]
    children = [_start_one(plan, rank, world) for rank in range(world)]
    log = project / "runs" / plan["run"] / "metrics.jsonl"
    if plan["stop_after"]:
        while not log.exists() or log.read_bytes().count(b"\n") < plan["stop_after"]:
            time.sleep(0.005)
        os.kill(children[0], signal.SIGTERM)  # the others must hear of it through the first
    statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    if statuses != [1 if plan["stop_after"] else 0] + [0] * (world - 1):  # the first says it
        raise RuntimeError(f"statuses {statuses}")


def _start_one(plan: dict[str, Any], rank: int, world: int) -> int:
    child = os.fork()
    if child:
        return child
    status = 3
    try:
        os.environ |= {
            "RANK": str(rank),
            "LOCAL_RANK": str(rank % plan["processes"]),
            "WORLD_SIZE": str(world),
            "LOCAL_WORLD_SIZE": str(plan["processes"]),
            "GROUP_RANK": str(rank // plan["processes"]),
            "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": str(plan["port"]),
            "TORCHELASTIC_RUN_ID": "none",
        }
        with Path(plan["out"], f"{rank}.json").open("w", encoding="utf-8") as out:
            sys.stdout = out  # standard output is where the parent tells of its children
            status = run_command_line(plan["arguments"])
    finally:
        sys.stderr.flush()
        os._exit(status)


WORK: dict[str, Callable[[Path, str], None]] = {
    "train": train_on,
    "import": bring_in,
    "save": save,
    "together": train_together,
}


def serve() -> None:
    """Answer lines until there are no more."""
    warm_up()
    print("ready", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                WORK[request["work"]](Path(request["project"]), request["what"])
                status = 0
            finally:
                if status:
                    traceback.print_exc()  # the process ends before Python would print it
                sys.stderr.flush()
                os._exit(status)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def warm_up() -> None:
    """Import what work imports late. Nothing that starts a thread: a fork would not have it."""
    import filelock
    import lightning_fabric
    import sklearn.cluster
    import tensorboardX

    _ = filelock, lightning_fabric, sklearn.cluster, tensorboardX


if __name__ == "__main__":
    serve()
