"""Samples of one component as pictures. A click puts the probe there; chosen ones are exported."""

import numpy as np
from jaxtyping import UInt8
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.actions import make_button
from mogvae_gui.views.code_slot import pixmap_of

PICTURE = 96
SEED = int(Qt.ItemDataRole.UserRole)


class ComponentGallery(QDialog):
    """Stays open beside the window while one looks around."""

    sample_chosen = Signal(int)  # its seed
    more_requested = Signal()
    export_requested = Signal(list)  # seeds

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Samples of {title}")
        self.setModal(False)
        self.samples = QListWidget()
        self.samples.setViewMode(QListWidget.ViewMode.IconMode)
        self.samples.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.samples.setMovement(QListWidget.Movement.Static)
        self.samples.setUniformItemSizes(True)
        self.samples.setIconSize(QSize(PICTURE, PICTURE))
        self.samples.setGridSize(QSize(PICTURE + 16, PICTURE + 28))
        self.samples.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.samples.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.samples.itemClicked.connect(self._on_item_clicked)
        self.samples.itemActivated.connect(self._on_item_clicked)
        self.samples.itemSelectionChanged.connect(self._on_selection_changed)
        words = QLabel(
            "Each seed draws another code from the component. Click one to put the probe there; "
            "Ctrl or Shift chooses several."
        )
        words.setWordWrap(True)
        words.setProperty("role", "muted")
        self.more_button = make_button("More", "dices", "Draw twenty-four more")
        self.more_button.setAutoDefault(False)
        self.more_button.clicked.connect(self.more_requested)
        self.export_button = make_button(
            "Export…", "export", "Save the chosen samples as files, with their seeds"
        )
        self.export_button.setAutoDefault(False)
        self.export_button.setEnabled(False)
        self.export_button.clicked.connect(self._on_export)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.more_button)
        row.addStretch(1)
        row.addWidget(self.export_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(words)
        layout.addWidget(self.samples, 1)
        layout.addLayout(row)
        self.resize(6 * (PICTURE + 16) + 44, 4 * (PICTURE + 28) + 110)

    def show_sample(self, seed: int, image: UInt8[np.ndarray, "height width 4"]) -> None:
        """Add a sample, or show what its seed draws from another model."""
        for row in range(self.samples.count()):
            there = self.samples.item(row)
            if there.data(SEED) == seed:
                there.setIcon(QIcon(pixmap_of(image)))
                return
        item = QListWidgetItem(QIcon(pixmap_of(image)), f"seed {seed}")
        item.setData(SEED, seed)
        item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
        self.samples.addItem(item)

    def clear(self) -> None:
        """Forget the samples: the component has changed."""
        self.samples.clear()

    def chosen_seeds(self) -> list[int]:
        """The seeds of the chosen samples, in their order."""
        return sorted(int(item.data(SEED)) for item in self.samples.selectedItems())

    @Slot(QListWidgetItem)
    def _on_item_clicked(self, item: QListWidgetItem) -> None:
        self.sample_chosen.emit(int(item.data(SEED)))

    @Slot()
    def _on_selection_changed(self) -> None:
        count = len(self.samples.selectedItems())
        self.export_button.setEnabled(count > 0)
        self.export_button.setText(f"Export {count}…" if count else "Export…")

    @Slot()
    def _on_export(self) -> None:
        self.export_requested.emit(self.chosen_seeds())
