"""A decoder of blend shapes: every chair is a template plus a mixture of learned deformations."""

import math
from typing import Final

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from core.networks.point_choice import choose_points
from core.networks.pointwise_decoder import spread_in_ball

_NEIGHBOURS: Final = 6  # of the template that a point beyond it may lie between
_FIRST_RADIUS: Final = 0.5  # of the template, in units of a chair's largest radius
_FIRST_DEFORMATION: Final = 0.3


class BlendshapeDecoder(nn.Module):
    """A network turns the code into `shapes` weights; each weight moves all points its own way.

    The points are `template + sum_s weight_s(code) · shape_s`: the blend shapes of computer
    graphics (Lewis et al., "Practice and Theory of Blendshape Facial Models", Eurographics STAR
    2014) with weights that are not linear in the code. The last layer is linear, so a part of the
    points costs a part of the time, and legs, slats and arms move apart as freely as they must.
    """

    def __init__(
        self,
        latent: int = 3,
        points: int = 5000,
        *,
        shapes: int = 192,
        width: int = 256,
        blocks: int = 3,
        seed: int = 0,
    ) -> None:
        """Make a decoder of `points` points; `seed` draws the first blend shapes."""
        super().__init__()
        if min(latent, points, shapes, width, blocks) < 1:
            raise ValueError(
                "A blend shape decoder needs latent, points, shapes, width and blocks of at "
                "least 1."
            )
        self.latent = latent
        self.points = points
        generator = torch.Generator().manual_seed(seed)
        first = torch.randn(points, 3, shapes, generator=generator)
        self.template = nn.Parameter(_FIRST_RADIUS * spread_in_ball(points))
        self.blendshapes = nn.Parameter(_FIRST_DEFORMATION * first / math.sqrt(shapes))
        self.code_layer = nn.Linear(latent, width)
        self.blocks = nn.ModuleList(nn.Linear(width, width) for _ in range(blocks))
        self.weights = nn.Linear(width, shapes)

    def forward(
        self,
        codes: Float[Tensor, "batch latent"],
        points: int | None = None,
        *,
        indices: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Float[Tensor, "batch decoded 3"]:
        """Decode clouds of any number of points; see `choose_points` for which of the template.

        More points than the template has are the template and then points between its points.
        """
        hidden = functional.silu(self.code_layer(codes))
        for block in self.blocks:
            hidden = hidden + functional.silu(block(hidden))
        weights = self.weights(hidden)  # (batch, shapes)
        template, blendshapes = self._chosen(points, indices, generator)
        moved = weights @ blendshapes.flatten(0, 1).T  # (batch, decoded * 3)
        offsets: Tensor = moved.unflatten(1, (len(template), 3))
        return template + offsets

    def _chosen(
        self, points: int | None, indices: Tensor | None, generator: torch.Generator | None
    ) -> tuple[Tensor, Tensor]:
        """Template (n, 3) and deformations (n, 3, shapes) of the points to decode."""
        if indices is None and generator is None and points is not None and points > self.points:
            return self._extended(points)
        chosen = choose_points(self.points, points, indices, generator)
        if chosen is None:
            return self.template, self.blendshapes
        chosen = chosen.to(self.template.device, non_blocking=True)
        return self.template[chosen], self.blendshapes[chosen]

    def _extended(self, points: int) -> tuple[Tensor, Tensor]:
        """More points than there are: some between two that move alike, a third of the way."""
        features = torch.cat([self.template, self.blendshapes.flatten(1)], dim=1).detach()
        count = min(_NEIGHBOURS, self.points - 1)
        extra = torch.arange(points - self.points, device=features.device)
        first, round_number = extra % self.points, extra // self.points
        if count == 0:
            second = first
        else:
            near = torch.cat(
                [
                    torch.cdist(part, features).topk(count + 1, largest=False).indices[:, 1:]
                    for part in torch.split(features, 1024)
                ]
            )
            second = near[first, (first + round_number) % count]
        # A third of the way, then on by the golden ratio: never the middle, where the point that
        # starts from the other end would land as well.
        way = ((1 / 3 + round_number * (math.sqrt(5) - 1) / 2) % 1).to(features.dtype)
        template = self.template[first].lerp(self.template[second], way[:, None])
        blendshapes = self.blendshapes[first].lerp(self.blendshapes[second], way[:, None, None])
        return torch.cat([self.template, template]), torch.cat([self.blendshapes, blendshapes])
