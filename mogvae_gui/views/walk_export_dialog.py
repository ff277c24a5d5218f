"""Asks how a walk leaves: as clouds, film, animation or table."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from mogvae_gui.views.export_dialog import FORMATS
from mogvae_gui.views.form_dialog import FormDialog
from mogvae_gui.views.path_row import PathRow

KINDS = (
    ("mp4", "MP4 – film, H.264"),
    ("gif", "GIF – animation that loops"),
    ("clouds", "Numbered clouds – a folder with a file a step"),
    ("csv", "CSV – the codes as a table"),
)
SIZES = ((640, 480), (960, 720), (1280, 960))
SPEEDS = (10, 20, 30)
NAMES = {"mp4": "walk.mp4", "gif": "walk.gif", "clouds": "walk", "csv": "walk-codes.csv"}


@dataclass(frozen=True)
class WalkExportChoice:
    """What was chosen."""

    kind: str  # "mp4", "gif", "clouds" or "csv"
    path: Path  # a file, or for clouds the folder to make
    suffix: str  # of clouds
    size: tuple[int, int]  # of pictures, in pixels
    steps_per_s: int


class WalkExportDialog(FormDialog):
    """`accepted_with` gives a `WalkExportChoice`."""

    accepted_with = Signal(object)

    def __init__(self, folder: Path, steps: int, parent: QWidget) -> None:
        super().__init__(
            "Export the walk",
            "A JSON says which run, stops and codes it came from.",
            "Export",
            parent,
        )
        self._folder = folder
        self.kind = QComboBox()
        for key, text in KINDS:
            self.kind.addItem(text, key)
        self.kind.currentIndexChanged.connect(self._on_kind_changed)
        self.suffix = QComboBox()
        for key, text in FORMATS:
            self.suffix.addItem(text, key)
        self.picture_size = QComboBox()
        for width, height in SIZES:
            self.picture_size.addItem(f"{width} × {height} pixels", (width, height))
        self.speed = QComboBox()
        for speed in SPEEDS:
            self.speed.addItem(f"{speed} steps a second, {steps / speed:.1f} s", speed)
        self.speed.setCurrentIndex(1)
        self._where = PathRow("Export the walk")
        self.path = self._where.line
        self.export_button = self.primary
        self._where.filled.connect(self.export_button.setEnabled)
        self.rows.addRow("Format", self.kind)
        self.rows.addRow("Clouds", self.suffix)
        self.rows.addRow("Picture", self.picture_size)
        self.rows.addRow("Speed", self.speed)
        self.rows.addRow("Save as", self._where)
        self.export_button.clicked.connect(self._on_accepted)
        self._lay_out(self.rows, self.words)
        self.setMinimumWidth(520)
        self._on_kind_changed()

    @Slot()
    def _on_kind_changed(self) -> None:
        kind = str(self.kind.currentData())
        self.rows.setRowVisible(self.suffix, kind == "clouds")
        for widget in (self.picture_size, self.speed):
            self.rows.setRowVisible(widget, kind in ("mp4", "gif"))
        written = self.path.text().strip()
        folder = Path(written).parent if written else self._folder
        self.path.setText(str(folder / NAMES[kind]))

    @Slot()
    def _on_accepted(self) -> None:
        kind = str(self.kind.currentData())
        path = self._where.path()
        if kind != "clouds":
            path = path.with_suffix(f".{kind}")
        width, height = self.picture_size.currentData()
        self.accept()
        self.accepted_with.emit(
            WalkExportChoice(
                kind,
                path,
                str(self.suffix.currentData()),
                (int(width), int(height)),
                int(self.speed.currentData()),
            )
        )
