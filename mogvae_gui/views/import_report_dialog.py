"""What a drop brought: what came in, what did not and why, what looks odd."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.icons import icon

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


class ImportReportDialog(QDialog):
    """A table, the worst first. Not modal: the window stays usable beside it."""

    undo_requested = Signal()

    def __init__(self, summary: str, rows: list[ReportRow], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Import report")
        self.resize(720, 420)
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
        self.table.header().resizeSection(0, 220)
        for row in rows:
            item = QTreeWidgetItem([row.file, row.words])
            item.setIcon(0, icon(*ICONS[row.kind]))
            item.setToolTip(0, row.file)
            item.setToolTip(1, row.words)
            self.table.addTopLevelItem(item)
        self.undo_button = QPushButton(icon("undo"), "Undo this import")
        self.undo_button.clicked.connect(self._on_undo)
        self.undo_button.setVisible(any(row.kind != "refused" for row in rows))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.addWidget(self.undo_button)
        bottom.addStretch(1)
        bottom.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(self.table, 1)
        layout.addLayout(bottom)

    @Slot()
    def _on_undo(self) -> None:
        self.undo_requested.emit()
        self.close()
