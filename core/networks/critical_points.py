"""Which points of a cloud win the channels of a max over points.

Only these "critical points" (Qi et al., "PointNet", CVPR 2017, section 4.3) receive a gradient
through the max. They are few, so an encoder that finds them without gradient and then runs with
gradient on them alone gives the same value and the same gradient for a fraction of the work.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

# A block of this many points times 1,024 channels stays in the second-level cache of a CPU.
_CPU_BLOCK_POINTS = 1024
# The largest table of channel values that is held at once on an accelerator.
_DEVICE_BLOCK_BYTES = 256 * 2**20


@torch.no_grad()
def find_critical_points(
    hidden: Float[Tensor, "batch points hidden"], weight: Float[Tensor, "channels hidden"]
) -> Int[Tensor, "batch channels"]:
    """Give, for each cloud and channel, the index of the point with the largest `weight @ hidden`.

    The table of all channel values is never held as a whole.
    """
    if hidden.device.type == "cpu":
        with torch.autocast("cpu", enabled=False):
            return _find_on_cpu(hidden.to(weight.dtype), weight)
    return _find_on_device(hidden, weight)


@torch.no_grad()
def largest_values(
    hidden: Float[Tensor, "batch points hidden"], weight: Float[Tensor, "channels hidden"]
) -> Float[Tensor, "batch channels"]:
    """Give, for each cloud and channel, the largest `weight @ hidden` over the points."""
    block = _block_points(hidden, weight)
    largest = [
        torch.stack([(weight @ part.T).amax(dim=1) for part in torch.split(cloud, block)]).amax(
            dim=0
        )
        for cloud in hidden
    ]
    return torch.stack(largest)


def _find_on_cpu(hidden: Tensor, weight: Tensor) -> Tensor:
    if weight.dtype in (torch.bfloat16, torch.float16):  # NumPy has no bfloat16
        hidden, weight = hidden.float(), weight.float()
    winners = torch.empty(len(hidden), len(weight), dtype=torch.long)
    channels = torch.arange(len(weight))
    for cloud, cloud_winners in zip(hidden, winners, strict=True):
        best: Tensor | None = None
        for start in range(0, len(cloud), _CPU_BLOCK_POINTS):
            values = weight @ cloud[start : start + _CPU_BLOCK_POINTS].T  # (channels, block)
            # NumPy's argmax over contiguous rows runs at the speed of memory; torch's max with
            # indices takes a fifth as long as the matrix product itself.
            block_winners = torch.from_numpy(values.numpy().argmax(axis=1))
            block_best = values[channels, block_winners]
            if best is None:
                best = block_best
                cloud_winners.copy_(block_winners)
            else:
                # A NaN wins and stays, as it does in torch's max.
                better = (block_best > best) | (block_best.isnan() & ~best.isnan())
                best = torch.where(better, block_best, best)
                cloud_winners.copy_(torch.where(better, block_winners + start, cloud_winners))
    return winners


def _find_on_device(hidden: Tensor, weight: Tensor) -> Tensor:
    clouds = max(1, _DEVICE_BLOCK_BYTES // (hidden.shape[1] * len(weight) * hidden.element_size()))
    return torch.cat([(part @ weight.T).argmax(dim=1) for part in torch.split(hidden, clouds)])


def _block_points(hidden: Tensor, weight: Tensor) -> int:
    if hidden.device.type == "cpu":
        return _CPU_BLOCK_POINTS
    return max(1, _DEVICE_BLOCK_BYTES // (len(weight) * hidden.element_size()))
