"""The bookmarks dock: places with a name and a picture, to come back to."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import (
    QModelIndex,
    QPoint,
    QSignalBlocker,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QKeySequence, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QStackedLayout,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.actions import make_action, wrapped
from mogvae_gui.views.chair_delegate import CARD, ChairDelegate
from mogvae_gui.views.empty_state import EmptyState, EmptyStateAction
from mogvae_gui.views.library_panel import CardList

BOOKMARK_ID = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True)
class BookmarkRow:
    """One bookmark as the list shows it."""

    bookmark_id: str
    name: str
    tooltip: str
    picture: bytes  # PNG, or nothing


class BookmarksPanel(QWidget):
    """Lists bookmarks as cards. Signals carry their ids."""

    add_requested = Signal()
    go_requested = Signal(str)
    rename_requested = Signal(str, str)
    delete_requested = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = QStandardItemModel(self)
        self._model.itemChanged.connect(self._on_item_changed)
        self.list = self._make_list()
        self._make_actions()
        self.empty = EmptyState(
            "bookmark",
            "No bookmarks yet",
            "Found a chair worth coming back to? Bookmark it: its run, its place in the latent "
            "space and the way you look at it are kept in the project.",
            [EmptyStateAction("add", "Bookmark this place", "bookmark-plus", primary=True)],
        )
        self.empty.action_chosen.connect(self.add_requested)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._make_tool_bar())
        layout.addLayout(self._stack, 1)
        self.show_bookmarks([])
        self.show_can_add(False)

    def show_bookmarks(self, rows: list[BookmarkRow]) -> None:
        """List these; what was chosen stays so."""
        chosen = set(self.chosen_ids())
        with QSignalBlocker(self._model):
            self._model.clear()
            for row in rows:
                item = QStandardItem(row.name)
                item.setData(row.bookmark_id, BOOKMARK_ID)
                item.setToolTip(wrapped(row.tooltip))
                picture = QPixmap()
                if row.picture and picture.loadFromData(row.picture, "PNG"):
                    item.setData(picture, int(Qt.ItemDataRole.DecorationRole))
                self._model.appendRow(item)
        self._model.layoutChanged.emit()
        self.list.reset()
        for number in range(self._model.rowCount()):
            index = self._model.index(number, 0)
            if index.data(BOOKMARK_ID) in chosen:
                flags = self.list.selectionModel().SelectionFlag
                self.list.selectionModel().select(index, flags.Select)
                self.list.setCurrentIndex(index)
        self._stack.setCurrentIndex(1 if rows else 0)
        self._show_able()

    def show_can_add(self, can_add: bool) -> None:
        """Whether there is a place to keep."""
        self.add_action.setEnabled(can_add)
        self.empty.button("add").setEnabled(can_add)

    def chosen_ids(self) -> list[str]:
        """The chosen bookmarks."""
        chosen = self.list.selectionModel().selectedIndexes()
        return [str(index.data(BOOKMARK_ID)) for index in sorted(chosen, key=QModelIndex.row)]

    @property
    def menu_actions(self) -> tuple[QAction, ...]:
        """What can be done with bookmarks."""
        return (self.add_action, self.go_action, self.rename_action, self.delete_action)

    @property
    def changing_actions(self) -> tuple[QAction, ...]:
        """What changes the project."""
        return (self.add_action, self.rename_action, self.delete_action)

    def _make_list(self) -> QListView:
        view = CardList()
        view.setModel(self._model)
        view.setItemDelegate(ChairDelegate(view))
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setResizeMode(QListView.ResizeMode.Adjust)
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
        view.setAcceptDrops(False)
        view.setMinimumSize(QSize(CARD.width() + 24, CARD.height()))
        view.activated.connect(self._on_activated)
        view.selectionModel().selectionChanged.connect(self._show_able)
        return view

    def _make_actions(self) -> None:
        self.add_action = make_action(
            self,
            "Bookmark this place",
            "bookmark-plus",
            "Ctrl+D",
            "Keep run, chair, code and cameras under a name",
            self.add_requested,
        )
        self.go_action = make_action(
            self.list, "Go there", "arrow-right", "Return", "Show the chosen place", self._on_go
        )
        self.rename_action = make_action(
            self.list, "Rename bookmark", "rename", "F2", "Give the place a name", self._on_rename
        )
        self.delete_action = make_action(
            self.list,
            "Delete bookmark",
            "delete",
            QKeySequence.StandardKey.Delete,
            "Forget the chosen places; undo brings them back",
            self._on_delete,
        )
        for action in (self.go_action, self.rename_action, self.delete_action):
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)

    def _make_tool_bar(self) -> QToolBar:
        bar = QToolBar("Bookmarks")
        bar.setIconSize(QSize(16, 16))
        bar.addActions(list(self.menu_actions))
        return bar

    @Slot()
    def _show_able(self) -> None:
        count = len(self.chosen_ids())
        self.go_action.setEnabled(count == 1)
        self.rename_action.setEnabled(count == 1)
        self.delete_action.setEnabled(count > 0)

    @Slot(QStandardItem)
    def _on_item_changed(self, item: QStandardItem) -> None:
        # After Qt is done with card and editor: listing the cards anew under them crashes it.
        say = partial(self.rename_requested.emit, str(item.data(BOOKMARK_ID)), item.text())
        QTimer.singleShot(0, self, say)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.go_requested.emit(str(index.data(BOOKMARK_ID)))

    @Slot()
    def _on_go(self) -> None:
        for bookmark_id in self.chosen_ids()[:1]:
            self.go_requested.emit(bookmark_id)

    @Slot()
    def _on_rename(self) -> None:
        if self.list.currentIndex().isValid():
            self.list.edit(self.list.currentIndex())

    @Slot()
    def _on_delete(self) -> None:
        if self.chosen_ids():
            self.delete_requested.emit(self.chosen_ids())

    @Slot(QPoint)
    def _on_menu_requested(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self.menu_actions))
        menu.popup(self.list.viewport().mapToGlobal(position))
