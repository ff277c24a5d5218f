"""Several processes train one run as one process would; the real `torchrun` is tried by hand."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.kills import Killer, killing
from core.project import Project
from core.training.run import Run
from tests.commands.conftest import Command
from tests.small_project import add_chairs

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here")

OPTIONS = (
    *("--epochs", "3", "--batch", "5", "--threads", "1", "--points-per-step", "48"),
    *("--warm-up-epochs", "1", "--pretraining-epochs", "1", "--device", "cpu"),
    *("--components", "3", "--checkpoint-every-s", "0", "--no-batch-norm"),
)
# Without batch normalisation: with it a training of five tiny clouds a step amplifies the last bit
# of a sum, in one process too, until losses differ. Its statistics have a test of their own.
FIGURES = ("loss", "reconstruction", "kl", "test_reconstruction", "beta")


@pytest.fixture(scope="module")
def starter() -> Iterator[Killer]:
    with killing() as starter:
        yield starter


@pytest.fixture(scope="module")
def chairs(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of 18 training chairs, which no two processes share evenly in steps of 5."""
    project = Project.create(tmp_path_factory.mktemp("together") / "Chairs", points=64)
    add_chairs(project.library, 24)
    return project


def together(
    starter: Killer,
    project: Project,
    out: Path,
    run: str,
    *options: str,
    nodes: int = 1,
    processes: int = 2,
    stop_after: int = 0,
) -> list[str]:
    """Train in several processes; what each printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    plan = {
        "arguments": ["train", "--project", str(project.folder), "--name", run, "--json", *options],
        "run": run,
        "nodes": nodes,
        "processes": processes,
        "port": port,
        "stop_after": stop_after,
        "out": str(out),
    }
    starter.let_work("together", project.folder, json.dumps(plan))
    return [(out / f"{rank}.json").read_text() for rank in range(nodes * processes)]


def assert_same_figures(run: Run, alone: Run) -> None:
    records, expected = run.metrics(), alone.metrics()
    assert [record["epoch"] for record in records] == [record["epoch"] for record in expected]
    for record, wanted in zip(records, expected, strict=True):
        for name in FIGURES:
            assert record[name] == pytest.approx(wanted[name], rel=1e-4, abs=1e-6), name


@pytest.fixture(scope="module")
def alone(starter: Killer, chairs: Project, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same training by one process."""
    out = tmp_path_factory.mktemp("alone")
    together(starter, chairs, out, "alone", *OPTIONS, processes=1)
    return Run.open(chairs.run_folder("alone"))


@pytest.mark.parametrize("prior", ["mog", "vamp"])
def test_that_two_processes_train_one_run_with_the_losses_of_one(
    starter: Killer, chairs: Project, mogvae: Command, tmp_path: Path, prior: str
) -> None:
    outcome = mogvae(
        "train", "--project", chairs.folder, "--name", f"one-{prior}", *OPTIONS, "--prior", prior
    )
    assert outcome.status == 0
    said = together(starter, chairs, tmp_path, f"two-{prior}", *OPTIONS, "--prior", prior)
    result: dict[str, Any] = json.loads(said[0])
    assert result["epochs"] == 3
    assert said[1] == ""
    run = Run.open(chairs.run_folder(f"two-{prior}"))
    assert_same_figures(run, Run.open(chairs.run_folder(f"one-{prior}")))
    codes = run.codes()
    assert codes is not None
    assert codes.exact
    assert run.state.stopped_by == "end"


def test_that_a_sigma_vae_weighs_the_kl_by_the_error_of_all_processes(
    starter: Killer, chairs: Project, mogvae: Command, tmp_path: Path
) -> None:
    options = (*OPTIONS, "--likelihood", "sigma")
    assert mogvae("train", "--project", chairs.folder, "--name", "s1", *options).status == 0
    together(starter, chairs, tmp_path, "s2", *options, processes=3)
    assert_same_figures(Run.open(chairs.run_folder("s2")), Run.open(chairs.run_folder("s1")))


def test_that_two_nodes_stop_together_and_two_processes_go_on(
    starter: Killer, chairs: Project, alone: Run, tmp_path: Path
) -> None:
    together(starter, chairs, tmp_path, "nodes", *OPTIONS, nodes=2, processes=1, stop_after=1)
    run = Run.open(chairs.run_folder("nodes"))
    assert run.state.stopped_by == "stop"
    assert 1 <= run.state.epochs_done < 3
    together(starter, chairs, tmp_path, "nodes", "--resume")
    assert run.state.finished
    assert_same_figures(run, alone)


def test_that_more_processes_than_chairs_in_a_step_are_refused(
    starter: Killer, chairs: Project, tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError, match="status 1"):
        together(starter, chairs, tmp_path, "many", *OPTIONS, "--batch", "2", processes=3)
    assert "many" not in chairs.run_names()
