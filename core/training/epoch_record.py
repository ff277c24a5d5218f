"""What is gathered during an epoch, on the device, without waiting for it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from core.vae import Forward

if TYPE_CHECKING:
    from lightning_fabric import Fabric

_TERMS: Final = ("loss", "reconstruction loss", "KL", "prior's hyper-prior", "gradient")


class EpochRecord:
    """Sums of the loss terms, and the posteriors of the training chairs as they come by.

    Axes: training chairs n, latent size d.
    """

    def __init__(self, chairs: int, latent: int, device: torch.device) -> None:
        # MPS has no double precision.
        dtype = torch.float32 if device.type == "mps" else torch.float64
        self._sums = torch.zeros(len(_TERMS), dtype=dtype, device=device)
        self._means = torch.zeros(chairs, latent, device=device)
        self._log_vars = torch.zeros(chairs, latent, device=device)
        self._chairs_done = 0

    @property
    def means(self) -> Float[Tensor, "chairs latent"]:
        """Of chairs that did not come by yet: zeros."""
        return self._means

    @property
    def log_vars(self) -> Float[Tensor, "chairs latent"]:
        return self._log_vars

    @property
    def chairs_done(self) -> int:
        return self._chairs_done

    @torch.no_grad()
    def add(
        self,
        positions: Int[Tensor, " batch"],
        forward: Forward,
        loss: Float[Tensor, ""],
        reconstruction: Float[Tensor, ""],
        gradient: Float[Tensor, ""],
    ) -> None:
        """Take in one step; the losses are averages over its chairs."""
        terms = [loss, reconstruction, forward.kl.mean(), forward.penalty, gradient]
        self._sums += torch.stack([term.detach() for term in terms]) * len(positions)
        rows = positions.to(self._means.device, non_blocking=True)
        self._means[rows] = forward.mean.detach()
        self._log_vars[rows] = forward.log_var.detach()
        self._chairs_done += len(positions)

    def averages(self) -> dict[str, float]:
        """Average of each term over the chairs so far. Waits for the device."""
        sums = self._sums.tolist()
        return {
            term: total / max(self._chairs_done, 1)
            for term, total in zip(_TERMS, sums, strict=True)
        }

    def join(self, fabric: "Fabric") -> None:
        """Take in what the other processes of this epoch recorded."""
        for tensor in (self._sums, self._means, self._log_vars):
            fabric.all_reduce(tensor, reduce_op="sum")
        self._chairs_done = len(self._means)

    def state(self, fabric: "Fabric | None" = None) -> dict[str, Tensor]:
        """For a checkpoint in the middle of an epoch; with `fabric` that of all its processes."""
        state = {
            "epoch.sums": self._sums,
            "epoch.means": self._means,
            "epoch.log_vars": self._log_vars,
            "epoch.chairs_done": torch.tensor(self._chairs_done, device=self._sums.device),
        }
        if fabric is None:
            return state
        return {
            name: fabric.all_reduce(tensor.clone(), reduce_op="sum")
            for name, tensor in state.items()
        }

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Undo `state`."""
        self._sums.copy_(tensors["epoch.sums"])
        self._means.copy_(tensors["epoch.means"])
        self._log_vars.copy_(tensors["epoch.log_vars"])
        self._chairs_done = int(tensors["epoch.chairs_done"])
