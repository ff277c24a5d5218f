"""NPY and NPZ: arrays of points, or of vertices and faces. Nothing in them is ever run."""

import io
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.array_files import BROKEN_ARCHIVE, ArrayFileError, read_array, read_member
from core.shape_files.shape import Shape, cloud_shape, mesh_shape, refusal

_POINT_NAMES = ("points", "xyz", "cloud", "pos", "positions", "point_cloud", "pc", "vertices")


def read_npy(name: str, content: bytes) -> Shape:
    """Points from the bytes of an NPY file, (n, 3) or wider."""
    try:
        array = read_array(io.BytesIO(content), len(content))
    except ArrayFileError as error:
        raise refusal(name, str(error), error.remedy) from error
    return _cloud(name, array)


def read_npz(name: str, content: bytes) -> Shape:
    """Points from the bytes of an NPZ file, or a mesh where it has vertices and faces."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            if {"vertices", "faces"} <= members.keys():
                vertices = read_member(archive, members["vertices"])
                faces = read_member(archive, members["faces"])
                return _mesh(name, vertices, faces)
            chosen = next((key for key in _POINT_NAMES if key in members), None)
            if chosen is None and len(members) == 1:
                chosen = next(iter(members))
            if chosen is None:
                found = ", ".join(sorted(members))[:80] or "nothing"
                raise refusal(
                    name, f"it holds {found}, but no array named points", "Name it points."
                )
            return _cloud(name, read_member(archive, members[chosen]))
    except ArrayFileError as error:
        raise refusal(name, str(error), error.remedy) from error
    except BROKEN_ARCHIVE as error:
        raise refusal(
            name, f"it is no whole NPZ archive ({error})", "Copy or export it again."
        ) from error


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
