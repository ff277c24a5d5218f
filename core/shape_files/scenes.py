"""GLB, glTF, COLLADA and 3MF through trimesh: scenes whose parts are put where they belong.

trimesh's loaders give arrays and a graph of transforms; these are used as they are, for its mesh
class would drop vertices that are not numbers and join ones that lie close together.
"""

import io
import json
import logging
import re
import warnings
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from core.array_files import BROKEN_ARCHIVE
from core.errors import ShapeFileError
from core.frame import Axis
from core.shape_files.shape import (
    MOST_CORNERS,
    Shape,
    cloud_shape,
    mesh_shape,
    refusal,
)

# trimesh reports what it passes over to its logger; without a handler that would be printed.
logging.getLogger("trimesh").addHandler(logging.NullHandler())

LARGEST_UNPACKED = 1 << 30  # bytes, of a 3MF archive and of files that a glTF names
MOST_PARTS = 100_000
_GLTF_ITEM_BYTES = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
_GLTF_ITEMS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_METRES = {
    "micron": 1e-6, "millimeter": 1e-3, "centimeter": 1e-2, "inch": 0.0254, "foot": 0.3048,
    "meter": 1.0,
}  # fmt: skip

# What COLLADA files come in; in all of them an ASCII letter is its own byte.
_ENCODINGS = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252"}

Graph = list[dict[str, Any]]
Parts = dict[str, dict[str, Any]]


class _OwnFolder:
    """Gives a glTF the files that it names, from its own folder alone and never from a network."""

    LARGEST = LARGEST_UNPACKED  # bytes, of all of them together

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = folder.resolve()
        self._left = self.LARGEST

    def get(self, uri: str) -> bytes:
        """The bytes of a file beside the glTF. ShapeFileError where it may not or cannot be had."""
        if urlsplit(uri).scheme:
            raise refusal(
                self._name,
                f"it wants data from “{uri[:60]}”, and nothing outside its own folder is read",
                "Export it as one GLB file.",
            )
        outside = refusal(
            self._name,
            f"it names the file “{uri[:60]}” outside its own folder, which is not read",
            "Export it as one GLB file.",
        )
        wanted = unquote(uri)
        # By its words first: to resolve a name like //server/share already asks the network.
        if not _is_plainly_below(wanted):
            raise outside
        try:
            path = (self._folder / wanted).resolve()  # links followed
            if not path.is_relative_to(self._folder):
                raise outside
            if not path.is_file():  # a pipe would be waited for
                raise FileNotFoundError(path)
            self._left -= path.stat().st_size
            if self._left < 0:
                raise refusal(self._name, "the files that it names are too large", _DECIMATE)
            return path.read_bytes()
        except (OSError, ValueError) as error:
            raise refusal(
                self._name,
                f"the file “{uri[:60]}” that it names is missing or cannot be read",
                "Put it beside the glTF, or export it as one GLB file.",
            ) from error

    __getitem__ = get


def _is_plainly_below(name: str) -> bool:
    """Whether a name leads down from a folder, on any system: no root, no drive, no way up."""
    for path in (PurePosixPath(name), PureWindowsPath(name)):
        if path.anchor or ".." in path.parts:
            return False
    return True


class _NoFiles:
    """Formats that need no other file get none; textures do not matter here."""

    def get(self, name: str) -> bytes:
        raise FileNotFoundError(name)

    __getitem__ = get


def read_gltf(name: str, content: bytes, folder: Path) -> Shape:
    """A mesh from a glTF file; y up and in metres, as the format defines."""
    from trimesh.exchange.gltf import load_gltf

    files = _OwnFolder(name, folder)
    header = _json(name, content)
    _check_gltf(name, header, _declared_bytes(name, header))
    loaded = _load(name, "glTF", lambda: load_gltf(io.BytesIO(content), files, skip_materials=True))
    return _shape(name, loaded, "y", "glTF is y up by definition", 1.0, _gltf_notes(header))


def read_glb(name: str, content: bytes, folder: Path) -> Shape:
    """A mesh from a GLB file; y up and in metres, as the format defines."""
    from trimesh.exchange.gltf import load_glb

    if content[:4] != b"glTF" or len(content) < 20:
        raise refusal(name, "it does not begin as a GLB file does", "Check its suffix.")
    version, declared, json_bytes = np.frombuffer(content, "<u4", 3, 4).tolist()
    if version != 2:
        raise refusal(name, f"it is glTF version {version}, not 2", "Export it as glTF 2.0.")
    if declared > len(content) or json_bytes + 20 > len(content):
        raise refusal(
            name,
            f"its header declares {declared:,} bytes, but the file has {len(content):,}",
            "The file is cut short; copy or export it again.",
        )
    header = _json(name, content[20 : 20 + json_bytes])
    _check_gltf(name, header, _declared_bytes(name, header) + len(content))
    files = _OwnFolder(name, folder)
    loaded = _load(name, "GLB", lambda: load_glb(io.BytesIO(content), files, skip_materials=True))
    return _shape(name, loaded, "y", "glTF is y up by definition", 1.0, _gltf_notes(header))


def read_dae(name: str, content: bytes, _folder: Path) -> Shape:
    """A mesh from a COLLADA file; it says itself which axis points up and what its unit is."""
    from trimesh.exchange.dae import load_collada

    if b"<COLLADA" not in content[:4096]:
        raise refusal(name, "it does not begin as a COLLADA file does", "Check its suffix.")
    if b"</COLLADA" not in content[-4096:]:
        raise refusal(name, "its end is missing", "The file is cut short; copy or export it again.")
    _check_collada(name, content)
    loaded = _load(name, "COLLADA", lambda: load_collada(io.BytesIO(content), _NoFiles()))
    declared = re.search(rb"<up_axis>\s*([XYZ])_UP", content)
    letter = declared[1].decode().lower() if declared else "y"
    axis: Axis = "x" if letter == "x" else "z" if letter == "z" else "y"
    reason = f"the file says {axis} up" if declared else "COLLADA is y up unless the file says else"
    unit = re.search(rb"<unit\b[^>]*\bmeter\s*=\s*[\"']([^\"']{1,40})[\"']", content)
    return _shape(name, loaded, axis, reason, _positive(unit[1]) if unit else 1.0, ())


def _check_collada(name: str, content: bytes) -> None:
    """Refuse what pycollada would follow: archives, and documents that define their own entities.

    Entities can name other files, and grow a thousand times with each step; it parses without a
    limit to that. An encoding that is not like ASCII would hide them from the search.
    """
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise refusal(name, "it is an archive, not a COLLADA file", "Unpack it first.")
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    named = re.match(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)", start)
    encoding = named[1].decode("ascii", "replace").lower() if named else "utf-8"
    if encoding not in _ENCODINGS or b"\x00" in start or not start.startswith(b"<"):
        raise refusal(name, "its text is not encoded as UTF-8", "Save it as UTF-8.")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise refusal(
            name,
            "it defines entities of its own (<!DOCTYPE), which COLLADA does not have and which "
            "are never followed",
            "Export it again.",
        )


def read_3mf(name: str, content: bytes, _folder: Path) -> Shape:
    """A mesh from a 3MF archive, its build items in their places."""
    from trimesh.exchange.threemf import load_3MF

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            models = [n for n in archive.namelist() if "3d/3dmodel.model" in n.lower()]
    except BROKEN_ARCHIVE as error:
        raise refusal(name, "it is no whole 3MF archive", "Copy or export it again.") from error
    if unpacked > LARGEST_UNPACKED:
        raise refusal(name, f"its archive unpacks to {unpacked:,} bytes", _DECIMATE)
    if not models:
        raise refusal(name, "its archive holds no 3D/3dmodel.model, so it is no 3MF file")
    loaded = _load(name, "3MF", lambda: load_3MF(io.BytesIO(content)))
    unit = (loaded.get("metadata") or {}).get("units", "millimeters").removesuffix("s")
    return _shape(name, loaded, None, "", _METRES.get(unit), ())


def _load(name: str, format_name: str, loader: Any) -> dict[str, Any]:
    """Run one of trimesh's loaders. Whatever goes wrong in it becomes a sentence."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            loaded: dict[str, Any] = loader()
    except (ShapeFileError, MemoryError):
        raise
    except Exception as error:
        detail = " ".join(f"{type(error).__name__} {error}".split())[:100]
        raise refusal(
            name,
            f"it could not be read as {format_name} ({detail})",
            "The file is probably damaged; export it again.",
        ) from error
    return loaded


def _shape(
    name: str,
    loaded: dict[str, Any],
    up: Axis | None,
    up_reason: str,
    metres_per_unit: float | None,
    notes: tuple[str, ...],
) -> Shape:
    """All parts of a loaded scene in one mesh, or their points where none has faces."""
    vertices: list[NDArray[np.float64]] = []
    faces: list[NDArray[np.int64]] = []
    points: list[NDArray[np.float64]] = []
    corners = 0
    for part, matrix in _placed_parts(name, loaded):
        own = np.asarray(part["vertices"], dtype=np.float64).reshape(-1, 3)
        with np.errstate(all="ignore"):  # what overflows is found by the checks of a mesh
            placed = own @ matrix[:3, :3].T + matrix[:3, 3]
        part_faces = part.get("faces")
        if part_faces is None or len(part_faces) == 0:
            points.append(placed)
            continue
        corners += 3 * len(part_faces)
        if corners > MOST_CORNERS:
            raise refusal(name, f"its parts make more than {corners // 3:,} triangles", _DECIMATE)
        indices = np.asarray(part_faces, dtype=np.int64).reshape(-1, 3)
        if ((indices < 0) | (indices >= len(own))).any():
            raise refusal(
                name,
                f"a face uses vertex {int(indices.max())}, but its part has only {len(own)} "
                f"(0 to {len(own) - 1})",
                "The file is probably damaged; export it again.",
            )
        mirrored = np.linalg.det(matrix[:3, :3]) < 0
        faces.append((indices[:, ::-1] if mirrored else indices) + sum(map(len, vertices)))
        vertices.append(placed)
    if not vertices and not points:
        raise refusal(name, "the file holds no mesh", "Export it again with its geometry.")
    if not vertices:
        shape = cloud_shape(name, np.concatenate(points), notes)
    else:
        all_faces = np.concatenate(faces)
        counts = np.full(len(all_faces), 3)
        shape = mesh_shape(name, np.concatenate(vertices), counts, all_faces, notes=notes)
    return Shape(shape.mesh, shape.points, shape.notes, up, up_reason, metres_per_unit)


def _placed_parts(
    name: str, loaded: dict[str, Any]
) -> list[tuple[dict[str, Any], NDArray[np.float64]]]:
    """Each instance of a part with its transform (4, 4) into the scene."""
    from trimesh.scene.transforms import SceneGraph

    parts: Parts = {
        key: part for key, part in (loaded.get("geometry") or {}).items() if "vertices" in part
    }
    edges: Graph = list(loaded.get("graph") or ())
    if len(edges) > MOST_PARTS:
        raise refusal(name, f"its scene has {len(edges):,} parts", "Join them, and export again.")
    if not edges:
        return [(part, np.eye(4)) for part in parts.values()]
    graph = SceneGraph(base_frame=loaded.get("base_frame", "world"))
    try:
        for edge in edges:
            graph.update(**edge)
        placed = [(graph[node], node) for node in graph.nodes_geometry]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise refusal(name, f"the tree of its scene is damaged ({error})") from error
    return [
        (parts[geometry], np.asarray(matrix, dtype=np.float64))
        for (matrix, geometry), _ in placed
        if geometry in parts
    ]


def _json(name: str, content: bytes) -> dict[str, Any]:
    try:
        header = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise refusal(
            name,
            "its JSON part cannot be read",
            "The file is damaged or no glTF; export it again.",
        ) from error
    if not isinstance(header, dict) or "asset" not in header:
        raise refusal(name, "it is JSON but no glTF", "Check its suffix.")
    return header


def _declared_bytes(name: str, header: dict[str, Any]) -> int:
    """What its buffers may hold, by their own account; embedded ones count their text."""
    try:
        sizes = [int(buffer["byteLength"]) for buffer in header.get("buffers", [])]
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise refusal(name, "its list of buffers is damaged") from error
    if min(sizes, default=0) < 0 or sum(sizes) > LARGEST_UNPACKED:
        raise refusal(name, f"its buffers declare {sum(sizes):,} bytes", _DECIMATE)
    return sum(sizes)


def _check_gltf(name: str, header: dict[str, Any], available: int) -> None:
    """Refuse accessors that declare more than the buffers can hold, before memory is taken."""
    try:
        for number, accessor in enumerate(header.get("accessors", [])):
            item = _GLTF_ITEM_BYTES[accessor["componentType"]] * _GLTF_ITEMS[accessor["type"]]
            if not 0 <= accessor["count"] * item <= max(available, 1):
                raise refusal(
                    name,
                    f"accessor {number} declares {accessor['count']:,} items, more than the file "
                    "can hold",
                    "The file is damaged; export it again.",
                )
    except (TypeError, KeyError, AttributeError) as error:
        raise refusal(name, "its list of accessors is damaged") from error
    required = header.get("extensionsRequired", [])
    packed = {"KHR_draco_mesh_compression", "EXT_meshopt_compression"} & set(map(str, required))
    if packed:
        raise refusal(
            name,
            f"its mesh is compressed ({', '.join(sorted(packed))}), which is not supported",
            "Export it without compression.",
        )


def _gltf_notes(header: dict[str, Any]) -> tuple[str, ...]:
    if header.get("skins") or header.get("animations"):
        return ("Animation and skinning were passed over; the shape is that of the rest pose.",)
    return ()


def _positive(text: bytes) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) and value > 0 else None


_DECIMATE = "Reduce the mesh in a modelling program (decimate) and export it again."
