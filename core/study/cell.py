"""One cell of a study: trained as an ordinary run, measured, kept as a record.

The record is written last, so a cell is either done or begun again where its run was.
"""

import json
import shutil
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core import atomic
from core.errors import RunError, StudyError, TrainingError
from core.evaluation import METRICS, Evaluation, EvaluationProgress, values_of
from core.figure_progress import FigureProgress
from core.library import Library
from core.model_figures import FigureSizes, ModelFigures, measure_model
from core.saved_evaluation import EvaluationCache
from core.shape_model import ShapeModel
from core.study.plan import PLAIN, Cell, StudyPlan
from core.study.versions import versions_now
from core.training.checkpoint import delete_optimiser
from core.training.reports import EpochReport, StepReport, TrainingRequest
from core.training.run import SETTINGS_FILE, Run
from core.training.settings import TrainingSettings
from core.training.train import train

RUNS_FOLDER: Final = "runs"
RECORDS_FOLDER: Final = "cells"
SPLIT: Final = "test"

_TRAINING_SHARE: Final = 0.7
"""Of a cell's work, for the progress."""

_DECIMALS: Final = 7


@dataclass(frozen=True)
class CellProgress:
    """How far a cell is, 0 to 1."""

    share: float
    doing: str


@dataclass(frozen=True)
class Place:
    """Where a study lies and what it works with."""

    out: Path
    library: Library
    plan: StudyPlan

    def run_folder(self, name: str) -> Path:
        """The folder of a run of the study."""
        return self.out / RUNS_FOLDER / name

    def record_path(self, name: str) -> Path:
        """The record of a cell."""
        return self.out / RECORDS_FOLDER / f"{name}.json"


def read_record(path: Path) -> dict[str, Any] | None:
    """A record that is there; raises StudyError for a damaged one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StudyError(f"{path}: the file cannot be read ({error}). Delete it.") from error
    if not isinstance(content, dict):
        raise StudyError(f"{path}: the file is damaged. Delete it; it is made again.")
    return content


def run_cell(
    cell: Cell, place: Place, cache: EvaluationCache, *, processes: int | None = None
) -> Generator[CellProgress, None, dict[str, Any]]:
    """Train and measure, going on where an earlier session was; the value is the record.

    `processes` compare pairs of clouds side by side; None as many as are worth it.
    """
    path = place.record_path(cell.name)
    kept = read_record(path)
    if kept is not None:
        return kept
    run = open_or_create_run(place.run_folder(cell.name), place.plan.settings_of(cell))
    record: dict[str, Any] = {
        "name": cell.name,
        "model": cell.model.key,
        "loss": cell.loss,
        "seed": cell.seed,
        "failed": None,
    }
    try:
        for progress in train_to_end(run, place.library):
            yield CellProgress(_TRAINING_SHARE * progress.share, progress.doing)
    except TrainingError as error:
        if error.__cause__ is not None:
            raise  # the disk or the device, not the model
        record |= {"failed": str(error)}
    else:
        record |= yield from _measure(cell, run, place, cache, processes)
    record["alarms"] = _alarms_of(run)
    record["curves"] = curves_of(run)
    record["versions"] = versions_now()
    atomic.write_json(path, rounded(record), indent=None)
    delete_optimiser(run.folder)
    kept = read_record(path)
    assert kept is not None
    return kept


def open_or_create_run(folder: Path, settings: TrainingSettings) -> Run:
    """The run as an earlier session left it, or a new one."""
    if not (folder / SETTINGS_FILE).exists():
        if folder.exists():
            shutil.rmtree(folder)  # killed before it was made
        return Run.create(folder, settings)
    run = Run.open(folder)
    if run.settings != settings:
        raise StudyError(
            f"{folder}: the run has other settings than the study asks for. "
            "Begin the study in an empty folder."
        )
    return run


def train_to_end(run: Run, library: Library) -> Generator[CellProgress, None, None]:
    """Train what is left of a run; closing it writes a checkpoint."""
    if run.state.finished and run.has_weights:
        return
    epochs = run.settings.epochs
    reports = train(
        TrainingRequest(run.folder, library.folder, resume=True, snapshot_every_s=float("inf"))
    )
    try:
        for report in reports:
            if isinstance(report, EpochReport):
                yield CellProgress(report.epoch / epochs, f"epoch {report.epoch} of {epochs}")
            elif isinstance(report, StepReport):
                done = report.epoch - 1 + report.step / report.steps
                yield CellProgress(done / epochs, f"epoch {report.epoch} of {epochs}")
            else:
                yield CellProgress(0.0, f"{report.doing}: {report.done} of {report.total}")
    finally:
        reports.close()


def _measure(
    cell: Cell, run: Run, place: Place, cache: EvaluationCache, processes: int | None
) -> Generator[CellProgress, None, dict[str, Any]]:
    library, plan = place.library, place.plan
    evaluation = yield from _evaluate(run, library, cache, processes)
    model, saved = run.model(), run.codes()
    if saved is None or not saved.exact:
        raise RunError(f"{run.folder}: the run lacks its codes. Delete the folder; it is trained.")
    sizes = FigureSizes(
        generated=plan.generated,
        points=plan.generation_points,
        emd_points=plan.generation_emd_points,
        likelihood_chairs=plan.likelihood_chairs,
        likelihood_samples=plan.likelihood_samples,
        sigma=plan.sigma,
    )
    figures = yield from _figures(model, library, sizes, saved.codes, processes)
    record: dict[str, Any] = {
        "metrics": {metric: list(values_of(evaluation.designs, metric)) for metric in METRICS},
        "floor": evaluation.mean_floor,
        **figures.as_json(),
    }
    if cell.model.key == PLAIN:
        # Achlioptas et al. 2018 (arXiv:1707.02392), section 4: a mixture fitted afterwards.
        train_rows = library.indices("train")
        fitted = model.with_fitted_mixture(
            saved.codes[train_rows], saved.log_vars[train_rows], max(plan.components)
        )
        of_fitted = yield from _figures(fitted, library, sizes, saved.codes, processes)
        record["fitted"] = {"components": max(plan.components), **of_fitted.as_json()}
    return record


def _evaluate(
    run: Run, library: Library, cache: EvaluationCache, processes: int | None
) -> Generator[CellProgress, None, Evaluation]:
    chairs = chairs_to_test(library)
    found = cache.find(run.folder, library, chairs, SPLIT).evaluation
    if found is not None:
        return found
    for step in cache.measure(run.folder, library, chairs, SPLIT, processes=processes):
        if not isinstance(step, EvaluationProgress):
            return step
        share = _TRAINING_SHARE + 0.2 * step.done / step.total
        yield CellProgress(share, f"measuring {step.done} of {step.total}")
    raise AssertionError("an evaluation ends with its result")


def _figures(
    model: ShapeModel, library: Library, sizes: FigureSizes, codes: Any, processes: int | None
) -> Generator[CellProgress, None, ModelFigures]:
    steps = measure_model(
        model, library, chairs_to_test(library), sizes, codes=codes, processes=processes
    )
    for step in steps:
        if not isinstance(step, FigureProgress):
            return step
        yield CellProgress(0.9, step.doing.lower())
    raise AssertionError("a measurement ends with its result")


def chairs_to_test(library: Library) -> list[Any]:
    """The test chairs in the library's order."""
    return [library.chairs[index] for index in library.indices("test")]


def curves_of(run: Run) -> dict[str, list[float | int | None]]:
    """What a report draws of a training, epoch by epoch."""
    lines = run.metrics()
    names = ("epoch", "reconstruction", "test_reconstruction", "kl", "active_units")
    return {name: [line.get(name) for line in lines] for name in names}


def _alarms_of(run: Run) -> list[str]:
    return [alarm for line in run.metrics() for alarm in line.get("alarms", [])]


def rounded(value: Any) -> Any:
    """Figures with seven digits behind the point, which is finer than any of them means."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    if isinstance(value, float):
        return round(float(value), _DECIMALS)
    return value
