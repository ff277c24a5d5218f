"""Random numbers as a function of the seed and the place in the training.

Every step makes its own generator from (seed, purpose, epoch, step), so a checkpoint need not
carry the state of any generator, and a resumed training draws what an uninterrupted one draws.
"""

from enum import IntEnum

import numpy as np
import torch


class Purpose(IntEnum):
    """What random numbers are for; each purpose has its own stream."""

    ORDER = 1
    STEP = 2
    EVALUATION = 3
    COMPONENTS = 4


def seed_for(seed: int, purpose: Purpose, *place: int) -> int:
    """A seed, 0 to 2^64 - 1, for this purpose at this place (epoch, step, rank …)."""
    sequence = np.random.SeedSequence([seed, int(purpose), *place])
    return int(sequence.generate_state(1, np.uint64)[0])


def generator_for(seed: int, purpose: Purpose, *place: int) -> torch.Generator:
    """A generator on the CPU, so that a seed means the same on every device."""
    return torch.Generator().manual_seed(seed_for(seed, purpose, *place))
