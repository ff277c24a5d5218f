"""The meshes that chairs came from, one file each, named by content so that none is kept twice."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.array_files import load_arrays
from core.atomic import flush_folder_to_disk, flush_to_disk
from core.errors import LibraryError
from core.mesh import Mesh


def store(folder: Path, meshes: Iterable[tuple[str, Mesh]]) -> None:
    """Write (content hash, mesh) pairs that the folder does not have yet; return when on disk.

    All files are written before the first is flushed, so that the disk works on them together.
    """
    written: list[tuple[Path, Path]] = []
    try:
        for content_hash, mesh in dict(meshes).items():
            path = _path(folder, content_hash)
            if not path.exists():
                written.append((_write_beside(path, mesh), path))
        for temporary, _ in written:
            flush_to_disk(temporary)
        for temporary, path in written:
            temporary.replace(path)
        if written:
            flush_folder_to_disk(folder)
    finally:
        for temporary, _ in written:
            temporary.unlink(missing_ok=True)


def mend(folder: Path, content_hash: str, mesh: Mesh) -> bool:
    """Write a mesh anew where its file is gone or cannot be read; whether that was needed."""
    try:
        if load(folder, content_hash) is not None:
            return False
    except LibraryError:
        path = _path(folder, content_hash)
        path.replace(path.with_suffix(".damaged"))
    store(folder, [(content_hash, mesh)])
    return True


def load(folder: Path, content_hash: str) -> Mesh | None:
    """The mesh of that content, None where the chair came without one.

    Raises LibraryError where the file is there but cannot be read.
    """
    path = _path(folder, content_hash)
    try:
        arrays = load_arrays(path)
        return Mesh(arrays["vertices"], arrays["faces"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError) as error:
        raise LibraryError(
            f"{path}: the stored mesh is damaged ({error}). Its cloud can still be used; "
            "import the file again to mend it."
        ) from error


def _path(folder: Path, content_hash: str) -> Path:
    # A hash is hexadecimal; anything else in a damaged index must not lead out of the folder.
    return folder / f"{''.join(filter(str.isalnum, content_hash)) or 'unnamed'}.npz"


def _write_beside(path: Path, mesh: Mesh) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, vertices=_smallest_vertices(mesh), faces=_smallest_faces(mesh))
    except BaseException:  # half of it fills a disk that is full
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _smallest_vertices(mesh: Mesh) -> NDArray[np.floating]:
    """As float32 where that loses nothing, as in meshes that came from binary files."""
    short = mesh.vertices.astype(np.float32)
    return short if np.array_equal(short, mesh.vertices) else mesh.vertices


def _smallest_faces(mesh: Mesh) -> NDArray[np.integer]:
    return mesh.faces.astype(np.int32) if len(mesh.vertices) < 2**31 else mesh.faces
