"""Chamfer distance, squared, fast: neighbours without gradient, then gather and differentiate.

The nearest neighbour does not change under a small move, so the gradient with the neighbours held
fixed is the gradient of the distance; the (N, M) table of distances is needed for neither.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from core.losses.shapes import check_pair, gather_points
from core.losses.threads import map_in_threads
from core.nearest import nearest

# The largest block of distances that is held at once on an accelerator.
_BLOCK_BYTES = 128 * 2**20


def chamfer(
    pred: Float[Tensor, "batch points 3"],
    target: Float[Tensor, "batch others 3"],
    *,
    workers: int | None = None,
) -> Float[Tensor, " batch"]:
    """Mean squared distance to the nearest neighbour, both ways, summed: eq. (9) of the study.

    A cloud with a number that is not finite gets the loss NaN. `workers` threads share the clouds
    on a CPU; None as many as torch has.
    """
    check_pair(pred, target)
    to_target, to_pred = find_neighbours(pred, target, workers=workers)
    there = (pred - gather_points(target, to_target)).square().sum(dim=-1).mean(dim=-1)
    back = (target - gather_points(pred, to_pred)).square().sum(dim=-1).mean(dim=-1)
    return there + back


def chamfer_plain(
    pred: Float[Tensor, "batch points 3"], target: Float[Tensor, "batch others 3"]
) -> Float[Tensor, " batch"]:
    """Do the same the obvious way: the gradient goes through the whole table of distances."""
    check_pair(pred, target)
    squared = torch.cdist(pred, target).square()
    return squared.amin(dim=2).mean(dim=1) + squared.amin(dim=1).mean(dim=1)


@torch.no_grad()
def find_neighbours(
    pred: Float[Tensor, "batch points 3"],
    target: Float[Tensor, "batch others 3"],
    *,
    workers: int | None = None,
) -> tuple[Int[Tensor, "batch points"], Int[Tensor, "batch others"]]:
    """Find the nearest target of each predicted point, and the other way round."""
    if pred.device.type == "cpu":
        return _find_by_trees(pred, target, workers)
    return find_neighbours_in_blocks(pred, target)


def _find_by_trees(pred: Tensor, target: Tensor, workers: int | None) -> tuple[Tensor, Tensor]:
    pred_points = pred.detach().double().numpy()
    target_points = target.detach().double().numpy()

    def find(cloud: int) -> tuple[np.ndarray, np.ndarray]:
        points, others = pred_points[cloud], target_points[cloud]
        if not (np.isfinite(points).all() and np.isfinite(others).all()):
            # Any neighbour will do: the loss becomes NaN, which the caller looks for.
            return np.zeros(len(points), np.int64), np.zeros(len(others), np.int64)
        return nearest(points, others)[0], nearest(others, points)[0]

    found = map_in_threads(find, range(len(pred)), workers)
    to_target = np.stack([first for first, _ in found])
    to_pred = np.stack([second for _, second in found])
    return torch.from_numpy(to_target), torch.from_numpy(to_pred)


def find_neighbours_in_blocks(
    pred: Float[Tensor, "batch points 3"],
    target: Float[Tensor, "batch others 3"],
    block_bytes: int = _BLOCK_BYTES,
) -> tuple[Int[Tensor, "batch points"], Int[Tensor, "batch others"]]:
    """Do what `find_neighbours` does, as an accelerator likes it, a block of the table at a time.

    Between neighbours that are equally near to seven digits it may choose another.
    """
    batch, points, _ = pred.shape
    # |p − t|² as one product of five columns: (p, |p|², 1) · (−2 t, 1, |t|²). A block is written
    # once and read twice, once for each direction.
    left = torch.cat([pred, pred.square().sum(-1, keepdim=True), torch.ones_like(pred[..., :1])], 2)
    right = torch.cat(
        [-2 * target, torch.ones_like(target[..., :1]), target.square().sum(-1, keepdim=True)], 2
    ).transpose(1, 2)
    block = max(1, block_bytes // (batch * target.shape[1] * left.element_size()))
    to_target = []
    best: Tensor | None = None
    to_pred: Tensor | None = None
    with _full_precision_products():
        for start in range(0, points, block):
            squared = left[:, start : start + block] @ right  # (batch, block, others)
            to_target.append(squared.argmin(dim=2))
            block_best, block_winner = squared.min(dim=1)
            if best is None or to_pred is None:
                best, to_pred = block_best, block_winner
            else:
                to_pred = torch.where(block_best < best, block_winner + start, to_pred)
                best = torch.minimum(block_best, best)
    assert to_pred is not None  # there is at least one point
    return torch.cat(to_target, dim=1), to_pred


@contextmanager
def _full_precision_products() -> Iterator[None]:
    """Keep matrix products in full float32: TF32's ten bits would choose wrong neighbours."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)
