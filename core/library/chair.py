"""A chair of the library, and one that is about to come in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.frame import Frame
from core.mesh import Mesh
from core.split import SPLITS, Split

Metadata = Mapping[str, str | float | int]


@dataclass(frozen=True)
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


def chair_as_json(chair: Chair) -> dict[str, Any]:
    """The chair as plain lists, strings and numbers."""
    content: dict[str, Any] = {
        "id": chair.id,
        "name": chair.name,
        "split": chair.split,
        "row": chair.row,
        "source": chair.source,
        "content_hash": chair.content_hash,
        "frame": chair.frame.as_json(),
    }
    if chair.metadata:
        content["metadata"] = dict(chair.metadata)
    return content


def chair_from_json(content: Any) -> Chair:
    """Undoes `chair_as_json`. ValueError, KeyError or TypeError where something is not right."""
    split: Split = content["split"]
    if split not in SPLITS:
        raise ValueError(f"the split is {split!r}, not train or test")
    return Chair(
        id=str(content["id"]),
        name=str(content["name"]),
        split=split,
        row=int(content["row"]),
        source=str(content["source"]),
        content_hash=str(content["content_hash"]),
        frame=Frame.from_json(content["frame"]),
        metadata=dict(content.get("metadata", ())),
    )
