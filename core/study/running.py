"""A study as one generator: every cell, the article's formulas, the record and the report.

    OUT/plan.json        what was asked for, and the chairs that it was begun with
    OUT/runs/NAME/       each training, an ordinary run
    OUT/cells/NAME.json  what was measured on each
    OUT/study.json       everything found
    OUT/report.html …    for people

A study that was closed or killed goes on where it was: finished cells are read, a training goes on
from its checkpoint.
"""

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import core
from core import atomic
from core.errors import StudyError
from core.library import Library
from core.saved_evaluation import EvaluationCache
from core.study.cell import CellProgress, Place, read_record, run_cell
from core.study.literal import LITERAL_RUNS, run_literal
from core.study.plan import Cell, StudyPlan
from core.study.result import library_facts, study_result
from core.study.side_by_side import finish_cells
from core.training.corresponding import correspond

PLAN_FILE: Final = "plan.json"
RESULT_FILE: Final = "study.json"

_FORMAT: Final = 1
_FEWEST_CHAIRS: Final = 2


@dataclass(frozen=True)
class StudyRequest:
    """One study: on which chairs, where to, and what."""

    library_folder: Path
    out: Path
    plan: StudyPlan


@dataclass(frozen=True)
class StudyProgress:
    """`done` of `total` trainings, the present one in part."""

    done: float
    total: int
    doing: str


def run_study(
    request: StudyRequest, jobs: int = 1
) -> Generator[StudyProgress, None, dict[str, Any]]:
    """Do what is left of a study; the value is the record that `study.json` holds.

    `jobs` trainings go on side by side, in as many processes; the record is the same. Closing it
    keeps all that is done. The report is written by `core.study.report`. Raises
    StudyError where the folder holds another study or the library has too few chairs, and errors
    of training and measuring that are not the model's.
    """
    place = open_place(request)
    if "mse" in place.plan.losses or place.plan.literal_epochs:
        for report in correspond(place.library):
            yield StudyProgress(0, 1, f"{report.doing}: {report.done} of {report.total}")
    cells, literal = list(place.plan.cells()), LITERAL_RUNS if place.plan.literal_epochs else ()
    total, done = len(cells) + len(literal), 0
    cache = EvaluationCache()
    records, literal_records = [], []
    for formula in literal:
        steps = run_literal(formula, place)
        literal_records.append((yield from _counted(steps, done, total, formula.label)))
        done += 1
    if jobs > 1:
        yield from _side_by_side(cells, place, jobs, done, total)
    for cell in cells:  # side by side or not: a cell that is done has its record read
        steps = run_cell(cell, place, cache)
        records.append((yield from _counted(steps, done, total, cell.words)))
        done += 1
    yield StudyProgress(done, total, "comparing")
    result = study_result(place.plan, place.library, records, literal_records)
    atomic.write_json(place.out / RESULT_FILE, result, indent=None)
    return result


def _side_by_side(
    cells: Sequence[Cell], place: Place, jobs: int, before: int, total: int
) -> Generator[StudyProgress, None, None]:
    left = [cell for cell in cells if read_record(place.record_path(cell.name)) is None]
    before += len(cells) - len(left)
    steps = finish_cells(left, place, min(jobs, max(1, len(left))))
    try:
        for done, words in steps:
            yield StudyProgress(before + done, total, f"{words} is done" if words else "training")
    finally:
        steps.close()


def open_place(request: StudyRequest) -> Place:
    """Begin the folder, or check that it holds this study."""
    library = Library.open(request.library_folder)
    facts = library_facts(library)
    if min(facts["train"], facts["test"]) < _FEWEST_CHAIRS:
        raise StudyError(
            f"{request.library_folder}: a study needs at least {_FEWEST_CHAIRS} training chairs "
            f"and as many test chairs; there are {facts['train']} and {facts['test']}. "
            "Import or make more."
        )
    most = max(request.plan.components)
    if facts["train"] < most:
        raise StudyError(
            f"{request.library_folder}: a mixture of {most} components is fitted to at least as "
            f"many training chairs; there are {facts['train']}. Name smaller numbers with "
            "--components, or import or make more chairs."
        )
    path = request.out / PLAN_FILE
    content = {
        "format": _FORMAT,
        "program": core.__version__,
        "cells": request.plan.digest_of_cells(),
        "library": facts,
        "plan": request.plan.as_json(),
    }
    if path.exists():
        _check_same(path, content)
    elif request.out.exists() and any(request.out.iterdir()):
        raise StudyError(
            f"{request.out}: the folder holds other files and no study. Choose a new one."
        )
    try:
        atomic.write_json(path, content)
    except OSError as error:
        raise StudyError(
            f"{request.out}: the study could not be written ({error.strerror or error}). "
            "Check free space and permissions, or choose another folder."
        ) from error
    return Place(request.out, library, request.plan)


def saved_plan(out: Path) -> StudyPlan | None:
    """The plan of the study that a folder holds, None where it holds none."""
    path = out / PLAN_FILE
    if not path.exists():
        return None
    try:
        return StudyPlan.from_json(json.loads(path.read_text(encoding="utf-8"))["plan"])
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise StudyError(
            f"{path}: the plan cannot be read ({error}). Choose another folder."
        ) from error


def _check_same(path: Path, content: dict[str, Any]) -> None:
    saved_plan(path.parent)
    found = json.loads(path.read_text(encoding="utf-8"))
    if found.get("library", {}).get("digest") != content["library"]["digest"]:
        raise StudyError(
            f"{path.parent}: the study was begun with other chairs than the project has now. "
            "Choose another folder for a new study."
        )
    if found.get("cells") != content["cells"]:
        raise StudyError(
            f"{path.parent}: the folder holds a study with other settings. Leave the settings out "
            "to go on with it, or choose another folder."
        )


def _counted(
    steps: Generator[CellProgress, None, dict[str, Any]], done: int, total: int, words: str
) -> Generator[StudyProgress, None, dict[str, Any]]:
    """Pass on a cell's progress as a part of the study's."""
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            record: dict[str, Any] = stop.value
            return record
        try:
            yield StudyProgress(done + min(step.share, 1.0), total, f"{words}: {step.doing}")
        except GeneratorExit:
            steps.close()
            raise
