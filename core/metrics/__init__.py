"""How far apart two clouds are, or two sets of clouds, and what perfect looks like.

Everything takes clouds (N, 3) and (M, 3) as NumPy arrays, in any one unit; distances come in that
unit (squared where the name says so). Clouds of a library are normalised: largest radius 1.
Distances fall with N: compare figures of the same N only.
"""

from core.metrics.exact_emd import MetricError, exact_emd, told_when_killed
from core.metrics.generation import (
    GenerationMetrics,
    GenerationProgress,
    SetDistances,
    compare_sets,
)
from core.metrics.many import PairProcesses, compare_many, compare_patiently
from core.metrics.pair import (
    chamfer_1,
    chamfer_sq,
    compare_clouds,
    diagonal,
    f_score,
    metrics_of_distances,
)
from core.nearest import nearest
from core.pair_metrics import PairMetrics

__all__ = [
    "GenerationMetrics",
    "GenerationProgress",
    "MetricError",
    "PairMetrics",
    "PairProcesses",
    "SetDistances",
    "chamfer_1",
    "chamfer_sq",
    "compare_clouds",
    "compare_many",
    "compare_patiently",
    "compare_sets",
    "diagonal",
    "exact_emd",
    "f_score",
    "metrics_of_distances",
    "nearest",
    "told_when_killed",
]
