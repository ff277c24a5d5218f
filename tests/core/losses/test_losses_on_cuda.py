"""Losses on a GPU are those of the CPU, value and gradient. Skipped where there is none."""

import pytest
import torch
from torch import Tensor

from core.losses import LOSSES, draw_directions, reconstruction_loss, sliced_wasserstein

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")

POINTS = 300


def clouds(seed: int, points: int = POINTS) -> Tensor:
    return torch.randn(3, points, 3, generator=torch.Generator().manual_seed(seed))


def loss_and_gradients(name: str, device: str, others: int) -> tuple[Tensor, Tensor, Tensor]:
    """The loss of each cloud and its slopes, back on the CPU."""
    pred = clouds(1).to(device).requires_grad_()
    target = clouds(2, others).to(device).requires_grad_()
    if name == "sliced":
        directions = draw_directions(16, torch.Generator().manual_seed(0)).to(device)
        loss = sliced_wasserstein(pred, target, directions)
    else:
        generator = torch.Generator().manual_seed(4)
        loss = reconstruction_loss(name, pred, target, generator=generator)
    assert loss.device == pred.device
    slopes = torch.autograd.grad(loss.sum(), (pred, target))
    return loss.detach().cpu(), slopes[0].cpu(), slopes[1].cpu()


@pytest.mark.parametrize(
    ("name", "others"),
    [(name, POINTS) for name in (*LOSSES, "sliced")] + [("chamfer", 170), ("emd", 170)],
)
def test_that_a_loss_has_the_same_value_and_gradient_on_a_gpu(name: str, others: int) -> None:
    on_cpu = loss_and_gradients(name, "cpu", others)
    on_gpu = loss_and_gradients(name, "cuda", others)
    for wanted, found in zip(on_cpu, on_gpu, strict=True):
        torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-6)
