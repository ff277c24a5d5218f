"""Clouds of a library, batch by batch: the library stays on disk and is read where it is needed.

Axes: chairs n of this source, batch B, points N.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from core.training.seeding import Purpose, seed_for

_RESIDENT_SHARE: Final = 0.25
"""Of a GPU's free memory: clouds that take no more are kept there, others are sent in batches."""


class CloudSource:
    """Some rows of a memory-mapped array of clouds, given as tensors on a device."""

    def __init__(
        self,
        clouds: Float[ndarray, "rows points 3"],
        rows: Int[ndarray, " chairs"],
        device: torch.device,
        orders: Sequence[Int[ndarray, " points"]] | None = None,
        *,
        resident: bool | None = None,
    ) -> None:
        """`orders` says for each row in which order its points are given; None: as they lie.

        `resident`: keep all clouds on the device; None: where it is a GPU with room for them.
        """
        self._clouds = clouds
        self._rows = rows
        self._device = device
        self._orders = orders
        self._resident: Tensor | None = None
        size = len(rows) * clouds.shape[1] * 3 * 4
        if _has_room(device, size) if resident is None else resident:
            everything = np.stack([self.cloud(position) for position in range(len(rows))])
            self._resident = torch.from_numpy(everything).to(device)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def points(self) -> int:
        return int(self._clouds.shape[1])

    def batch(
        self, positions: Int[Tensor, " batch"], indices: Int[Tensor, " points"] | None = None
    ) -> Float[Tensor, "batch points 3"]:
        """Clouds at these positions of the source, all points or those of `indices` (CPU)."""
        if self._resident is not None:
            clouds = self._resident.index_select(0, self._moved(positions))
            return clouds if indices is None else clouds[:, self._moved(indices)]
        rows = self._rows[positions.numpy()]
        if self._orders is not None:
            taken = np.stack([self._ordered(int(position), indices) for position in positions])
        elif indices is None:
            taken = np.array(self._clouds[rows], dtype=np.float32)
        else:
            # One gather of the wanted points: most of a cloud is not copied at all.
            taken = np.asarray(self._clouds[rows[:, None], indices.numpy()], dtype=np.float32)
        batch = torch.from_numpy(taken)
        if self._device.type == "cuda":
            return batch.pin_memory().to(self._device, non_blocking=True)
        return batch.to(self._device)

    def _moved(self, indices: Int[Tensor, " indices"]) -> Int[Tensor, " indices"]:
        return indices.to(self._device, non_blocking=True)

    def cloud(self, position: int) -> Float[ndarray, "points 3"]:
        """All points of one cloud."""
        if self._orders is not None:
            return self._ordered(position, None)
        return np.array(self._clouds[self._rows[position]], dtype=np.float32)

    def _ordered(
        self, position: int, indices: Int[Tensor, " points"] | None
    ) -> Float[ndarray, "points 3"]:
        """Points of one cloud in its order, all or those that stand at `indices` of it."""
        assert self._orders is not None
        order = self._orders[position]
        wanted = order if indices is None else order[indices.numpy()]
        return np.asarray(self._clouds[self._rows[position]][wanted], dtype=np.float32)


def _has_room(device: torch.device, size: int) -> bool:
    """Whether `size` bytes are a small part of a GPU's free memory; other devices share ours."""
    if device.type != "cuda" or size == 0:
        return False
    free, _ = torch.cuda.mem_get_info(device)
    return size <= _RESIDENT_SHARE * free


def batches_of_epoch(chairs: int, batch: int, seed: int, epoch: int) -> list[Int[Tensor, " batch"]]:
    """Positions of each step's chairs in an epoch: every chair once, in an order of its own.

    The steps are as even as they can be, so that no last step has a single chair.
    """
    generator = np.random.default_rng(seed_for(seed, Purpose.ORDER, epoch))
    order = generator.permutation(chairs)
    steps = steps_of_epoch(chairs, batch)
    return [torch.from_numpy(part) for part in np.array_split(order, steps)]


def share_of(count: int, rank: int, processes: int) -> slice:
    """Which rows of a batch a process takes: shares are as even as they can be."""
    size, more = divmod(count, processes)
    start = rank * size + min(rank, more)
    return slice(start, start + size + (rank < more))


def steps_of_epoch(chairs: int, batch: int) -> int:
    """How many steps an epoch has."""
    return max(1, -(-chairs // batch))


def fingerprint(chairs: Iterable[str]) -> str:
    """Tells one list of training chairs from another."""
    return hashlib.blake2b("\n".join(chairs).encode(), digest_size=12).hexdigest()
