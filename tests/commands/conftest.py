"""A command line in this process, and a small project with two runs."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mogvae_gui.commands.line import run_command_line

POINTS = 256
TINY = (
    *("--epochs", "2", "--batch", "8", "--threads", "1", "--points-per-step", "128"),
    *("--warm-up-epochs", "1", "--pretraining-epochs", "1"),
)
"""Options of a training that takes a second."""


@dataclass(frozen=True)
class Outcome:
    """What a command left."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output, which must be one JSON object and nothing else."""
        content = json.loads(self.out)
        assert isinstance(content, dict)
        return content


Command = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs and projects of a person stay untouched."""
    monkeypatch.setattr("mogvae_gui.commands.line.log_path", lambda: tmp_path / "logs/studio.log")
    monkeypatch.setattr("mogvae_gui.commands.projects.data_folder", lambda: tmp_path / "data")


@pytest.fixture
def mogvae(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command and take what it printed: `mogvae("train", "--project", folder)`."""

    def run(*arguments: object) -> Outcome:
        capsys.readouterr()
        status = run_command_line([str(argument) for argument in arguments])
        return Outcome(status, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def finished_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 made chairs and the trained runs "plain" (standard) and "mixture" (two components)."""
    folder = tmp_path_factory.mktemp("commands") / "project"
    with pytest.MonkeyPatch.context() as patch:
        log = folder.parent / "studio.log"
        patch.setattr("mogvae_gui.commands.line.log_path", lambda: log)
        for arguments in (
            ("chairs", "--count", "24", "--seed", "3", "--points", str(POINTS)),
            ("train", "--name", "plain", "--prior", "standard", *TINY),
            ("train", "--name", "mixture", "--prior", "mog", "--components", "2", *TINY),
        ):
            assert run_command_line([*arguments, "--project", str(folder)]) == 0
    return folder


@pytest.fixture
def project(finished_project: Path, tmp_path: Path) -> Path:
    """A copy of the project, to be changed."""
    copy = tmp_path / "project"
    shutil.copytree(finished_project, copy)
    return copy
