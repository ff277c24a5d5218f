"""Which of a decoder's points to decode: all, the first few, told ones, or a random subset."""

import torch
from torch import Tensor


def choose_points(
    available: int,
    points: int | None,
    indices: Tensor | None,
    generator: torch.Generator | None,
) -> Tensor | None:
    """Give the indices to decode, (N,) int64, or None for all `available` points in order.

    `points` alone means the first that many. With a `generator` it means a random subset of that
    many, drawn without replacement, as training does; a generator lives on the CPU, so that the
    same seed draws the same points on every device. `indices` goes with neither.
    """
    if indices is not None:
        if points is not None or generator is not None:
            raise ValueError("Give the decoder either `indices`, or `points`, but not both.")
        return indices
    if points is None or points == available:
        return None
    if not 1 <= points <= available:
        raise ValueError(
            f"points={points} cannot be decoded here: this decoder has {available} points. "
            f"Ask for 1 to {available}."
        )
    if generator is not None:
        return torch.randperm(available, generator=generator)[:points]
    return torch.arange(points)
