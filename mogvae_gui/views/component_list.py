"""The components of a mixture as rows: colour, weight, members, spread."""

from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from mogvae_gui.views.theme import component_qcolor

COLUMNS = ("Component", "Weight", "Members", "Spread")
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
        for column in range(1, len(COLUMNS)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
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
        name = row.name or f"Component {row.component + 1}"
        super().__init__([name, f"{row.weight:.1%}", f"{row.members:,}", f"{row.spread:.2f}"])
        self._values = (row.component, row.weight, row.members, row.spread)
        self.setData(0, COMPONENT, row.component)
        self.setIcon(0, _swatch(component_qcolor(row.component)))
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


def _swatch(colour: QColor) -> QIcon:
    picture = QPixmap(28, 28)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(4, 4, 20, 20)
    painter.end()
    return QIcon(picture)
