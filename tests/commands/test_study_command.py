"""`mogvae study`."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Command

TINY = (
    *("--priors", "standard", "mog", "--components", "2", "--losses", "mse", "--seeds", "1"),
    *("--epochs", "1", "--points-per-step", "64", "--batch", "8", "--decoder", "pointwise"),
    *("--generated", "3", "--likelihood-chairs", "1", "--likelihood-samples", "4"),
    *("--literal-epochs", "0"),
)


def test_that_a_study_is_run_interrupted_and_gone_on_with(
    mogvae: Command, finished_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "study"
    command = ("study", "--project", finished_project, "--out", out, "--json")

    with monkeypatch.context() as patch:
        patch.setattr("mogvae_gui.commands.study.Interruption", _AskedAtOnce)
        stopped = mogvae(*command, *TINY)
    assert stopped.status == 1
    assert stopped.json["stopped"] is True
    assert f"mogvae study --project {finished_project} --out {out}" in stopped.err

    outcome = mogvae(*command)  # the folder knows the rest
    content = outcome.json
    assert outcome.status == 0
    assert content["stopped"] is False
    assert content["trainings"] == 2
    assert Path(content["report"]).exists()
    saved = json.loads((out / "study.json").read_text(encoding="utf-8"))
    assert content["verdict"] == saved["conclusions"]["verdict"]
    assert set(content["means"]["mse"]) == {"vae", "mog-2"}
    assert saved["plan"]["epochs"] == 1

    other = mogvae(*command, "--epochs", "2")
    assert other.status == 1
    assert "other settings" in other.err


def test_that_a_plan_that_makes_no_sense_is_wrong_usage(
    mogvae: Command, finished_project: Path, tmp_path: Path
) -> None:
    command = ("study", "--project", finished_project, "--out", tmp_path / "study")
    outcome = mogvae(*command, "--priors", "mog")
    assert outcome.status == 2
    assert "plain VAE" in outcome.err
    assert not (tmp_path / "study").exists()


class _AskedAtOnce:
    """Ctrl+C before the first step."""

    is_asked = True

    def __enter__(self) -> "_AskedAtOnce":
        return self

    def __exit__(self, *_: object) -> None:
        return None
