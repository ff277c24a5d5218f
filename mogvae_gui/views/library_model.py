"""The rows of the library's list and their thumbnails, asked for when they come in sight."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import UInt8
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QPixmap

from mogvae_gui.views.actions import wrapped

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

CHAIR_ID = int(Role.UserRole)
SPLIT = int(Role.UserRole) + 1
KEPT_THUMBNAILS = 2_000  # 96 px at double density: 74 MB at the most


@dataclass(frozen=True)
class ChairRow:
    """One chair as the list shows it."""

    chair_id: str
    name: str
    split: str
    tooltip: str | Callable[[], str]  # many are listed, few are pointed at


class LibraryModel(QAbstractListModel):
    """Rows by position; nothing is drawn before somebody looks at it."""

    thumbnail_wanted = Signal(str)
    renamed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ChairRow] = []
        self._row_of: dict[str, int] = {}
        self._thumbnails: OrderedDict[str, QPixmap] = OrderedDict()
        self._asked: set[str] = set()

    def show_rows(self, rows: list[ChairRow]) -> None:
        """Replace all rows; thumbnails that were drawn stay."""
        self.beginResetModel()
        self._rows = rows
        self._row_of = {row.chair_id: position for position, row in enumerate(rows)}
        self._asked.clear()
        self.endResetModel()

    def show_thumbnail(self, chair_id: str, image: UInt8[np.ndarray, "height width 4"]) -> None:
        """Show the drawn thumbnail of a chair."""
        height, width = image.shape[:2]
        content = np.ascontiguousarray(image)
        picture = QImage(content.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
        self.take_thumbnail(chair_id, QPixmap.fromImage(picture.copy()))

    def take_thumbnail(self, chair_id: str, picture: QPixmap) -> None:
        """Show a picture that is there already; Qt shares its pixels."""
        self._thumbnails[chair_id] = picture
        self._asked.discard(chair_id)
        while len(self._thumbnails) > KEPT_THUMBNAILS:
            self._thumbnails.popitem(last=False)
        if chair_id in self._row_of:
            index = self.index(self._row_of[chair_id])
            self.dataChanged.emit(index, index, [int(Role.DecorationRole)])

    def forget_thumbnail(self, chair_id: str) -> None:
        """Drop one picture: its chair looks different now."""
        self._thumbnails.pop(chair_id, None)
        self._asked.discard(chair_id)

    def forget_thumbnails(self) -> None:
        """Drop all pictures: another project's chairs may have the same ids."""
        self._thumbnails.clear()
        self._asked.clear()

    def thumbnail(self, chair_id: str) -> QPixmap | None:
        """The picture of a chair if it was drawn."""
        return self._thumbnails.get(chair_id)

    def index_of(self, chair_id: str) -> QModelIndex:
        """The chair's index; invalid where it is not listed."""
        row = self._row_of.get(chair_id)
        return QModelIndex() if row is None else self.index(row)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Role.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role in (Role.DisplayRole, Role.EditRole):
            return row.name
        if role == Role.ToolTipRole:
            tooltip = row.tooltip
            return wrapped(tooltip if isinstance(tooltip, str) else tooltip())
        if role == CHAIR_ID:
            return row.chair_id
        if role == SPLIT:
            return row.split
        if role == Role.DecorationRole:
            return self._picture_of(row.chair_id)
        return None

    def setData(self, index: Index, value: Any, role: int = int(Role.EditRole)) -> bool:
        if not index.isValid() or index.row() >= len(self._rows):
            return False
        name = str(value).strip()
        row = self._rows[index.row()]
        if role != Role.EditRole or not name or name == row.name:
            return False
        self.renamed.emit(row.chair_id, name)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags

    def _picture_of(self, chair_id: str) -> QPixmap | None:
        picture = self._thumbnails.get(chair_id)
        if picture is not None:
            self._thumbnails.move_to_end(chair_id)
        elif chair_id not in self._asked:
            self._asked.add(chair_id)
            self.thumbnail_wanted.emit(chair_id)
        return picture
