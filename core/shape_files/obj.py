"""Wavefront OBJ: vertex lines and face lines; groups and objects are taken together.

Materials and textures do not matter here, so the files that name them are never looked for.
"""

import re

import numpy as np

from core.shape_files.shape import Shape, mesh_shape, refusal
from core.shape_files.text import decoded, float_table, integers

_TEXTURE_AND_NORMAL = re.compile(r"/\S*")


def read_obj(name: str, content: bytes) -> Shape:
    """A mesh from the bytes of an OBJ file; points where it has no faces."""
    text = decoded(name, content, "OBJ").replace("\\\r\n", " ").replace("\\\n", " ")
    vertex_lines: list[str] = []
    face_lines: list[str] = []
    vertices_before: list[int] = []  # each face: negative indices count back from here
    for line in text.splitlines():
        # Indented lines are rare: the plain test first.
        start = line[:2] if line[:1] in "vf" else line.lstrip()[:2]
        if start in ("v ", "v\t"):
            vertex_lines.append(line)
        elif start in ("f ", "f\t"):
            face_lines.append(line.lstrip()[2:].partition("#")[0])
            vertices_before.append(len(vertex_lines))
    if not vertex_lines:
        raise refusal(
            name,
            "there is no vertex line (“v x y z”) in it, so this is no OBJ model",
            "Check its suffix, or export it again.",
        )
    vertices = float_table(name, vertex_lines, (1, 2, 3), "vertex line")
    if not face_lines:
        return mesh_shape(name, vertices, (), ())
    counts = np.fromiter((len(line.split()) for line in face_lines), dtype=np.int64)
    words = _TEXTURE_AND_NORMAL.sub("", " ".join(face_lines)).split()
    if len(words) != counts.sum():
        raise refusal(name, "a face line starts a corner with a slash", "Export the file again.")
    indices = integers(name, words, "the face lines")
    if (indices == 0).any():
        face = int(np.searchsorted(np.cumsum(counts), int(np.argmin(indices != 0)), "right"))
        raise refusal(name, f"face {face + 1} uses vertex 0, but OBJ counts from 1")
    relative = np.repeat(np.array(vertices_before, dtype=np.int64), counts) + indices
    corners = np.where(indices > 0, indices - 1, relative)
    return mesh_shape(name, vertices, counts, corners, first_index=1)
