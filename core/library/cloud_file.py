"""The clouds of a library: one file of little-endian float32, (rows, N points, 3 axes).

Rows are only ever appended. Which of them count is written in the index, after they have reached
the disk; a crash in between leaves rows at the end that the next append writes over.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.atomic import flush_to_disk

DTYPE = np.dtype("<f4")


def row_bytes(points: int) -> int:
    """The size of one cloud on disk."""
    return points * 3 * DTYPE.itemsize


def whole_rows(path: Path, points: int) -> int:
    """How many whole clouds the file holds; none where it is missing."""
    return path.stat().st_size // row_bytes(points) if path.exists() else 0


def append(path: Path, rows: int, clouds: NDArray[np.float32]) -> None:
    """Write `clouds` (n, N, 3) behind the first `rows` rows, and return once they are on disk."""
    with path.open("r+b" if path.exists() else "w+b") as handle:
        end = rows * row_bytes(clouds.shape[1])
        if handle.seek(0, 2) > end:  # Windows lets no mapped file be cut needlessly
            handle.truncate(end)
        handle.seek(end)
        handle.write(np.ascontiguousarray(clouds, dtype=DTYPE).data)
    flush_to_disk(path)


def open_mapped(path: Path, rows: int, points: int) -> NDArray[np.float32]:
    """The clouds as a read-only array (rows, N, 3) that is read from disk where it is touched."""
    if rows == 0:  # an empty file cannot be mapped
        empty = np.empty((0, points, 3), dtype=DTYPE)
        empty.flags.writeable = False
        return empty
    return np.memmap(path, dtype=DTYPE, mode="r", shape=(rows, points, 3))
