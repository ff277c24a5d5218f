"""What every decoder offers, and how one is made from its name in the settings."""

from typing import Protocol

import torch
from jaxtyping import Float
from torch import Tensor

from core.model_choices import DECODERS
from core.networks.article_decoder import ArticleDecoder
from core.networks.blendshape_decoder import BlendshapeDecoder
from core.networks.pointwise_decoder import PointwiseDecoder


class Decoder(Protocol):
    """From codes to clouds in correspondence: index i is the same place for every code."""

    latent: int
    points: int

    def __call__(
        self,
        codes: Float[Tensor, "batch latent"],
        points: int | None = None,
        *,
        indices: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Float[Tensor, "batch decoded 3"]:
        """Decode all points, the first `points`, those of `indices`, or a random subset."""
        ...


def build_decoder(
    name: str, latent: int, points: int
) -> ArticleDecoder | BlendshapeDecoder | PointwiseDecoder:
    """Make the decoder that the settings call `name`: one of `DECODERS`."""
    if name == "article":
        return ArticleDecoder(latent, points)
    if name == "blendshape":
        return BlendshapeDecoder(latent, points)
    if name == "pointwise":
        return PointwiseDecoder(latent, points)
    raise ValueError(f"There is no decoder {name!r}; choose one of: {', '.join(DECODERS)}.")
