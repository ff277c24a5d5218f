"""Chairs as columns of plain values: how the index is written.

A list of each property is a third of the size of a list of records, and a library of 100,000
chairs opens in about a second.
"""

from collections.abc import Sequence
from typing import Any

from core.frame import AXES, Frame, as_rows
from core.library.chair import Chair
from core.plain_text import clean_text
from core.split import SPLITS, Split

Columns = dict[str, Any]


def order_of_coming(chair: Chair) -> int:
    """Ids carry the number of a chair's coming, which is its place in the library."""
    return int(chair.id[1:])


def id_of_number(number: int) -> str:
    """The id of the chair that came as the `number`-th."""
    return f"c{number:06d}"


def as_columns(chairs: Sequence[Chair]) -> Columns:
    """A list of each property; rotations, of which there are few, are listed once."""
    rotations = dict.fromkeys((chair.frame.rotation for chair in chairs), 0)
    for place, rotation in enumerate(rotations):
        rotations[rotation] = place
    return {
        "number": [order_of_coming(chair) for chair in chairs],
        "name": [chair.name for chair in chairs],
        "split": [chair.split for chair in chairs],
        "row": [chair.row for chair in chairs],
        "source": [chair.source for chair in chairs],
        "content_hash": [chair.content_hash for chair in chairs],
        "centre": [chair.frame.centre for chair in chairs],
        "scale": [chair.frame.scale for chair in chairs],
        "up": "".join(chair.frame.up for chair in chairs),
        "rotation": [rotations[chair.frame.rotation] for chair in chairs],
        "rotations": list(rotations),
        "metadata": [chair.metadata for chair in chairs],
    }


def from_columns(columns: Columns) -> tuple[Chair, ...]:
    """Undoes `as_columns`. ValueError, KeyError or TypeError where something is not right."""
    rotations = [as_rows(rotation) for rotation in columns["rotations"]]
    splits: dict[str, Split] = {split: split for split in SPLITS}  # one string for all chairs
    axes = {axis: axis for axis in AXES}
    return tuple(
        Chair(
            id=id_of_number(number),
            name=clean_text(_text(name)) or "chair",
            split=splits[split],
            row=_whole(row),
            source=clean_text(_text(source)),
            content_hash=_text(content_hash),
            frame=Frame(_centre(centre), float(scale), rotations[_whole(rotation)], axes[up]),
            metadata=_mapping(metadata),
        )
        for (
            number,
            name,
            split,
            row,
            source,
            content_hash,
            centre,
            scale,
            up,
            rotation,
            metadata,
        ) in zip(*(columns[key] for key in _KEYS), strict=True)
    )


_KEYS = (
    "number", "name", "split", "row", "source", "content_hash", "centre", "scale", "up",
    "rotation", "metadata",
)  # fmt: skip


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(f"{value!r} is no text")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(f"{value!r} is no whole number")
    return value


def _mapping(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise TypeError(f"{value!r} is no metadata")
    return value


def _centre(value: Any) -> tuple[float, float, float]:
    x, y, z = value
    return (float(x), float(y), float(z))
