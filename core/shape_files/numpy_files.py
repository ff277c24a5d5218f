"""NPY and NPZ: arrays of points, or of vertices and faces. Nothing in them is ever run."""

import io
import warnings
import zipfile
from tokenize import TokenError
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from core.shape_files.shape import BROKEN_ARCHIVE, Shape, cloud_shape, mesh_shape, refusal

LARGEST_ARRAY = 1 << 30  # bytes, of an unpacked array

_POINT_NAMES = ("points", "xyz", "cloud", "pos", "positions", "point_cloud", "pc", "vertices")


def read_npy(name: str, content: bytes) -> Shape:
    """Points from the bytes of an NPY file, (n, 3) or wider."""
    return _cloud(name, _read_array(name, io.BytesIO(content), len(content)))


def read_npz(name: str, content: bytes) -> Shape:
    """Points from the bytes of an NPZ file, or a mesh where it has vertices and faces."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            if {"vertices", "faces"} <= members.keys():
                vertices = _member(name, archive, members["vertices"])
                faces = _member(name, archive, members["faces"])
                return _mesh(name, vertices, faces)
            chosen = next((key for key in _POINT_NAMES if key in members), None)
            if chosen is None and len(members) == 1:
                chosen = next(iter(members))
            if chosen is None:
                found = ", ".join(sorted(members))[:80] or "nothing"
                raise refusal(
                    name, f"it holds {found}, but no array named points", "Name it points."
                )
            return _cloud(name, _member(name, archive, members[chosen]))
    except BROKEN_ARCHIVE as error:
        raise refusal(
            name, f"it is no whole NPZ archive ({error})", "Copy or export it again."
        ) from error


def _member(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> NDArray[Any]:
    if info.file_size > LARGEST_ARRAY:
        raise refusal(name, f"its array unpacks to {info.file_size:,} bytes", "Store fewer points.")
    with archive.open(info) as member:
        return _read_array(name, member, info.file_size)


def _read_array(name: str, file: IO[bytes], size: int) -> NDArray[Any]:
    """One array, its declared size checked against the bytes that are there."""
    try:
        version = npy_format.read_magic(file)
        read_header = (
            npy_format.read_array_header_1_0
            if version == (1, 0)
            else npy_format.read_array_header_2_0
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # headers of old writers are parsed more slowly
            shape, fortran_order, dtype = read_header(file)
    except (ValueError, TokenError, SyntaxError) as error:
        raise refusal(name, "it is no array of numpy", "Save it again by numpy.save.") from error
    if dtype.hasobject:
        raise refusal(
            name,
            "its array holds Python objects, which are never loaded because they can run code",
            "Save it as plain numbers.",
        )
    count = int(np.prod(shape, dtype=object))
    if min(shape, default=0) < 0 or count * dtype.itemsize > size:
        raise refusal(
            name,
            f"its header declares an array of shape {shape}, but the file has only {size:,} bytes",
            "The file is cut short; copy or save it again.",
        )
    content = file.read(count * dtype.itemsize)
    if len(content) < count * dtype.itemsize:
        raise refusal(name, f"its array of shape {shape} ends early", "Copy or save it again.")
    array = np.frombuffer(content, dtype, count)
    return array.reshape(shape[::-1]).T if fortran_order else array.reshape(shape)


def _cloud(name: str, array: NDArray[Any]) -> Shape:
    if array.dtype.names and {"x", "y", "z"} <= set(array.dtype.names):
        array = np.stack([array[axis].reshape(-1) for axis in "xyz"], axis=1)
    if array.dtype.kind not in "fiu":
        raise refusal(name, f"its array holds {array.dtype}, not numbers", "Save it as float32.")
    array = np.squeeze(array) if array.ndim > 2 else array
    if array.ndim == 2 and array.shape[0] == 3 and array.shape[1] > 3:
        return cloud_shape(name, array.T, ("The array was (3, n); it was read as n points.",))
    if array.ndim != 2 or array.shape[1] < 3:
        raise refusal(
            name,
            f"its array has shape {array.shape}; one cloud is (points, 3)",
            "Save each cloud in a file of its own.",
        )
    return cloud_shape(name, array[:, :3])


def _mesh(name: str, vertices: NDArray[Any], faces: NDArray[Any]) -> Shape:
    if vertices.ndim != 2 or vertices.shape[1] != 3 or vertices.dtype.kind not in "fiu":
        raise refusal(
            name, f"its vertices have shape {vertices.shape}; they must be (n, 3) numbers"
        )
    if faces.ndim != 2 or faces.shape[1] < 3 or faces.dtype.kind not in "iu":
        raise refusal(
            name, f"its faces have shape {faces.shape}; they must be (n, 3) whole numbers"
        )
    return mesh_shape(name, vertices, np.full(len(faces), faces.shape[1]), faces)
