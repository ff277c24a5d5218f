"""The components of a mixture as rows: colour, weight, members, spread."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from jaxtyping import UInt8
from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QIcon,
    QImage,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmap,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from mogvae_gui.views.actions import make_action
from mogvae_gui.views.name_delegate import NameDelegate
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
    """Choosing a row goes to the component's mean, a double click opens its gallery; its box hides
    it in the view."""

    component_chosen = Signal(int)
    visibility_edited = Signal(int, bool)
    gallery_requested = Signal(int)
    solo_requested = Signal(int)
    all_requested = Signal()
    renamed = Signal(int, str)
    came_into_sight = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderLabels(list(COLUMNS))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSortingEnabled(True)
        self.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setToolTip(
            "Click a component to decode its mean, double-click it for a gallery of its samples, "
            "untick it to hide it"
        )
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(NameDelegate(self))
        self._make_actions()
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(NUMBER_WIDTHS, start=1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)
        self.setIconSize(QSize(ICON, ICON))
        self._pictures: list[QPixmap] = []
        self._box_was_clicked = False
        self.itemClicked.connect(self._on_item_clicked)
        self.itemActivated.connect(self._on_item_clicked)
        self.itemDoubleClicked.connect(self._on_item_double_clicked)
        self.itemChanged.connect(self._on_item_changed)
        self.itemSelectionChanged.connect(self._show_able)
        self._show_able()

    @property
    def tools(self) -> tuple[QAction, ...]:
        """What can be done with the chosen component, and with all."""
        return (self.gallery_action, self.solo_action, self.all_action, self.rename_action)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.came_into_sight.emit()

    def show_components(self, rows: list[ComponentRow], hidden: frozenset[int]) -> None:
        """Show these components; the chosen one stays chosen."""
        with QSignalBlocker(self):
            self.setSortingEnabled(False)
            items = self._items()
            if items.keys() != {row.component for row in rows}:
                items = self._made_anew([row.component for row in rows])
            for row in rows:
                items[row.component].show_row(row, row.component not in hidden)
            self.setSortingEnabled(True)
        self._show_able()

    def show_chosen(self, component: int | None) -> None:
        """Mark the component whose mean is shown, or none."""
        with QSignalBlocker(self):
            self.clearSelection()
            item = self._items().get(-1 if component is None else component)
            if item is not None:
                self.setCurrentItem(item)
        self._show_able()

    def show_pictures(self, images: list[UInt8[np.ndarray, "height width 4"]]) -> None:
        """Show what the components' means decode to, by component; none: only their colours."""
        self._pictures = [_pixmap(image) for image in images]
        with QSignalBlocker(self):
            for component, item in self._items().items():
                item.setIcon(0, self._icon_of(component))

    def _make_actions(self) -> None:
        self.gallery_action = make_action(
            self, "Gallery of samples", "grid", None, "Decode samples of this component"
        )
        self.solo_action = make_action(
            self, "Show only this", "show", None, "Hide all other components"
        )
        self.all_action = make_action(self, "Show all", "layers", None, "Show every component")
        self.rename_action = make_action(
            self, "Rename", "rename", "F2", "Give the component a name; it is kept with the run"
        )
        self.rename_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.gallery_action.triggered.connect(self._on_gallery)
        self.solo_action.triggered.connect(self._on_solo)
        self.all_action.triggered.connect(self.all_requested)
        self.rename_action.triggered.connect(self._on_rename)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    @Slot()
    def _show_able(self) -> None:
        chosen = bool(self.selectedItems())
        for action in (self.gallery_action, self.solo_action, self.rename_action):
            action.setEnabled(chosen)
        self.all_action.setEnabled(any(not item.shown for item in self._items().values()))

    def _current(self) -> int | None:
        item = self.currentItem()
        return None if item is None else int(item.data(0, COMPONENT))

    def _items(self) -> dict[int, "_Item"]:
        items = [self.topLevelItem(position) for position in range(self.topLevelItemCount())]
        return {item.data(0, COMPONENT): item for item in items if isinstance(item, _Item)}

    def _made_anew(self, components: list[int]) -> dict[int, "_Item"]:
        """Rows for other components. Rows that stay are kept: Qt still holds one whose box was
        clicked while that is answered, and crashes when it goes."""
        chosen = {item.data(0, COMPONENT) for item in self.selectedItems()}
        self.clear()
        items = {component: _Item(component) for component in components}
        self.addTopLevelItems(list(items.values()))
        for component, item in items.items():
            item.setIcon(0, self._icon_of(component))
            if component in chosen:
                self.setCurrentItem(item)
        return items

    def _icon_of(self, component: int) -> QIcon:
        there = component < len(self._pictures)
        picture = self._pictures[component] if there else None
        return _component_icon(component_qcolor(component), picture)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._box_was_clicked = False
        super().mouseReleaseEvent(event)

    @Slot(QTreeWidgetItem, int)
    def _on_item_clicked(self, item: QTreeWidgetItem | None, _column: int) -> None:
        if item is not None and not self._box_was_clicked:
            self.component_chosen.emit(item.data(0, COMPONENT))

    @Slot(QTreeWidgetItem, int)
    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if column != 0 or not isinstance(item, _Item):
            return
        shown = item.checkState(0) == Qt.CheckState.Checked
        if shown != item.shown:
            self._box_was_clicked = True
            item.shown = shown
            self._show_able()
            self.visibility_edited.emit(item.data(0, COMPONENT), shown)
        elif item.text(0) != item.words:
            # What is typed is shown when it is the name: the presenters may refuse it.
            typed = item.text(0)
            with QSignalBlocker(self):
                item.setText(0, item.words)
            # After the editor is gone: rows that are sorted anew under it crash Qt.
            say = partial(self.renamed.emit, item.data(0, COMPONENT), typed)
            QTimer.singleShot(0, self, say)

    @Slot(QTreeWidgetItem, int)
    def _on_item_double_clicked(self, item: QTreeWidgetItem, _column: int) -> None:
        if not self._box_was_clicked:
            self.gallery_requested.emit(item.data(0, COMPONENT))

    @Slot()
    def _on_gallery(self) -> None:
        if (component := self._current()) is not None:
            self.gallery_requested.emit(component)

    @Slot()
    def _on_solo(self) -> None:
        if (component := self._current()) is not None:
            self.solo_requested.emit(component)

    @Slot()
    def _on_rename(self) -> None:
        item = self.currentItem()
        if item is not None:
            self.editItem(item, 0)


class _Item(QTreeWidgetItem):
    """A row that sorts by numbers, not by their spelling."""

    def __init__(self, component: int) -> None:
        super().__init__()
        self._values: tuple[float, ...] = (component, 0.0, 0, 0.0)
        self.shown = True
        self.words = ""
        self.setFlags(self.flags() | Qt.ItemFlag.ItemIsEditable)
        self.setData(0, COMPONENT, component)
        for column in range(1, len(COLUMNS)):
            self.setTextAlignment(
                column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )

    def show_row(self, row: ComponentRow, shown: bool) -> None:
        """Show other numbers of the same component."""
        self._values = (row.component, row.weight, row.members, row.spread)
        texts = (
            row.name or str(row.component + 1),
            f"{row.weight:.1%}",
            f"{row.members:,}",
            f"{row.spread:.2f}",
        )
        self.words, self.shown = texts[0], shown
        for column, text in enumerate(texts):
            if self.text(column) != text:
                self.setText(column, text)
        self.setCheckState(0, Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)

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
