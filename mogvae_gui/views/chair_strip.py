"""A short list of chairs as cards, one of them perhaps on the stage. A click names a chair."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from mogvae_gui.views.chair_delegate import CARD, ChairDelegate
from mogvae_gui.views.library_model import CHAIR_ID, ChairRow, LibraryModel
from mogvae_gui.views.library_panel import CardList


class ChairStrip(CardList):
    """Cards in rows. Shows pictures that are drawn already, and asks for the others."""

    chair_clicked = Signal(str)
    thumbnail_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[ChairRow] = []
        self.rows = LibraryModel(self)
        self.rows.thumbnail_wanted.connect(self.thumbnail_wanted)
        self.setModel(self.rows)
        self.setItemDelegate(ChairDelegate(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMovement(QListView.Movement.Static)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(QSize(CARD.width() + 24, 80))
        self.clicked.connect(self._on_clicked)
        self.activated.connect(self._on_clicked)

    def show_chairs(self, rows: list[ChairRow], current: str | None) -> None:
        """Show these chairs; `current` is the one on the stage."""
        chosen = self.selectionModel()
        with QSignalBlocker(chosen):
            if rows != self._shown:
                self.rows.show_rows(rows)
                self._shown = list(rows)
            index = QModelIndex() if current is None else self.rows.index_of(current)
            if index.isValid():
                chosen.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            else:
                chosen.clear()
        self.viewport().update()

    def shown_ids(self) -> list[str]:
        """The chairs, in their order."""
        return [row.chair_id for row in self._shown]

    def take_pictures_from(self, other: LibraryModel) -> None:
        """Take the pictures that another list has drawn already."""
        for chair_id in self.shown_ids():
            picture = other.thumbnail(chair_id)
            if picture is not None and self.rows.thumbnail(chair_id) is not picture:
                self.rows.take_thumbnail(chair_id, picture)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chair_clicked.emit(str(index.data(CHAIR_ID)))
