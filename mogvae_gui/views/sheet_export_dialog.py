"""Asks for the page that a sheet is drawn on."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from core.sheet_file import PAGES_MM
from mogvae_gui.views.fields import IntegerBox
from mogvae_gui.views.form_dialog import FormDialog
from mogvae_gui.views.path_row import PathRow

PAGE_WORDS = {
    "a4": "A4, upright",
    "a4-landscape": "A4, lying",
    "a3": "A3, upright",
    "a3-landscape": "A3, lying",
    "column": "Column of a journal, 85 mm",
    "slide": "Slide, 16:9",
}


@dataclass(frozen=True)
class SheetExportChoice:
    """What was chosen."""

    page: str  # a key of PAGES_MM
    dpi: int
    path: Path  # ends in .png or .svg


class SheetExportDialog(FormDialog):
    """`accepted_with` gives a `SheetExportChoice`."""

    accepted_with = Signal(object)

    def __init__(self, folder: Path, parent: QWidget) -> None:
        super().__init__(
            "Export the sheet",
            "The file says inside which run, axes and range it shows.",
            "Export",
            parent,
        )
        self.file_format = QComboBox()
        self.file_format.addItem("PNG – pixels, for everything", "png")
        self.file_format.addItem("SVG – words stay words, for layout programs", "svg")
        self.file_format.activated.connect(self._on_format_activated)
        self.page = QComboBox()
        for key, name in PAGE_WORDS.items():
            width, height = PAGES_MM[key]
            self.page.addItem(f"{name} ({width:g} × {height:g} mm)", key)
        self.dpi = IntegerBox()
        self.dpi.setRange(72, 600)
        self.dpi.setValue(300)
        self.dpi.setSuffix(" dpi")
        self.dpi.setToolTip("How fine the pictures are; printers want 300")
        self._where = PathRow(
            "Export the sheet", str(folder / "sheet.png"), name_filter="Pictures (*.png *.svg)"
        )
        self.path = self._where.line
        self.export_button = self.primary
        self._where.filled.connect(self.export_button.setEnabled)
        self.rows.addRow("Format", self.file_format)
        self.rows.addRow("Page", self.page)
        self.rows.addRow("Fineness", self.dpi)
        self.rows.addRow("File", self._where)
        self.export_button.clicked.connect(self._on_accepted)
        self._lay_out(self.rows, self.words)
        self.setMinimumWidth(520)

    @Slot()
    def _on_format_activated(self) -> None:
        suffix = f".{self.file_format.currentData()}"
        self.path.setText(str(Path(self.path.text().strip() or "sheet").with_suffix(suffix)))

    @Slot()
    def _on_accepted(self) -> None:
        path = self._where.path().with_suffix(f".{self.file_format.currentData()}")
        self.accept()
        self.accepted_with.emit(
            SheetExportChoice(str(self.page.currentData()), self.dpi.value(), path)
        )
