"""Clouds into files, by suffix. Binary formats keep float32 exactly, text has 9 digits.

Nine significant digits bring every float32 back as it was.
"""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.atomic import write_bytes
from core.errors import ShapeFileError

Points = NDArray[np.float32]


def write_cloud(path: Path | str, points: ArrayLike) -> None:
    """Write points (n, 3) as float32, in the format of the suffix; the file appears whole.

    Raises ShapeFileError where the suffix is unknown, a point is not a number, or the disk
    refuses.
    """
    path = Path(path)
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise ShapeFileError(
            f"{path.name}: a cloud cannot be written with the suffix “{path.suffix}”. "
            f"Choose one of {', '.join(WRITTEN_SUFFIXES)}."
        )
    array = np.asarray(points)
    if array.ndim != 2 or array.shape[1] != 3 or len(array) == 0:
        raise ShapeFileError(
            f"{path.name}: a cloud is (points, 3) with at least one point, not {array.shape}, so "
            "nothing was written. Give a row of x, y and z for each point."
        )
    with np.errstate(over="ignore"):  # what is too large for float32 is refused below
        array = np.ascontiguousarray(array, dtype=np.float32)
    finite = np.isfinite(array).all(axis=1)
    if not finite.all():
        raise ShapeFileError(
            f"{path.name}: point {int(finite.argmin()) + 1} of {len(array)} is not a number, or "
            "too large for one, so nothing was written. Choose a code nearer to the chairs, or "
            "another run; in own units, check the size of the chair's mesh."
        )
    try:
        write_bytes(path, write(array))
    except OSError as error:
        raise ShapeFileError(
            f"{path}: the file could not be written ({error.strerror or error}). "
            "Check free space and permissions, or choose another folder."
        ) from error


def _lines(points: Points, before: str = "") -> str:
    row = f"{before}%.9g %.9g %.9g\n"
    return (row * len(points)) % tuple(points.astype(np.float64).reshape(-1).tolist())


def _little_endian(points: Points) -> bytes:
    return points.astype("<f4").tobytes()


def _ply(points: Points) -> bytes:
    header = (
        "ply\nformat binary_little_endian 1.0\ncomment MoG-VAE Studio\n"
        f"element vertex {len(points)}\n"
        "property float x\nproperty float y\nproperty float z\nend_header\n"
    )
    return header.encode() + _little_endian(points)


def _obj(points: Points) -> bytes:
    return f"# MoG-VAE Studio, {len(points)} points\n{_lines(points, 'v ')}".encode()


def _off(points: Points) -> bytes:
    return f"OFF\n{len(points)} 0 0\n{_lines(points)}".encode()


def _xyz(points: Points) -> bytes:
    return _lines(points).encode()


def _pts(points: Points) -> bytes:
    return f"{len(points)}\n{_lines(points)}".encode()


def _pcd(points: Points) -> bytes:
    header = (
        "# .PCD v0.7 - Point Cloud Data file format\nVERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\n"
        f"TYPE F F F\nCOUNT 1 1 1\nWIDTH {len(points)}\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\n"
        f"POINTS {len(points)}\nDATA binary\n"
    )
    return header.encode() + _little_endian(points)


def _npy(points: Points) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, points, allow_pickle=False)
    return buffer.getvalue()


def _npz(points: Points) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, points=points)
    return buffer.getvalue()


_WRITERS: dict[str, Callable[[Points], bytes]] = {
    ".ply": _ply,
    ".obj": _obj,
    ".off": _off,
    ".xyz": _xyz,
    ".pts": _pts,
    ".pcd": _pcd,
    ".npy": _npy,
    ".npz": _npz,
}

WRITTEN_SUFFIXES = tuple(_WRITERS)
