"""OFF, the format of ModelNet: a header, counts, vertex lines, face lines.

ModelNet has files whose header and counts share a line (`OFF490 518 0`). Comments, empty lines,
CRLF, trailing spaces, colours behind faces and normals behind vertices are all in use.
"""

import re

import numpy as np

from core.shape_files.shape import Shape, mesh_shape, refusal
from core.shape_files.text import decoded, float_table, integers

# Optional per-vertex extras (texture, colour, normal), 4-D and n-D variants; then OFF.
_HEADER = re.compile(r"^\ufeff?\s*(ST)?(C)?(N)?(4)?(n)?OFF(?P<rest>.*)$", re.IGNORECASE)


def read_off(name: str, content: bytes) -> Shape:
    """A mesh from the bytes of an OFF file; points where it has no faces."""
    if b"BINARY" in content[:64].upper():
        raise refusal(name, "this is a binary OFF file", "Export it as text OFF or as PLY.")
    lines = _lines(decoded(name, content, "OFF"))
    header = _HEADER.match(lines[0]) if lines else None
    if header is None:
        raise refusal(
            name, "the first line is not OFF, so this is no OFF file", "Check its suffix."
        )
    if header[4] or header[5]:
        raise refusal(name, "the vertices have more than 3 dimensions", "Export it as a 3-D mesh.")
    rest = header["rest"].strip()
    lines = [rest, *lines[1:]] if rest else lines[1:]
    vertex_count, face_count = _counts(name, lines)
    available = len(lines) - 1
    if available < vertex_count + face_count:
        raise refusal(
            name,
            f"the header declares {vertex_count} vertices and {face_count} faces, but only "
            f"{available} lines follow",
            "The file is cut short; copy or export it again.",
        )
    vertices = float_table(name, lines[1 : 1 + vertex_count], (0, 1, 2), "vertex line")
    face_lines = lines[1 + vertex_count : 1 + vertex_count + face_count]
    counts, corners = _polygons(name, face_lines)
    return mesh_shape(name, vertices, counts, corners)


def _lines(text: str) -> list[str]:
    """The lines that hold something, without comments and without spaces at their ends."""
    lines = text.splitlines()
    if "#" in text:
        lines = [line.partition("#")[0] for line in lines]
    return list(filter(None, map(str.strip, lines)))


def _counts(name: str, lines: list[str]) -> tuple[int, int]:
    words = lines[0].split() if lines else []
    if len(words) < 2:
        raise refusal(name, "the counts of vertices and faces are missing behind OFF", _CUT_SHORT)
    vertex_count, face_count = integers(name, words[:2], "the counts").tolist()
    if vertex_count < 0 or face_count < 0:
        raise refusal(
            name,
            f"the header declares {vertex_count} vertices and {face_count} faces, and there cannot "
            "be fewer than none",
            "The file is damaged; copy or export it again.",
        )
    return vertex_count, face_count


def _polygons(name: str, lines: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Corner counts (P,) and all corners behind each other."""
    words = " ".join(lines).split()
    if len(words) == 4 * len(lines) and all(word == "3" for word in words[::4]):
        table = integers(name, words, "the face lines").reshape(-1, 4)
        return table[:, 0], table[:, 1:].reshape(-1)
    counts: list[int] = []
    corners: list[str] = []
    for number, line in enumerate(lines, start=1):
        first, *others = line.split()
        count = int(first) if first.isdecimal() else -1
        if not 0 <= count <= len(others):
            raise refusal(
                name,
                f"face line {number} of {len(lines)} reads “{line[:40]}”: its first number does "
                "not count what follows",
                _CUT_SHORT,
            )
        counts.append(count)
        corners += others[:count]  # what follows is a colour
    return np.array(counts, dtype=np.int64), integers(name, corners, "the face lines")


_CUT_SHORT = "The file is damaged or cut short; copy or export it again."
