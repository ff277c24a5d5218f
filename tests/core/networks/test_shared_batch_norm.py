"""Batch normalisation over the clouds of several processes is that of one with all of them."""

import os
import socket
from pathlib import Path

import pytest
import torch
from torch import Tensor, distributed, nn
from torch.multiprocessing.spawn import spawn

from core.networks.article_encoder import ArticleEncoder

SHARES = (slice(0, 3), slice(3, 5))  # uneven, as an odd batch gives
STEPS = 2


def features() -> Tensor:
    generator = torch.Generator().manual_seed(4)
    return torch.randn(STEPS, 5, 6, generator=generator) * 2.0 + 1.0


def norm_layer() -> nn.BatchNorm1d:
    """The encoder's own, with weights that are not one and zero."""
    layer = ArticleEncoder(3, batch_norm_after_max=True).head_norms[0]
    assert isinstance(layer, nn.BatchNorm1d)
    small = type(layer)(6)
    with torch.no_grad():
        small.weight.copy_(torch.linspace(0.5, 2.0, 6))
        small.bias.copy_(torch.linspace(-1.0, 1.0, 6))
    return small


def work(layer: nn.BatchNorm1d, rows: slice) -> dict[str, Tensor]:
    """Two steps on some rows of each batch; the loss weighs every number differently."""
    layer.train()
    weights = torch.linspace(-1.0, 3.0, 30).reshape(5, 6)
    found: dict[str, Tensor] = {}
    for step, batch in enumerate(features()):
        own = batch[rows].clone().requires_grad_()
        normalised = layer(own)
        ((normalised**2 * weights[rows]).sum() + normalised.sin().sum()).backward()
        assert own.grad is not None
        found |= {f"out {step}": normalised.detach(), f"gradient {step}": own.grad}
    assert layer.weight.grad is not None
    assert layer.bias.grad is not None
    found |= {"weight": layer.weight.grad, "bias": layer.bias.grad}
    return found | {name: buffer.float() for name, buffer in layer.named_buffers()}


def one_of_two(rank: int, port: int, folder: str) -> None:
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    distributed.init_process_group("gloo", rank=rank, world_size=2)
    torch.save(work(norm_layer(), SHARES[rank]), Path(folder) / f"{rank}.pt")
    distributed.destroy_process_group()


@pytest.mark.skipif(not distributed.is_available(), reason="torch without processes")
def test_that_two_processes_normalise_a_batch_as_one_does(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    spawn(one_of_two, (port, str(tmp_path)), nprocs=2)  # type: ignore[no-untyped-call]
    shares = [torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in range(2)]
    alone = work(norm_layer(), slice(0, 5))
    for step in range(STEPS):
        for name in (f"out {step}", f"gradient {step}"):
            joined = torch.cat([share[name] for share in shares])
            torch.testing.assert_close(joined, alone[name], rtol=1e-5, atol=1e-5)
    for name in ("weight", "bias"):
        summed = shares[0][name] + shares[1][name]
        torch.testing.assert_close(summed, alone[name], rtol=1e-5, atol=1e-5)
    for name in ("running_mean", "running_var", "num_batches_tracked"):
        for share in shares:
            torch.testing.assert_close(share[name], alone[name], rtol=1e-5, atol=1e-6)
