"""The runs of a project as a person sees them: what each is, how it stands, where it came from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from core.errors import RunError, StudioError
from core.project import Project
from core.saved_evaluation import evaluation_path
from core.training.about import About, FittedPrior, read_about
from core.training.checkpoint import WEIGHTS_FILE
from core.training.claim import is_trained_now
from core.training.metrics_log import last_epoch
from core.training.run import SETTINGS_FILE, Run, RunState
from core.training.settings import TrainingSettings
from core.training.snapshots import list_snapshots

RunStanding = Literal["new", "training", "stopped", "killed", "failed", "done", "damaged"]
"""new: never trained. killed: its process ended without a word, and it can be resumed."""

_JUDGED_BY: Final = "test"


@dataclass(frozen=True)
class RunEntry:
    """One run as the list shows it."""

    name: str
    standing: RunStanding
    message: str = ""
    """The sentence of a run that failed or is damaged."""
    settings: TrainingSettings | None = None
    epochs_done: int = 0
    epochs_planned: int = 0
    cd_1: float | None = None
    """Mean over the test chairs, where it was evaluated with the present weights' time."""
    started_at: datetime | None = None
    parent: str | None = None
    """The run that it was forked from, None where that is none of the project's."""
    parent_name: str = ""
    """As the parent was called then."""
    parent_epoch: int = 0
    fitted: FittedPrior | None = None
    """Of a run whose prior was fitted to the parent's codes at that epoch."""
    notes: str = ""
    kept_epochs: tuple[int, ...] = ()
    has_weights: bool = False
    lies_in: str = ""
    """The folder of a run that is only linked here."""

    @property
    def is_only_fitted(self) -> bool:
        """Whether the prior is a mixture fitted afterwards, and nothing was trained since."""
        return self.fitted is not None and self.epochs_done <= self.parent_epoch


def list_runs(project: Project) -> tuple[RunEntry, ...]:
    """All runs, oldest first; a damaged one is listed with its sentence. Reads small files only."""
    abouts: dict[str, About] = {}
    for name in project.run_names():
        try:
            abouts[name] = read_about(project.runs_folder / name)
        except RunError:
            abouts[name] = About()  # the run itself may be whole; its entry tells
    names = {about.id: name for name, about in reversed(abouts.items()) if about.id}
    return tuple(_entry(project.runs_folder / name, about, names) for name, about in abouts.items())


def generations(entries: tuple[RunEntry, ...]) -> dict[str | None, list[RunEntry]]:
    """Children of each run, and under None those that stand by themselves.

    A file that somebody edited could make two runs each other's parents: such stand by themselves.
    """
    parents = {entry.name: entry.parent for entry in entries}
    children: dict[str | None, list[RunEntry]] = {None: []}
    for entry in entries:
        above: str | None = entry.parent
        seen = {entry.name}
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        parent = entry.parent if above is None and entry.parent in parents else None
        children.setdefault(parent, []).append(entry)
    return children


def _entry(folder: Path, about: About, names: Mapping[str, str]) -> RunEntry:
    parent = about.parent
    common: dict[str, Any] = {
        "started_at": _started_at(folder, about),
        "parent": None if parent is None else names.get(parent.id),
        "parent_name": "" if parent is None else parent.name,
        "parent_epoch": 0 if parent is None else parent.epoch,
        "fitted": about.fitted,
        "notes": about.notes,
        "kept_epochs": tuple(snapshot.epoch for snapshot in list_snapshots(folder)),
        "lies_in": str(folder.resolve()) if folder.is_symlink() else "",
        "has_weights": (folder / WEIGHTS_FILE).exists(),
    }
    try:
        read_about(folder)
        run = Run.open(folder)
        state = run.state
    except StudioError as error:
        return RunEntry(folder.name, "damaged", str(error), **common)
    standing, epochs_done = _standing(folder, state), state.epochs_done
    if standing == "training":
        epochs_done = max(epochs_done, last_epoch(folder))
    return RunEntry(
        folder.name,
        standing,
        state.message,
        run.settings,
        epochs_done,
        state.epochs_planned,
        _test_cd_1(folder),
        **common,
    )


def _standing(folder: Path, state: RunState) -> RunStanding:
    if state.stopped_by == "running":
        return "training" if is_trained_now(folder) else "killed"
    if state.stopped_by == "error":
        return "failed"
    if state.finished:
        return "done"
    return "stopped" if state.stopped_by or state.epochs_done or state.step_in_epoch else "new"


def _started_at(folder: Path, about: About) -> datetime | None:
    try:
        if about.made_at:
            return datetime.fromisoformat(about.made_at)
        return datetime.fromtimestamp((folder / SETTINGS_FILE).stat().st_mtime, UTC)
    except (OSError, ValueError):
        return None


def _test_cd_1(folder: Path) -> float | None:
    """Mean CD₁ of the kept evaluation, unless weights were written since."""
    path = evaluation_path(folder, _JUDGED_BY)
    try:
        if path.stat().st_mtime < (folder / WEIGHTS_FILE).stat().st_mtime:
            return None
        designs = json.loads(path.read_bytes())["designs"]
        return float(np.mean([float(design["cd_1"]) for design in designs])) if designs else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
