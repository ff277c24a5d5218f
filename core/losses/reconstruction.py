"""The reconstruction losses by the names that the settings use."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from scipy.spatial import KDTree
from torch import Tensor

from core.losses.assignment import emd
from core.losses.chamfer_distance import chamfer
from core.losses.sliced import sliced_wasserstein
from core.losses.squared_error import mse
from core.model_choices import LOSSES


def reconstruction_loss(
    name: str,
    pred: Float[Tensor, "batch points 3"],
    target: Float[Tensor, "batch others 3"],
    *,
    generator: torch.Generator | None = None,
    trees: Sequence[KDTree] | None = None,
    sliced_weight: float = 1.0,
    workers: int | None = None,
) -> Float[Tensor, " batch"]:
    """Compute the loss called `name`, one of `LOSSES`, for each cloud.

    `generator` draws directions and subsets; `sliced_weight` multiplies the second term of
    `chamfer+sliced`. The clouds for `mse` have to be in correspondence.
    """
    if name == "chamfer":
        return chamfer(pred, target, trees, workers=workers)
    if name == "chamfer+sliced":
        sliced = sliced_wasserstein(pred, target, generator=generator, workers=workers)
        return chamfer(pred, target, trees, workers=workers) + sliced_weight * sliced
    if name == "mse":
        return mse(pred, target)
    if name == "emd":
        return emd(pred, target, generator=generator, workers=workers)
    raise ValueError(f"There is no loss {name!r}; choose one of: {', '.join(LOSSES)}.")
