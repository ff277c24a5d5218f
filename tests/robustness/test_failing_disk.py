"""Whatever a person made is whole after a failure at any step of any write: the old or the new."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

from core import atomic
from core.array_files import load_arrays
from core.demo import install_demo, pack_demo
from core.errors import StudioError
from core.evaluation_report import write_csv
from core.export import Shape, export_shape
from core.importing import ReadingProcesses, import_paths
from core.made_chairs import add_made_chairs
from core.project import Project
from core.run_edits import delete_run, deleted_runs, fork_run, link_run, rename_run, restore_run
from core.saved_evaluation import EvaluationKey, evaluation_path
from core.saved_evaluation import _as_json as evaluation_as_json
from core.shape_files import read_shape
from core.sheet_file import SheetPage, write_sheet
from core.sheets import SheetSettings, make_sheet
from core.training.about import write_notes
from core.training.checkpoint import (
    Checkpoint,
    Position,
    read_optimiser,
    read_weights,
    write_checkpoint,
)
from core.training.metrics_log import MetricsLog, read_metrics
from core.training.run import SETTINGS_FILE, LibraryCodes, Run
from core.walk_files import Walk, WalkStop, write_clouds, write_codes, write_gif
from mogvae_gui.state.preferences import Preferences
from tests.core.test_first_look import flat, look_of
from tests.core.test_first_look import read as read_look
from tests.core.test_first_look import write as write_look
from tests.core.training.test_metrics_log import report
from tests.failing_disk import PowerCut, failing_disk, full_disk, read_only_disk
from tests.small_evaluations import made_evaluation, one_run
from tests.small_project import RUN, quick_settings
from tests.small_shapes import chair_mesh, write_off


@dataclass(frozen=True)
class Operation:
    """Something that writes: what is there before, and what is done."""

    act: Callable[[Path], object]  # of the folder that `prepare` filled
    prepare: Callable[[Path, Path], object]  # folder, the small project
    state: Callable[[Path], object]  # of the folder: equal for equal content


# The project, as a person sees it


def state_of_project(folder: Path) -> dict[str, Any]:
    """Everything in a project that opens; an error fails the test."""
    project = Project.open(folder)
    library = project.library
    chairs = {
        chair.id: (
            chair.name,
            chair.split,
            digest(library.cloud(chair).tobytes()),
            mesh.content_hash if (mesh := library.mesh(chair)) is not None else None,
        )
        for chair in library.chairs
    }
    documents = {name: project.read_document(name) for name in ("bookmarks", "window")}
    runs = {
        name: state_of_run(project.run_folder(name))
        for name in project.run_names()
        if (project.run_folder(name) / SETTINGS_FILE).exists()  # else it was never made
    }
    assert not project.problems
    return {"chairs": chairs, "documents": documents, "runs": runs}


def state_of_run(folder: Path) -> dict[str, Any]:
    run = Run.open(folder)
    weights, position = read_weights(folder) if run.has_weights else ({}, None)
    optimiser = read_optimiser(folder, position) if position else None
    codes = run.codes()
    notes = json.loads((folder / "about.json").read_bytes()).get("notes")
    return {
        "settings": run.settings.as_json(),
        "weights": digest(*(tensor.numpy().tobytes() for tensor in weights.values())),
        "epochs": position.epochs_done if position else None,
        "has optimiser": optimiser is not None,
        "codes": codes and (codes.ids, digest(codes.codes.tobytes())),
        "message": run.state.message,
        "notes": notes,
        "evaluation": state_of_file(evaluation_path(folder, "test")),
    }


def digest(*contents: bytes) -> str:
    hasher = hashlib.blake2b(digest_size=8)
    for content in contents:
        hasher.update(content)
    return hasher.hexdigest()


def state_of_file(path: Path) -> str | None:
    return digest(path.read_bytes()) if path.exists() else None


def state_of_files(folder: Path) -> dict[str, str | None]:
    """Each file that has a name of its own; what is left beside it under a hidden one is none."""
    return {
        str(path.relative_to(folder)): state_of_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def copy_project(folder: Path, small_project: Path) -> None:
    shutil.copytree(small_project, folder)
    project = Project.open(folder)
    project.write_document("bookmarks", {"bookmarks": ["old"]})


def nothing(folder: Path, _small_project: Path) -> None:
    folder.mkdir()


def on_project(act: Callable[[Project], object]) -> Operation:
    return Operation(lambda folder: act(Project.open(folder)), copy_project, state_of_project)


# What is done

_READING: list[ReadingProcesses] = []


def import_chairs(project: Project) -> None:
    list(import_paths(project.library, [project.folder / "drop"], reading=_READING[0]))


def copy_project_and_drop(folder: Path, small_project: Path) -> None:
    copy_project(folder, small_project)
    for number in (1, 2):
        write_off(folder / "drop" / f"in{number}.off", chair_mesh(0.4 + number / 10))


def remove_and_restore(project: Project) -> None:
    gone = project.library.remove([project.library.chairs[0].id])
    project.library.restore(gone)
    project.library.remove([project.library.chairs[1].id])


def save_checkpoint(project: Project) -> None:
    folder = project.run_folder(RUN)
    weights, position = read_weights(folder)
    optimiser = read_optimiser(folder, position)
    assert optimiser is not None
    later = Position(**{**position.as_json(), "epochs_done": position.epochs_done + 1})
    changed = {name: tensor + 1 for name, tensor in weights.items()}
    write_checkpoint(folder, Checkpoint(later, changed, optimiser))


def save_codes(project: Project) -> None:
    run = Run.open(project.run_folder(RUN))
    zeros = np.zeros((2, 3), dtype=np.float32)
    run.write_codes(LibraryCodes(("c000001", "c000002"), zeros, zeros, zeros, True))


def save_evaluation(project: Project) -> None:
    content = evaluation_as_json("test", EvaluationKey("a", "b"), made_evaluation([0.1, 0.2]))
    atomic.write_json(evaluation_path(project.run_folder(RUN), "test"), content)


def export(folder: Path) -> None:
    points = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    for suffix in ("ply", "npz", "obj"):
        export_shape(Shape("a", points), folder / f"shape {suffix}.{suffix}", own_units=False)


def whole_exports(folder: Path) -> dict[str, str | None]:
    """The clouds and notes that are there, each of which can be read."""
    for path in folder.iterdir():
        if path.suffix == ".json":
            json.loads(path.read_bytes())
        elif not path.name.startswith("."):
            assert read_shape(path).points is not None
            if path.suffix == ".npz":
                assert load_arrays(path)["points"].shape == (300, 3)
    return {}


def state_of_project_and_trash(folder: Path) -> object:
    places = [place.name for place in deleted_runs(Project.open(folder))]
    return state_of_project(folder), places


def prepare_deleted_run(folder: Path, small_project: Path) -> None:
    copy_project(folder, small_project)
    delete_run(Project.open(folder), RUN)


def prepare_run_elsewhere(folder: Path, small_project: Path) -> None:
    copy_project(folder, small_project)
    shutil.copytree(small_project / "runs" / RUN, folder / "elsewhere" / "linked")


def make_chairs(project: Project) -> None:
    for _ in add_made_chairs(project.library, 2, seed=5, processes=1):
        pass


def state_of_look(folder: Path) -> object:
    look = read_look(Project.open(folder))
    return state_of_project(folder), look and flat(look)


def log_an_epoch(project: Project) -> None:
    MetricsLog(project.run_folder(RUN), 2).write(report(3))


def state_of_log(folder: Path) -> object:
    run = Project.open(folder).run_folder(RUN)
    return state_of_project(folder), [record["epoch"] for record in read_metrics(run)]


WALK = Walk(
    np.array([[0.0, 1.0], [1.0, 0.0]]),
    np.array([-1.0, -2.0]),
    "straight",
    (WalkStop("a", (0.0, 1.0)), WalkStop("b", (1.0, 0.0))),
    RUN,
    {"latent": 2},
)


def walk_as_clouds(folder: Path) -> None:
    clouds = np.random.default_rng(0).normal(size=(2, 50, 3)).astype(np.float32)
    for _ in write_clouds(WALK, clouds, folder / "walk", "ply", None):
        pass


def walk_as_gif(folder: Path) -> None:
    frames = (np.full((8, 8, 3), 99 * step, dtype=np.uint8) for step in (1, 2))
    for _ in write_gif(WALK, frames, folder / "walk.gif", 5.0):
        pass


def export_sheet(folder: Path) -> None:
    sheet = make_sheet(SheetSettings(cells=3), np.eye(3, dtype=np.float32), np.zeros(3))
    cloud = np.random.default_rng(0).uniform(-0.5, 0.5, size=(1, 30, 3)).astype(np.float32)
    page = SheetPage(40.0, 40.0, 72)
    for _ in write_sheet(sheet, lambda _codes: cloud, page, folder / "sheet.png", {"run": RUN}):
        pass


def prepare_demo(folder: Path, small_project: Path) -> None:
    folder.mkdir()
    pack_demo(small_project, folder / "packed")


def state_of_demo(folder: Path) -> object:
    target = folder / "data" / "demo"
    return state_of_project(target) if target.exists() else None


OPERATIONS = {
    "import": Operation(
        lambda folder: import_chairs(Project.open(folder)), copy_project_and_drop, state_of_project
    ),
    "remove and restore": on_project(remove_and_restore),
    "rename a chair": on_project(lambda p: p.library.rename(p.library.chairs[0].id, "throne")),
    "bookmarks": on_project(lambda p: p.write_document("bookmarks", {"bookmarks": ["new"]})),
    "window": on_project(lambda p: p.write_document("window", {"camera": [1, 2, 3]})),
    "new run": on_project(lambda p: Run.create(p.run_folder("new"), quick_settings())),
    "checkpoint": on_project(save_checkpoint),
    "codes": on_project(save_codes),
    "run state": on_project(lambda p: Run.open(p.run_folder(RUN)).write_state("error", 1, "Full.")),
    "notes": on_project(lambda p: write_notes(p.run_folder(RUN), "new notes")),
    "rename a run": on_project(lambda p: rename_run(p, RUN, "renamed")),
    "delete a run": on_project(lambda p: delete_run(p, RUN)),
    "restore a run": Operation(
        lambda folder: restore_run(p := Project.open(folder), deleted_runs(p)[0]),
        prepare_deleted_run,
        state_of_project_and_trash,
    ),
    "link a run": Operation(
        lambda folder: link_run(Project.open(folder), folder / "elsewhere" / "linked"),
        prepare_run_elsewhere,
        state_of_project,
    ),
    "fork": on_project(lambda p: fork_run(p, RUN, None, quick_settings(epochs=3), "fork")),
    "made chairs": on_project(make_chairs),
    "first look": Operation(
        lambda folder: write_look(p := Project.open(folder), look_of(p)),
        copy_project,
        state_of_look,
    ),
    "metrics log": Operation(
        lambda folder: log_an_epoch(Project.open(folder)), copy_project, state_of_log
    ),
    "saved evaluation": on_project(save_evaluation),
    "export": Operation(export, nothing, whole_exports),
    "table": Operation(lambda f: write_csv(one_run(), f / "table.csv"), nothing, state_of_files),
    "walk as a table": Operation(
        lambda folder: write_codes(WALK, folder / "walk.csv"), nothing, state_of_files
    ),
    "walk as clouds": Operation(walk_as_clouds, nothing, state_of_files),
    "walk as GIF": Operation(walk_as_gif, nothing, state_of_files),
    "sheet": Operation(export_sheet, nothing, state_of_files),
    "preferences": Operation(
        lambda folder: Preferences(theme="dark").save(folder / "preferences.json"),
        lambda folder, _: Preferences(theme="light").save(folder / "preferences.json"),
        state_of_files,
    ),
    "demo": Operation(
        lambda f: install_demo(f / "packed", f / "data" / "demo"), prepare_demo, state_of_demo
    ),
    "new project": Operation(
        lambda folder: Project.create(folder / "new", points=64),
        nothing,
        lambda folder: (
            (folder / "new" / "project.json").exists() and state_of_project(folder / "new")
        ),
    ),
}


SAID_BY_CALLERS = ("saved evaluation", "codes", "run state", "first look", "metrics log")
EXPECTED: dict[str, tuple[type[BaseException], ...]] = {
    "full": (StudioError, OSError),
    "cut": (PowerCut,),
}
# Of these a step fails one way or the other, in turns; of the others both ways.
SLOW = (
    "demo",
    "checkpoint",
    "import",
    "remove and restore",
    "new run",
    "export",
    "fork",
    "made chairs",
    "metrics log",
    "walk as clouds",
    "sheet",
)


@pytest.fixture(scope="module", autouse=True)
def reading() -> Iterator[None]:
    """Processes that stay, so that starting one is not among the steps."""
    with ReadingProcesses(1) as processes:
        _READING.append(processes)
        yield
        _READING.clear()


def states_on_the_way(operation: Operation, folder: Path, small_project: Path) -> list[object]:
    """The states after each rename of a run without failures, the first and last among them."""
    operation.prepare(folder, small_project)
    states = [operation.state(folder)]
    real = {name: getattr(os, name) for name in ("replace", "rename")}

    def seen(name: str) -> Callable[..., object]:
        def call(*arguments: object, **keywords: object) -> object:
            result = real[name](*arguments, **keywords)
            states.append(operation.state(folder))
            return result

        return call

    with (
        mock.patch.object(os, "replace", seen("replace")),
        mock.patch.object(os, "rename", seen("rename")),
    ):
        operation.act(folder)
    return [*states, operation.state(folder)]


@pytest.mark.parametrize("name", OPERATIONS)
def test_that_a_failure_at_any_step_leaves_the_old_or_the_new(
    tmp_path: Path, small_project_folder: Path, name: str
) -> None:
    operation = OPERATIONS[name]
    states = states_on_the_way(operation, tmp_path / "whole", small_project_folder)

    counted = tmp_path / "counted"
    operation.prepare(counted, small_project_folder)
    with failing_disk(-1, full_disk) as steps:
        operation.act(counted)
    # Within an operation, what a rename has put in place is whole.
    before = tmp_path / "before"
    operation.prepare(before, small_project_folder)
    for step in range(len(steps.made)):
        kinds = (("full", full_disk), ("cut", PowerCut))
        for kind, error in kinds if name not in SLOW else kinds[step % 2 :][:1]:
            folder = tmp_path / f"{kind} {step}"
            shutil.copytree(before, folder)
            with failing_disk(step, error) as failing, suppress(*EXPECTED[kind]):
                operation.act(folder)
            assert failing.has_failed
            where = f"{kind} at step {step} of {len(steps.made)}, {failing.made[step]}"
            assert operation.state(folder) in states, where
            if kind == "full":
                left = [path.name for path in folder.rglob("*.tmp")]
                assert not left, where
            shutil.rmtree(folder)


@pytest.mark.parametrize("error", [full_disk, read_only_disk], ids=["full", "read-only"])
@pytest.mark.parametrize("name", [name for name in OPERATIONS if name not in ("export", "table")])
def test_that_the_sentence_says_what_to_do(
    tmp_path: Path, small_project_folder: Path, name: str, error: Callable[[], OSError]
) -> None:
    operation = OPERATIONS[name]
    folder = tmp_path / "project"
    operation.prepare(folder, small_project_folder)
    said = ""
    with failing_disk(0, error):
        try:
            operation.act(folder)
        except StudioError as caught:
            said = str(caught)
        except OSError:
            assert name in SAID_BY_CALLERS
            return
    if name == "preferences":  # they are no work of a person's: the log says it
        return
    assert str(error().strerror) in said
    assert any(words in said for words in ("free space", "Make room", "permissions"))
    assert said.endswith(".")
