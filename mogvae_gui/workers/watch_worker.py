"""Looks at a watched run in a thread of its own: a folder of a cluster may answer slowly."""

from dataclasses import dataclass

from core.training.watching import Look, RunWatcher
from mogvae_gui.workers.newest_first import NewestFirstWorker


@dataclass(frozen=True, eq=False)
class LookAtRun:
    """What is new in this run?"""

    watcher: RunWatcher


class WatchWorker(NewestFirstWorker):
    """Answers `LookAtRun` with a `Look`."""

    def __init__(self) -> None:
        super().__init__()
        self.answer_with(LookAtRun, self._look)

    def _look(self, question: LookAtRun) -> Look:
        return question.watcher.look()
