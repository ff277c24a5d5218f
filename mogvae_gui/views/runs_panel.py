"""The runs dock: the project's runs as a tree, what can be done with one, and its notes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QSignalBlocker, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QFocusEvent, QHideEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QLabel,
    QMenu,
    QPlainTextEdit,
    QSplitter,
    QStackedLayout,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.actions import make_action, wrapped
from mogvae_gui.views.empty_state import EmptyState, EmptyStateAction
from mogvae_gui.views.icons import icon
from mogvae_gui.views.run_tree import ROW_HEIGHT, RunRow, RunTree
from mogvae_gui.views.theme import GRID, small_font

_NOTES_SETTLE_MS: Final = 800
_LOW: Final = 360
_FIT_TIP: Final = (
    "Make a run of it whose prior is a mixture, fitted to the codes that it gives the chairs"
)


@dataclass(frozen=True)
class RunDetails:
    """What stands below the tree of the chosen run."""

    name: str
    lines: tuple[str, ...]
    notes: str = ""
    can_edit_notes: bool = True


class NotesEdit(QPlainTextEdit):
    """Says when it is left, besides when it is edited."""

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class RunsPanel(QWidget):
    """Lists runs; signals carry their names."""

    run_chosen = Signal(str)
    rename_requested = Signal(str, str)
    notes_edited = Signal(str, str)  # run, its notes
    delete_requested = Signal(str)
    more_requested = Signal(str)
    resume_requested = Signal(str)
    fork_requested = Signal(str)
    fit_requested = Signal(str)
    compare_requested = Signal(str)  # with which run the one in view is compared
    folder_requested = Signal(str)
    restore_requested = Signal()  # the run that was deleted last
    train_requested = Signal()
    watch_toggled = Signal(bool)  # whether the chosen run, which another program trains, is watched
    watch_folder_requested = Signal()
    visibility_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tree = RunTree()
        self.tree.run_chosen.connect(self._on_run_chosen)
        self.tree.rename_edited.connect(self.rename_requested)
        self.tree.customContextMenuRequested.connect(self._on_menu_requested)
        self.empty = EmptyState(
            "curves",
            "No runs yet",
            "Each training becomes a run. Train one, and it stands here with its figures; from "
            "each kept epoch another can be forked.",
            [
                EmptyStateAction("train", "Train", "train", primary=True),
                EmptyStateAction("watch", "Watch a run folder…", "folder-input"),
            ],
        )
        self.empty.action_chosen.connect(self._on_empty_action)
        self._details: RunDetails | None = None
        self.words = QLabel("")
        self.words.setWordWrap(True)
        self.words.setFont(small_font(self.words.font()))
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setProperty("role", "muted")
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.notes = NotesEdit()
        self.notes.setPlaceholderText("Notes on this run")
        self.notes.setToolTip("What you want to remember of this run; kept in its folder")
        self.notes.setTabChangesFocus(True)
        self.notes.setAccessibleName("Notes")
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_NOTES_SETTLE_MS)
        self._settle.timeout.connect(self.save_notes)
        self.notes.textChanged.connect(self._settle.start)
        self.notes.left.connect(self.save_notes)
        self._make_actions()
        self._lay_out()
        self.show_runs(())
        self.show_details(None)
        self.show_possible({})
        self.show_can_fit(False)

    def show_runs(self, rows: tuple[RunRow, ...]) -> None:
        """List these runs, parents before their children."""
        self.tree.show_rows(rows)
        self._stack.setCurrentIndex(0 if rows else 1)

    def show_chosen(self, name: str | None) -> None:
        """Select a run's row."""
        self.tree.show_chosen(name)

    def show_details(self, details: RunDetails | None) -> None:
        """Show what is known of the chosen run. Notes that are being written stay."""
        if details is not None and self._details is not None:
            if details == self._details:
                return
            if details.name == self._details.name and self._settle.isActive():
                details = RunDetails(
                    details.name, details.lines, self._details.notes, details.can_edit_notes
                )
        if details is None or self._details is None or details.name != self._details.name:
            self.save_notes()
        shown = "" if self._details is None else self._details.notes
        self._details = details
        self._below.setVisible(details is not None)
        if details is None:
            return
        self.words.setText("\n".join(details.lines))
        self.notes.setReadOnly(not details.can_edit_notes)
        if not self._settle.isActive() and (
            details.notes != shown or details.notes != self.notes.toPlainText()
        ):
            with QSignalBlocker(self.notes):
                self.notes.setPlainText(details.notes)

    def show_possible(self, possible: Mapping[str, bool]) -> None:
        """Show what can be done with the chosen run, by the names of `actions_by_name`."""
        for name, action in self.actions_by_name.items():
            action.setEnabled(possible.get(name, False))

    def show_can_fit(self, can: bool, reason: str = "") -> None:
        """Show whether the chosen run can get a mixture afterwards; `reason` says why not."""
        self.fit.setEnabled(can)
        self.fit.setToolTip(wrapped(reason or _FIT_TIP))
        self.fit.setStatusTip(reason or _FIT_TIP)

    def show_comparable(self, names: tuple[str, ...]) -> None:
        """Offer these runs to compare the chosen one with."""
        self.compare_menu.clear()
        for name in names:
            action = self.compare_menu.addAction(name.replace("&", "&&"))
            action.setData(name)

    def show_watching(self, watches: bool, *, can_watch: bool, can_open: bool) -> None:
        """Show whether the chosen run is watched, and whether one can be."""
        with QSignalBlocker(self.watch):
            self.watch.setChecked(watches)
        self.watch.setEnabled(can_watch)
        self.watch_folder.setEnabled(can_open)

    @Slot()
    def save_notes(self) -> None:
        """Say what was written, if it was not said yet."""
        self._settle.stop()
        details, written = self._details, self.notes.toPlainText()
        if details is not None and details.can_edit_notes and written != details.notes:
            self._details = RunDetails(details.name, details.lines, written)
            self.notes_edited.emit(details.name, written)

    @property
    def menu_actions(self) -> tuple[QAction, ...]:
        """What can be done with the chosen run."""
        return (
            self.resume,
            self.more,
            self.fork,
            self.fit,
            self.compare_menu.menuAction(),
            self.watch,
            self.rename,
            self.open_folder,
            self.delete,
        )

    @property
    def changing_actions(self) -> tuple[QAction, ...]:
        """Those that change the project."""
        return (
            self.resume,
            self.more,
            self.fork,
            self.fit,
            self.rename,
            self.delete,
            self.restore,
            self.watch_folder,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # In a low dock the tree needs the room; the words are in each row's tooltip too.
        self.words.setVisible(self.height() >= _LOW)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.visibility_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.save_notes()
        self.visibility_changed.emit(False)

    def _make_actions(self) -> None:
        tree = self.tree
        self.resume = make_action(
            tree, "Resume", "resume", None, "Go on with a run that was stopped, to its planned end"
        )
        self.more = make_action(
            tree, "Train more…", "train-more", None, "Go on with the run beyond its end"
        )
        self.fork = make_action(
            tree, "Fork…", "split", None, "Make a run that goes on from a kept epoch differently"
        )
        self.fit = make_action(tree, "Fit a mixture…", "component", None, _FIT_TIP)
        self.rename = make_action(tree, "Rename", "rename", "F2", "Give the run another name")
        self.delete = make_action(
            tree,
            "Delete run",
            "delete",
            QKeySequence.StandardKey.Delete,
            "Put the run into the trash of the project, which is emptied when it is closed",
        )
        self.open_folder = make_action(
            tree, "Open folder", "open", None, "Show the run's files: settings, weights, figures"
        )
        self.restore = make_action(
            tree,
            "Bring back deleted run",
            "undo",
            None,
            "Take the run that was deleted last out of the project's trash",
        )
        self.watch = make_action(
            tree,
            "Watch",
            "show",
            None,
            "Follow the run live while another program or a cluster trains it",
            checkable=True,
        )
        self.watch.toggled.connect(self.watch_toggled)
        self.watch_folder = make_action(
            tree,
            "Watch a run folder…",
            "folder-input",
            None,
            "List a run that lies elsewhere, on a cluster's disk for one, and follow it live",
            self.watch_folder_requested,
        )
        self.compare_menu = QMenu("Compare with", self)
        self.compare_menu.setIcon(icon("compare"))
        compare = self.compare_menu.menuAction()
        compare.setToolTip("Put another run beside this one, chair by chair")
        self.actions_by_name: dict[str, QAction] = {
            "resume": self.resume,
            "more": self.more,
            "fork": self.fork,
            "compare": compare,
            "rename": self.rename,
            "open": self.open_folder,
            "delete": self.delete,
            "restore": self.restore,
        }
        for action, slot in (
            (self.resume, self._on_resume),
            (self.more, self._on_more),
            (self.fork, self._on_fork),
            (self.fit, self._on_fit),
            (self.rename, self.tree.edit_name),
            (self.delete, self._on_delete),
            (self.open_folder, self._on_open_folder),
        ):
            action.triggered.connect(slot)
        self.restore.triggered.connect(self.restore_requested)
        self.compare_menu.triggered.connect(self._on_compare)
        for action in (self.rename, self.delete):
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)

    def _lay_out(self) -> None:
        self._below = QWidget()
        below = QVBoxLayout(self._below)
        below.setContentsMargins(GRID, GRID // 2, GRID, GRID)
        below.setSpacing(GRID // 2)
        below.addWidget(self.words)
        below.addWidget(self.notes, 1)
        self.notes.setMinimumHeight(30)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.tree)
        splitter.addWidget(self._below)
        splitter.setSizes([300, 180])
        splitter.setStretchFactor(0, 1)
        self.tree.setMinimumHeight(2 * ROW_HEIGHT + 4)
        content = QWidget()
        self._stack = QStackedLayout(content)
        self._stack.addWidget(splitter)
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._make_tool_bar())
        layout.addWidget(content, 1)

    def _make_tool_bar(self) -> QToolBar:
        self.tools = bar = QToolBar("Runs")
        bar.setIconSize(QSize(16, 16))
        bar.setStyleSheet("QToolBar { border: none; padding: 2px 4px; }")
        bar.addActions([self.resume, self.more, self.fork, self.fit])
        compare = QToolButton()
        compare.setDefaultAction(self.compare_menu.menuAction())
        compare.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        bar.addWidget(compare)
        bar.addAction(self.watch)
        bar.addSeparator()
        bar.addAction(self.delete)  # the rest is in the menus: the dock is narrow
        return bar

    @Slot(str)
    def _on_run_chosen(self, name: str) -> None:
        self.save_notes()
        self.run_chosen.emit(name)

    @Slot(QPoint)
    def _on_menu_requested(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        if self.tree.itemAt(position) is not None:
            menu.addActions(list(self.menu_actions))
            menu.addSeparator()
        menu.addActions([self.watch_folder, self.restore])
        menu.popup(self.tree.viewport().mapToGlobal(position))

    @Slot(str)
    def _on_empty_action(self, name: str) -> None:
        if name == "watch":
            self.watch_folder_requested.emit()
        else:
            self.train_requested.emit()

    @Slot(QAction)
    def _on_compare(self, action: QAction) -> None:
        self.compare_requested.emit(str(action.data()))

    @Slot()
    def _on_resume(self) -> None:
        if self.tree.chosen is not None:
            self.resume_requested.emit(self.tree.chosen)

    @Slot()
    def _on_more(self) -> None:
        if self.tree.chosen is not None:
            self.more_requested.emit(self.tree.chosen)

    @Slot()
    def _on_fork(self) -> None:
        if self.tree.chosen is not None:
            self.fork_requested.emit(self.tree.chosen)

    @Slot()
    def _on_fit(self) -> None:
        if self.tree.chosen is not None:
            self.fit_requested.emit(self.tree.chosen)

    @Slot()
    def _on_delete(self) -> None:
        if self.tree.chosen is not None:
            self.delete_requested.emit(self.tree.chosen)

    @Slot()
    def _on_open_folder(self) -> None:
        if self.tree.chosen is not None:
            self.folder_requested.emit(self.tree.chosen)
