"""Reconstruction losses between predicted and wanted clouds.

Axes: B clouds of a batch, N predicted points, M wanted points. Every loss takes `pred` (B, N, 3)
and `target` (B, M, 3) on the same device and gives one number per cloud, (B,), which can be
differentiated with respect to both; only the caller averages over the batch.

`workers` is the number of CPU threads for the parts that torch does not thread; None means as
many as torch itself may use, so that a training never takes more cores than it was given.
"""

from core.losses.assignment import emd
from core.losses.chamfer_distance import chamfer, chamfer_plain
from core.losses.reconstruction import reconstruction_loss
from core.losses.sliced import draw_directions, sliced_wasserstein
from core.losses.squared_error import mse
from core.model_choices import LOSSES

__all__ = [
    "LOSSES",
    "chamfer",
    "chamfer_plain",
    "draw_directions",
    "emd",
    "mse",
    "reconstruction_loss",
    "sliced_wasserstein",
]
