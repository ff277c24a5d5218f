"""The scale of the likelihood, learned instead of chosen: sigma-VAE.

Axes: batch B, points N of a whole cloud. `errors` (B,) are mean squared distances of the points,
as the losses give them.

With a Gaussian likelihood of variance sigma² in each of 3 N coordinates the negative evidence
lower bound of a chair is, in nats,

    3 N / 2 · log(2 pi sigma²) + N / (2 sigma²) · error + KL.

Up to what does not move it that is N / (2 sigma²) times `error + beta · KL` with beta =
2 sigma² / N: who chooses beta chooses sigma. Rybkin, Daniilidis and Levine, "Simple and Effective
VAE Training with Calibrated Decoders" (ICML 2021, arXiv:2006.13202), section 3, take the sigma
that is best for the batch instead, which has a closed form, and the KL at weight 1.

Only the squared error is such a likelihood. The Chamfer and the sliced Wasserstein distance are
squared lengths too and are put in its place; their sigma is a way to weigh the KL, no more.
"""

import math
from typing import Final

import torch
from jaxtyping import Float
from torch import Tensor

_SMALLEST_ERROR: Final = 1e-12
"""Keeps the logarithm finite for a batch that is decoded without error."""


def sigma_of_beta(beta: float, points: int) -> float:
    """sqrt(beta · N / 2): the sigma that a fixed weight of the KL stands for at N points."""
    return math.sqrt(0.5 * beta * points)


def optimal_sigma(errors: Float[Tensor, " batch"]) -> Float[Tensor, ""]:
    """The sigma under which a batch is most likely: the root of its mean squared coordinate."""
    return (errors.mean() / 3.0).sqrt()


def negative_log_likelihood(errors: Float[Tensor, " batch"], points: int) -> Float[Tensor, ""]:
    """3 N / 2 · (log(2 pi sigma²) + 1) at the optimal sigma: nats per chair, over the batch.

    Its gradient is that of `errors.mean()` times 3 N / (2 errors.mean()), sigma moving along: the
    term in which sigma stands has no slope at the optimum.
    """
    variance = errors.mean().clamp(min=_SMALLEST_ERROR) / 3.0
    return 1.5 * points * ((2.0 * torch.pi * variance).log() + 1.0)


def equivalent_beta(errors: Float[Tensor, " batch"], points: int) -> Float[Tensor, ""]:
    """2 sigma² / N at the optimal sigma: the beta that weighs the KL as the batch asks for.

    Without gradient. `errors.mean() + equivalent_beta · KL` has the gradient of
    `negative_log_likelihood + KL` in other units: those of the error, which an optimiser's
    settings are made for, and in which runs with and without sigma can be compared.
    """
    return 2.0 * errors.detach().mean() / (3.0 * points)
