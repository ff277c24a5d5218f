"""What a drop brought: what came in, what did not and why, what looks odd."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.plain_text import clean_text
from mogvae_gui.views.actions import wrapped
from mogvae_gui.views.icons import icon

CHAIR_ID = int(Qt.ItemDataRole.UserRole)
CELL_MARGIN = 8
_WIDEST_NAME = 360  # longer ones end in dots, and leave the sentences their room
ICONS = {
    "added": ("success", "success"),
    "warning": ("warning", "warning"),
    "refused": ("error", "error"),
}


@dataclass(frozen=True)
class ReportRow:
    """One line of the report."""

    kind: str  # "added", "warning" or "refused"
    file: str
    words: str
    chair_id: str = ""  # whom a fix would change


class _Sentences(QStyledItemDelegate):
    """Gives a sentence the lines that it needs in its column, which a tree does not by itself."""

    def __init__(self, table: QTreeWidget) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        width = self._table.header().sectionSize(index.column()) - 2 * CELL_MARGIN
        room = QRect(0, 0, max(width, 1), 10_000)
        flags = int(Qt.TextFlag.TextWordWrap)
        text = option.fontMetrics.boundingRect(room, flags, str(index.data()))
        return QSize(
            width, max(text.height() + CELL_MARGIN, super().sizeHint(option, index).height())
        )


class ImportReportDialog(QDialog):
    """A table, the worst first. Not modal: the window stays usable beside it."""

    undo_requested = Signal()
    stand_up_requested = Signal(list, str)  # chair ids, axis
    remove_requested = Signal(list)  # chair ids
    chair_chosen = Signal(str)

    def __init__(self, summary: str, rows: list[ReportRow], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Import report")
        self.resize(820, 440)
        title = QLabel(summary)
        title.setProperty("role", "title")
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        self.table = QTreeWidget()
        self.table.setHeaderLabels(["File", "What was found"])
        self.table.setRootIsDecorated(False)
        self.table.setWordWrap(True)
        self.table.setAlternatingRowColors(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.table.setItemDelegateForColumn(1, _Sentences(self.table))
        self.table.header().sectionResized.connect(self.table.scheduleDelayedItemsLayout)
        for row in rows:
            item = QTreeWidgetItem([clean_text(Path(row.file).name), row.words])
            item.setIcon(0, icon(*ICONS[row.kind]))
            item.setToolTip(0, wrapped(clean_text(row.file, 500)))
            item.setToolTip(1, wrapped(row.words))
            item.setData(0, CHAIR_ID, row.chair_id)
            self.table.addTopLevelItem(item)
        self.table.resizeColumnToContents(0)
        self.table.header().resizeSection(0, min(self.table.columnWidth(0), _WIDEST_NAME))
        self.table.itemSelectionChanged.connect(self._on_selection_changed)
        self.undo_button = QPushButton(icon("undo"), "Undo this import")
        self.undo_button.clicked.connect(self._on_undo)
        self.undo_button.setVisible(any(row.kind != "refused" for row in rows))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.fixes = self._make_fixes()
        bottom = QHBoxLayout()
        bottom.addWidget(self.undo_button)
        bottom.addWidget(self.fixes)
        bottom.addStretch(1)
        bottom.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(self.table, 1)
        layout.addLayout(bottom)
        self._on_selection_changed()

    def _make_fixes(self) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(8, 0, 0, 0)
        layout.setSpacing(4)
        words = QLabel("Chosen rows:")
        words.setProperty("role", "muted")
        layout.addWidget(words)
        for axis in "xyz":
            button = QPushButton(f"{axis} is up")
            button.setToolTip(f"Stand the chosen chairs up so that their {axis} axis points up")
            button.setProperty("axis", axis)
            button.clicked.connect(self._on_stand_up)
            layout.addWidget(button)
        remove = QPushButton(icon("delete"), "Remove")
        remove.setToolTip("Take the chosen chairs out again; undo brings them back")
        remove.clicked.connect(self._on_remove)
        layout.addWidget(remove)
        return row

    def _chosen(self) -> list[str]:
        ids = [str(item.data(0, CHAIR_ID)) for item in self.table.selectedItems()]
        return [chair_id for chair_id in dict.fromkeys(ids) if chair_id]

    @Slot()
    def _on_selection_changed(self) -> None:
        chosen = self._chosen()
        self.fixes.setEnabled(bool(chosen))
        if chosen:
            self.chair_chosen.emit(chosen[0])

    @Slot()
    def _on_stand_up(self) -> None:
        button = self.sender()
        if button is not None:
            self.stand_up_requested.emit(self._chosen(), button.property("axis"))

    @Slot()
    def _on_remove(self) -> None:
        self.remove_requested.emit(self._chosen())

    @Slot()
    def _on_undo(self) -> None:
        self.undo_requested.emit()
        self.close()
