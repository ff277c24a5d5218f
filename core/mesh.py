"""A triangle mesh as read or built: axes are (vertices, 3) and (faces, 3)."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles in their own units and pose. The arrays are not to be changed once inside."""

    vertices: NDArray[np.float64]  # (V, 3)
    faces: NDArray[np.int64]  # (F, 3), each row three indices into `vertices`

    def __post_init__(self) -> None:
        """Bring the arrays to their types. Raises ValueError where they are not (n, 3)."""
        vertices = np.ascontiguousarray(self.vertices, dtype=np.float64)
        faces = np.ascontiguousarray(self.faces, dtype=np.int64)
        for name, array in (("vertices", vertices), ("faces", faces)):
            if array.ndim != 2 or array.shape[1] != 3:
                raise ValueError(f"a mesh's {name} have shape {array.shape}; it must be (n, 3)")
        object.__setattr__(self, "vertices", vertices)
        object.__setattr__(self, "faces", faces)

    @property
    def triangles(self) -> NDArray[np.float64]:
        """The corners of each face, (F, 3 corners, 3)."""
        return self.vertices[self.faces]

    @cached_property
    def bounds(self) -> NDArray[np.float64]:
        """The lowest and the highest corner of the vertices' box, (2, 3)."""
        return np.stack([self.vertices.min(axis=0), self.vertices.max(axis=0)])

    @cached_property
    def face_areas(self) -> NDArray[np.float64]:
        """The area of each face in own units squared, (F,)."""
        first, second, third = np.moveaxis(self.triangles, 1, 0)
        normals = np.cross(second - first, third - first)
        areas: NDArray[np.float64] = 0.5 * np.sqrt(np.einsum("fi,fi->f", normals, normals))
        return areas

    @property
    def area(self) -> float:
        """The surface in own units squared."""
        return float(self.face_areas.sum())

    @cached_property
    def content_hash(self) -> str:
        """32 hexadecimal digits that name the triangles as a set of shapes in space.

        Neither the order of vertices and faces, nor shared against repeated vertices, nor the
        winding changes it, so one mesh saved as OFF, PLY and STL keeps its name. Coordinates
        count as float32, which is what the binary formats store; faces with two equal corners
        do not count, because some readers drop them.
        """
        coordinates = self.vertices.astype(np.float32) + np.float32(0.0)  # -0.0 becomes 0.0
        bits = coordinates.view(np.uint32).astype(np.uint64)  # (V, 3)
        keys = np.zeros(len(bits), dtype=np.uint64)
        for axis in range(3):
            keys = _mixed(keys ^ bits[:, axis])
        corners = keys[self.faces]  # (F, 3)
        first, second, third = corners.T
        whole = (first != second) & (second != third) & (third != first)
        # Sums do not depend on order: first over a face's corners, then over the faces.
        of_faces = corners[whole].sum(axis=1, dtype=np.uint64)
        sums = [
            int(_mixed(of_faces ^ np.uint64(salt)).sum(dtype=np.uint64))
            for salt in (0x5EED, 0xC0DE)  # two sums of 64 bits, so that chance never meets
        ]
        content = f"{len(of_faces)} {sums[0]:x} {sums[1]:x}".encode()
        return hashlib.blake2b(content, digest_size=16).hexdigest()


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter 64-bit numbers, each by itself.

    The finaliser of SplitMix64: Steele, Lea & Flood, "Fast splittable pseudorandom number
    generators" (OOPSLA 2014), with the variant-13 constants.
    """
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
