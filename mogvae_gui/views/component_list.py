"""The components of a mixture as rows: colour, weight, members, spread."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8
from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from mogvae_gui.views.theme import component_qcolor

COLUMNS = ("Component", "Weight", "Members", "Spread")
NUMBER_WIDTHS = (68, 76, 64)  # pixels
ICON = 36  # pixels, drawn at twice that
COMPONENT = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True)
class ComponentRow:
    """One component as the list shows it."""

    component: int
    weight: float  # 0 to 1
    members: int  # chairs of which it is the most responsible
    spread: float  # geometric mean of its standard deviations
    name: str = ""


class ComponentList(QTreeWidget):
    """Choosing a row goes to the component's mean; its box hides it in the view."""

    component_chosen = Signal(int)
    visibility_edited = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderLabels(list(COLUMNS))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSortingEnabled(True)
        self.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setToolTip("Click a component to decode its mean; untick it to hide it")
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(NUMBER_WIDTHS, start=1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)
        self.setIconSize(QSize(ICON, ICON))
        self._pictures: list[QPixmap] = []
        self.itemClicked.connect(self._on_item_clicked)
        self.itemActivated.connect(self._on_item_clicked)
        self.itemChanged.connect(self._on_item_changed)

    def show_components(self, rows: list[ComponentRow], hidden: frozenset[int]) -> None:
        """Show these components; the chosen one stays chosen."""
        current = self.currentItem()
        chosen = current.data(0, COMPONENT) if current is not None else None
        with QSignalBlocker(self):
            self.setSortingEnabled(False)
            self.clear()
            for row in rows:
                item = _Item(row, hidden)
                item.setIcon(0, self._icon_of(row.component))
                self.addTopLevelItem(item)
                if row.component == chosen:
                    self.setCurrentItem(item)
            self.setSortingEnabled(True)

    def show_chosen(self, component: int | None) -> None:
        """Mark the component whose mean is shown, or none."""
        with QSignalBlocker(self):
            self.clearSelection()
            for position in range(self.topLevelItemCount()):
                item = self.topLevelItem(position)
                if item is not None and item.data(0, COMPONENT) == component:
                    self.setCurrentItem(item)

    def show_pictures(self, images: list[UInt8[np.ndarray, "height width 4"]]) -> None:
        """Show what the components' means decode to, by component; none: only their colours."""
        self._pictures = [_pixmap(image) for image in images]
        with QSignalBlocker(self):
            for position in range(self.topLevelItemCount()):
                item = self.topLevelItem(position)
                if item is not None:
                    item.setIcon(0, self._icon_of(item.data(0, COMPONENT)))

    def _icon_of(self, component: int) -> QIcon:
        there = component < len(self._pictures)
        picture = self._pictures[component] if there else None
        return _component_icon(component_qcolor(component), picture)

    @Slot(QTreeWidgetItem, int)
    def _on_item_clicked(self, item: QTreeWidgetItem, _column: int) -> None:
        self.component_chosen.emit(item.data(0, COMPONENT))

    @Slot(QTreeWidgetItem, int)
    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if column == 0:
            shown = item.checkState(0) == Qt.CheckState.Checked
            self.visibility_edited.emit(item.data(0, COMPONENT), shown)


class _Item(QTreeWidgetItem):
    """A row that sorts by numbers, not by their spelling."""

    def __init__(self, row: ComponentRow, hidden: frozenset[int]) -> None:
        name = row.name or str(row.component + 1)
        super().__init__([name, f"{row.weight:.1%}", f"{row.members:,}", f"{row.spread:.2f}"])
        self._values = (row.component, row.weight, row.members, row.spread)
        self.setData(0, COMPONENT, row.component)
        shown = row.component not in hidden
        self.setCheckState(0, Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)
        for column in range(1, len(COLUMNS)):
            self.setTextAlignment(
                column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        tree = self.treeWidget()
        column = tree.sortColumn() if tree is not None else 0
        if isinstance(other, _Item):
            return bool(self._values[column] < other._values[column])
        return super().__lt__(other)


def _component_icon(colour: QColor, picture: QPixmap | None) -> QIcon:
    """The component's colour: a dot, or a frame around its decoded mean."""
    result = QPixmap(2 * ICON, 2 * ICON)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if picture is None:
        painter.setBrush(colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QRectF(result.rect()).adjusted(22, 22, -22, -22))
    else:
        painter.drawPixmap(result.rect().adjusted(4, 4, -4, -4), picture)
        painter.setPen(QPen(colour, 4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(result.rect()).adjusted(2, 2, -2, -2), 10, 10)
    painter.end()
    return QIcon(result)


def _pixmap(image: UInt8[np.ndarray, "height width 4"]) -> QPixmap:
    content = np.ascontiguousarray(image)
    height, width = content.shape[:2]
    picture = QImage(content.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return QPixmap.fromImage(picture.copy())
