"""Commands and windows share a project one after the other."""

from pathlib import Path

import pytest

from core.project import Project
from core.project_lock import ProjectLock, is_free
from tests.commands.conftest import TINY, Command

CHANGES = {
    "import": ("import", "resources/chairs/aws"),
    "chairs": ("chairs", "--count", "1"),
    "train": ("train", *TINY),
    "train more": ("train", "--name", "plain", "--resume", "--epochs", "3"),
}


@pytest.mark.parametrize("arguments", CHANGES.values(), ids=CHANGES)
def test_that_what_a_window_has_open_is_not_changed(
    mogvae: Command, project: Path, arguments: tuple[str, ...]
) -> None:
    chairs, runs = len(Project.open(project).library), Project.open(project).run_names()
    with ProjectLock.take(project, "another window"):
        outcome = mogvae(*arguments, "--project", project)
    assert outcome.status == 1
    assert "open in another window (process " in outcome.err
    assert "nothing was changed" in outcome.err
    assert len(Project.open(project).library) == chairs
    assert Project.open(project).run_names() == runs


def test_that_reading_is_for_everybody(mogvae: Command, project: Path, tmp_path: Path) -> None:
    with ProjectLock.take(project, "another window"):
        outcome = mogvae(
            *("sample", "--project", project, "--run", "plain", "--count", 1, "--seed", 0),
            *("--out", tmp_path / "out"),
        )
    assert outcome.status == 0


def test_that_a_command_lets_go_however_it_ends(mogvae: Command, project: Path) -> None:
    assert mogvae("chairs", "--project", project, "--count", 1).status == 0
    assert is_free(project)
    assert mogvae("train", "--project", project, "--resume", "--name", "none").status != 0
    assert is_free(project)


def test_that_one_training_on_several_processes_is_one_holder(
    mogvae: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANK", "1")
    with ProjectLock.take(project, "mogvae train"):
        assert mogvae("chairs", "--project", project, "--count", 1).status == 0
