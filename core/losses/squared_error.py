"""Squared error between clouds in correspondence."""

from jaxtyping import Float
from torch import Tensor

from core.losses.shapes import check_pair


def mse(
    pred: Float[Tensor, "batch points 3"], target: Float[Tensor, "batch points 3"]
) -> Float[Tensor, " batch"]:
    """Mean over the points of the squared distance |pred_i − target_i|²: eq. (7)'s first term.

    It means something only where index i is the same place on every chair; on clouds in random
    order the best answer is every point at the centroid.
    """
    check_pair(pred, target)
    if pred.shape != target.shape:
        raise ValueError(
            f"pred has {pred.shape[1]} points and target {target.shape[1]}; the squared error "
            "needs clouds in correspondence, point by point."
        )
    return (pred - target).square().sum(dim=-1).mean(dim=-1)
