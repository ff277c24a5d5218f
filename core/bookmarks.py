"""Named places of a project, each with a small picture, kept in the project's own document."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from core.places import Place
from core.plain_text import clean_text

_PNG_BEGINS = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Bookmark:
    """A place that somebody wanted to find again."""

    id: str
    name: str  # one line, not empty
    place: Place
    made_at: str = ""  # ISO 8601, UTC
    picture: bytes = b""  # PNG of what was decoded there; empty where nothing was


def new_bookmark(name: str, place: Place, picture: bytes = b"") -> Bookmark:
    """Make a bookmark with an id of its own."""
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    return Bookmark(uuid4().hex, clean_text(name) or "Place", place, made_at, picture)


def unique_name(name: str, taken: Sequence[str]) -> str:
    """`name`, or with a number that is free: two bookmarks of one name cannot be told apart."""
    name = clean_text(name) or "Place"
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name} {number}", number + 1
    return unique


def bookmarks_as_json(bookmarks: Sequence[Bookmark]) -> dict[str, Any]:
    """What the project's document holds."""
    return {
        "bookmarks": [
            {
                "id": bookmark.id,
                "name": bookmark.name,
                "made_at": bookmark.made_at,
                "place": bookmark.place.as_json(),
                "picture": base64.b64encode(bookmark.picture).decode("ascii"),
            }
            for bookmark in bookmarks
        ]
    }


def bookmarks_from_json(content: Any) -> tuple[tuple[Bookmark, ...], tuple[str, ...]]:
    """Undoes `bookmarks_as_json`; a damaged bookmark is left out and named among the problems."""
    entries = content.get("bookmarks", []) if isinstance(content, dict) else None
    if not isinstance(entries, list):
        return (), ("The bookmarks are no list.",)
    found: list[Bookmark] = []
    problems: list[str] = []
    for number, entry in enumerate(entries, start=1):
        try:
            bookmark = _bookmark(entry)
        except ValueError as error:
            problems.append(f"Bookmark {number}: {error}")
            continue
        if any(bookmark.id == other.id for other in found):
            problems.append(f"Bookmark {number} is there twice.")
            continue
        found.append(bookmark)
    return tuple(found), tuple(problems)


def _bookmark(entry: Any) -> Bookmark:
    if not isinstance(entry, dict):
        raise ValueError(f"There is {entry!r} in its place.")
    name, key = entry.get("name"), entry.get("id")
    if not isinstance(name, str) or not clean_text(name):
        raise ValueError("It has no name.")
    if not isinstance(key, str) or not key:
        raise ValueError("It has no id.")
    return Bookmark(
        key,
        clean_text(name),
        Place.from_json(entry.get("place")),
        str(entry.get("made_at", "")),
        _picture(entry.get("picture")),
    )


def _picture(text: Any) -> bytes:
    """The PNG, or nothing: a bookmark without its picture still leads to its place."""
    try:
        picture = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        return b""
    return picture if picture.startswith(_PNG_BEGINS) else b""
