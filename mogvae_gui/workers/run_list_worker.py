"""Looks at a project's runs: a few small files of each, which a slow disk makes a while."""

from dataclasses import dataclass

from core.project import Project
from core.run_list import RunEntry, list_runs
from mogvae_gui.workers.newest_first import NewestFirstWorker


@dataclass(frozen=True, eq=False)
class ListRuns:
    """Which runs has the project, and how do they stand?"""

    project: Project


class RunListWorker(NewestFirstWorker):
    """Answers `ListRuns` with a tuple of `RunEntry`."""

    def __init__(self) -> None:
        super().__init__()
        self.answer_with(ListRuns, self._list)

    def _list(self, question: ListRuns) -> tuple[RunEntry, ...]:
        return list_runs(question.project)
