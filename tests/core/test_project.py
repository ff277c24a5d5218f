import json
import shutil
from pathlib import Path

import pytest

from core.errors import LibraryError, ProjectError
from core.project import Project
from tests.core.library.small_libraries import POINTS, new_chair


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "project", POINTS)


def test_that_a_new_project_has_an_empty_library_and_no_runs(project: Project) -> None:
    assert project.name == "project"
    assert len(project.library) == 0
    assert project.library.points == POINTS
    assert project.run_names() == ()
    assert json.loads((project.folder / "project.json").read_text())["format"] == 1


def test_that_a_project_is_there_after_opening_again_and_after_moving(
    project: Project, tmp_path: Path
) -> None:
    project.library.add([new_chair(1)])
    project.write_document("bookmarks", {"places": [1, 2]})
    shutil.move(project.folder, tmp_path / "moved")
    again = Project.open(tmp_path / "moved")
    assert len(again.library) == 1
    assert again.read_document("bookmarks") == {"places": [1, 2]}
    assert again.problems == ()


def test_that_a_name_can_be_given(tmp_path: Path) -> None:
    Project.create(tmp_path / "a", POINTS, name="Chairs\nof 2024")
    assert Project.open(tmp_path / "a").name == "Chairs of 2024"


def test_that_runs_are_listed_and_new_ones_get_free_names(project: Project) -> None:
    assert project.new_run_name("mog") == "mog"
    for name in ("mog", "MoG-2", ".hidden"):
        project.run_folder(name).mkdir()
    (project.runs_folder / "notes.txt").write_text("")
    assert set(project.run_names()) == {"mog", "MoG-2"}
    assert project.new_run_name("mog") == "mog-3"
    assert project.new_run_name("vae") == "vae"


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("mixture, K=8", "mixture-K-8"),
        ("../../etc", "etc"),
        ("", "run"),
        ("…", "run"),
        ("con", "con-run"),
        ("ein Stuhl für zwei", "ein-Stuhl-für-zwei"),
        ("x" * 300, "x" * 60),
    ],
)
def test_that_run_names_are_safe_on_every_disk(project: Project, stem: str, name: str) -> None:
    assert project.new_run_name(stem) == name
    assert project.run_folder(name).parent == project.runs_folder


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../a", "a\\b"])
def test_that_a_run_name_never_leads_out_of_the_project(project: Project, name: str) -> None:
    with pytest.raises(ProjectError, match="no name for a run"):
        project.run_folder(name)


def test_that_documents_are_empty_until_written(project: Project) -> None:
    assert project.read_document("window") == {}
    project.write_document("window", {"theme": "dark"})
    assert project.read_document("window") == {"theme": "dark"}


def test_that_a_document_that_is_no_json_is_refused_and_the_old_one_stays(
    project: Project,
) -> None:
    project.write_document("window", {"theme": "dark"})
    with pytest.raises(ProjectError, match="could not be saved"):
        project.write_document("window", {"zoom": float("nan")})
    assert project.read_document("window") == {"theme": "dark"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "damaged"),
        ("[]", "damaged"),
        ("{}", "no format number"),
        ('{"format": 2}', "newer version"),
        ('{"format": "x"}', "no format number"),
    ],
)
def test_that_a_damaged_or_newer_project_file_is_named(
    project: Project, content: str, words: str
) -> None:
    (project.folder / "project.json").write_text(content)
    if words != "newer version":
        shutil.rmtree(project.folder / "library")  # else all the rest is open
    with pytest.raises(ProjectError, match=words):
        Project.open(project.folder)


def test_that_a_damaged_library_is_named(project: Project) -> None:
    (project.folder / "library" / "index.json").unlink()
    again = Project.open(project.folder)
    assert "index.json is missing" in again.problems[0]
    with pytest.raises(LibraryError, match=r"index.json is missing"):
        again.library.remove([])


def test_that_lesser_damage_is_named_and_the_rest_opens(project: Project) -> None:
    project.library.add([new_chair(1), new_chair(2)])
    (project.folder / "library" / "clouds.f32").write_bytes(b"\0" * (POINTS * 12 + 5))
    (project.folder / "window.json").write_text("{")
    (project.folder / "runs").rmdir()
    again = Project.open(project.folder)
    assert len(again.library) == 1
    assert again.run_names() == ()
    cut, window = again.problems
    assert "1 of 2 chairs" in cut
    assert "window.json: the file is damaged" in window


def test_that_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"project.json is missing"):
        Project.open(tmp_path)
    with pytest.raises(ProjectError, match="does not exist"):
        Project.open(tmp_path / "nothing")


def test_that_a_project_is_never_made_over_other_files(project: Project, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="a project already"):
        Project.create(project.folder)
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.tex").write_text("")
    with pytest.raises(ProjectError, match="holds other files"):
        Project.create(tmp_path / "thesis")
    assert [path.name for path in (tmp_path / "thesis").iterdir()] == ["thesis.tex"]


def test_that_a_project_that_cannot_be_made_gives_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((ProjectError, LibraryError), match="could not be"):
        Project.create(tmp_path / "file" / "project")
