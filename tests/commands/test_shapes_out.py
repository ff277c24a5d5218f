"""`mogvae reconstruct`, `decode` and `sample`."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.project import Project
from core.shape_files import read_shape
from core.training.run import Run
from tests.commands.conftest import POINTS, Command

BOX = """v 10 0 0\nv 30 0 0\nv 30 40 0\nv 10 40 0\nv 10 0 10\nv 30 0 10\nv 30 40 10\nv 10 40 10
f 1 2 3 4\nf 5 6 7 8\nf 1 2 6 5\nf 2 3 7 6\nf 3 4 8 7\nf 4 1 5 8\n"""


def points_of(path: Path) -> np.ndarray:
    points = read_shape(path).points
    assert points is not None
    return points


def test_that_meshes_and_chairs_are_reconstructed_in_their_own_units(
    mogvae: Command, project: Path, tmp_path: Path
) -> None:
    mesh, out = tmp_path / "box.obj", tmp_path / "out"
    mesh.write_text(BOX)
    chair = Project.open(project).library.chairs[0].name
    outcome = mogvae(
        *("reconstruct", mesh, chair, "--project", project, "--run", "mixture", "--out", out),
        *("--format", "xyz", "--up", "y", "--json"),
    )
    files = outcome.json["files"]
    assert outcome.status == 0
    assert [file["mesh"] for file in files] == [str(mesh), chair]
    for file in files:
        assert {"mesh", "file", "code", "cd_sq", "cd_1", "emd"} <= set(file)
        assert len(file["code"]) == 3
        # 0 <= CD_sq and the mean of squares is at least the square of the mean, each way.
        assert file["cd_sq"] >= file["cd_1"] ** 2 / 2
        # No plan moves points less than to their nearest neighbours.
        assert file["emd"] >= file["cd_1"] / 2
        assert points_of(Path(file["file"])).shape == (POINTS, 3)
        assert file["points"] == POINTS
    assert files[0]["scale"] == pytest.approx(22.9, rel=0.05)  # of its samples, not its corners
    assert files[1]["scale"] == Project.open(project).library.chairs[0].frame.scale
    # The box lies at 20, 20, 5 with a largest radius of 22.9 in its own units.
    middle = points_of(Path(files[0]["file"])).mean(axis=0)
    assert np.abs(middle - [20, 20, 5]).max() < 23
    beside = json.loads(Path(files[0]["file"]).with_suffix(".json").read_text(encoding="utf-8"))
    assert (beside["kind"], beside["run"], beside["units"]) == ("reconstruction", "mixture", "own")
    assert beside["code"] == files[0]["code"]
    model = Run.open(project / "runs" / "mixture").model()
    codes = np.array([file["code"] for file in files], dtype=np.float32)
    most = model.responsibilities(codes).argmax(axis=1)
    assert [file["component"] for file in files] == [number + 1 for number in most]
    assert beside["component"] == files[0]["component"]


def test_that_nothing_is_overwritten(mogvae: Command, project: Path, tmp_path: Path) -> None:
    chair = Project.open(project).library.chairs[0].name
    arguments = ("--project", project, "--run", "plain", "--out", tmp_path / "out", "--json")
    twice = [mogvae("reconstruct", chair, *arguments).json["files"][0]["file"] for _ in "12"]
    assert len(set(twice)) == 2


def test_that_a_mesh_that_cannot_be_read_does_not_keep_the_others_back(
    mogvae: Command, project: Path, tmp_path: Path
) -> None:
    mesh = tmp_path / "box.obj"
    mesh.write_text(BOX)
    (tmp_path / "bad.off").write_text("OFF\n9 9 9\n")
    outcome = mogvae(
        *("reconstruct", tmp_path / "bad.off", mesh, "no such chair", "--project", project),
        *("--run", "plain", "--out", tmp_path / "out", "--json"),
    )
    assert outcome.status == 1
    assert [file["mesh"] for file in outcome.json["files"]] == [str(mesh)]
    assert len(outcome.json["refused"]) == 2
    assert "bad.off" in outcome.err
    assert "1 more" in outcome.err


@pytest.mark.parametrize("ending", ["ply", "obj", "off", "xyz", "pts", "pcd", "npy", "npz"])
def test_that_a_code_is_decoded_into_the_format_of_the_ending(
    mogvae: Command, project: Path, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"shape.{ending}"
    arguments = ("--project", project, "--run", "mixture", "--code", "-0.5,0.25,1", "--out", out)
    outcome = mogvae("decode", *arguments, "--json")
    assert outcome.status == 0
    assert outcome.json["code"] == [-0.5, 0.25, 1.0]
    model = Run.open(project / "runs" / "mixture").model()
    expected = model.decode(np.array([[-0.5, 0.25, 1.0]], dtype=np.float32))[0]
    np.testing.assert_allclose(points_of(out), expected, atol=1e-6)
    beside = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    most = model.responsibilities(np.array([[-0.5, 0.25, 1.0]], dtype=np.float32))[0].argmax() + 1
    assert beside["component"] == outcome.json["component"] == most


def test_that_a_code_of_a_model_without_a_mixture_has_no_component(
    mogvae: Command, project: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.ply"
    arguments = ("--project", project, "--run", "plain", "--code", "0,0,0", "--out", out)
    assert mogvae("decode", *arguments, "--json").json["component"] is None
    assert json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))["component"] is None


@pytest.mark.parametrize("command", ["decode", "sample", "reconstruct"])
def test_that_the_help_says_how_components_are_counted(mogvae: Command, command: str) -> None:
    words = " ".join(mogvae(command, "--help").out.replace("│", " ").split())
    assert "1 to K" in words
    assert "window" in words


def test_that_a_code_of_another_size_is_refused_with_the_right_size(
    mogvae: Command, project: Path, tmp_path: Path
) -> None:
    arguments = ("--project", project, "--run", "plain", "--out", tmp_path / "a.ply")
    outcome = mogvae("decode", *arguments, "--code", "0,1")
    assert outcome.status == 1
    assert "3 numbers, not 2" in outcome.err


@pytest.mark.parametrize(
    ("code", "out"), [("a,b", "a.ply"), ("1,nan,2", "a.ply"), ("", "a.ply"), ("0,0,0", "a.stl")]
)
def test_that_a_code_without_numbers_or_an_unknown_ending_is_wrong_usage(
    mogvae: Command, project: Path, code: str, out: str
) -> None:
    arguments = ("--project", project, "--run", "plain", f"--code={code}", "--out", out)
    assert mogvae("decode", *arguments).status == 2


def test_that_components_are_sampled_by_their_number_from_1(
    mogvae: Command, project: Path, tmp_path: Path
) -> None:
    arguments = ("sample", "--project", project, "--run", "mixture", "--seed", 4, "--json")
    outcome = mogvae(*arguments, "--component", 2, "--count", 3, "--out", tmp_path / "out")
    files = outcome.json["files"]
    model = Run.open(project / "runs" / "mixture").model()
    assert outcome.status == 0
    np.testing.assert_array_equal(
        np.array([file["code"] for file in files], np.float32), model.sample(3, 4, component=1)
    )
    assert len({file["file"] for file in files}) == 3
    for file in files:
        expected = model.decode(np.array([file["code"]], np.float32))[0]
        np.testing.assert_array_equal(points_of(Path(file["file"])), expected)
        beside = json.loads(Path(file["file"]).with_suffix(".json").read_text(encoding="utf-8"))
        assert beside["component"] == file["component"] == 2


def test_that_the_whole_prior_is_sampled_and_the_seed_decides(
    mogvae: Command, project: Path, tmp_path: Path
) -> None:
    arguments = ("sample", "--project", project, "--run", "plain", "--count", 2, "--json")
    codes = [
        [
            file["code"]
            for file in mogvae(*arguments, "--seed", seed, "--out", tmp_path).json["files"]
        ]
        for seed in (1, 1, 2)
    ]
    assert codes[0] == codes[1] != codes[2]


@pytest.mark.parametrize(
    ("run", "component", "status", "words"),
    [
        ("mixture", 3, 1, "the components 1 to 2, not 3"),
        ("plain", 2, 1, "one component, not 2"),
        ("mixture", 0, 2, "--component"),
    ],
)
def test_that_a_component_that_is_not_there_is_refused(
    mogvae: Command,
    project: Path,
    tmp_path: Path,
    run: str,
    component: int,
    status: int,
    words: str,
) -> None:
    outcome = mogvae(
        *("sample", "--project", project, "--run", run, "--component", component),
        *("--count", 1, "--out", tmp_path / "out"),
    )
    assert outcome.status == status
    assert words in outcome.err
    assert not (tmp_path / "out").exists()


def test_that_a_run_that_is_not_there_is_refused_with_those_that_are(
    mogvae: Command, project: Path
) -> None:
    arguments = ("--project", project, "--run", "../runs/plain", "--code", "0,0,0")
    outcome = mogvae("decode", *arguments, "--out", "a.ply")
    assert outcome.status == 1
    assert "plain, mixture" in outcome.err
