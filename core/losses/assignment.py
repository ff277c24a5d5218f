"""Earth mover's distance by exact assignment on a random subset of the points."""

import torch
from jaxtyping import Float
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from core.losses.shapes import check_pair, gather_points
from core.losses.threads import map_in_threads

SUBSET_POINTS = 1024


def emd(
    pred: Float[Tensor, "batch points 3"],
    target: Float[Tensor, "batch others 3"],
    points: int = SUBSET_POINTS,
    generator: torch.Generator | None = None,
    *,
    workers: int | None = None,
) -> Float[Tensor, " batch"]:
    """Mean unsquared distance under the best one-to-one assignment: eq. (10) of the study.

    At most `points` (1,024) random points of each cloud take part, the same for all clouds of the
    batch, because the cost grows with the cube: at 1,024 a pair takes 0.07 s when the clouds are
    alike and up to 0.3 s when they are not. The assignment is found without gradient and held
    fixed. `generator` (CPU) draws the subsets.
    """
    check_pair(pred, target)
    if points < 1:
        raise ValueError(f"points={points} is too small; at least 1 point has to be assigned.")
    count = min(points, pred.shape[1], target.shape[1])
    pred = _draw_points(pred, count, generator)
    target = _draw_points(target, count, generator)
    with torch.no_grad():
        # Accelerators have no exact assignment: their costs come to the CPU.
        costs = torch.cdist(pred, target).cpu().numpy()
        order = torch.stack(map_in_threads(_assign, list(costs), workers))
    partners = gather_points(target, order.to(target.device))
    # The gradient of the norm at zero distance is zero here, not NaN.
    distances: Tensor = torch.linalg.vector_norm(pred - partners, dim=-1)
    return distances.mean(dim=-1)


def _draw_points(clouds: Tensor, count: int, generator: torch.Generator | None) -> Tensor:
    if count == clouds.shape[1]:
        return clouds
    chosen = torch.randperm(clouds.shape[1], generator=generator)[:count]
    return clouds.index_select(1, chosen.to(clouds.device))


def _assign(cost: NDArray) -> Tensor:  # type: ignore[type-arg]
    try:
        return torch.from_numpy(linear_sum_assignment(cost)[1])
    except ValueError:  # a cost is not finite; any partner gives the loss NaN
        return torch.arange(len(cost))
