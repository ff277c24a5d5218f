"""Older forms are read, newer ones refused and left as they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import LibraryError, NewerFormatError, ProjectError
from core.migrations import WINDOW_STEPS, brought_up
from core.project import DOCUMENT_FORMATS, Project
from tests.core.library.small_libraries import POINTS, new_chair


def test_that_steps_are_taken_one_after_the_other_and_only_those_needed() -> None:
    steps = {1: lambda c: {"b": c["a"] + 1}, 2: lambda c: {"c": c["b"] * 10}}
    path = Path("file.json")
    assert brought_up(path, {"format": 1, "a": 4}, 3, steps) == {"format": 3, "c": 50}
    assert brought_up(path, {"format": 2, "b": 4}, 3, steps) == {"format": 3, "c": 40}
    assert brought_up(path, {"format": 3, "c": 4}, 3, steps) == {"format": 3, "c": 4}


@pytest.mark.parametrize("number", [0, -1, True, "1", 1.5, None])
def test_that_what_is_no_format_number_is_no_format(number: Any) -> None:
    with pytest.raises(ValueError, match="no format number"):
        brought_up(Path("file.json"), {"format": number}, 1)


def test_that_every_step_of_a_document_leads_to_its_present_format() -> None:
    assert sorted(WINDOW_STEPS) == list(range(1, DOCUMENT_FORMATS["window"]))


def test_that_a_window_of_the_first_format_is_read_and_written_in_the_present_one(
    tmp_path: Path,
) -> None:
    project = Project.create(tmp_path / "project", POINTS)
    path = project.folder / "window.json"
    path.write_text('{"format": 1, "layout": {"docks": "AAAA"}, "stage": {"colouring": "error"}}')
    parts = project.read_document("window")["parts"]
    assert parts == {"layout": {"docks": "AAAA"}, "stage": {"colouring": "error"}}

    project.write_document("window", {"parts": parts})
    assert json.loads(path.read_text()) == {"format": 2, "parts": parts}
    assert Project.open(project.folder).problems == ()


NEWER = {
    "project.json": '{"format": 99, "name": "x"}',
    "library/index.json": '{"format": 99, "beams": []}',
}


@pytest.mark.parametrize("name", NEWER)
def test_that_a_newer_project_is_refused_untouched(tmp_path: Path, name: str) -> None:
    folder = Project.create(tmp_path / "project", POINTS).folder
    (folder / name).write_text(NEWER[name])
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(ProjectError, match=r"format 99.*newer version") as caught:
        Project.open(folder)
    assert isinstance(caught.value, NewerFormatError)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("document", ["bookmarks", "window"])
def test_that_a_newer_document_is_named_and_never_written_over(
    tmp_path: Path, document: Any
) -> None:
    folder = Project.create(tmp_path / "project", POINTS).folder
    path = folder / f"{document}.json"
    path.write_text('{"format": 99, "hologram": 1}')
    project = Project.open(folder)
    assert ["newer version" in problem for problem in project.problems] == [True]
    project.library.add([new_chair(1)])
    with pytest.raises(NewerFormatError):
        project.write_document(document, {"parts": {}})
    assert path.read_text() == '{"format": 99, "hologram": 1}'


def test_that_a_newer_library_is_an_error_of_the_library_too(tmp_path: Path) -> None:
    folder = Project.create(tmp_path / "project", POINTS).folder
    (folder / "library/index.json").write_text(NEWER["library/index.json"])
    with pytest.raises(LibraryError, match="newer"):
        Project.open(folder)
