"""PCD, the point clouds of PCL: a text header, then ascii, binary or LZF-compressed data."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import ShapeFileError
from core.shape_files.shape import Shape, cloud_shape, refusal
from core.shape_files.text import float_table

_SIZES = {("F", 4), ("F", 8), *((kind, size) for kind in "IU" for size in (1, 2, 4, 8))}
_LARGEST_EXPANSION = 100  # LZF cannot make more of a byte than about 88


@dataclass(frozen=True)
class _Header:
    fields: tuple[str, ...]
    types: tuple[str, ...]  # numpy's, one a field
    counts: tuple[int, ...]  # values a field
    points: int
    data: str
    start: int  # of the data, in bytes

    @property
    def row(self) -> np.dtype[np.void]:
        return np.dtype(
            [
                (f"{i}", kind, (count,))
                for i, (kind, count) in enumerate(zip(self.types, self.counts, strict=True))
            ]
        )

    def place(self, axis: str) -> int:
        return self.fields.index(axis)


def read_pcd(name: str, content: bytes) -> Shape:
    """Points from the bytes of a PCD file. Points without a value (NaN) are left out."""
    header = _read_header(name, content)
    if header.data == "ascii":
        points = _read_ascii(name, content, header)
    elif header.data == "binary":
        points = _read_binary(name, content, header)
    elif header.data == "binary_compressed":
        points = _read_compressed(name, content, header)
    else:
        raise refusal(name, f"its data is “{header.data[:20]}”, not ascii or binary")
    valid = ~np.isnan(points).any(axis=1)
    left_out = int((~valid).sum())
    if len(points) and not valid.any():
        raise refusal(name, f"all {len(points)} points are without a value (NaN)")
    notes = (f"{left_out} points without a value (NaN) were left out.",) if left_out else ()
    return cloud_shape(name, points[valid], notes)


def _read_header(name: str, content: bytes) -> _Header:
    entries: dict[str, list[str]] = {}
    position = 0
    while "DATA" not in entries:
        end = content.find(b"\n", position)
        if end < 0 or end > 65536:
            raise refusal(name, "its header has no DATA line, so this is no whole PCD file")
        words = content[position:end].decode("ascii", errors="replace").split()
        position = end + 1
        if words and not words[0].startswith("#"):
            entries[words[0].upper()] = words[1:]
    try:
        fields = tuple(entries["FIELDS"])
        sizes = [int(word) for word in entries["SIZE"]]
        counts = tuple(int(word) for word in entries.get("COUNT", ["1"] * len(fields)))
        width = int(entries["WIDTH"][0]) * int(entries.get("HEIGHT", ["1"])[0])
        points = int(entries["POINTS"][0]) if "POINTS" in entries else width
        data = entries["DATA"][0].lower()
        kinds = [word.upper() for word in entries["TYPE"]]
        if not len(fields) == len(sizes) == len(counts) == len(kinds):
            raise refusal(
                name, "its header declares fields, sizes, types and counts of unequal number"
            )
        if not set(zip(kinds, sizes, strict=True)) <= _SIZES or min(counts, default=1) < 0:
            raise refusal(name, "its header declares a type that PCD does not have")
    except (KeyError, IndexError, ValueError) as error:
        raise refusal(name, f"its header is incomplete ({error})") from error
    if points < 0 or points > len(content) * _LARGEST_EXPANSION:
        raise refusal(
            name, f"its header declares {points} points, more than the file can hold", _CUT
        )
    if sum(counts) > len(content) or not {"x", "y", "z"} <= {
        field for field, count in zip(fields, counts, strict=True) if count
    }:
        raise refusal(name, f"its points have the fields {' '.join(fields)[:60]}, not x, y and z")
    types = tuple(f"<{kind.lower()}{size}" for kind, size in zip(kinds, sizes, strict=True))
    return _Header(fields, types, counts, points, data, position)


def _read_ascii(name: str, content: bytes, header: _Header) -> NDArray[np.float64]:
    text = content[header.start :].decode("ascii", errors="replace")
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < header.points:
        raise _cut_short(name, header, f"only {len(lines)} lines follow")
    starts = np.cumsum(header.counts) - header.counts
    columns = [int(starts[header.place(axis)]) for axis in "xyz"]
    return float_table(name, lines[: header.points], columns, "point line")


def _read_binary(name: str, content: bytes, header: _Header) -> NDArray[np.float64]:
    if header.start + header.points * header.row.itemsize > len(content):
        raise _cut_short(name, header, f"only {len(content) - header.start} bytes follow")
    rows = np.frombuffer(content, header.row, header.points, header.start)
    return np.stack([rows[f"{header.place(axis)}"][:, 0] for axis in "xyz"], 1).astype(np.float64)


def _read_compressed(name: str, content: bytes, header: _Header) -> NDArray[np.float64]:
    """The data is compressed, and ordered field by field."""
    sizes = np.frombuffer(content[header.start : header.start + 8].ljust(8, b"\0"), "<u4")
    packed = content[header.start + 8 : header.start + 8 + int(sizes[0])]
    whole = int(sizes[1])
    if len(packed) < sizes[0] or whole != header.points * header.row.itemsize:
        raise _cut_short(name, header, f"only {len(packed)} compressed bytes follow")
    try:
        unpacked = _unpack_lzf(packed, whole)
    except (IndexError, ValueError) as error:
        raise refusal(name, "its compressed data is damaged", "Copy or export it again.") from error
    columns = []
    for axis in "xyz":
        place = header.place(axis)
        row_bytes = [
            np.dtype(kind).itemsize * count
            for kind, count in zip(header.types, header.counts, strict=True)
        ]
        offset = sum(row_bytes[:place]) * header.points
        count = header.counts[place]
        values = np.frombuffer(unpacked, header.types[place], header.points * count, offset)
        columns.append(values[:: max(count, 1)].astype(np.float64))
    return np.stack(columns, axis=1)


def _unpack_lzf(packed: bytes, whole: int) -> bytes:
    """Undo LZF: runs of literal bytes, and references to earlier ones.

    A control byte below 32 announces that many literals, plus one. Else its upper three bits are
    the length minus two (7: one more byte adds to it) and its lower five, with the next byte, the
    distance back minus one. ValueError or IndexError where the data does not make `whole` bytes.
    """
    out = bytearray()
    position = 0
    while position < len(packed):
        control = packed[position]
        position += 1
        if control < 32:
            out += packed[position : position + control + 1]
            position += control + 1
        else:
            length = control >> 5
            if length == 7:
                length += packed[position]
                position += 1
            start = len(out) - ((control & 31) << 8) - packed[position] - 1
            position += 1
            if start < 0:
                raise ValueError("a reference before the start")
            piece = out[start : start + length + 2]
            while len(piece) < length + 2:  # the reference overlaps what it makes
                piece += piece[: length + 2 - len(piece)]
            out += piece
        if len(out) > whole:
            raise ValueError("more bytes than declared")
    if len(out) != whole:
        raise ValueError("fewer bytes than declared")
    return bytes(out)


def _cut_short(name: str, header: _Header, found: str) -> ShapeFileError:
    return refusal(name, f"its header declares {header.points} points, but {found}", _CUT)


_CUT = "The file is cut short; copy or export it again."
