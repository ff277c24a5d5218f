"""A chair of the library, and one that is about to come in."""

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.frame import Frame
from core.mesh import Mesh
from core.split import Split

Metadata = Mapping[str, str | float | int]


@dataclass(frozen=True, slots=True)
class Chair:
    """What the index knows of a chair. Its cloud and mesh come from the library."""

    id: str  # unique in the library, never used again
    name: str  # unique in the library, for people
    split: Split
    row: int  # where its cloud lies in `Library.clouds`
    source: str  # file name, or "made chair"
    content_hash: str  # equal for equal shapes
    frame: Frame  # from the normalised cloud back to the mesh's own units and pose
    metadata: Metadata  # family, parameters, category, creator, licence …

    @property
    def posed_hash(self) -> str:
        """24 hexadecimal digits that name the shape as it stands, in any library.

        The content says which shape it is, and the frame how it stands; as a frame is fitted to
        the points that were drawn, another drawing of the same shape has another one.
        """
        frame = self.frame
        numbers = (*frame.centre, frame.scale, *(value for row in frame.rotation for value in row))
        content = self.content_hash.encode() + struct.pack("<13d", *numbers)
        return hashlib.blake2b(content, digest_size=12).hexdigest()


@dataclass(frozen=True, eq=False)
class NewChair:
    """What `Library.add` takes. The library gives it an id, a row and, if need be, a number."""

    name: str
    cloud: NDArray[np.float32]  # (N, 3), normalised
    frame: Frame
    split: Split
    source: str
    content_hash: str
    metadata: Metadata = field(default_factory=dict)
    mesh: Mesh | None = None  # own units and pose; kept so that a project is complete in itself
