"""The project's runs as a tree: a fork stands under its parent."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from mogvae_gui.views.actions import lines_tooltip
from mogvae_gui.views.icons import pixmap
from mogvae_gui.views.name_delegate import NameDelegate
from mogvae_gui.views.theme import GRID, palette, small_font, theme

ROW_HEIGHT: Final = 44
ICON: Final = 16
ROW: Final = int(Qt.ItemDataRole.UserRole)

# How a run stands -> icon, role of its colour.
_STANDINGS: Final = {
    "new": ("circle", "muted"),
    "training": ("activity", "accent"),
    "watched": ("eye", "accent"),
    "stopped": ("pause", "muted"),
    "killed": ("pause", "warning"),
    "failed": ("error", "error"),
    "damaged": ("error", "error"),
    "done": ("success", "success"),
}


@dataclass(frozen=True)
class RunRow:
    """One run as the tree shows it."""

    name: str
    parent: str | None = None  # the run under which it stands
    standing: str = "done"  # a key of the icons above
    model: str = ""  # "MoG 8 · d 3"
    course: str = ""  # "150 epochs", or what went wrong
    figure: str = ""  # "CD₁ 0.115"
    tooltip: str = ""
    in_view: bool = False
    can_rename: bool = True


class RunTree(QTreeWidget):
    """Choosing a row chooses the run; F2 or a second click edits its name."""

    run_chosen = Signal(str)
    rename_edited = Signal(str, str)  # run, the name that it shall have

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(RunDelegate(self))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("Runs")
        self._rows: tuple[RunRow, ...] = ()
        self.itemSelectionChanged.connect(self._on_selection_changed)
        self.itemChanged.connect(self._on_item_changed)
        theme().changed.connect(self._on_theme_changed)

    @property
    def chosen(self) -> str | None:
        """The run whose row is selected."""
        items = self.selectedItems()
        return items[0].data(0, ROW).name if items else None

    def show_rows(self, rows: tuple[RunRow, ...]) -> None:
        """List these runs, parents before their children; the chosen one stays chosen.

        Rows that stay keep their items, so that a name can be edited while a training goes on.
        """
        if rows == self._rows:
            return
        before, self._rows = self._rows, rows
        with QSignalBlocker(self):
            if [(row.name, row.parent) for row in rows] != [
                (row.name, row.parent) for row in before
            ]:
                self._make_items(rows)
            items = self._items()
            for row in rows:
                items[row.name].show_row(row)
        self.viewport().update()

    def show_chosen(self, name: str | None) -> None:
        """Select a run's row, or none; says nothing."""
        if name == self.chosen:
            return
        with QSignalBlocker(self):
            item = self._items().get(name or "")
            self.clearSelection()
            if item is not None:
                self.setCurrentItem(item)
                item.setSelected(True)

    def edit_name(self) -> None:
        """Let the chosen run's name be edited in its row."""
        items = self.selectedItems()
        if items and items[0].data(0, ROW).can_rename:
            self.editItem(items[0], 0)

    def _make_items(self, rows: tuple[RunRow, ...]) -> None:
        chosen = self.chosen
        folded = {name for name, item in self._items().items() if not item.isExpanded()}
        self.clear()
        items: dict[str, _Item] = {}
        for row in rows:
            item = items[row.name] = _Item(row)
            above = items.get(row.parent or "")
            if above is None:
                self.addTopLevelItem(item)
            else:
                above.addChild(item)
        for name, item in items.items():
            item.setExpanded(name not in folded or item.childCount() == 0)
        if chosen in items:
            self.setCurrentItem(items[chosen])
            items[chosen].setSelected(True)

    def _items(self) -> dict[str, "_Item"]:
        found: dict[str, _Item] = {}
        waiting = [self.topLevelItem(index) for index in range(self.topLevelItemCount())]
        while waiting:
            item = waiting.pop()
            if isinstance(item, _Item):
                found[item.data(0, ROW).name] = item
                waiting += [item.child(index) for index in range(item.childCount())]
        return found

    @Slot()
    def _on_selection_changed(self) -> None:
        name = self.chosen
        if name is not None:
            self.run_chosen.emit(name)

    @Slot(QTreeWidgetItem, int)
    def _on_item_changed(self, item: QTreeWidgetItem, _column: int) -> None:
        name, wanted = item.data(0, ROW).name, item.text(0).strip()
        with QSignalBlocker(self):
            item.setText(0, name)  # until it has that name
        if wanted and wanted != name:
            self.rename_edited.emit(name, wanted)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.viewport().update()


class _Item(QTreeWidgetItem):
    def __init__(self, row: RunRow) -> None:
        super().__init__()
        self.show_row(row)

    def show_row(self, row: RunRow) -> None:
        self.setData(0, ROW, row)
        self.setText(0, row.name)
        self.setToolTip(0, row.tooltip and lines_tooltip(row.tooltip))
        flags = self.flags()
        editable = Qt.ItemFlag.ItemIsEditable
        self.setFlags(flags | editable if row.can_rename else flags & ~editable)


class RunDelegate(NameDelegate):
    """Two lines a run: how it stands, its name and figure; what it is and how far."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(120, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(ROW)
        if not isinstance(row, RunRow):
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, palette().colour("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, palette().colour("hover"))
        icon_name, role = _STANDINGS.get(row.standing, _STANDINGS["done"])
        first = rect.adjusted(4, 4, -GRID, -ROW_HEIGHT // 2)
        second = rect.adjusted(4 + ICON + 6, ROW_HEIGHT // 2 - 1, -GRID, -4)
        density = painter.device().devicePixelRatio()
        drawing = pixmap(icon_name, ICON, role, density)
        painter.drawPixmap(first.left(), first.center().y() - ICON // 2 + 1, drawing)
        painter.save()
        self._paint_first(painter, first.adjusted(ICON + 6, 0, 0, 0), row)
        painter.restore()
        self._paint_second(painter, second, row)
        painter.restore()

    def updateEditorGeometry(
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect: QRect = option.rect
        editor.setGeometry(rect.adjusted(ICON + 4, 1, -2, -ROW_HEIGHT // 2 + 5))

    def _paint_first(self, painter: QPainter, rect: QRect, row: RunRow) -> None:
        font = painter.font()
        painter.setFont(small_font(font))
        painter.setPen(palette().colour("text"))
        room = painter.fontMetrics().horizontalAdvance(row.figure)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(rect, right, row.figure)
        font.setBold(row.in_view)
        painter.setFont(font)
        name = rect.adjusted(0, 0, -room - GRID if room else 0, 0)
        words = painter.fontMetrics().elidedText(
            row.name, Qt.TextElideMode.ElideMiddle, name.width()
        )
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(name, left, words)

    def _paint_second(self, painter: QPainter, rect: QRect, row: RunRow) -> None:
        painter.setFont(small_font(painter.font()))
        role = "error" if row.standing in ("failed", "damaged") else "muted"
        painter.setPen(palette().colour(role))
        words = " · ".join(part for part in (row.model, row.course) if part)
        elided = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(
            rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), elided
        )
