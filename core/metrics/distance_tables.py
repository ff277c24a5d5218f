"""Distances between all pairs of many clouds, in blocks that other processes can take.

Axes: clouds n, points N.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial import KDTree

from core.metrics.exact_emd import exact_emd
from core.nearest import build_tree, nearest
from core.processes import map_on

Distance = Literal["cd", "emd"]
"""Squared Chamfer distance (eq. 9 of the study) or exact earth mover's distance (eq. 10)."""

_CD_SIDE = 8
"""A block has at most so many clouds on each side: 64 Chamfer distances, a tenth of a second."""

_EMD_POINTS = 2048
"""An EMD of so many points takes half a second, and is a block of its own."""


@dataclass(frozen=True, eq=False)
class _Block:
    """A rectangle of the table. It carries its clouds, so that a process needs nothing else."""

    row: int
    column: int
    clouds: Float[ndarray, "rows points 3"]
    others: Float[ndarray, "columns points 3"]

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Places inside the block that lie above the whole table's diagonal."""
        for i in range(len(self.clouds)):
            for j in range(len(self.others)):
                if self.row + i < self.column + j:
                    yield i, j


def pairs_of(clouds: int) -> int:
    """How many different pairs there are: the work of one table."""
    return clouds * (clouds - 1) // 2


def fill_distances(
    table: Float[ndarray, "clouds clouds"],
    clouds: Float[ndarray, "clouds points 3"],
    distance: Distance,
    pool: ProcessPoolExecutor | None = None,
    processes: int = 1,
) -> Iterator[int]:
    """Write the distance of every pair into `table`, both ways round, and zeros on its diagonal.

    Yields after each block how many pairs it had; their sum is `pairs_of`. The blocks go to
    `pool`, which has so many `processes`; None keeps them in this one. Closing the iterator drops
    the blocks that have not begun. Clouds have to be finite; raises MetricError as `exact_emd`.
    """
    np.fill_diagonal(table, 0.0)
    side = _CD_SIDE if distance == "cd" else max(1, _EMD_POINTS // clouds.shape[1])
    blocks = list(_blocks(clouds, side))
    work = partial(_measure, distance=distance)
    results = map(work, blocks) if pool is None else map_on(pool, work, blocks, ahead=2 * processes)
    for block, distances in zip(blocks, results, strict=True):
        for (i, j), value in zip(block.pairs(), distances, strict=True):
            row, column = block.row + i, block.column + j
            table[row, column] = table[column, row] = value
        yield len(distances)


def _blocks(clouds: Float[ndarray, "clouds points 3"], side: int) -> Iterator[_Block]:
    """Blocks that cover the part of the table above its diagonal."""
    starts = range(0, len(clouds), side)
    for row in starts:
        for column in starts:
            block = _Block(row, column, clouds[row : row + side], clouds[column : column + side])
            if any(True for _ in block.pairs()):
                yield block


def _measure(block: _Block, *, distance: Distance) -> list[float]:
    """What a process does: the distances of the block's pairs, in their order."""
    if distance == "emd":
        return [exact_emd(block.clouds[i], block.others[j]) for i, j in block.pairs()]
    return _chamfer_distances(block)


def _chamfer_distances(block: _Block) -> list[float]:
    """Squared Chamfer distances; each cloud's tree is built once and asked many times."""
    trees = [build_tree(cloud) for cloud in block.clouds]
    other_trees = [build_tree(cloud) for cloud in block.others]

    def mean_square(cloud: Float[ndarray, "points 3"], tree: KDTree) -> float:
        return float(np.square(nearest(cloud, tree)[1]).mean())

    return [
        mean_square(block.clouds[i], other_trees[j]) + mean_square(block.others[j], trees[i])
        for i, j in block.pairs()
    ]
