"""A step of the article's network with the Chamfer distance, on any device and in several ways.

Needs torch and the project's core alone, as `gpu.py` does.
"""

import copy

import torch
from torch import Tensor, nn

from core.losses import reconstruction_loss
from core.training.optimiser import make_adam
from core.training.presets import article
from core.vae import ShapeVae, build_vae, draw_noise

BETA = 1e-3


class DeviceStep:
    """Made with the first weights of a seed; called, it moves them."""

    def __init__(
        self,
        device: torch.device,
        batch: int,
        points: int,
        precision: str = "float32",
        compiled: str = "",
    ) -> None:
        """`compiled` is a mode of torch.compile, or empty: as the program trains."""
        settings = article("mog").with_changes(precision=precision)
        generator = torch.Generator().manual_seed(0)
        self.clouds = (torch.rand(batch, points, 3, generator=generator) - 0.5).to(device)
        noise = draw_noise(settings.kl_samples, batch, settings.latent, generator)
        self._noise = noise.to(device)
        self.vae: ShapeVae = build_vae(settings, points).to(device)
        self.vae.train()
        self._forward: nn.Module = self.vae
        if compiled:
            self._forward = torch.compile(self.vae, mode=compiled)  # type: ignore[assignment]
        self._adam = make_adam(self.vae, settings, device)

    def settle(self, steps: int) -> None:
        """Train a little, faster than the study did: at first all points lie in one place."""
        kept = copy.deepcopy(self._adam.state_dict())
        for group in self._adam.param_groups:
            group["lr"] = 1e-3
        for _ in range(steps):
            self()
        self._adam.load_state_dict(kept)

    def backward(self) -> Tensor:
        """The loss, with gradients; the weights stay."""
        forward = self._forward(self.clouds, self._noise)
        loss = reconstruction_loss("chamfer", forward.reconstruction, self.clouds).mean()
        self._adam.zero_grad()
        (loss + BETA * forward.kl_with_free_bits).backward()
        return loss.detach()

    def gradient(self) -> Tensor:
        """All gradients of the last `backward` in a row."""
        return torch.cat(
            [p.grad.flatten() for p in self.vae.parameters() if p.grad is not None]
        ).cpu()

    def __call__(self) -> None:
        self.backward()
        self._adam.step()
