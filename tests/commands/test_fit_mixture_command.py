"""`mogvae fit-mixture`."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.project import Project
from core.project_lock import ProjectLock
from core.training.run import Run
from tests.commands.conftest import Command


@pytest.fixture
def train_chairs(project: Path) -> int:
    """How many chairs the project has for training."""
    return len(Project.open(project).library.indices("train"))


def test_that_a_plain_vae_becomes_a_run_with_a_mixture(
    mogvae: Command, project: Path, train_chairs: int
) -> None:
    arguments = ("fit-mixture", "--project", project, "--run", "plain", "--components", "3")
    content = mogvae(*arguments, "--seed", "5", "--json").json
    run = Run.open(project / "runs" / "plain-with-3-components")
    components = run.model().components()
    assert components is not None
    assert content["weights"] == pytest.approx(components.weights.tolist())
    del content["weights"]
    assert content == {
        "run": run.name,
        "fitted_to": "plain",
        "prior": "mog",
        "components": 3,
        "chairs": train_chairs,
        "seed": 5,
        "epochs": 2,
        "folder": str(run.folder),
    }


def test_that_it_is_the_mixture_that_evaluate_measures_as_fitted(
    mogvae: Command, project: Path, train_chairs: int
) -> None:
    words = mogvae(
        *("fit-mixture", "--project", project, "--run", "plain"),
        *("--components", "2", "--name", "fitted"),
    ).out
    assert (
        f"fitted: plain with a mixture of 2 components, fitted to the codes of {train_chairs}"
        in words
    )
    assert "--name fitted --resume --epochs 52" in words
    measure = ("evaluate", "--project", project, "--whole", "--json", "--likelihood-samples", "4")
    beside = mogvae(*measure, "--run", "plain", "--fitted", "2").json["fitted"]
    own = mogvae(*measure, "--run", "fitted").json
    for figures in ("generation", "likelihood", "latent"):
        np.testing.assert_equal(own[figures], {k: beside[figures][k] for k in own[figures]})


def test_that_what_leaves_says_that_its_prior_was_fitted(
    mogvae: Command, project: Path, tmp_path: Path, train_chairs: int
) -> None:
    mogvae("fit-mixture", "--project", project, "--run", "plain", "--name", "fitted")
    origin = {"to_run": "plain", "at_epoch": 2, "components": 8, "chairs": train_chairs, "seed": 0}
    for run, expected in (("plain", None), ("fitted", origin)):
        out = tmp_path / run
        common = ("--project", project, "--run", run)
        mogvae("sample", *common, "--count", "1", "--seed", "1", "--out", out)
        mogvae("decode", *common, "--code", "0,0,0", "--out", out / "decoded.ply")
        beside = [json.loads(path.read_text(encoding="utf-8")) for path in out.glob("*.json")]
        assert [content["prior_fitted"] for content in beside] == [expected] * 2


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        (("--run", "mixture"), 1, "It has a mixture already"),
        (("--run", "gone"), 1, "the project has no run “gone”"),
        (("--run", "plain", "--name", "Mixture"), 1, "There is a run “Mixture” already"),
        (("--run", "plain", "--components", "25"), 1, "Fit fewer"),
        (("--run", "plain", "--components", "65"), 2, "65"),
    ],
)
def test_that_a_mixture_that_cannot_be_fitted_is_a_sentence(
    mogvae: Command, project: Path, given: tuple[str, ...], status: int, said: str
) -> None:
    outcome = mogvae("fit-mixture", "--project", project, *given)
    assert outcome.status == status
    assert said in outcome.err
    assert outcome.err.count("\n") == 1
    assert Project.open(project).run_names() == ("plain", "mixture")


def test_that_a_project_in_use_is_left_alone(mogvae: Command, project: Path) -> None:
    with ProjectLock.take(project, "another window"):
        outcome = mogvae("fit-mixture", "--project", project, "--run", "plain")
    assert outcome.status == 1
    assert "another window" in outcome.err
