"""The reconstruction losses by the names that the settings use."""

import torch
from jaxtyping import Float
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
    workers: int | None = None,
) -> Float[Tensor, " batch"]:
    """Compute the loss called `name`, one of `LOSSES`, for each cloud.

    `generator` draws directions and subsets. The two terms of `chamfer+sliced` have the same
    weight. The clouds for `mse` have to be in correspondence.
    """
    if name == "chamfer":
        return chamfer(pred, target, workers=workers)
    if name == "chamfer+sliced":
        sliced = sliced_wasserstein(pred, target, generator=generator, workers=workers)
        return chamfer(pred, target, workers=workers) + sliced
    if name == "mse":
        return mse(pred, target)
    if name == "emd":
        return emd(pred, target, generator=generator, workers=workers)
    raise ValueError(f"There is no loss {name!r}; choose one of: {', '.join(LOSSES)}.")
