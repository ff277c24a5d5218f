"""Measures the two clouds on the stage; exact EMD takes seconds, so it has a thread of its own."""

from dataclasses import dataclass

import numpy as np
from core.metrics import PairMetrics, compare_clouds
from jaxtyping import Float32

from mogvae_gui.workers.newest_first import NewestFirstWorker


@dataclass(frozen=True, eq=False)
class Measure:
    """Compare two clouds, with or without the slow exact EMD."""

    original: Float32[np.ndarray, "points 3"]
    reconstruction: Float32[np.ndarray, "points 3"]
    with_emd: bool


class MeasureWorker(NewestFirstWorker):
    """Answers `Measure` with `PairMetrics`."""

    def __init__(self) -> None:
        super().__init__()
        self.answer_with(Measure, self._measure)

    def _measure(self, question: Measure) -> PairMetrics:
        return compare_clouds(
            question.original, question.reconstruction, with_emd=question.with_emd
        )
