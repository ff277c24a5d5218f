"""Measures the exact EMD of the two clouds on the stage.

It takes seconds and holds the interpreter lock while it does, so it is computed in a process.
"""

import threading
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float32

from core.pair_metrics import PairMetrics
from mogvae_gui.workers.newest_first import NewestFirstWorker, NobodyAsksError

if TYPE_CHECKING:
    from concurrent.futures import Future

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
        self._is_closed = False
        self._starting = threading.Lock()  # nothing begins while it is being closed
        self.answer_with(Measure, self._measure)

    def close(self) -> None:
        """End the process at once; what it computes is dropped. A plain call from any thread."""
        with self._starting:
            self._is_closed = True
            self._end_process()

    def _end_process(self) -> None:
        processes, self._processes = self._processes, None
        if processes is not None:
            processes.close()

    def _measure(self, question: Measure) -> PairMetrics:
        from core.metrics import told_when_killed  # slow to import

        with told_when_killed():
            try:
                return self._begin(question).result()
            except (BrokenProcessPool, CancelledError):
                with self._starting:
                    if self._is_closed:
                        raise NobodyAsksError from None
                    self._end_process()  # the next pair gets a new one
                raise

    def _begin(self, question: Measure) -> "Future[PairMetrics]":
        from core.metrics import PairProcesses

        with self._starting:
            if self._is_closed:
                raise NobodyAsksError
            if self._processes is None:
                self._processes = PairProcesses(1)
            return self._processes.compare(question.reconstruction, question.original)
