"""A step of the article's network with the Chamfer distance, as a training does it.

Needs torch and the project's core alone, as `gpu.py` does.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from core.losses import reconstruction_loss
from core.training.optimiser import make_adam
from core.training.presets import article
from core.vae import Forward, Noise, ShapeVae, build_vae, draw_noise

BETA = 1e-3


class OurStep:
    """On the device of the clouds; called, it moves the weights."""

    def __init__(
        self,
        clouds: Tensor,
        noise: Noise,
        *,
        prior: str = "standard",
        precision: str = "float32",
        compiled: str = "",
    ) -> None:
        """`compiled` is a mode of torch.compile, or empty: as the program trains."""
        settings = article(prior).with_changes(precision=precision)
        self.clouds, self.noise = clouds, noise
        self.vae: ShapeVae = build_vae(settings, clouds.shape[1]).to(clouds.device)
        forward: Callable[..., Forward] = self.vae
        self._forward = torch.compile(forward, mode=compiled) if compiled else forward
        self.adam = make_adam(self.vae, settings, clouds.device)

    def networks(self) -> list[nn.Parameter]:
        """Parameters of encoder and decoder, in the order of the plain ones."""
        return [*self.vae.encoder.parameters(), *self.vae.decoder.parameters()]

    def settle(self, steps: int) -> None:
        """Train a little, faster than the study did: at first all points lie in one place."""
        for group in self.adam.param_groups:
            group["lr"] = 1e-3
        for _ in range(steps):
            self()
        for group in self.adam.param_groups:
            group["lr"] = self.vae.settings.learning_rate

    def backward(self) -> Tensor:
        """The loss, with gradients; the weights stay."""
        forward = self._forward(self.clouds, self.noise)
        loss = reconstruction_loss("chamfer", forward.reconstruction, self.clouds).mean()
        self.adam.zero_grad()
        torch.autograd.backward(loss + BETA * forward.kl_with_free_bits)
        return loss.detach()

    def __call__(self) -> None:
        self.backward()
        self.adam.step()


def step_of_random_clouds(
    device: torch.device, batch: int, points: int, precision: str = "float32", compiled: str = ""
) -> OurStep:
    """A step with a mixture prior whose clouds need no library."""
    settings, generator = article("mog"), torch.Generator().manual_seed(0)
    clouds = (torch.rand(batch, points, 3, generator=generator) - 0.5).to(device)
    noise = draw_noise(settings.kl_samples, batch, settings.latent, generator).to(device)
    return OurStep(clouds, noise, prior="mog", precision=precision, compiled=compiled)
