"""`mogvae render`, and the project “demo”."""

import os
from pathlib import Path

import pytest
from matplotlib.image import imread

from core.demo import pack_demo
from tests.commands.conftest import Command


def test_that_a_picture_of_the_newest_run_is_made_without_a_screen(
    mogvae: Command, project: Path, tmp_path: Path
) -> None:
    for place, run in enumerate(("mixture", "plain")):
        for path in (project / "runs" / run).glob("weights*"):
            os.utime(path, (1_000_000 + place, 1_000_000 + place))
    out = tmp_path / "new" / "picture.png"
    outcome = mogvae("render", "--project", project, "--out", out, "--json")
    assert outcome.status == 0
    assert outcome.json["run"] == "plain"
    pixels = imread(out)
    assert pixels.shape[:2] == (outcome.json["height"], outcome.json["width"]) == (1080, 1920)
    assert len(set(map(tuple, pixels[::8, ::8, :3].reshape(-1, 3).tolist()))) > 100


def test_that_only_png_pictures_are_made(mogvae: Command, project: Path) -> None:
    outcome = mogvae("render", "--project", project, "--run", "plain", "--out", "a.jpg")
    assert outcome.status == 2
    assert ".png" in outcome.err


def test_that_a_project_without_runs_has_no_picture(mogvae: Command, tmp_path: Path) -> None:
    mogvae("chairs", "--project", tmp_path / "new", "--count", 1, "--points", 64)
    outcome = mogvae("render", "--project", tmp_path / "new", "--out", tmp_path / "a.png")
    assert outcome.status == 1
    assert "no trained run" in outcome.err


def test_that_demo_means_the_demo_project_where_no_folder_is_called_so(
    mogvae: Command,
    finished_project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resources = tmp_path / "resources"
    pack_demo(finished_project, resources / "demo")
    monkeypatch.setattr("mogvae_gui.commands.projects.resources_folder", lambda: resources)
    monkeypatch.chdir(tmp_path)
    arguments = ("decode", "--project", "demo", "--run", "plain", "--code", "0,0,0")
    assert mogvae(*arguments, "--out", tmp_path / "a.ply").status == 0
    assert (tmp_path / "data" / "Demo" / "project.json").exists()
    (tmp_path / "demo").mkdir()
    outcome = mogvae(*arguments, "--out", tmp_path / "b.ply")
    assert outcome.status == 1
    assert "project.json is missing" in outcome.err
