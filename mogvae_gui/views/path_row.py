"""A path that is written, or looked for with Browse…"""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget


class PathRow(QWidget):
    """Where a file is saved, or a folder. `line` is where it is written."""

    filled = Signal(bool)  # whether anything is written

    def __init__(
        self, title: str, text: str = "", *, is_folder: bool = False, name_filter: str = ""
    ) -> None:
        super().__init__()
        self._title = title  # of the dialog that looks for it
        self._is_folder = is_folder
        self._name_filter = name_filter
        self.line = QLineEdit(text)
        self.line.textChanged.connect(self._on_text_changed)
        browse = QPushButton("Browse…")
        browse.setAutoDefault(False)  # Enter is for the dialog's own button
        browse.setProperty("besideLine", True)
        browse.clicked.connect(self._on_browse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.line, 1)
        row.addWidget(browse)

    def path(self) -> Path:
        """Return what is written, ~ being the home folder."""
        return Path(self.line.text().strip()).expanduser()

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self.filled.emit(bool(text.strip()))

    @Slot()
    def _on_browse(self) -> None:
        begin = str(self.path()) if self.line.text().strip() else ""
        dialog = QFileDialog(self.window(), self._title, begin)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._is_folder:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        if self._name_filter:
            dialog.setNameFilter(self._name_filter)
        dialog.fileSelected.connect(self.line.setText)
        dialog.open()
