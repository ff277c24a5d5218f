"""The window: docks around the stage, menus, tool bar, status bar. Composes; decides nothing."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QLabel,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QTabWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.plain_text import clean_text
from mogvae_gui.views.actions import make_action, wrapped
from mogvae_gui.views.banner import BannerStack
from mogvae_gui.views.bookmarks_panel import BookmarksPanel
from mogvae_gui.views.changing_actions import ChangingActions
from mogvae_gui.views.dock_action import DockAction
from mogvae_gui.views.evaluation_panel import EvaluationPanel
from mogvae_gui.views.file_drops import Dock, FileDrops
from mogvae_gui.views.lasting_banner import LastingBanner
from mogvae_gui.views.latent_panel import LatentPanel
from mogvae_gui.views.library_panel import LibraryPanel
from mogvae_gui.views.pinned_panel import PinnedPanel
from mogvae_gui.views.runs_panel import RunsPanel
from mogvae_gui.views.selection_panel import SelectionPanel
from mogvae_gui.views.sheet_panel import SheetPanel
from mogvae_gui.views.stage_view import StageView
from mogvae_gui.views.tab_bars import hide_forgotten_tab_bars
from mogvae_gui.views.task_bar import TaskBar
from mogvae_gui.views.training_panel import TrainingPanel
from mogvae_gui.views.walk_panel import WalkPanel

LAYOUT_VERSION = 3
DEFAULT_SIZE = QSize(1360, 860)
Key = QKeySequence.StandardKey
Area = Qt.DockWidgetArea


class MainWindow(QMainWindow):
    """Everything a person sees. Files dropped anywhere, on docks that float too, come out of it."""

    paths_hover = Signal()  # files are dragged over the window: a drop is likely
    paths_dropped = Signal(list)  # list[Path]
    paths_dropped_to_find = Signal(list)  # list[Path], on the latent space
    close_requested = Signal()  # the presenters decide; `close_now` closes
    closing = Signal()  # the window closes now; end threads
    recent_chosen = Signal(str)
    recent_opened = Signal()  # the menu of recent projects: which of them are still there?
    forget_missing_chosen = Signal()
    theme_chosen = Signal(str)  # "system", "dark" or "light"

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.resize(DEFAULT_SIZE)
        self.setMinimumSize(960, 600)
        self._may_close = False
        self._settle = QTimer(self)  # after the layout, which follows events that are under way
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._on_settled)
        self.banners = BannerStack()
        self.lasting = LastingBanner()
        self.changing = ChangingActions(self)
        self.stage = StageView()
        self.library = LibraryPanel()
        self.bookmarks = BookmarksPanel()
        self.pinned = PinnedPanel()
        self.runs = RunsPanel()
        self.latent = LatentPanel()
        self.training = TrainingPanel()
        self.evaluation = EvaluationPanel()
        self.selection = SelectionPanel()
        self.walk = WalkPanel()
        self.sheet = SheetPanel()
        self._make_actions()
        self._make_centre()
        self._make_docks()
        self._make_menus()
        self._make_tool_bar()
        self._make_status_bar()
        self._default_layout = self.saveState(LAYOUT_VERSION)
        for widget in self.findChildren(QWidget):
            widget.setAcceptDrops(False)  # a text field would take a file's path as words
        for label in self.findChildren(QLabel):
            if label.textFormat() == Qt.TextFormat.AutoText:  # a name with tags would be obeyed
                label.setTextFormat(Qt.TextFormat.PlainText)
        self._drops = FileDrops(self, self.latent.view)
        self._take_drops(self._drops)
        self.show_project("", has_project=False)

    def show_project(self, name: str, *, has_project: bool) -> None:
        """Show which project is open."""
        self.setWindowTitle(f"{name} — MoG-VAE Studio" if name else "MoG-VAE Studio")
        for action in (
            self.save_as_action,
            self.import_files_action,
            self.import_folder_action,
            self.made_chairs_action,
        ):
            action.setEnabled(has_project)

    def show_recent(self, folders: list[str]) -> None:
        """List the projects that were open lately."""
        self._recent_menu.clear()
        for folder in folders:
            action = self._recent_menu.addAction(
                clean_text(Path(folder).name, 80).replace("&", "&&")
            )
            action.setToolTip(wrapped(clean_text(folder, 500)))
            action.setData(folder)
        self._recent_menu.setEnabled(bool(folders))

    def show_missing(self, folders: frozenset[str]) -> None:
        """Grey those of the recent projects that are not there any more."""
        for action in self._recent_menu.actions():
            is_missing = action.data() in folders
            if is_missing and action.isEnabled():
                action.setText(f"{action.text()} (not found)")
            action.setEnabled(not is_missing)
        if folders:
            self._recent_menu.addSeparator()
            forget = self._recent_menu.addAction("Forget those not found")
            forget.setToolTip("Take projects that are not there any more out of this list")

    def show_device(self, text: str) -> None:
        """Show where models are computed."""
        self.device_label.setText(text)

    def show_decode_time(self, milliseconds: float | None) -> None:
        """Show how long the last decode took."""
        self.decode_label.setText("" if milliseconds is None else f"decode {milliseconds:.0f} ms")

    def show_theme(self, choice: str) -> None:
        """Mark the theme in use."""
        for action in self._themes.actions():
            action.setChecked(action.data() == choice)

    def layout_state(self) -> QByteArray:
        """Where docks and bars are, for the next time."""
        return self.saveState(LAYOUT_VERSION)

    def show_layout(self, state: QByteArray) -> bool:
        """Put docks where they were; False where the state is of another version."""
        self._settle.start()
        return self.restoreState(state, LAYOUT_VERSION)

    def reset_layout(self) -> None:
        """Put every dock back where it was the first time."""
        self.restoreState(self._default_layout, LAYOUT_VERSION)
        self._share_room()
        self._settle.start()

    def close_now(self) -> None:
        """Close without asking again."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close:
            self.close_requested.emit()
        if not self._may_close:  # `close_now` within the signal cannot close by itself: Qt is at it
            event.ignore()
            return
        self.closing.emit()
        self.stage.close_views()
        self.latent.view.close_view()
        event.accept()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._settle.start()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drops.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drops.move(event)

    def dragLeaveEvent(self, event: object) -> None:
        self._drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drops.drop(event)

    def _take_drops(self, drops: FileDrops) -> None:
        drops.hovered.connect(self.paths_hover)
        drops.dropped.connect(self.paths_dropped)
        drops.dropped_to_find.connect(self.paths_dropped_to_find)

    def _make_centre(self) -> None:
        centre = QWidget()
        centre.setObjectName("stageArea")
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.lasting)
        layout.addWidget(self.banners)
        layout.addWidget(self.stage, 1)
        self.setCentralWidget(centre)

    def _make_docks(self) -> None:
        self.setCorner(Qt.Corner.BottomLeftCorner, Area.BottomDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)
        self.library_dock = self._add_dock("Library", self.library, Area.LeftDockWidgetArea)
        self.bookmarks_dock = self._add_dock("Bookmarks", self.bookmarks, Area.LeftDockWidgetArea)
        self.runs_dock = self._add_dock("Runs", self.runs, Area.LeftDockWidgetArea)
        self.latent_dock = self._add_dock("Latent space", self.latent, Area.RightDockWidgetArea)
        self.training_dock = self._add_dock("Training", self.training, Area.BottomDockWidgetArea)
        self.evaluation_dock = self._add_dock(
            "Evaluation", self.evaluation, Area.BottomDockWidgetArea
        )
        self.setTabPosition(Area.LeftDockWidgetArea, QTabWidget.TabPosition.North)
        self.tabifyDockWidget(self.library_dock, self.runs_dock)
        self.tabifyDockWidget(self.runs_dock, self.bookmarks_dock)
        self.library_dock.raise_()
        self.setTabPosition(Area.BottomDockWidgetArea, QTabWidget.TabPosition.North)
        self.tabifyDockWidget(self.training_dock, self.evaluation_dock)
        self.selection_dock = self._add_dock("Selection", self.selection, Area.BottomDockWidgetArea)
        self.tabifyDockWidget(self.training_dock, self.selection_dock)
        self.walk_dock = self._add_dock("Walk", self.walk, Area.BottomDockWidgetArea)
        self.tabifyDockWidget(self.training_dock, self.walk_dock)
        self.sheet_dock = self._add_dock("Sheet", self.sheet, Area.BottomDockWidgetArea)
        self.tabifyDockWidget(self.training_dock, self.sheet_dock)
        self.sheet_dock.visibilityChanged.connect(self.sheet.note_seen)
        self.pinned_dock = self._add_dock("Pinned", self.pinned, Area.BottomDockWidgetArea)
        self.tabifyDockWidget(self.training_dock, self.pinned_dock)
        self.training_dock.raise_()
        self._share_room()

    def _share_room(self) -> None:
        self.resizeDocks([self.library_dock], [248], Qt.Orientation.Horizontal)
        self.resizeDocks([self.latent_dock], [372], Qt.Orientation.Horizontal)
        self.resizeDocks([self.training_dock], [280], Qt.Orientation.Vertical)

    def _add_dock(self, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> Dock:
        dock = Dock(title, self, self.latent.view)
        self._take_drops(dock.drops)
        dock.setObjectName(title.lower().replace(" ", "-"))
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _make_actions(self) -> None:
        self.new_action = make_action(
            self, "New project…", "new-project", Key.New, "Make an empty project"
        )
        self.open_action = make_action(
            self, "Open project…", "open", Key.Open, "Open a project folder"
        )
        self.open_demo_action = make_action(
            self, "Open demo project", "sparkles", None, "Sample chairs with a trained model"
        )
        self.save_as_action = make_action(
            self, "Save project as…", "save", Key.SaveAs, "Copy the whole project to another folder"
        )
        self.import_files_action = make_action(
            self, "Import files…", "import", "Ctrl+I", "Bring in meshes or point clouds"
        )
        self.import_folder_action = make_action(
            self,
            "Import folder…",
            "folder-input",
            "Ctrl+Shift+I",
            "Bring in a folder of meshes; a ModelNet folder keeps its split",
        )
        self.made_chairs_action = make_action(
            self, "Make chairs…", "made-chairs", "Ctrl+M", "Add parametric chairs to the library"
        )
        self.export_action = make_action(
            self, "Export…", "export", "Ctrl+E", "Save shown or chosen shapes as files"
        )
        self.quit_action = make_action(self, "Quit", "quit", Key.Quit, "", self.close)
        self.undo_action = make_action(self, "Undo", "undo", Key.Undo, "Take the last change back")
        self.redo_action = make_action(self, "Redo", "redo", Key.Redo, "Make the change again")
        self.choose_none_action = make_action(
            self, "Choose no chair", "x", "Esc", "Let go of the chosen chairs"
        )
        self.next_chosen_action = make_action(
            self, "Next chosen chair", "chevron-right", "F3", "Show the next of the chosen chairs"
        )
        self.previous_chosen_action = make_action(
            self,
            "Previous chosen chair",
            "chevron-left",
            "Shift+F3",
            "Show the previous of the chosen chairs",
        )
        self.back_action = make_action(
            self, "Back", "chevron-left", "Alt+Left", "Back to the place before"
        )
        self.forward_action = make_action(
            self, "Forward", "chevron-right", "Alt+Right", "Forward to where you came back from"
        )
        self.train_action = make_action(
            self, "Train", "train", "F5", "Train a model with the settings of the Training dock"
        )
        self.pause_action = make_action(
            self, "Pause", "pause", "F6", "Pause or go on with the training"
        )
        self.stop_action = make_action(
            self, "Stop", "stop", "Shift+F5", "Stop the training; everything learnt is kept"
        )
        self.compare_action = make_action(
            self,
            "Compare runs",
            "compare",
            "F7",
            "Put a second run beside the one in view, chair by chair",
            checkable=True,
        )
        self.guide_action = make_action(
            self, "User guide", "guide", Key.HelpContents, "Read how things are done"
        )
        self.log_action = make_action(
            self, "Open log file", "log", None, "The log with the details of every error"
        )
        self.diagnostics_action = make_action(
            self,
            "Copy diagnostics",
            "copy",
            None,
            "Put versions, device and graphics on the clipboard",
        )
        self.about_action = make_action(self, "About MoG-VAE Studio", "info")
        self.reset_layout_action = make_action(
            self, "Reset layout", "layers", None, "Put every dock back", self.reset_layout
        )

        self.changing.add(
            self.import_files_action,
            self.import_folder_action,
            self.made_chairs_action,
            self.train_action,
            *self.library.changing_actions,
            *self.bookmarks.changing_actions,
            *self.runs.changing_actions,
        )

    def _make_menus(self) -> None:
        bar = self.menuBar()
        file_menu = bar.addMenu("&File")
        file_menu.addActions([self.new_action, self.open_action])
        self._recent_menu = QMenu("Open recent", self)
        self._recent_menu.setToolTipsVisible(True)
        self._recent_menu.triggered.connect(self._on_recent_triggered)
        self._recent_menu.aboutToShow.connect(self.recent_opened)
        file_menu.addMenu(self._recent_menu)
        file_menu.addActions([self.open_demo_action, self.save_as_action])
        file_menu.addSeparator()
        file_menu.addActions(
            [self.import_files_action, self.import_folder_action, self.made_chairs_action]
        )
        file_menu.addSeparator()
        file_menu.addActions([self.export_action, self.stage.picture_action])
        file_menu.addSeparator()
        file_menu.addAction(self.quit_action)
        edit_menu = bar.addMenu("&Edit")
        edit_menu.addActions([self.undo_action, self.redo_action])
        edit_menu.addSeparator()
        edit_menu.addActions(list(self.library.menu_actions))
        edit_menu.addSeparator()
        edit_menu.addActions(self.latent.tool_actions)
        edit_menu.addActions(
            [self.next_chosen_action, self.previous_chosen_action, self.choose_none_action]
        )
        edit_menu.addAction(self.selection.average_action)
        model_menu = bar.addMenu("&Model")
        model_menu.addActions([self.train_action, self.pause_action, self.stop_action])
        model_menu.addSeparator()
        runs_menu = model_menu.addMenu("Run")
        runs_menu.setToolTipsVisible(True)
        runs_menu.addActions([*self.runs.menu_actions, self.runs.watch_folder, self.runs.restore])
        model_menu.addActions([self.compare_action, *self.evaluation.menu_actions])
        model_menu.addSeparator()
        model_menu.addActions([self.latent.sample_action, self.latent.find_action])
        walk_menu = bar.addMenu("&Walk")
        walk_menu.addActions(list(self.walk.menu_actions))
        walk_menu.addSeparator()
        walk_menu.addActions(list(self.sheet.menu_actions))
        self._make_view_menu(bar.addMenu("&View"))
        go_menu = bar.addMenu("&Go")
        go_menu.addActions([self.back_action, self.forward_action])
        go_menu.addSeparator()
        go_menu.addActions(list(self.bookmarks.menu_actions))
        go_menu.addSeparator()
        go_menu.addActions([self.latent.time.play_action, self.latent.time.now_action])
        go_menu.addSeparator()
        go_menu.addActions([self.pinned.pin_action, self.pinned.unpin_action])
        help_menu = bar.addMenu("&Help")
        help_menu.addActions([self.guide_action, self.log_action, self.diagnostics_action])
        help_menu.addSeparator()
        help_menu.addAction(self.about_action)

    def _make_view_menu(self, menu: QMenu) -> None:
        menu.addActions(self.stage.colouring_actions)
        menu.addSeparator()
        menu.addActions(self.stage.overlay_actions)
        menu.addSeparator()
        menu.addActions([self.stage.next_region_action, self.stage.previous_region_action])
        menu.addSeparator()
        menu.addActions([self.stage.link_action, self.stage.reset_action, self.latent.reset_action])
        menu.addAction(self.latent.size_action)
        menu.addSeparator()
        docks = (
            self.library_dock,
            self.latent_dock,
            self.training_dock,
            self.evaluation_dock,
        )
        for number, dock in enumerate(docks, start=1):
            menu.addAction(DockAction(dock, f"Alt+{number}", self))
        menu.addAction(DockAction(self.selection_dock, "Alt+5", self))
        menu.addAction(DockAction(self.runs_dock, "Alt+6", self))
        menu.addAction(DockAction(self.walk_dock, "Alt+7", self))
        menu.addAction(DockAction(self.sheet_dock, "Alt+8", self))
        menu.addAction(DockAction(self.bookmarks_dock, "Ctrl+B", self))
        menu.addAction(DockAction(self.pinned_dock, "Alt+9", self))
        menu.addAction(self.reset_layout_action)
        menu.addSeparator()
        themes = menu.addMenu("Theme")
        self._themes = QActionGroup(self)
        for key, text in (("system", "As the system"), ("dark", "Dark"), ("light", "Light")):
            action = make_action(self, text, checkable=True)
            action.setData(key)
            self._themes.addAction(action)
            themes.addAction(action)
        self._themes.triggered.connect(self._on_theme_triggered)

    def _make_tool_bar(self) -> None:
        bar = QToolBar("Main tools")
        bar.setObjectName("mainTools")
        bar.setMovable(False)
        bar.setIconSize(QSize(18, 18))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for action in (self.open_action, self.import_files_action, self.made_chairs_action):
            bar.addAction(action)
        bar.addSeparator()
        bar.addActions([self.train_action, self.pause_action, self.stop_action])
        bar.addSeparator()
        bar.addActions([self.compare_action, self.latent.sample_action, self.export_action])
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(spacer)
        bar.addActions([self.undo_action, self.redo_action])
        self._add_icons(bar, [self.back_action, self.forward_action])
        for action, text in (
            (self.open_action, "Open"),
            (self.import_files_action, "Import"),
            (self.made_chairs_action, "Make chairs"),
            (self.export_action, "Export"),
            (self.compare_action, "Compare"),
            (self.latent.sample_action, "Sample"),
        ):
            action.setIconText(text)
        self.addToolBar(bar)

    def _add_icons(self, bar: QToolBar, actions: list[QAction]) -> None:
        """Add actions whose drawing says enough."""
        bar.addActions(actions)
        for action in actions:
            button = bar.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def _make_status_bar(self) -> None:
        self.task_bar = TaskBar()
        self.evaluation_bar = TaskBar()
        self.device_label = QLabel("")
        self.decode_label = QLabel("")
        for label in (self.device_label, self.decode_label):
            label.setProperty("role", "muted")
            label.setContentsMargins(8, 0, 8, 0)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.addPermanentWidget(self.evaluation_bar)
        bar.addPermanentWidget(self.task_bar)
        bar.addPermanentWidget(self.decode_label)
        bar.addPermanentWidget(self.device_label)

    @Slot()
    def _on_settled(self) -> None:
        hide_forgotten_tab_bars(self)

    def _on_recent_triggered(self, action: QAction) -> None:
        if action.data() is None:
            self.forget_missing_chosen.emit()
        else:
            self.recent_chosen.emit(str(action.data()))

    def _on_theme_triggered(self, action: QAction) -> None:
        self.theme_chosen.emit(str(action.data()))
