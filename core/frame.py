"""Where a normalised cloud came from, so that every export can go back.

Axes: (N, 3) points. "Own" is the mesh's own units and pose, "internal" is z up with the front
towards -y (a backrest is at +y), "normalised" is internal, centred and scaled:

    normalised = (own - centre) @ rotation.T / scale
    own        = normalised * scale @ rotation + centre
"""

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

Axis = Literal["x", "y", "z"]
Vector = tuple[float, float, float]
Rows = tuple[Vector, Vector, Vector]

AXES: tuple[Axis, ...] = get_args(Axis)

NO_ROTATION: Rows = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))

# Own pose -> internal pose for a mesh whose given axis points up. The fronts follow the
# conventions of COLLADA and glTF: z up looks towards -y, y up looks towards +z, x up towards +z.
UPRIGHT_ROTATIONS: Mapping[Axis, Rows] = {
    "x": ((0.0, -1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0)),
    "y": ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0)),
    "z": NO_ROTATION,
}


def _axis_rotations() -> Iterator[Rows]:
    """The 24 rotations that carry axes onto axes."""
    for columns in itertools.permutations(range(3)):
        for signs in itertools.product((1.0, -1.0), repeat=3):
            matrix = np.zeros((3, 3))
            matrix[range(3), columns] = signs
            if np.linalg.det(matrix) > 0:
                yield as_rows(matrix)


@dataclass(frozen=True, slots=True)
class Frame:
    """What normalising did to a cloud. Checked where made: ValueError says what is wrong."""

    centre: Vector  # own units, own pose: what becomes the origin
    scale: float  # own units per normalised unit, above 0
    rotation: Rows = NO_ROTATION  # own pose -> internal pose, orthonormal, right-handed
    up: Axis = "z"  # the axis of the own pose that points up

    def __post_init__(self) -> None:
        # Plain Python, for an index of 100,000 chairs makes 100,000 frames when it is opened.
        if self.up not in AXES:
            raise ValueError(f"The up axis of a frame is x, y or z, not {self.up!r}.")
        if not (math.isfinite(self.scale) and self.scale > 0):
            raise ValueError(f"The scale of a frame is a finite number above 0, not {self.scale}.")
        if len(self.centre) != 3 or not all(map(math.isfinite, self.centre)):
            raise ValueError(f"The centre of a frame is 3 finite numbers, not {self.centre}.")
        if self.rotation not in AXIS_ROTATIONS:
            _check_rotation(self.matrix)

    @classmethod
    def identity(cls) -> "Frame":
        """The frame of points that are normalised already."""
        return cls(centre=(0.0, 0.0, 0.0), scale=1.0)

    @classmethod
    def fitting(cls, points: ArrayLike, rotation: Rows = NO_ROTATION, up: Axis = "z") -> "Frame":
        """The frame that puts the bounding box's centre of `points` (N, 3) at 0, largest radius 1.

        Points that are all in one place get scale 1, for there is no size to divide by.
        """
        turned = np.asarray(points, dtype=np.float64) @ np.asarray(rotation).T
        middle = turned.min(axis=0) * 0.5 + turned.max(axis=0) * 0.5
        radius = float(np.sqrt(((turned - middle) ** 2).sum(axis=1).max()))
        return cls(
            centre=_as_vector(middle @ np.asarray(rotation)),
            scale=radius if radius > 0 else 1.0,
            rotation=rotation,
            up=up,
        )

    @property
    def matrix(self) -> NDArray[np.float64]:
        """The rotation as a (3, 3) array: own pose -> internal pose."""
        return np.array(self.rotation, dtype=np.float64)

    def to_normalised(self, points: ArrayLike) -> NDArray[np.float64]:
        """(N, 3) points of the own pose and units -> normalised, internal pose."""
        own = np.asarray(points, dtype=np.float64)
        return np.asarray((own - np.array(self.centre)) @ self.matrix.T / self.scale)

    def to_own(self, points: ArrayLike) -> NDArray[np.float64]:
        """(N, 3) normalised points -> own units and pose. Undoes `to_normalised`."""
        normalised = np.asarray(points, dtype=np.float64)
        return np.asarray((normalised * self.scale) @ self.matrix + np.array(self.centre))

    def as_json(self) -> dict[str, Any]:
        """Plain lists and numbers; the identity rotation is left out to keep indexes short."""
        content: dict[str, Any] = {"centre": list(self.centre), "scale": self.scale, "up": self.up}
        if self.rotation != NO_ROTATION:
            content["rotation"] = [list(row) for row in self.rotation]
        return content

    @classmethod
    def from_json(cls, content: Any) -> "Frame":
        """Undoes `as_json`. ValueError where something is missing or not a number."""
        try:
            rows = content.get("rotation", NO_ROTATION)
            return cls(
                centre=_as_vector(content["centre"]),
                scale=float(content["scale"]),
                rotation=NO_ROTATION if rows is NO_ROTATION else as_rows(rows),
                up=content["up"],
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"A frame needs centre, scale and up: {error!r}.") from error


def _as_vector(values: ArrayLike) -> Vector:
    x, y, z = (
        map(float, values) if isinstance(values, list | tuple) else np.asarray(values).tolist()
    )
    return (x, y, z)


def as_rows(matrix: ArrayLike) -> Rows:
    """A (3, 3) rotation as the tuples of a frame, with -0.0 written as 0.0."""
    first, second, third = np.asarray(matrix, dtype=np.float64) + 0.0
    return (_as_vector(first), _as_vector(second), _as_vector(third))


def _check_rotation(matrix: NDArray[np.float64]) -> None:
    if matrix.shape != (3, 3) or not np.isfinite(matrix).all():
        raise ValueError("The rotation of a frame is 3 rows of 3 finite numbers.")
    if not np.allclose(matrix @ matrix.T, np.eye(3), atol=1e-6) or np.linalg.det(matrix) < 0:
        raise ValueError("The rotation of a frame must keep lengths and not mirror.")


AXIS_ROTATIONS: frozenset[Rows] = frozenset(_axis_rotations())
