"""A small decoder: one network, modulated by the code, that moves each point of a template."""

import math
from collections.abc import Callable
from typing import Final

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from core.networks.point_choice import choose_points

_ACTIVATIONS: Final[dict[str, Callable[[Tensor], Tensor]]] = {
    "relu": torch.relu,
    "silu": functional.silu,
    "gelu": functional.gelu,
}

# How many near points of the template a point beyond the template may lean towards.
_NEIGHBOURS = 6


class PointwiseDecoder(nn.Module):
    """Moves every point of a learned template by a network that the code scales and shifts.

    A template point has a place in space and a vector of free features, both learned. Their
    embedding (place, Fourier features of the place, free features) runs through `blocks` layers of
    `width` channels; the code scales and shifts the channels of each (FiLM: Perez et al., AAAI
    2018). The result is added to the place. Free features let points that are neighbours in
    the template part ways (legs, slats), which a smooth function of the place alone can do only
    with a steep slope.

    The template's order is fixed, and its first points are spread as evenly as all of them, so
    that any number of points can be decoded. Beyond the template's size points are added between
    near template points.
    """

    def __init__(
        self,
        latent: int = 3,
        points: int = 5000,
        *,
        width: int = 128,
        blocks: int = 4,
        features: int = 32,
        fourier_bands: int = 4,
        code_width: int = 128,
        activation: str = "silu",
        residual: bool = True,
        learned_places: bool = True,
        seed: int = 0,
    ) -> None:
        """Make a decoder of `points` template points.

        `features`: free numbers a point (0: the place alone). `fourier_bands`: octaves of sine
        and cosine of the place (0: none). `learned_places`: whether training moves the places.
        `seed` draws the first free features, whatever torch's own generator is at.
        """
        super().__init__()
        if min(latent, points, width, blocks, code_width) < 1 or min(features, fourier_bands) < 0:
            raise ValueError(
                "A pointwise decoder needs latent, points, width, blocks and code_width of at "
                "least 1, and features and fourier_bands of at least 0."
            )
        if activation not in _ACTIVATIONS:
            raise ValueError(
                f"There is no activation {activation!r}; choose one of: {', '.join(_ACTIVATIONS)}."
            )
        self.latent = latent
        self.points = points
        self.width = width
        self.blocks = blocks
        self.fourier_bands = fourier_bands
        self.residual = residual
        self._activation = _ACTIVATIONS[activation]
        self.places = nn.Parameter(spread_in_ball(points), requires_grad=learned_places)
        generator = torch.Generator().manual_seed(seed)
        self.features = nn.Parameter(torch.randn(points, features, generator=generator))
        self.embedding = nn.Linear(3 + 6 * fourier_bands + features, width)
        self.point_layers = nn.ModuleList(nn.Linear(width, width) for _ in range(blocks))
        self.code_layers = nn.ModuleList(
            [nn.Linear(latent, code_width), nn.Linear(code_width, code_width)]
        )
        self.modulation = nn.Linear(code_width, blocks * 2 * width)
        self.displacement = nn.Linear(width, 3)
        self._kept: tuple[tuple[object, ...], tuple[Tensor, Tensor, Tensor]] | None = None
        # Start near the template: far-flung first points cost epochs to bring home.
        with torch.no_grad():
            self.displacement.weight.mul_(0.1)
            self.displacement.bias.zero_()

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
        if indices is None and generator is None:
            places, hidden, first = self._start(points or self.points)
        else:
            chosen = choose_points(self.points, points, indices, generator)
            places, hidden, first = self._first_layer(*self._embed(chosen))
        return places + self._displace(codes, hidden, first)

    def _start(self, points: int) -> tuple[Tensor, Tensor, Tensor]:
        """Give what does not depend on the code; kept between calls that need no gradient."""
        if torch.is_grad_enabled():
            return self._first_layer(*self._first_points(points))
        # In-place changes (optimiser steps, loaded weights) raise a tensor's version.
        used = [self.places, self.features, *self.embedding.parameters()]
        used += self.point_layers[0].parameters()
        if any(tensor.is_inference() for tensor in used):  # these count no versions
            return self._first_layer(*self._first_points(points))
        key = (points, *((tensor.data_ptr(), tensor._version) for tensor in used))
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, self._first_layer(*self._first_points(points)))
        return self._kept[1]

    def _first_points(self, points: int) -> tuple[Tensor, Tensor]:
        if points > self.points:
            return self._extended(points)
        return self._embed(choose_points(self.points, points, None, None))

    def _first_layer(self, places: Tensor, embedded: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Take the first layer as far as it is the same for every code."""
        hidden = self._activation(embedded)
        return places, hidden, self.point_layers[0](hidden)

    def _embed(self, chosen: Tensor | None) -> tuple[Tensor, Tensor]:
        """Give places (points, 3) and embedding (points, width) of the template, or of some."""
        places: Tensor = self.places
        features: Tensor = self.features
        if chosen is not None:
            chosen = chosen.to(places.device, non_blocking=True)
            places, features = places.index_select(0, chosen), features.index_select(0, chosen)
        return places, self.embedding(
            torch.cat([places, *fourier_features(places, self.fourier_bands), features], dim=1)
        )

    def _extended(self, points: int) -> tuple[Tensor, Tensor]:
        places, embedded = self._embed(None)
        extra = torch.arange(points - self.points, device=places.device)
        first, round_number = extra % self.points, extra // self.points
        neighbours = self._neighbours(embedded.detach())
        second = neighbours[first, (first + round_number) % neighbours.shape[1]]
        # A third of the way, then by the golden ratio: never the middle, where the point that
        # starts from the other end would land as well.
        way = (1 / 3 + round_number * (math.sqrt(5) - 1) / 2) % 1
        way = way[:, None].to(places.dtype)
        return (
            torch.cat([places, places[first].lerp(places[second], way)]),
            torch.cat([embedded, embedded[first].lerp(embedded[second], way)]),
        )

    def _neighbours(self, embedded: Tensor) -> Tensor:
        """Give for each template point the nearest others as the network sees them.

        Nearness is that of the embedding: two points that lie side by side in the template but
        go to different parts of the chair must not get points between them.
        """
        count = min(_NEIGHBOURS, self.points - 1)
        if count == 0:
            return torch.zeros(1, 1, dtype=torch.long, device=embedded.device)
        nearest = [
            torch.cdist(part, embedded).topk(count + 1, largest=False).indices[:, 1:]
            for part in torch.split(embedded, 1024)
        ]
        return torch.cat(nearest)

    def _displace(self, codes: Tensor, hidden: Tensor, first: Tensor) -> Tensor:
        code_features = codes
        for layer in self.code_layers:
            code_features = self._activation(layer(code_features))
        modulation = self.modulation(code_features).view(-1, self.blocks, 2, self.width)
        for block, layer in enumerate(self.point_layers):
            scale, shift = (1 + modulation[:, block, 0, None]), modulation[:, block, 1, None]
            if block == 0:
                changed = torch.addcmul(shift, first, scale)  # (batch, points, width)
            else:
                # Scaling and shifting a layer's output is scaling its weights and shifting its
                # bias, which saves two passes over all points.
                weight = (layer.weight * scale.transpose(1, 2)).transpose(1, 2)
                changed = torch.baddbmm(layer.bias * scale + shift, hidden, weight)
            changed = self._activation(changed)
            hidden = hidden + changed if self.residual else changed
        displaced: Tensor = self.displacement(hidden)
        return displaced  # (batch, points, 3)


def fourier_features(places: Float[Tensor, "points 3"], bands: int) -> list[Tensor]:
    """Give sine and cosine of the places at `bands` octaves, from half a wave across the ball.

    Tancik et al., "Fourier Features Let Networks Learn High Frequency Functions", NeurIPS 2020.
    """
    waves = [places * (math.pi / 2 * 2**band) for band in range(bands)]
    return [wave.sin() for wave in waves] + [wave.cos() for wave in waves]


def spread_in_ball(points: int) -> Float[Tensor, "points 3"]:
    """Give points spread evenly in the unit ball, of which any first ones are spread evenly too.

    The additive recurrence of the generalised golden ratio (Roberts, "The Unreasonable
    Effectiveness of Quasirandom Sequences", 2018) in three dimensions, mapped to the ball by
    radius, height and azimuth.
    """
    ratio = 1.2207440846057596  # the real root of x⁴ = x + 1
    number = torch.arange(1, points + 1, dtype=torch.float64)[:, None]
    steps = torch.tensor([ratio**-1, ratio**-2, ratio**-3], dtype=torch.float64)
    first, second, third = ((0.5 + number * steps) % 1).unbind(dim=1)
    radius = first ** (1 / 3)
    height = 2 * second - 1
    azimuth = 2 * math.pi * third
    flat = (1 - height**2).sqrt()
    places = torch.stack([flat * azimuth.cos(), flat * azimuth.sin(), height], dim=1)
    return (radius[:, None] * places).float()
