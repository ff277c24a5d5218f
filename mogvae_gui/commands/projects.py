"""Projects and runs by the names that a person gives."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.demo import install_demo
from core.errors import LibraryError, RunError
from core.project import Project, is_project
from core.project_lock import ProjectLock
from core.training.run import Run
from mogvae_gui.shipped import resources_folder
from mogvae_gui.state.preferences import data_folder

DEMO = "demo"


def open_project(folder: Path) -> Project:
    """Open a project and say what of it is damaged; raises StudioError where there is none."""
    if str(folder) == DEMO and not folder.exists():
        folder = install_demo(resources_folder() / "demo", data_folder() / "Demo")
    project = Project.open(folder)
    for sentence in project.problems:
        sys.stderr.write(f"mogvae: {sentence}\n")
    return project


def open_or_make_project(folder: Path, points: int | None) -> Project:
    """Open a project, or make one where there is none yet.

    `points` of a cloud are for a new one; raises LibraryError where the project keeps another
    number, ProjectError where the folder holds other things.
    """
    is_demo = str(folder) == DEMO and not folder.exists()
    if not is_demo and not is_project(folder):
        return Project.create(folder) if points is None else Project.create(folder, points)
    project = open_project(folder)
    if points is not None and points != project.library.points:
        raise LibraryError(
            f"{folder}: the project keeps clouds of {project.library.points} points, not "
            f"{points}. Leave --points out, or choose another project."
        )
    return project


@contextmanager
def held(project: Project, program: str) -> Iterator[None]:
    """Hold the project for changes; raises ProjectInUseError where a window or a command has it.

    Of the processes that torchrun starts for one training, the first holds it for all.
    """
    if os.environ.get("RANK", "0") != "0":
        yield
        return
    with ProjectLock.take(project.folder, program):
        project.library.reload()  # what was changed before it was ours
        yield


def find_run(project: Project, name: str) -> Run:
    """The run of that name; raises RunError that lists the runs there are."""
    names = project.run_names()
    if name not in names:
        there = f"It has: {', '.join(names)}." if names else "Train one first."
        raise RunError(f"{project.folder}: the project has no run “{name}”. {there}")
    return Run.open(project.runs_folder / name)


def newest_run(project: Project) -> Run:
    """The run that was trained last; raises RunError where none has weights."""
    runs = [Run.open(project.runs_folder / name) for name in project.run_names()]
    trained = [run for run in runs if run.has_weights]
    if not trained:
        raise RunError(f"{project.folder}: the project has no trained run. Train one first.")
    return max(trained, key=_trained_at)


def _trained_at(run: Run) -> float:
    return max(path.stat().st_mtime for path in run.folder.glob("weights*"))
