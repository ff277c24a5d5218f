"""PLY, ascii and binary: elements with properties, as the header declares them.

An element without lists is a table and is read at once; one whose lists are all of one length is
a table too. Anything else is read row by row.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.errors import ShapeFileError
from core.shape_files.shape import Shape, cloud_shape, mesh_shape, refusal

_TYPES = {
    "char": "i1", "uchar": "u1", "short": "i2", "ushort": "u2", "int": "i4", "uint": "u4",
    "float": "f4", "double": "f8", "int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2",
    "int32": "i4", "uint32": "u4", "int64": "i8", "uint64": "u8", "float32": "f4", "float64": "f8",
}  # fmt: skip
_ORDERS = {"binary_little_endian": "<", "binary_big_endian": ">", "ascii": "="}
_INDEX_NAMES = ("vertex_indices", "vertex_index")

Columns = dict[str, NDArray[np.float64]]
Lists = tuple[NDArray[np.int64], NDArray[np.int64]]  # lengths (P,), all values behind each other


@dataclass
class _Property:
    name: str
    type: str  # of the value, or of a list's values
    count_type: str | None = None  # of a list's length


@dataclass
class _Element:
    name: str
    count: int
    properties: list[_Property] = field(default_factory=list)

    @property
    def least_bytes(self) -> int:
        """Of one row, its lists empty."""
        return sum(int((p.count_type or p.type)[1]) for p in self.properties)


def read_ply(name: str, content: bytes) -> Shape:
    """A mesh, or points where there are no faces, from the bytes of a PLY file."""
    order, elements, start = _read_header(name, content)
    reader: _AsciiRows | _BinaryRows = (
        _AsciiRows(name, content[start:]) if order == "=" else _BinaryRows(name, content, start)
    )
    columns: Columns = {}
    polygons: Lists | None = None
    for element in elements:
        if element.name == "vertex":
            columns, _ = reader.read(element, order, None)
        elif element.name == "face":
            indices = next((p.name for p in element.properties if p.name in _INDEX_NAMES), None)
            if indices is None and element.count:
                raise refusal(name, "its faces have no list named vertex_indices")
            _, polygons = reader.read(element, order, indices)
        elif element.name == "tristrips":
            raise refusal(name, "its triangles are stored as strips", "Export it with plain faces.")
        else:
            reader.read(element, order, None)
    missing = [axis for axis in "xyz" if axis not in columns]
    if missing:
        raise refusal(name, f"the vertices have no {' and no '.join(missing)}")
    vertices = np.stack([columns[axis] for axis in "xyz"], axis=1)
    if polygons is None or len(polygons[0]) == 0:
        return cloud_shape(name, vertices)
    return mesh_shape(name, vertices, *polygons)


def _read_header(name: str, content: bytes) -> tuple[str, list[_Element], int]:
    """The byte order (`=` for ascii), the elements, and where the data starts."""
    if not content.startswith(b"ply"):
        raise refusal(
            name, "it does not begin with “ply”, so this is no PLY file", "Check its suffix."
        )
    end = content.find(b"end_header")
    if end < 0:
        raise refusal(
            name, "its header has no end", "The file is cut short; copy or export it again."
        )
    line_end = content.find(b"\n", end)
    start = len(content) if line_end < 0 else line_end + 1
    order = None
    elements: list[_Element] = []
    for line in content[:end].decode("ascii", errors="replace").splitlines()[1:]:
        match line.split():
            case ["format", kind, *_]:
                order = _ORDERS.get(kind)
            case ["element", element, count] if count.isdecimal() and len(count) < 19:
                elements.append(_Element(element, int(count)))
            case ["property", "list", count_type, value_type, label] if (
                elements and _TYPES.get(count_type, "f")[0] in "iu" and value_type in _TYPES
            ):
                elements[-1].properties.append(
                    _Property(label, _TYPES[value_type], _TYPES[count_type])
                )
            case ["property", value_type, label] if elements and value_type in _TYPES:
                elements[-1].properties.append(_Property(label, _TYPES[value_type]))
            case [] | ["comment" | "obj_info", *_]:
                pass
            case _:
                raise refusal(
                    name, f"its header has the line “{line.strip()[:60]}”, which is not PLY"
                )
    if order is None:
        raise refusal(name, "its header names no format (ascii or binary)")
    return order, elements, start


class _BinaryRows:
    """Takes elements off the bytes, one behind the other."""

    def __init__(self, name: str, content: bytes, start: int) -> None:
        self._name = name
        self._content = content
        self._position = start

    def read(
        self, element: _Element, order: str, wanted_list: str | None
    ) -> tuple[Columns, Lists | None]:
        """The single values as columns, and one list property."""
        left = len(self._content) - self._position
        if element.count * element.least_bytes > left:
            raise _cut_short(self._name, element)
        lists = [p for p in element.properties if p.count_type]
        if not (element.count and element.properties):
            return {p.name: np.empty(0) for p in element.properties}, None
        table = self._as_table(element, order)
        if table is None:
            return self._row_by_row(element, order, wanted_list)
        columns = {
            p.name: table[f"value {i}"].astype(np.float64)
            for i, p in enumerate(element.properties)
            if p not in lists
        }
        for i, p in enumerate(element.properties):
            if p.name == wanted_list:
                values = table[f"value {i}"].reshape(element.count, -1)
                lengths = np.full(element.count, values.shape[1], dtype=np.int64)
                return columns, (lengths, values.astype(np.int64).reshape(-1))
        return columns, None

    def _as_table(self, element: _Element, order: str) -> NDArray[np.void] | None:
        """All rows at once, if every list is as long as in the first row; else None."""
        fields: list[tuple[str, str] | tuple[str, str, tuple[int]]] = []
        offset = self._position
        for i, p in enumerate(element.properties):
            if p.count_type:
                count_type = np.dtype(order + p.count_type)
                if offset + count_type.itemsize > len(self._content):
                    return None
                length = int(np.frombuffer(self._content, count_type, 1, offset)[0])
                if not 0 <= length <= len(self._content):
                    return None
                fields.append((f"length {i}", count_type.str))
                fields.append((f"value {i}", order + p.type, (length,)))
                offset += count_type.itemsize + length * int(p.type[1])
            else:
                fields.append((f"value {i}", order + p.type))
                offset += int(p.type[1])
        row_bytes = offset - self._position
        if self._position + row_bytes * element.count > len(self._content):
            return None
        table = np.frombuffer(self._content, np.dtype(fields), element.count, self._position)
        for label in table.dtype.names or ():
            if label.startswith("length") and (table[label] != table[label][0]).any():
                return None
        self._position += row_bytes * element.count
        return table

    def _row_by_row(
        self, element: _Element, order: str, wanted_list: str | None
    ) -> tuple[Columns, Lists | None]:
        columns: dict[str, list[float]] = {p.name: [] for p in element.properties}
        lengths: list[int] = []
        values: list[NDArray[np.int64]] = []
        types = [
            (p.name, np.dtype(order + p.type), p.count_type and np.dtype(order + p.count_type))
            for p in element.properties
        ]
        position = self._position
        try:
            for _ in range(element.count):
                for label, value_type, count_type in types:
                    length = 1
                    if count_type:
                        length = int(np.frombuffer(self._content, count_type, 1, position)[0])
                        position += count_type.itemsize
                    if length < 0 or position + length * value_type.itemsize > len(self._content):
                        raise _cut_short(self._name, element)
                    read = np.frombuffer(self._content, value_type, length, position)
                    position += length * value_type.itemsize
                    if label == wanted_list:
                        lengths.append(length)
                        values.append(read.astype(np.int64))
                    elif not count_type:
                        columns[label].append(float(read[0]))
        except ValueError as error:
            raise _cut_short(self._name, element) from error
        self._position = position
        singles = {p.name: np.array(columns[p.name]) for p in element.properties}
        return singles, _as_lists(lengths, values) if wanted_list else None


class _AsciiRows:
    """Takes elements off the words of the text, one behind the other."""

    def __init__(self, name: str, content: bytes) -> None:
        self._name = name
        self._words = content.decode("utf-8", errors="replace").split()
        self._position = 0

    def read(
        self, element: _Element, _order: str, wanted_list: str | None
    ) -> tuple[Columns, Lists | None]:
        """The single values as columns, and one list property."""
        if element.count * len(element.properties) > len(self._words) - self._position:
            raise _cut_short(self._name, element)
        if not (element.count and element.properties):
            return {p.name: np.empty(0) for p in element.properties}, None
        try:
            return self._as_table(element, wanted_list) or self._row_by_row(element, wanted_list)
        except (ValueError, OverflowError) as error:
            raise refusal(
                self._name,
                f"among its {element.count} {element.name} rows is one that is no row of numbers",
                "The file is damaged; export it again.",
            ) from error

    def _as_table(
        self, element: _Element, wanted_list: str | None
    ) -> tuple[Columns, Lists | None] | None:
        """All rows at once, if every list is as long as in the first row; else None."""
        places: dict[str, slice] = {}
        length_places: list[int] = []
        width = 0
        for p in element.properties:
            length = 1
            if p.count_type:
                if self._position + width >= len(self._words):
                    return None
                length = int(self._words[self._position + width])
                if not 0 <= length <= len(self._words):
                    return None
                length_places.append(width)
                width += 1
            places[p.name] = slice(width, width + length)
            width += length
        end = self._position + width * element.count
        if end > len(self._words):
            return None
        words = self._words[self._position : end]
        if any(len(set(words[place::width])) > 1 for place in length_places):
            return None
        table = np.array(words, dtype=np.float64).reshape(element.count, width)
        self._position = end
        singles = [p for p in element.properties if not p.count_type]
        columns = {p.name: table[:, places[p.name].start] for p in singles}
        if wanted_list is None:
            return columns, None
        values = table[:, places[wanted_list]]
        lengths = np.full(element.count, values.shape[1], dtype=np.int64)
        return columns, (lengths, _whole_numbers(values.reshape(-1)))

    def _row_by_row(
        self, element: _Element, wanted_list: str | None
    ) -> tuple[Columns, Lists | None]:
        columns: dict[str, list[float]] = {p.name: [] for p in element.properties}
        lengths: list[int] = []
        values: list[str] = []
        words, position = self._words, self._position
        for _ in range(element.count):
            for p in element.properties:
                length = 1
                if p.count_type:
                    length = int(words[position]) if position < len(words) else -1
                    position += 1
                if length < 0 or position + length > len(words):
                    raise _cut_short(self._name, element)
                if p.name == wanted_list:
                    lengths.append(length)
                    values += words[position : position + length]
                elif not p.count_type:
                    columns[p.name].append(float(words[position]))
                position += length
        self._position = position
        singles = {p.name: np.array(columns[p.name]) for p in element.properties}
        if wanted_list is None:
            return singles, None
        return singles, (np.array(lengths, dtype=np.int64), np.array(values, dtype=np.int64))


def _as_lists(lengths: list[int], values: list[NDArray[np.int64]]) -> Lists:
    flat = np.concatenate(values) if values else np.empty(0, dtype=np.int64)
    return np.array(lengths, dtype=np.int64), flat


def _whole_numbers(values: NDArray[np.float64]) -> NDArray[np.int64]:
    if not (np.abs(values) < 2**53).all():
        raise ValueError("an index that is no number, or is huge")
    return values.astype(np.int64)


def _cut_short(name: str, element: _Element) -> ShapeFileError:
    return refusal(
        name,
        f"the header declares {element.count} {element.name} rows, but the file ends before",
        "The file is cut short; copy or export it again.",
    )
