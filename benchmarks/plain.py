"""The straightforward way: what a person writes who follows the study and the PyTorch manual.

Axes: batch B, points N, latent size d.
"""

import math
from collections.abc import Iterable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.networks.article_encoder import LOG_VARIANCE_RANGE


class PlainEncoder(nn.Module):
    """Conv1d 3→64→128→1024, max over points, Linear 1024→512→256→9, two heads 9→d."""

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.points = nn.Sequential(
            nn.Conv1d(3, 64, 1),
            nn.ReLU(),
            nn.Conv1d(64, 128, 1),
            nn.ReLU(),
            nn.Conv1d(128, 1024, 1),
        )
        self.head = nn.Sequential(
            nn.ReLU(),
            nn.Linear(1024, 512),
            nn.ReLU(),
            nn.Linear(512, 256),
            nn.ReLU(),
            nn.Linear(256, 9),
            nn.ReLU(),
        )
        self.mean = nn.Linear(9, latent)
        self.log_variance = nn.Linear(9, latent)

    def forward(
        self, clouds: Float[Tensor, "batch points 3"]
    ) -> tuple[Float[Tensor, "batch latent"], Float[Tensor, "batch latent"]]:
        """Mean and log-variance of each code."""
        features = self.head(self.points(clouds.transpose(1, 2)).amax(dim=2))
        return self.mean(features), self.log_variance(features).clamp(*LOG_VARIANCE_RANGE)


class PlainDecoder(nn.Module):
    """Linear d→1024→512, ConvTranspose1d 512→1024→2048, Linear 2048→N."""

    def __init__(self, latent: int, points: int) -> None:
        super().__init__()
        self.code = nn.Sequential(
            nn.Linear(latent, 1024), nn.ReLU(), nn.Linear(1024, 512), nn.ReLU()
        )
        self.axes = nn.Sequential(
            nn.ConvTranspose1d(512, 1024, 1),
            nn.ReLU(),
            nn.ConvTranspose1d(1024, 2048, 3),
            nn.ReLU(),
        )
        self.points = nn.Linear(2048, points)

    def forward(self, codes: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch points 3"]:
        """Clouds of the codes."""
        features = self.axes(self.code(codes)[:, :, None])  # (batch, 2048, 3)
        clouds: Tensor = self.points(features.transpose(1, 2)).transpose(1, 2)
        return clouds


class PlainVae(nn.Module):
    """The study's networks with the reparametrised code and the closed KL to N(0, I)."""

    def __init__(self, latent: int, points: int) -> None:
        super().__init__()
        self.encoder = PlainEncoder(latent)
        self.decoder = PlainDecoder(latent, points)

    def forward(
        self, clouds: Float[Tensor, "batch points 3"], noise: Float[Tensor, "batch latent"]
    ) -> tuple[Float[Tensor, "batch points 3"], Float[Tensor, " batch"]]:
        """Reconstructions, and the KL in nats."""
        mean, log_var = self.encoder(clouds)
        clouds = self.decoder(mean + (0.5 * log_var).exp() * noise)
        kl = -0.5 * (1 + log_var - mean.square() - log_var.exp()).sum(dim=1)
        return clouds, kl


def plain_chamfer(
    pred: Float[Tensor, "batch points 3"], target: Float[Tensor, "batch others 3"]
) -> Float[Tensor, " batch"]:
    """Squared Chamfer distance with the gradient through the whole table of distances."""
    squared = torch.cdist(pred, target).square()  # (batch, points, others)
    return squared.amin(dim=2).mean(dim=1) + squared.amin(dim=1).mean(dim=1)


def chunked_chamfer(
    pred: Float[Tensor, "batch points 3"],
    target: Float[Tensor, "batch others 3"],
    chunk: int = 500,
) -> Float[Tensor, " batch"]:
    """The same, `chunk` rows of the table at a time, with the gradient through each."""
    there = []
    back: Tensor | None = None
    for part in torch.split(pred, chunk, dim=1):
        squared = torch.cdist(part, target).square()
        there.append(squared.amin(dim=2))
        nearest = squared.amin(dim=1)
        back = nearest if back is None else torch.minimum(back, nearest)
    assert back is not None  # there is at least one point
    return torch.cat(there, dim=1).mean(dim=1) + back.mean(dim=1)


def exact_chamfer(
    pred: Float[Tensor, "batch points 3"], target: Float[Tensor, "batch others 3"]
) -> Float[Tensor, " batch"]:
    """The same from differences in float64; `cdist` takes products, which lose digits."""
    distances = []
    for points, others in zip(pred.double(), target.double(), strict=True):
        squared = (points[:, None] - others).square().sum(dim=-1)
        distances.append(squared.amin(dim=1).mean() + squared.amin(dim=0).mean())
    return torch.stack(distances)


def bare_products(batch: int, points: int, latent: int) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Left side, right side and place of every matrix product of one forward pass, random."""
    sizes = [
        (batch * points, 3, 64),
        (batch * points, 64, 128),
        (batch * points, 128, 1024),
        (batch, 1024, 512),
        (batch, 512, 256),
        (batch, 256, 9),
        (batch, 9, 2 * latent),
        (batch, latent, 1024),
        (batch, 1024, 512),
        (batch, 512, 1024),
        (batch, 1024, 3 * 2048),
        (3 * batch, 2048, points),
    ]
    return [
        (torch.randn(rows, inner), torch.randn(inner, columns), torch.empty(rows, columns))
        for rows, inner, columns in sizes
    ]


def multiply(products: Iterable[tuple[Tensor, Tensor, Tensor]]) -> None:
    """Do the products and nothing else."""
    for left, right, place in products:
        torch.mm(left, right, out=place)


def copy_parameters(source: Iterable[nn.Parameter], target: Iterable[nn.Parameter]) -> None:
    """Give the plain networks the weights of ours, which are in the same order."""
    with torch.no_grad():
        for ours, plain in zip(source, target, strict=True):
            plain.copy_(ours.view_as(plain))


def relative_error(ours: Iterable[Tensor], plain: Iterable[Tensor]) -> float:
    """Length of the difference of two gradients over the length of the plain one."""
    difference = length = 0.0
    for one, other in zip(ours, plain, strict=True):
        difference += float((one.reshape(-1) - other.reshape(-1)).double().square().sum())
        length += float(other.double().square().sum())
    return math.sqrt(difference / length)


def gradients(module: nn.Module) -> list[Tensor]:
    """Gradients of all parameters, in order."""
    return [parameter.grad for parameter in module.parameters() if parameter.grad is not None]
