"""Each piece of a project missing or damaged: it is named, the rest opens, nothing more is lost."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.errors import LibraryError, ProjectError, RunError
from core.library.library import KEPT_INDEX_FILE
from core.project import Project
from core.training.run import Run
from tests.small_project import CHAIRS, POINTS, RUN, add_chairs

Damage = Callable[[Path], None]


def missing(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])


def noise(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 8)


DAMAGE: tuple[Damage, ...] = (missing, empty, cut, noise)


@pytest.mark.parametrize("damage", DAMAGE)
def test_that_without_project_json_the_rest_opens_and_can_be_changed(
    own_project: Project, damage: Damage
) -> None:
    damage(own_project.folder / "project.json")
    again = Project.open(own_project.folder)
    (problem,) = again.problems
    assert "project.json" in problem
    assert "verything else is open" in problem
    assert again.name == own_project.folder.name
    assert len(again.library) == CHAIRS
    again.library.rename(again.library.chairs[0].id, "Throne")
    assert Run.open(again.run_folder(RUN)).has_weights


@pytest.mark.parametrize("damage", DAMAGE)
def test_that_without_an_index_runs_open_and_nothing_is_written_over(
    own_project: Project, damage: Damage
) -> None:
    damage(own_project.library.folder / "index.json")
    before = {path: path.read_bytes() for path in own_project.folder.rglob("*") if path.is_file()}
    again = Project.open(own_project.folder)
    (problem,) = again.problems
    assert "index" in problem
    assert again.refusal == problem
    assert len(again.library) == 0
    assert Run.open(again.run_folder(RUN)).model().decode(np.zeros((1, 3), np.float32)).shape
    with pytest.raises(LibraryError, match="index"):
        add_chairs(again.library, 1)
    with pytest.raises(ProjectError, match="index"):
        again.write_document("window", {})
    after = {path: path.read_bytes() for path in own_project.folder.rglob("*") if path.is_file()}
    assert after == before


def test_that_chairs_without_clouds_are_named_and_come_back_with_the_file(
    own_project: Project,
) -> None:
    clouds, index = (
        own_project.library.folder / "clouds.f32",
        own_project.library.folder / "index.json",
    )
    whole, whole_index = clouds.read_bytes(), index.read_bytes()
    clouds.write_bytes(whole[: 7 * POINTS * 12 + 100])
    again = Project.open(own_project.folder)
    assert [f"{CHAIRS - 7} of {CHAIRS} chairs" in problem for problem in again.problems] == [True]
    assert len(again.library) == 7
    again.library.rename(again.library.chairs[0].id, "Throne")
    again.library.rename(again.library.chairs[0].id, "Stool")

    kept = own_project.library.folder / KEPT_INDEX_FILE
    assert kept.read_bytes() == whole_index
    clouds.write_bytes(whole)
    shutil.copy(kept, index)
    assert len(Project.open(own_project.folder).library) == CHAIRS


def test_that_a_missing_clouds_file_leaves_no_chairs_and_the_index(own_project: Project) -> None:
    (own_project.library.folder / "clouds.f32").unlink()
    again = Project.open(own_project.folder)
    assert f"{CHAIRS} of {CHAIRS} chairs" in again.problems[0]
    add_chairs(again.library, 2)
    assert len(Project.open(own_project.folder).library) == 2
    kept = json.loads((own_project.library.folder / KEPT_INDEX_FILE).read_text())
    assert len(kept["chairs"]["name"]) == CHAIRS


@pytest.mark.parametrize("damage", [empty, cut, noise])
@pytest.mark.parametrize("document", ["bookmarks", "window"])
def test_that_a_damaged_document_is_named_and_put_aside_at_the_next_saving(
    own_project: Project, damage: Damage, document: str
) -> None:
    own_project.write_document(document, {"long": list(range(99))})  # type: ignore[arg-type]
    path = own_project.folder / f"{document}.json"
    damage(path)
    left = path.read_bytes()
    again = Project.open(own_project.folder)
    assert [path.name in problem for problem in again.problems] == [True]
    assert len(again.library) == CHAIRS
    again.write_document(document, {"new": 1})  # type: ignore[arg-type]
    assert again.read_document(document) == {"new": 1}  # type: ignore[arg-type]
    assert (own_project.folder / f"{document}.damaged.json").read_bytes() == left


def test_that_each_damaged_document_is_kept_and_none_twice(own_project: Project) -> None:
    path = own_project.folder / "window.json"
    for content in (b"{", b"[1, 2", b"{", b"[1, 2", b"{{"):
        path.write_bytes(content)
        own_project.write_document("window", {"new": 1})
    kept = {each.name: each.read_bytes() for each in own_project.folder.glob("*.damaged*")}
    assert kept == {
        "window.damaged.json": b"{",
        "window.damaged-2.json": b"[1, 2",
        "window.damaged-3.json": b"{{",
    }


def test_that_a_damaged_document_that_cannot_be_put_aside_is_not_written_over(
    own_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = own_project.folder / "window.json"
    path.write_bytes(b"{")

    def refused(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr("core.project.move_aside", refused)
        with pytest.raises(ProjectError, match="Read-only file system"):
            own_project.write_document("window", {"new": 1})
    assert path.read_bytes() == b"{"


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("file", ["settings.json", "weights.safetensors"])
def test_that_a_damaged_run_is_named_and_the_others_work(
    own_project: Project, damage: Damage, file: str
) -> None:
    shutil.copytree(own_project.run_folder(RUN), own_project.run_folder("other"))
    damage(own_project.run_folder(RUN) / file)
    again = Project.open(own_project.folder)
    assert set(again.run_names()) == {RUN, "other"}
    with pytest.raises(RunError) as caught:
        Run.open(again.run_folder(RUN)).model()
    assert file in str(caught.value)
    assert Run.open(again.run_folder("other")).model().latent == 3


@pytest.mark.parametrize("damage", DAMAGE)
def test_that_a_damaged_log_of_figures_leaves_the_model(
    own_project: Project, damage: Damage
) -> None:
    damage(own_project.run_folder(RUN) / "metrics.jsonl")
    run = Run.open(own_project.run_folder(RUN))
    assert run.model().latent == 3
    epochs = [record["epoch"] for record in run.metrics()]
    assert epochs == ([1] if damage is cut else [])  # the lines that are whole
