"""Help, wrong usage, errors, and what goes to which stream."""

import subprocess
import sys
from pathlib import Path

import pytest

from core import __version__
from mogvae_gui.app import COMMANDS
from mogvae_gui.commands import line
from tests.commands.conftest import Command

ROOT = Path(__file__).parents[2]


def in_a_process(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_that_the_program_tells_its_version_from_a_shell() -> None:
    done = in_a_process("main.py", "--version")
    assert (done.returncode, done.stdout) == (0, f"MoG-VAE Studio {__version__}\n")
    assert done.stderr == ""


def test_that_a_missing_project_is_one_sentence_without_traceback_in_a_shell() -> None:
    done = in_a_process("main.py", "train", "--project", "no/such/folder")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "no/such/folder" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["train", "--wrong"]])
def test_that_help_and_wrong_usage_do_not_wait_for_slow_libraries(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from mogvae_gui.app import main\n"
        f"main({arguments!r})\n"
        "slow = {'torch', 'vtkmodules', 'pyvista', 'PySide6', 'scipy', 'numpy'}\n"
        "sys.exit(','.join(slow & set(sys.modules)) or 0)"
    )
    done = in_a_process("-c", code)
    assert done.returncode == 0, done.stderr


def test_that_help_names_every_command(mogvae: Command) -> None:
    outcome = mogvae("--help")
    assert outcome.status == 0
    shown = [name for name in COMMANDS if f"│ {name} " in outcome.out]
    assert shown == list(COMMANDS)


def test_that_the_program_knows_the_same_commands_as_the_command_line() -> None:
    assert tuple(name for name, _ in line.COMMANDS) == COMMANDS


@pytest.mark.parametrize("command", list(COMMANDS))
def test_that_every_command_explains_itself(mogvae: Command, command: str) -> None:
    outcome = mogvae(command, "--help")
    assert outcome.status == 0
    assert f"Usage: mogvae {command} --project" in outcome.out
    assert outcome.err == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train"], "--project is needed"),
        (["train", "--project"], "--project"),
        (["train", "--project", "x", "--lss", "mse"], "--loss"),
        (["train", "--project", "x", "--loss", "worst"], "chamfer+sliced"),
        (["train", "--project", "x", "extra"], "“extra” is not expected"),
        (["train", "--project", "x", "--epochs", "many"], "--epochs"),
        (["chairs", "--project", "x", "--count", "0"], "--count"),
        (["chairs", "--project", "x", "--count", "1", "--seed", "-1"], "--seed"),
        (["import", "--project", "x"], "PATH is needed"),
        (["import", "a.obj", "--project", "x", "--up", "w"], "--up"),
        (["evaluate", "--project", "x", "--run", "r", "--split", "none"], "--split"),
        (["reconstruct", "a.obj", "--project", "x", "--run", "r", "--out", "o", "--format", "stl"],
         "--format"),
        (["--nothing"], "--nothing"),
    ],
)  # fmt: skip
def test_that_wrong_usage_is_status_2_and_names_what_is_wrong(
    mogvae: Command, arguments: list[str], words: str
) -> None:
    outcome = mogvae(*arguments)
    assert outcome.status == 2
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert words in outcome.err
    assert "--help" in outcome.err


def test_that_an_unexpected_error_is_a_sentence_and_its_traceback_goes_to_the_log(
    mogvae: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a bolt\nis loose")

    monkeypatch.setattr("mogvae_gui.commands.projects.open_project", fail)
    outcome = mogvae("train", "--project", "x")
    log = tmp_path / "logs/studio.log"
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    assert "RuntimeError: a bolt is loose" in outcome.err
    assert str(log) in outcome.err
    assert "Traceback" in log.read_text(encoding="utf-8")


def test_that_a_disk_that_refuses_is_named_with_its_file(
    mogvae: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device", "somewhere/a.ply")

    monkeypatch.setattr("mogvae_gui.commands.projects.open_project", fail)
    outcome = mogvae("train", "--project", "x")
    assert outcome.status == 1
    assert "somewhere/a.ply: No space left on device" in outcome.err


def test_that_an_interruption_is_said_and_is_no_traceback(
    mogvae: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mogvae_gui.commands.projects.open_project", interrupt)
    assert mogvae("train", "--project", "x").err == "mogvae: Interrupted.\n"


def test_that_what_a_library_prints_does_not_reach_standard_output(
    mogvae: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.training.run import Run

    model = Run.model

    def chatty(run: Run) -> object:
        sys.stdout.write("loading\n")
        return model(run)

    monkeypatch.setattr(Run, "model", chatty)
    out = project / "a.ply"
    arguments = ("--run", "plain", "--code", "0,0,0", "--out", out, "--json")
    outcome = mogvae("decode", "--project", project, *arguments)
    assert outcome.json["file"] == str(out)
    assert "loading" in outcome.err
