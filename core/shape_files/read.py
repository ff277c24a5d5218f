"""Any file into a shape, by its suffix."""

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.errors import ShapeFileError
from core.shape_files.numpy_files import read_npy, read_npz
from core.shape_files.obj import read_obj
from core.shape_files.off import read_off
from core.shape_files.pcd import read_pcd
from core.shape_files.ply import read_ply
from core.shape_files.scenes import read_3mf, read_dae, read_glb, read_gltf
from core.shape_files.shape import Shape, refusal
from core.shape_files.stl import read_stl
from core.shape_files.text_clouds import read_text_cloud

logger = logging.getLogger(__name__)

LARGEST_FILE = 1 << 30  # bytes

_CONTENT_READERS: dict[str, Callable[[str, bytes], Shape]] = {
    ".off": read_off,
    ".obj": read_obj,
    ".ply": read_ply,
    ".stl": read_stl,
    ".xyz": read_text_cloud,
    ".pts": read_text_cloud,
    ".pcd": read_pcd,
    ".npy": read_npy,
    ".npz": read_npz,
}
_SCENE_READERS: dict[str, Callable[[str, bytes, Path], Shape]] = {
    ".glb": read_glb,
    ".gltf": read_gltf,
    ".dae": read_dae,
    ".3mf": read_3mf,
}

CLOUD_SUFFIXES = (".ply", ".xyz", ".pts", ".pcd", ".npy", ".npz")
MESH_SUFFIXES = (".off", ".obj", ".ply", ".stl", ".glb", ".gltf", ".dae", ".3mf")
SUFFIXES = tuple(dict.fromkeys(MESH_SUFFIXES + CLOUD_SUFFIXES))  # all that can be read


def read_shape(path: Path | str) -> Shape:
    """The mesh or the points of a file, in its own units and pose.

    Raises ShapeFileError, whose message is a sentence for a person, for whatever is wrong.
    """
    path = Path(path)
    name = path.name
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise refusal(
            name,
            f"the suffix “{path.suffix}” is unknown" if suffix else "the file has no suffix",
            f"Known are {', '.join(SUFFIXES)}.",
        )
    content = _content(path)
    if not content.strip(b" \t\r\n\x00"):
        raise refusal(name, "the file is empty", "Copy or export it again.")
    try:
        # Numbers that overflow or are none are found by the checks, and need no warning.
        with np.errstate(all="ignore"):
            if suffix in _SCENE_READERS:
                return _SCENE_READERS[suffix](name, content, path.parent)
            return _CONTENT_READERS[suffix](name, content)
    except ShapeFileError:
        raise
    except MemoryError as error:
        raise refusal(
            name, "there is not enough memory to read it", "Reduce the mesh, and export it again."
        ) from error
    except Exception as error:
        # A file can be damaged in ways that no reader foresees; it costs one refusal, no more.
        logger.exception("the reader of %s failed", suffix)
        raise refusal(
            name, f"it is damaged in an unforeseen way ({error!r})", "Export it again."
        ) from error


def _content(path: Path) -> bytes:
    """All bytes of a file, with a sentence for everything that can be in the way."""
    try:
        if path.is_dir():
            raise refusal(path.name, "this is a folder", "Give the files in it, or import it.")
        if not path.is_file():
            problem = "this is no ordinary file" if path.exists() else "there is no such file"
            raise refusal(path.name, problem, "Check its path.")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise refusal(
                path.name,
                f"the file has {size:,} bytes; up to {LARGEST_FILE:,} can be read",
                "Reduce the mesh in a modelling program (decimate) and export it again.",
            )
        return path.read_bytes()
    except PermissionError as error:
        raise refusal(
            path.name, "you may not read this file", "Change its permissions, or copy it."
        ) from error
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or error
        raise refusal(
            path.name, f"the file cannot be read ({detail})", "Check the disk, or copy it again."
        ) from error
