"""Orders on disk, found again by the content of the cloud.

    FOLDER/KEY/index.json     which clouds, by the hash of their points, in which part and row
    FOLDER/KEY/part-*.npy     orders (m, N) int32

KEY names the template and the method. A part is written before the index that names it, so that
a crash loses the last part at most. Parts are read by memory mapping: 100,000 orders cost no
memory until they are used.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.atomic import replaced_atomically, write_json
from core.correspondence.matching import METHOD, Order

FORMAT = 1

_INDEX = "index.json"


def cloud_hash(cloud: NDArray[np.float32]) -> str:
    """32 hexadecimal digits that name a cloud by its points and their order."""
    content = np.ascontiguousarray(cloud, dtype="<f4")
    return hashlib.blake2b(content.tobytes(), digest_size=16).hexdigest()


class OrderStore:
    """The orders of one template. One process writes at a time; a second loses no more than work.

    Orders that cannot be read, or are no orders, count as missing: they can be made again.
    """

    def __init__(self, folder: Path, template: NDArray[np.float32]) -> None:
        """Open the store of this template below `folder`; it need not exist yet."""
        self.points = len(template)
        key = hashlib.blake2b(
            f"{FORMAT} {METHOD} {cloud_hash(template)}".encode(), digest_size=8
        ).hexdigest()
        self.folder = folder / key
        self._parts: list[dict[str, Any]] = []
        self._found: dict[str, Order] = {}
        for part in self._read_index():
            self._take(part)

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def order(self, name: str) -> Order:
        """Give the order of the cloud with this hash: (N,) int32. KeyError where there is none."""
        return self._found[name]

    def add(self, orders: Mapping[str, Order]) -> None:
        """Keep orders by the hashes of their clouds, as one part."""
        if not orders:
            return
        part = {"file": f"part-{uuid.uuid4().hex}.npy", "clouds": list(orders)}
        path = self.folder / str(part["file"])
        with replaced_atomically(path) as temporary, temporary.open("wb") as handle:
            np.save(handle, np.stack(list(orders.values())).astype("<i4"))
        self._take(part)
        write_json(self.folder / _INDEX, {"format": FORMAT, "parts": self._parts}, indent=None)

    def _read_index(self) -> list[dict[str, Any]]:
        try:
            content = json.loads((self.folder / _INDEX).read_text(encoding="utf-8"))
            return [
                {"file": str(part["file"]), "clouds": list(part["clouds"])}
                for part in content["parts"]
                if Path(str(part["file"])).name == part["file"]  # in this folder
            ]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return []

    def _take(self, part: dict[str, Any]) -> None:
        try:
            orders = np.load(self.folder / part["file"], mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError):
            return
        if orders.shape == (len(part["clouds"]), self.points) and orders.dtype == np.int32:
            self._parts.append(part)
            self._found.update(zip(part["clouds"], orders, strict=True))


class OrderTable:
    """The orders of some clouds of a library, by their position among those asked for."""

    def __init__(
        self, template: NDArray[np.float32], store: OrderStore, names: Sequence[str]
    ) -> None:
        self.template = template
        self._store = store
        self._names = names

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, position: int) -> Order:
        """Give the order (N,) int32 of the cloud at this position."""
        return self._store.order(self._names[position])

    def arrange(self, position: int, cloud: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the cloud at this position in the template's order: (N, 3)."""
        return cloud[self[position]]
