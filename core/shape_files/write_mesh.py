"""Triangle meshes into files, by suffix."""

from pathlib import Path
from typing import Final

import numpy as np

from core.atomic import write_bytes
from core.errors import ShapeFileError
from core.mesh import Mesh

MESH_SUFFIXES_WRITTEN: Final = (".ply", ".obj", ".off", ".stl", ".glb")


def write_mesh(path: Path | str, mesh: Mesh) -> None:
    """Write a mesh in the format of the suffix; the file appears whole. Raises ShapeFileError."""
    import trimesh

    path = Path(path)
    if path.suffix.lower() not in MESH_SUFFIXES_WRITTEN:
        raise ShapeFileError(
            f"{path.name}: a surface cannot be written with the suffix “{path.suffix}”. "
            f"Choose one of {', '.join(MESH_SUFFIXES_WRITTEN)}."
        )
    if len(mesh.faces) == 0 or not np.isfinite(mesh.vertices).all():
        raise ShapeFileError(f"{path.name}: the surface is empty or not finite; nothing written.")
    shape = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    content = shape.export(file_type=path.suffix.lower().lstrip("."))
    try:
        write_bytes(path, content.encode() if isinstance(content, str) else bytes(content))
    except OSError as error:
        raise ShapeFileError(
            f"{path}: the file could not be written ({error.strerror or error}). "
            "Check free space and permissions, or choose another folder."
        ) from error
