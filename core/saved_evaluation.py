"""Evaluations kept: in memory, and in the run's folder as evaluation-SPLIT.json.

An exact EMD of a hundred chairs takes minutes. What was measured holds as long as the run's weights
and the chairs' clouds are the same, byte for byte; both are told by digests in the file.
"""

import hashlib
import json
import logging
import threading
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import core
from core import atomic
from core.errors import RunError
from core.evaluation import Design, Evaluation, EvaluationProgress, evaluate
from core.library import Chair, Library
from core.migrations import Content, brought_up
from core.pair_metrics import PairMetrics
from core.training.checkpoint import WEIGHTS_FILE
from core.training.run import Run

logger = logging.getLogger(__name__)

FORMAT: Final = 2
"""Of the file; raise it as well when figures are computed in another way."""

_CHANGES_WATCHED = 5


def _to_2(content: Content) -> Content:
    """Format 1 had 1 as the scale of every pair; readers take it from the chair's frame."""
    sides = {
        side: [{name: value for name, value in each.items() if name != "scale"} for each in found]
        for side, found in content.items()
        if side in ("designs", "floor")
    }
    return {**content, **sides}


STEPS: Final = {1: _to_2}
"""What brings older formats up; a format without a step is measured again."""


@dataclass(frozen=True)
class EvaluationKey:
    """What an evaluation belongs to."""

    weights: str  # digest of the run's weights
    chairs: str  # digest of the chairs' ids and clouds, in their order


@dataclass(frozen=True, eq=False)
class FoundEvaluation:
    """What is known of a run on a split; `outdated` where it was measured before a change."""

    evaluation: Evaluation | None
    outdated: bool = False


class EvaluationCache:
    """Finds and keeps evaluations. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[Path, str], tuple[EvaluationKey, Evaluation]] = {}

    def find(
        self, run_folder: Path, library: Library, chairs: Sequence[Chair], split: str
    ) -> FoundEvaluation:
        """What was measured on exactly these chairs with the run's present weights.

        A run without weights has none. Raises RunError for weights that cannot be read.
        """
        if not (run_folder / WEIGHTS_FILE).exists():
            return FoundEvaluation(None)
        key = EvaluationKey(weights_digest(run_folder), chairs_digest(library, chairs))
        with self._lock:
            kept = self._kept.get((run_folder, split))
        if kept is not None and kept[0] == key:
            return FoundEvaluation(_with_chairs(kept[1], chairs))
        saved = _read(evaluation_path(run_folder, split))
        if saved is None or _key_of(saved) != key:
            return FoundEvaluation(None, outdated=saved is not None or kept is not None)
        evaluation = _evaluation_of(saved, chairs)
        if evaluation is None:
            return FoundEvaluation(None)
        with self._lock:
            self._kept[run_folder, split] = (key, evaluation)
        return FoundEvaluation(evaluation)

    def measure(
        self,
        run_folder: Path,
        library: Library,
        chairs: Sequence[Chair],
        split: str,
        *,
        processes: int | None = None,
    ) -> Generator[EvaluationProgress | Evaluation, None, None]:
        """Evaluate as `core.evaluation.evaluate` does, and keep the result.

        A floor that is known from another run on the same chairs is not measured again. A folder
        that cannot be written keeps the result from the disk, not from memory. Raises RunError
        where the run cannot be read or does not fit the chairs.
        """
        run = Run.open(run_folder)
        chairs = tuple(chairs)
        for _ in range(_CHANGES_WATCHED):
            key = EvaluationKey(weights_digest(run_folder), chairs_digest(library, chairs))
            model = run.model()
            if weights_digest(run_folder) == key.weights:
                break
        else:
            raise RunError(f"{run.name} is being trained. Stop the training, or wait for its end.")
        floor = self._floor_of(key.chairs)
        for step in evaluate(model, library, chairs, with_floor=floor is None, processes=processes):
            if not isinstance(step, Evaluation):
                yield step
                continue
            evaluation = step if floor is None else replace(step, floor=floor)
            self._keep(run_folder, split, key, evaluation)
            yield evaluation

    def _floor_of(self, chairs: str) -> tuple[Design, ...] | None:
        """The floor of these chairs, which is the same for every run."""
        with self._lock:
            for key, evaluation in self._kept.values():
                if key.chairs == chairs:
                    return evaluation.floor
        return None

    def _keep(
        self, run_folder: Path, split: str, key: EvaluationKey, evaluation: Evaluation
    ) -> None:
        with self._lock:
            self._kept[run_folder, split] = (key, evaluation)
        path = evaluation_path(run_folder, split)
        try:
            atomic.write_json(path, _as_json(split, key, evaluation))
        except OSError:
            logger.warning("%s could not be written; it stays in memory", path, exc_info=True)


def evaluation_path(run_folder: Path, split: str) -> Path:
    """Where an evaluation lies: beside the weights."""
    return run_folder / f"evaluation-{split}.json"


def weights_digest(run_folder: Path) -> str:
    """Tells one state of a run's weights from another. Raises RunError where there are none."""
    path = run_folder / WEIGHTS_FILE
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, _hasher).hexdigest()
    except OSError as error:
        raise RunError(
            f"{path}: the weights cannot be read ({error.strerror or error}). "
            "Train the run for at least one epoch, or check permissions."
        ) from error


def chairs_digest(library: Library, chairs: Sequence[Chair]) -> str:
    """Tells one choice of chairs and clouds from another; names and metadata do not matter."""
    digest = _hasher()
    for chair in chairs:
        digest.update(chair.id.encode() + b"\0")
        digest.update(library.cloud(chair).tobytes())
    return digest.hexdigest()


def _hasher() -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=16)


def _as_json(split: str, key: EvaluationKey, evaluation: Evaluation) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "program": core.__version__,
        "split": split,
        "points": evaluation.points,
        **asdict(key),
        "designs": [_design_as_json(design) for design in evaluation.designs],
        "floor": [_design_as_json(design) for design in evaluation.floor],
    }


def _design_as_json(design: Design) -> dict[str, Any]:
    return {"id": design.chair.id, "name": design.chair.name, **vars(design.metrics)}


def _read(path: Path) -> dict[str, Any] | None:
    """What is saved. What cannot be read, or is of another format, is measured again."""
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        logger.warning("%s cannot be read and is left out", path, exc_info=True)
        return None
    if not isinstance(content, dict) or content.get("format") not in (*STEPS, FORMAT):
        logger.info("%s is not of format %d and is left out", path, FORMAT)
        return None
    try:
        return brought_up(path, content, FORMAT, STEPS)
    except (ValueError, TypeError, AttributeError):
        logger.warning("%s is damaged and is left out", path, exc_info=True)
        return None


def _key_of(content: dict[str, Any]) -> EvaluationKey:
    return EvaluationKey(str(content.get("weights")), str(content.get("chairs")))


def _evaluation_of(content: dict[str, Any], chairs: Sequence[Chair]) -> Evaluation | None:
    by_id = {chair.id: chair for chair in chairs}
    try:
        evaluation = Evaluation(
            points=int(content["points"]),
            designs=tuple(_design_of(entry, by_id) for entry in content["designs"]),
            floor=tuple(_design_of(entry, by_id) for entry in content["floor"]),
        )
    except (KeyError, TypeError, ValueError):
        logger.warning("a saved evaluation is damaged and is left out", exc_info=True)
        return None
    whole = [design.chair.id for design in evaluation.designs] == [chair.id for chair in chairs]
    return evaluation if whole else None


def _design_of(entry: dict[str, Any], by_id: dict[str, Chair]) -> Design:
    chair = by_id[str(entry["id"])]
    metrics = PairMetrics(
        cd_sq=float(entry["cd_sq"]),
        cd_1=float(entry["cd_1"]),
        emd=None if entry["emd"] is None else float(entry["emd"]),
        f_score=float(entry["f_score"]),
        points=int(entry["points"]),
        reference_points=int(entry["reference_points"]),
        scale=chair.frame.scale,  # which may be another by now: clouds are told by their points
    )
    return Design(chair, metrics)


def _with_chairs(evaluation: Evaluation, chairs: Sequence[Chair]) -> Evaluation:
    """The same figures with the chairs as they are called now."""
    by_id = {chair.id: chair for chair in chairs}

    def as_now(designs: tuple[Design, ...]) -> tuple[Design, ...]:
        now = [(by_id[design.chair.id], design.metrics) for design in designs]
        return tuple(
            Design(chair, replace(metrics, scale=chair.frame.scale)) for chair, metrics in now
        )

    return Evaluation(evaluation.points, as_now(evaluation.designs), as_now(evaluation.floor))
