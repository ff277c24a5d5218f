"""Reads what a run looked like the last time, while torch is still to be loaded."""

from dataclasses import dataclass
from pathlib import Path

from core.first_look import FirstLook, read_first_look
from core.library import Chair, Library
from core.training.run import Run
from core.training.settings import TrainingSettings
from mogvae_gui.workers.newest_first import NewestFirstWorker


@dataclass(frozen=True, eq=False)
class LookAtRun:
    """What did this run look like?"""

    folder: Path
    library: Library
    chairs: tuple[Chair, ...]


@dataclass(frozen=True, eq=False)
class SeenRun:
    """A look that still holds."""

    settings: TrainingSettings
    look: FirstLook


class FirstLookWorker(NewestFirstWorker):
    """Answers `LookAtRun` with `SeenRun`, or with None where no look holds."""

    def __init__(self) -> None:
        super().__init__()
        self.answer_with(LookAtRun, self._look)

    def _look(self, question: LookAtRun) -> SeenRun | None:
        look = read_first_look(question.folder, question.library, question.chairs)
        return None if look is None else SeenRun(Run.open(question.folder).settings, look)
