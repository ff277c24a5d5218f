"""STL, binary and ascii: triangles with their corners written out, no shared vertices."""

import re

import numpy as np

from core.shape_files.shape import Shape, mesh_shape, refusal
from core.shape_files.text import decoded, float_table

_HEADER_BYTES = 84  # 80 of text and the count of triangles
_TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_VERTEX = re.compile(r"\bvertex\s+([^\n]*)", re.IGNORECASE)


def read_stl(name: str, content: bytes) -> Shape:
    """A mesh from the bytes of an STL file. Equal corners are joined into vertices."""
    # Some binary files begin with "solid" as ascii ones do; the length tells them apart.
    declared = int.from_bytes(content[80:84], "little") if len(content) >= _HEADER_BYTES else -1
    needed = _HEADER_BYTES + declared * _TRIANGLE.itemsize
    is_ascii = content[:512].lstrip()[:5].lower() == b"solid" and b"\x00" not in content[:512]
    if declared >= 0 and (needed == len(content) or not is_ascii):
        return _read_binary(name, content, declared, needed)
    if is_ascii:
        return _read_ascii(name, content)
    raise refusal(name, "it is neither a binary nor a text STL file", "Check its suffix.")


def _read_binary(name: str, content: bytes, declared: int, needed: int) -> Shape:
    if needed > len(content):
        raise refusal(
            name,
            f"its header declares {declared:,} triangles, which need {needed:,} bytes, but the "
            f"file has {len(content):,}",
            "The file is cut short or no STL file; copy or export it again.",
        )
    if declared == 0:
        raise refusal(name, "the file holds no triangles", "Export it again with its geometry.")
    triangles = np.frombuffer(content, _TRIANGLE, declared, _HEADER_BYTES)
    return _joined(name, triangles["corners"].reshape(-1, 3).astype(np.float64))


def _read_ascii(name: str, content: bytes) -> Shape:
    text = decoded(name, content, "STL")
    if "endsolid" not in text.lower():
        raise refusal(
            name, "its end (“endsolid”) is missing", "The file is cut short; copy it again."
        )
    lines = _VERTEX.findall(text)
    if not lines:
        raise refusal(name, "the file holds no triangles", "Export it again with its geometry.")
    corners = float_table(name, lines, (0, 1, 2), "vertex line")
    if len(corners) % 3:
        raise refusal(name, f"{len(corners)} corners do not make whole triangles")
    return _joined(name, corners)


def _joined(name: str, corners: np.ndarray) -> Shape:
    """A mesh in which corners at exactly the same place are one vertex."""
    order = np.lexsort(corners.T)
    ordered = corners[order]
    # NaN differs from itself, so it stays a vertex and is found by the checks that follow.
    first_of_place = np.concatenate([[True], (ordered[1:] != ordered[:-1]).any(axis=1)])
    vertex_of_corner = np.empty(len(corners), dtype=np.int64)
    vertex_of_corner[order] = np.cumsum(first_of_place) - 1
    counts = np.full(len(corners) // 3, 3)
    return mesh_shape(name, ordered[first_of_place], counts, vertex_of_corner)
