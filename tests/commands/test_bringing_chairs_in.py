"""`mogvae import` and `mogvae chairs`."""

import signal
from pathlib import Path

import numpy as np
import pytest

from core.importing import FileImport, ImportProgress, ImportReport
from core.project import Project
from tests.commands.conftest import Command

TETRAHEDRON = "v 0 0 0\nv 1 0 0\nv 0 2 0\nv 0 0 3\nf 1 2 3\nf 1 2 4\nf 1 3 4\nf 2 3 4\n"


@pytest.fixture
def meshes(tmp_path: Path) -> Path:
    folder = tmp_path / "meshes"
    folder.mkdir()
    (folder / "good.obj").write_text(TETRAHEDRON)
    (folder / "other.obj").write_text(TETRAHEDRON.replace("3\n", "4\n", 1))
    (folder / "bad.obj").write_text("v 0 0 0\nf 1 2 3\n")
    return folder


def test_that_import_makes_the_project_and_tells_what_came_in(
    mogvae: Command, meshes: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    outcome = mogvae("import", meshes, "--project", folder, "--points", 64, "--json")
    content = outcome.json
    assert outcome.status == 0
    assert content["added"] == ["good", "other"]
    assert [set(refusal) for refusal in content["refused"]] == [{"file", "reason"}]
    assert content["refused"][0]["file"].endswith("bad.obj")
    assert all({"file", "warning"} <= set(warning) for warning in content["warnings"])
    library = Project.open(folder).library
    assert (len(library), library.points) == (2, 64)


def test_that_import_speaks_to_people_without_json(
    mogvae: Command, meshes: Path, tmp_path: Path
) -> None:
    outcome = mogvae("import", meshes, "--project", tmp_path / "new", "--points", 64)
    assert "Not read: bad.obj" in outcome.out
    assert "2 chairs came in" in outcome.out


def test_that_import_fails_where_nothing_came_in(mogvae: Command, tmp_path: Path) -> None:
    outcome = mogvae("import", tmp_path / "no.obj", "--project", tmp_path / "new", "--json")
    assert outcome.status == 1
    assert outcome.json["added"] == []
    assert outcome.err.startswith("mogvae: Nothing came in. no.obj")


def test_that_the_up_axis_can_be_told(mogvae: Command, meshes: Path, tmp_path: Path) -> None:
    mogvae("import", meshes / "good.obj", "--project", tmp_path / "new", "--up", "x")
    assert Project.open(tmp_path / "new").library.chairs[0].frame.up == "x"


@pytest.mark.parametrize(("share", "side"), [("0", "train"), ("1", "test")])
def test_that_the_share_of_the_test_side_can_be_told(
    mogvae: Command, meshes: Path, tmp_path: Path, share: str, side: str
) -> None:
    folder = tmp_path / "new"
    mogvae("import", meshes, "--project", folder, "--points", 64, "--test-share", share)
    mogvae("chairs", "--project", folder, "--count", 3, "--test-share", share)
    sides = [chair.split for chair in Project.open(folder).library.chairs]
    assert sides == [side] * 5


def test_that_a_project_keeps_its_number_of_points(
    mogvae: Command, meshes: Path, project: Path
) -> None:
    outcome = mogvae("import", meshes, "--project", project, "--points", 64)
    assert outcome.status == 1
    assert "clouds of 256 points, not 64" in outcome.err


def test_that_a_folder_with_other_things_is_no_place_for_a_project(
    mogvae: Command, meshes: Path
) -> None:
    outcome = mogvae("import", meshes, "--project", meshes)
    assert outcome.status == 1
    assert "holds other files" in outcome.err
    assert not (meshes / "project.json").exists()


def test_that_made_chairs_come_in_and_the_same_seed_brings_the_same(
    mogvae: Command, tmp_path: Path
) -> None:
    arguments = ("--count", 3, "--seed", 7, "--points", 64, "--json")
    first = mogvae("chairs", "--project", tmp_path / "one", *arguments)
    mogvae("chairs", "--project", tmp_path / "two", *arguments)
    assert first.status == 0
    assert len(first.json["added"]) == 3
    one, two = (Project.open(tmp_path / name).library for name in ("one", "two"))
    assert [chair.content_hash for chair in one] == [chair.content_hash for chair in two]
    assert np.array_equal(one.clouds, two.clouds)


def test_that_made_chairs_that_are_there_already_do_not_come_twice(
    mogvae: Command, tmp_path: Path
) -> None:
    arguments = ("chairs", "--project", tmp_path / "one", "--count", 2, "--seed", 7, "--json")
    mogvae(*arguments)
    again = mogvae(*arguments)
    assert again.status == 1
    assert len(again.json["refused"]) == 2


def test_that_an_interrupted_import_keeps_what_it_had_read(
    mogvae: Command, meshes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = FileImport.__next__

    def interrupted(importer: FileImport) -> ImportProgress | ImportReport:
        report = step(importer)
        if isinstance(report, ImportProgress) and report.name == "good.obj":
            signal.raise_signal(signal.SIGINT)
        return report

    monkeypatch.setattr(FileImport, "__next__", interrupted)
    outcome = mogvae("import", meshes, "--project", tmp_path / "new", "--points", 64, "--json")
    assert outcome.status == 1
    assert outcome.json["added"] == ["good"]
    assert "Interrupted" in outcome.err
    assert len(Project.open(tmp_path / "new").library) == 1


def test_that_names_of_files_give_the_terminal_no_orders(mogvae: Command, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "a\x1b[31m\u202e\nb.obj").write_text(TETRAHEDRON)
    (drop / "c\x1b[31m\nd.obj").write_text("nothing")
    outcome = mogvae("import", drop, "--project", tmp_path / "new", "--points", 64)
    assert outcome.status == 0
    assert "Not read: c [31m d.obj: " in outcome.out
    for text in (outcome.out, outcome.err):
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert [chair.name for chair in Project.open(tmp_path / "new").library] == ["a [31m b"]


def test_that_import_goes_on_in_a_project_that_lost_its_project_json(
    mogvae: Command, meshes: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    mogvae("import", meshes / "good.obj", "--project", folder, "--points", 64)
    (folder / "project.json").unlink()

    outcome = mogvae("import", meshes / "other.obj", "--project", folder, "--json")

    assert outcome.status == 0
    assert outcome.json["added"] == ["other"]
    assert [chair.name for chair in Project.open(folder).library.chairs] == ["good", "other"]
