"""Learning rate and KL weight as plain functions of how far a training has come.

Progress is counted in epochs, fractions included. Nothing is remembered between steps, so a
training that is stopped and resumed follows the same curve.
"""

import math
from collections.abc import Sequence
from typing import Final

from core.training.settings import TrainingSettings

_RISE: Final = 0.1
"""Part of a one-cycle in which the learning rate rises."""
_FIRST: Final = 0.1
_LAST: Final = 0.01
_AGAIN: Final = 0.2
"""Where the learning rate starts when a training goes on beyond its end."""


def learning_rate_factor(settings: TrainingSettings, progress: float, ends: Sequence[int]) -> float:
    """What the settings' learning rates are multiplied by, 0 to 1.

    `ends` are the epochs at which the training was planned to end: the settings' epochs, then one
    more for each time that it was continued beyond. One-cycle (after Smith and Topin 2017,
    arXiv:1708.07120): from a tenth up to the peak, then along a cosine down to a hundredth;
    each continuation falls from a fifth to a hundredth again.
    """
    if settings.schedule == "constant":
        return 1.0
    start, end, first = 0.0, float(ends[0]), True
    for later in ends[1:]:
        if progress >= end:
            start, end, first = end, float(later), False
    share = min(1.0, (progress - start) / max(end - start, 1e-9))
    if not first:
        return _cosine(_AGAIN, _LAST, share)
    if share < _RISE:
        return _FIRST + (1.0 - _FIRST) * share / _RISE
    return _cosine(1.0, _LAST, (share - _RISE) / (1.0 - _RISE))


def kl_weight(settings: TrainingSettings, progress: float) -> float:
    """beta at this progress: grows from zero over the warm-up, then stays.

    Of a sigma-VAE, whose KL counts fully in the end, the share of it that counts: up to 1.
    """
    full = settings.beta if settings.likelihood == "fixed" else 1.0
    if settings.warm_up_epochs == 0:
        return full
    return full * min(1.0, progress / settings.warm_up_epochs)


def _cosine(first: float, last: float, share: float) -> float:
    return last + (first - last) * 0.5 * (1.0 + math.cos(math.pi * share))
