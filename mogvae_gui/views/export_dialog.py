"""Asks what to export, in which format and units, and where to."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from mogvae_gui.views.form_dialog import FormDialog
from mogvae_gui.views.path_row import PathRow

FORMATS = (
    ("ply", "PLY – binary, most 3-D programs"),
    ("obj", "OBJ – vertices only"),
    ("off", "OFF – vertices only"),
    ("xyz", "XYZ – text"),
    ("pts", "PTS – text with a count"),
    ("pcd", "PCD – Point Cloud Library"),
    ("npy", "NPY – numpy array"),
    ("npz", "NPZ – numpy archive"),
)


FORMS = (
    ("points", "Points"),
    ("skin", "Surface: skin around the points"),
    ("bent", "Surface: mesh of the nearest chair, bent"),
)
SURFACE_FORMATS = (
    ("ply", "PLY – binary, most 3-D programs"),
    ("obj", "OBJ – text, every 3-D program"),
    ("stl", "STL – for printing"),
    ("glb", "GLB – for the web"),
    ("off", "OFF – text"),
)


@dataclass(frozen=True)
class ExportChoice:
    """What was chosen."""

    what: str
    suffix: str
    own_units: bool
    folder: Path
    form: str = "points"  # "points", "bent" or "skin"


class ExportDialog(FormDialog):
    """`accepted_with` gives an `ExportChoice`."""

    accepted_with = Signal(object)

    def __init__(
        self, choices: list[tuple[str, str]], chosen: str, folder: Path, parent: QWidget
    ) -> None:
        super().__init__(
            "Export shapes",
            "Beside each file a small JSON says which run, code and settings it came from. "
            "Files that are there already are kept.",
            "Export",
            parent,
        )
        self.what = QComboBox()
        for key, text in choices:
            self.what.addItem(text, key)
        self.what.setCurrentIndex(max(0, self.what.findData(chosen)))
        self.suffix = QComboBox()
        self.form = QComboBox()
        for key, text in FORMS:
            self.form.addItem(text, key)
        self.form.setToolTip(
            "Points are what the model decodes. A skin around them comes nearest to true meshes. "
            "A bent mesh is lighter and keeps the parts and edges of the nearest chair."
        )
        self.form.currentIndexChanged.connect(self._on_form_changed)
        self._on_form_changed()
        self.units = QComboBox()
        self.units.addItem("Own units and pose of the mesh", True)
        self.units.addItem("Normalised (radius 1, z up)", False)
        self.units.setToolTip(
            "Own units put the shape where the chair's mesh was, in its size. A decoded code takes "
            "those of the chosen chair."
        )
        self._where = PathRow("Export to folder", str(folder), is_folder=True)
        self.folder = self._where.line
        self.export_button = self.primary
        self._where.filled.connect(self.export_button.setEnabled)
        self.rows.addRow("Shapes", self.what)
        self.rows.addRow("As", self.form)
        self.rows.addRow("Format", self.suffix)
        self.rows.addRow("Units", self.units)
        self.rows.addRow("Folder", self._where)
        self.export_button.clicked.connect(self._on_accepted)
        self._lay_out(self.rows, self.words)
        self.setMinimumWidth(520)

    @Slot()
    def _on_form_changed(self) -> None:
        chosen = self.suffix.currentData()
        formats = FORMATS if self.form.currentData() == "points" else SURFACE_FORMATS
        self.suffix.clear()
        for key, text in formats:
            self.suffix.addItem(text, key)
        self.suffix.setCurrentIndex(max(0, self.suffix.findData(chosen)))

    @Slot()
    def _on_accepted(self) -> None:
        self.accept()
        self.accepted_with.emit(
            ExportChoice(
                self.what.currentData(),
                self.suffix.currentData(),
                bool(self.units.currentData()),
                self._where.path(),
                self.form.currentData(),
            )
        )
