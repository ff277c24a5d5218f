"""Finds what is known of runs: digests of weights and clouds, and statistics, take moments."""

from dataclasses import dataclass
from pathlib import Path

from core.evaluation_table import EvaluationTable
from core.library import Chair, Library
from core.saved_evaluation import EvaluationCache
from mogvae_gui.workers.newest_first import NewestFirstWorker


@dataclass(frozen=True, eq=False)
class FindEvaluations:
    """What is known of a run, or of two, on these chairs?"""

    library: Library
    chairs: tuple[Chair, ...]  # of the split
    split: str
    run_folder: Path
    against_folder: Path | None = None


@dataclass(frozen=True, eq=False)
class FoundEvaluations:
    """`table` is None where the first run is not measured, and of one run where only it is."""

    table: EvaluationTable | None
    outdated: bool


class EvaluationWorker(NewestFirstWorker):
    """Answers `FindEvaluations` with `FoundEvaluations`."""

    def __init__(self, cache: EvaluationCache) -> None:
        super().__init__()
        self._cache = cache
        self.answer_with(FindEvaluations, self._find)

    def _find(self, question: FindEvaluations) -> FoundEvaluations:
        run = question.run_folder
        if not question.chairs:
            return FoundEvaluations(None, outdated=False)
        first = self._cache.find(run, question.library, question.chairs, question.split)
        if first.evaluation is None:
            return FoundEvaluations(None, first.outdated)
        against = question.against_folder
        if against is not None:
            second = self._cache.find(against, question.library, question.chairs, question.split)
            if second.evaluation is not None:
                table = EvaluationTable.of_two_runs(
                    question.split, run.name, first.evaluation, against.name, second.evaluation
                )
                return FoundEvaluations(table, outdated=False)
        table = EvaluationTable.of_run(question.split, run.name, first.evaluation)
        return FoundEvaluations(table, outdated=False)
