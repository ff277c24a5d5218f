"""The index of a library: one JSON file, replaced as a whole, with a format number."""

import gc
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from core.atomic import write_json
from core.errors import LibraryError, NewerFormatError
from core.library.chair import Chair
from core.library.columns import as_columns, from_columns, order_of_coming
from core.migrations import brought_up

FORMAT = 1
INDEX_FILE = "index.json"
FIRST_CLOUDS_FILE = "clouds.f32"


@dataclass(frozen=True)
class Index:
    """What a library knows at one moment. Never changed: a change makes the next index.

    Readers in other threads keep the index that they took.
    """

    points: int  # of each cloud
    clouds_file: str = FIRST_CLOUDS_FILE  # in the library's folder
    rows: int = 0  # of the clouds file that count; what lies behind is left from a crash
    next_number: int = 1  # for the next id
    chairs: tuple[Chair, ...] = ()  # in the order of their coming
    removed: tuple[Chair, ...] = field(default=())  # can be restored

    @cached_property
    def position(self) -> dict[str, int]:
        """Chair id -> position in `chairs`."""
        return {chair.id: position for position, chair in enumerate(self.chairs)}

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that are taken."""
        return frozenset(chair.name for chair in self.chairs)

    @cached_property
    def by_hash(self) -> dict[str, Chair]:
        """Content hash -> the first chair with it."""
        first: dict[str, Chair] = {}
        for chair in self.chairs:
            first.setdefault(chair.content_hash, chair)
        return first

    def with_chairs(self, changed: Iterable[Chair]) -> "Index":
        """The same index with chairs put in, or in the place of those of the same id."""
        chairs = {chair.id: chair for chair in self.chairs}
        chairs.update((chair.id, chair) for chair in changed)
        return replace(self, chairs=tuple(sorted(chairs.values(), key=order_of_coming)))


def write_index(folder: Path, index: Index) -> None:
    """Replace the index on disk, atomically."""
    content = {
        "format": FORMAT,
        "points": index.points,
        "clouds": index.clouds_file,
        "rows": index.rows,
        "next": index.next_number,
        "chairs": as_columns(index.chairs),
        "removed": as_columns(index.removed),
    }
    # Without indent the fast encoder is used.
    write_json(folder / INDEX_FILE, content, indent=None)


def read_index(folder: Path) -> Index:
    """The index of a library's folder. LibraryError says which piece is missing or damaged."""
    path = folder / INDEX_FILE
    try:
        text = path.read_bytes()
    except FileNotFoundError as error:
        raise LibraryError(
            f"{folder}: {INDEX_FILE} is missing, so this is no library. "
            "Open another folder, or put the file back from a copy."
        ) from error
    except OSError as error:
        raise LibraryError(
            f"{path}: the index cannot be read ({error.strerror}). Check the folder's permissions."
        ) from error
    with _garbage_collection_paused():
        return _parsed(path, text)


def _parsed(path: Path, text: bytes) -> Index:
    try:
        return _index_from_json(brought_up(path, json.loads(text), FORMAT))
    except NewerFormatError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(path, error) from error


def _index_from_json(content: Any) -> Index:
    clouds_file = str(content["clouds"])
    if Path(clouds_file).name != clouds_file:
        raise ValueError("the clouds file lies outside the library's folder")
    index = Index(
        points=int(content["points"]),
        clouds_file=clouds_file,
        rows=int(content["rows"]),
        next_number=int(content["next"]),
        chairs=from_columns(content["chairs"]),
        removed=from_columns(content["removed"]),
    )
    if index.points < 1 or index.rows < 0:
        raise ValueError("points or rows are below their least value")
    if len(index.position) != len(index.chairs):
        raise ValueError("two chairs have the same id")
    rows = [chair.row for chair in (*index.chairs, *index.removed)]
    if rows and not 0 <= min(rows) <= max(rows) < index.rows:
        raise ValueError(f"chairs have rows up to {max(rows)} of {index.rows}")
    numbers = list(map(order_of_coming, (*index.chairs, *index.removed)))
    if numbers and not 0 < min(numbers) <= max(numbers) < index.next_number:
        raise ValueError(f"chairs have numbers up to {max(numbers)} of {index.next_number - 1}")
    return index


@contextmanager
def _garbage_collection_paused() -> Iterator[None]:
    """Many small objects at once, none of them garbage: searching for it doubles the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _damaged(path: Path, error: Exception) -> LibraryError:
    return LibraryError(
        f"{path}: the index is damaged ({type(error).__name__}: {error}). "
        "Put the file back from a copy of the project, or import the chairs again."
    )
