"""The library dock: find, choose and sort chairs; the place that says "drop them here"."""

import numpy as np
from jaxtyping import UInt8
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.actions import make_action
from mogvae_gui.views.chair_delegate import CARD, ChairDelegate
from mogvae_gui.views.empty_state import EmptyState, EmptyStateAction
from mogvae_gui.views.icons import icon
from mogvae_gui.views.library_model import CHAIR_ID, ChairRow, LibraryModel

SPLITS = (("all", "All"), ("train", "Train"), ("test", "Test"))


class CardList(QListView):
    """Cards in columns that fill the width."""

    replaces = True  # whether the newest choice by hand put an end to the one before

    def selectionCommand(
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        flags = super().selectionCommand(index, event)
        self.replaces = bool(flags & QItemSelectionModel.SelectionFlag.Clear)
        return flags

    def resizeEvent(self, event: QResizeEvent) -> None:
        width = self.viewport().width() - 2
        bar = self.verticalScrollBar()
        if not bar.isVisible():  # Qt keeps room for it
            width -= bar.sizeHint().width()
        columns = max(1, width // CARD.width())
        self.setGridSize(QSize(width // columns, CARD.height()))
        super().resizeEvent(event)


class LibraryPanel(QWidget):
    """Lists chairs as cards. Signals carry chair ids."""

    selection_edited = Signal(list)  # chair ids, the current one first
    filter_edited = Signal(str, str)  # text, split
    thumbnail_wanted = Signal(str)
    rename_requested = Signal(str, str)
    remove_requested = Signal(list)
    split_requested = Signal(list, str)
    export_requested = Signal(list)
    turn_requested = Signal(list, int)  # chair ids, quarters counter-clockwise from above
    stand_up_requested = Signal(list, str)  # chair ids, the axis of their own pose that is up
    import_requested = Signal()
    made_chairs_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unlisted: tuple[str, ...] = ()  # chosen, though the filter hides them
        self.model = LibraryModel(self)
        self.model.thumbnail_wanted.connect(self.thumbnail_wanted)
        self.model.renamed.connect(self.rename_requested)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Name or family")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textEdited.connect(self._on_filter_edited)
        self.split = QComboBox()
        self.split.setToolTip("All chairs, those a model learns from, or those it is judged on")
        for key, text in SPLITS:
            self.split.addItem(text, key)
        self.split.currentIndexChanged.connect(self._on_filter_edited)
        self.list = self._make_list()
        self.counts = QLabel("")
        self.counts.setProperty("role", "muted")
        self._stack = QStackedLayout()
        self.empty = EmptyState(
            "import",
            "Drop chairs here",
            "Files or folders: OFF, OBJ, PLY, STL, GLB, DAE, 3MF, or point clouds. "
            "A ModelNet folder keeps its split.",
            [
                EmptyStateAction("import", "Import…", "import", primary=True),
                EmptyStateAction("make", "Make chairs…", "made-chairs"),
            ],
        )
        self.empty.action_chosen.connect(self._on_empty_action)
        self.none_found = EmptyState(
            "search", "No chair fits", "Change the words above or list all splits."
        )
        for widget in (self.list, self.empty, self.none_found):
            self._stack.addWidget(widget)
        self._lay_out()
        self._make_actions()
        self.show_chairs([], total=0, train=0)

    def show_chairs(self, rows: list[ChairRow], total: int, train: int) -> None:
        """List these of the `total` chairs, `train` of which are for training."""
        with QSignalBlocker(self.list.selectionModel()):
            self.model.show_rows(rows)
        self._stack.setCurrentIndex(1 if total == 0 else 2 if not rows else 0)
        words = "1 chair" if total == 1 else f"{total:,} chairs"
        listed = f"{len(rows):,} of " if len(rows) != total else ""
        self.counts.setText(f"{listed}{words} · {train:,} train · {total - train:,} test")
        self.counts.setVisible(total > 0)

    def show_selected(self, chair_ids: tuple[str, ...]) -> None:
        """Mark these chairs and bring the first into sight."""
        chosen = self.list.selectionModel()
        flags = QItemSelectionModel.SelectionFlag
        indexes = [self.model.index_of(chair_id) for chair_id in chair_ids]
        listed = [index for index in indexes if index.isValid()]
        self._unlisted = tuple(
            chair_id
            for chair_id, index in zip(chair_ids, indexes, strict=True)
            if not index.isValid()
        )
        with QSignalBlocker(chosen):
            chosen.select(self._ranges(listed), flags.ClearAndSelect)
            if listed:
                chosen.setCurrentIndex(listed[0], flags.NoUpdate)
        if indexes and indexes[0].isValid():
            self.list.scrollTo(indexes[0])
        self.list.viewport().update()

    def show_filter(self, text: str, split: str) -> None:
        """Show what the list is filtered by."""
        if self.search.text() != text:
            self.search.setText(text)
        with QSignalBlocker(self.split):
            self.split.setCurrentIndex(self.split.findData(split))

    def show_thumbnail(self, chair_id: str, image: UInt8[np.ndarray, "height width 4"]) -> None:
        """Show a chair's picture."""
        self.model.show_thumbnail(chair_id, image)

    def selected_ids(self) -> list[str]:
        """The chosen chairs, the current one first."""
        current = self.list.currentIndex().data(CHAIR_ID)
        ids = [index.data(CHAIR_ID) for index in self.list.selectionModel().selectedIndexes()]
        return sorted(ids, key=lambda chair_id: chair_id != current)

    def _ranges(self, indexes: list[QModelIndex]) -> QItemSelection:
        """Neighbours as one range: a selection of thousands of single rows takes minutes."""
        selection = QItemSelection()
        rows = sorted({index.row() for index in indexes})
        for position, row in enumerate(rows):
            if position == 0 or rows[position - 1] != row - 1:
                first = row
            if position + 1 == len(rows) or rows[position + 1] != row + 1:
                selection.select(self.model.index(first), self.model.index(row))
        return selection

    def _make_list(self) -> CardList:
        view = CardList()
        view.setModel(self.model)
        view.setItemDelegate(ChairDelegate(view))
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setLayoutMode(QListView.LayoutMode.Batched)
        view.setBatchSize(500)
        view.setUniformItemSizes(True)
        view.setMovement(QListView.Movement.Static)
        view.setSpacing(0)
        view.setMouseTracking(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._on_menu_requested)
        view.setAcceptDrops(False)  # drops belong to the window
        view.setMinimumSize(QSize(CARD.width() + 24, CARD.height()))
        view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        return view

    def _lay_out(self) -> None:
        finder = QHBoxLayout()
        finder.setContentsMargins(8, 8, 8, 0)
        finder.setSpacing(6)
        finder.addWidget(self.search, 1)
        finder.addWidget(self.split)
        self._finder = QWidget()
        self._finder.setLayout(finder)
        self.counts.setContentsMargins(12, 4, 12, 6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._finder)
        layout.addLayout(self._stack, 1)
        layout.addWidget(self.counts)

    def _make_actions(self) -> None:
        self.to_train = make_action(
            self.list, "Move to train", "train-split", None, "Let models learn from these chairs"
        )
        self.to_test = make_action(
            self.list, "Move to test", "test-split", None, "Judge models on these chairs"
        )
        self.rename = make_action(self.list, "Rename", "rename", "F2", "Give the chair a name")
        self.export = make_action(
            self.list, "Export…", "export", None, "Save the chosen chairs or reconstructions"
        )
        self.remove = make_action(
            self.list,
            "Remove from library",
            "delete",
            QKeySequence.StandardKey.Delete,
            "Take the chosen chairs out of the project; undo brings them back",
        )
        self.pose_menu = self._make_pose_menu()
        self.remove.triggered.connect(self._on_remove)
        self.to_train.triggered.connect(self._on_to_train)
        self.to_test.triggered.connect(self._on_to_test)
        self.rename.triggered.connect(self._on_rename)
        self.export.triggered.connect(self._on_export)
        for action in (self.rename, self.remove):
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)

    def _make_pose_menu(self) -> QMenu:
        menu = QMenu("Pose", self)
        menu.setIcon(icon("rotate-3d"))
        for text, quarters in (("Turn left", 1), ("Turn right", -1), ("Turn round", 2)):
            action = make_action(self.list, text, None, None, "Turn the chosen chairs by quarters")
            action.setData(quarters)
            menu.addAction(action)
        menu.addSeparator()
        for axis in "xyz":
            action = make_action(
                self.list, f"Axis {axis} is up", None, None, "Stand the chosen chairs up"
            )
            action.setData(axis)
            menu.addAction(action)
        menu.triggered.connect(self._on_pose_triggered)
        return menu

    @property
    def menu_actions(self) -> tuple[QAction, ...]:
        """What can be done with chosen chairs."""
        return (
            self.rename,
            self.pose_menu.menuAction(),
            self.to_train,
            self.to_test,
            self.export,
            self.remove,
        )

    @property
    def changing_actions(self) -> tuple[QAction, ...]:
        """Those of them that change the library."""
        return tuple(action for action in self.menu_actions if action is not self.export)

    @Slot(str)
    def _on_empty_action(self, name: str) -> None:
        if name == "import":
            self.import_requested.emit()
        else:
            self.made_chairs_requested.emit()

    @Slot()
    def _on_filter_edited(self) -> None:
        self.filter_edited.emit(self.search.text(), self.split.currentData())

    @Slot()
    def _on_selection_changed(self) -> None:
        # A chair more or less says nothing of those that the filter hides.
        hidden = [] if self.list.replaces else list(self._unlisted)
        self.selection_edited.emit(self.selected_ids() + hidden)

    @Slot(QPoint)
    def _on_menu_requested(self, position: QPoint) -> None:
        if not self.selected_ids():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self.menu_actions))
        menu.popup(self.list.viewport().mapToGlobal(position))

    @Slot()
    def _on_remove(self) -> None:
        if self.selected_ids():
            self.remove_requested.emit(self.selected_ids())

    @Slot(QAction)
    def _on_pose_triggered(self, action: QAction) -> None:
        chosen, what = self.selected_ids(), action.data()
        if chosen and isinstance(what, str):
            self.stand_up_requested.emit(chosen, what)
        elif chosen:
            self.turn_requested.emit(chosen, int(what))

    @Slot()
    def _on_to_train(self) -> None:
        if self.selected_ids():
            self.split_requested.emit(self.selected_ids(), "train")

    @Slot()
    def _on_to_test(self) -> None:
        if self.selected_ids():
            self.split_requested.emit(self.selected_ids(), "test")

    @Slot()
    def _on_rename(self) -> None:
        if self.list.currentIndex().isValid():
            self.list.edit(self.list.currentIndex())

    @Slot()
    def _on_export(self) -> None:
        if self.selected_ids():
            self.export_requested.emit(self.selected_ids())
