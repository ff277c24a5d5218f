"""Measures the exact EMD of the two clouds on the stage.

It takes seconds and holds the interpreter lock while it does, so it is computed in a process.
"""

from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float32

from core.pair_metrics import PairMetrics
from mogvae_gui.workers.newest_first import NewestFirstWorker

if TYPE_CHECKING:
    from core.metrics import PairProcesses


@dataclass(frozen=True, eq=False)
class Measure:
    """Compare two clouds, EMD included."""

    original: Float32[np.ndarray, "points 3"]
    reconstruction: Float32[np.ndarray, "points 3"]


class MeasureWorker(NewestFirstWorker):
    """Answers `Measure` with `PairMetrics`. The process starts with the first question.

    One that the system ended, for want of memory, fails its pair with MetricError; the next pair
    gets another.
    """

    def __init__(self) -> None:
        super().__init__()
        self._processes: PairProcesses | None = None
        self.answer_with(Measure, self._measure)

    def close(self) -> None:
        """End the process; what it computes is dropped. A plain call after the thread ended."""
        if self._processes is not None:
            self._processes.close()
            self._processes = None

    def _measure(self, question: Measure) -> PairMetrics:
        from core.metrics import PairProcesses, told_when_killed  # slow to import

        with told_when_killed():
            if self._processes is None:
                self._processes = PairProcesses(1)
            try:
                asked = self._processes.compare(question.reconstruction, question.original)
                return asked.result()
            except BrokenProcessPool:
                self.close()  # the next pair gets a new one
                raise
