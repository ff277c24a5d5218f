"""What an import says while it runs and when it is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.library import Chair

WarningKind = Literal[
    "up",  # the up axis is uncertain
    "duplicate",  # the same shape is there already
    "scale",  # much larger or smaller than the rest of the drop
    "open_scene",  # several separate objects, or a floor
    "few_faces",  # too few for a chair
    "few_points",  # a cloud with fewer points than the library keeps
    "categories",  # a data set with other things than chairs
    "note",  # what the reader passed over or mended
]


@dataclass(frozen=True)
class ImportProgress:
    """One step. `done` of `total` files are through, the last of them `name`."""

    done: int
    total: int
    name: str


@dataclass(frozen=True)
class Refusal:
    """A file that did not come in."""

    file: str  # its path as it was given or found
    reason: str  # one sentence: what, where, what to do
    there_already: bool = False  # another file's shape, or one of the library, is the same
    twin_id: str | None = None  # of the chair of the library with that shape


@dataclass(frozen=True)
class ImportWarning:
    """Something odd about a file that came in."""

    file: str
    warning: str  # one sentence
    kind: WarningKind
    chair_id: str | None = None  # whom a fix would change


@dataclass(frozen=True)
class ImportReport:
    """What an import did, in the order of the files."""

    added: tuple[Chair, ...] = ()
    refused: tuple[Refusal, ...] = ()
    warnings: tuple[ImportWarning, ...] = ()
    up_reasons: Mapping[str, str] = field(default_factory=dict)  # chair id -> why it stands so
