"""The latent space dock: which run is in view, its space, its sliders and components."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from core.density_meter import DensityWords
from mogvae_gui.views.actions import lines_tooltip, make_action
from mogvae_gui.views.axes_dialog import AxesDialog
from mogvae_gui.views.code_legend import CodeLegend
from mogvae_gui.views.component_list import ComponentList
from mogvae_gui.views.density_bar import DensityMeterView
from mogvae_gui.views.empty_state import EmptyState
from mogvae_gui.views.fields import ChoiceBox
from mogvae_gui.views.found_strip import FoundStrip
from mogvae_gui.views.hint_line import HintLine
from mogvae_gui.views.icons import icon
from mogvae_gui.views.latent_view import LatentView, Tool
from mogvae_gui.views.probe_sliders import ProbeSliders
from mogvae_gui.views.steering_row import SteeringRow
from mogvae_gui.views.time_bar import TimeBar

COLOURINGS = (
    ("component", "Component", "Colour codes by their most responsible component"),
    ("split", "Split", "Colour codes by train and test"),
    ("error", "Error", "Colour codes by how badly their chairs are reconstructed (CD₁)"),
    ("family", "Family", "Colour codes by the family of chairs, where it is known"),
)

LEAST_ROOM_PX = 90  # for the name of a run
CHOOSE = "choose"
HELP = "\n".join(
    f"• {line}"
    for line in (
        "Click a dot: its chair.",
        "Click an ellipsoid, within its inner shell or on its outline: its middle; twice: samples. "
        "It lights up where a click picks it.",
        "Click anywhere else, between inner shell and outline too: what the model makes of it.",
        "Drag the blue dot: the chair morphs. Arrow keys move it across the view, Page Up and "
        "Page Down away and near; Shift takes longer steps.",
        "Shift-drag, B (box) or L (line): choose chairs.",
        "Drag elsewhere: turn. Middle button: move. Wheel: nearer.",
    )
)
FIRST_HINT = (
    "Click anywhere to see the chair there. Drag the blue dot to morph it. "
    "Shift-drag around dots chooses their chairs; B draws a box, L a line."
)


class LatentPanel(QWidget):
    """Composes the view with what moves in it."""

    run_chosen = Signal(str)
    colouring_chosen = Signal(str)
    axes_chosen = Signal(str)  # "first", "principal", or "i,j,k"
    sample_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = LatentView()
        self.sliders = ProbeSliders()
        self.steering = SteeringRow()
        self.components = ComponentList()
        self.runs = ChoiceBox()
        self.runs.setToolTip("The run whose latent space is shown")
        # It takes what the others leave, and never pushes their last button into a menu.
        self.runs.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.runs.setMinimumWidth(LEAST_ROOM_PX)
        self.runs.textActivated.connect(self.run_chosen)
        self._axes_key = "first"
        self.axes = QComboBox()
        self.axes.setToolTip("Which directions of the latent space are drawn")
        self.axes.activated.connect(self._on_axes_activated)
        self.colouring = QComboBox()
        for key, text, tooltip in COLOURINGS:
            self.colouring.addItem(text, key)
            self.colouring.setItemData(
                self.colouring.count() - 1, tooltip, Qt.ItemDataRole.ToolTipRole
            )
        self.colouring.setToolTip("What the colour of a code means")
        self.colouring.activated.connect(self._on_colouring_activated)
        self.colouring.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.colouring.setMinimumContentsLength(7)
        self.legend = CodeLegend()
        self.hint = HintLine(FIRST_HINT)
        self.help_button = QToolButton()
        self.help_button.setIcon(icon("help", "muted"))
        self.help_button.setAutoRaise(True)
        self.help_button.setIconSize(QSize(14, 14))
        self.help_button.setFixedSize(20, 20)
        self.help_button.setStyleSheet("QToolButton { padding: 0; }")
        self.help_button.setToolTip(lines_tooltip(HELP))
        self.help_button.setAccessibleName("What mouse and keys do in the latent space")
        self.help_button.clicked.connect(self._on_help)
        self.view.plotter.setAccessibleName("Latent space")
        self.view.plotter.setAccessibleDescription(HELP)
        self.density = DensityMeterView()
        self.sample_action = make_action(
            self,
            "Sample a new chair",
            "sample",
            "Ctrl+R",
            "Decode a code drawn at random from the prior",
            self.sample_requested,
        )
        self.find_action = make_action(
            self,
            "Find a file in the latent space…",
            "locate",
            None,
            "Show where a mesh or point cloud lies and which chairs are near, without adding it",
        )
        self.reset_action = make_action(
            self, "Show the whole space", "reset-view", "Shift+Home", "", self._on_reset
        )
        self._make_tools()
        self.found = FoundStrip()
        self.time = TimeBar()
        self.empty = EmptyState(
            "latent",
            "No model yet",
            "Train one, or choose a run. Then every chair is a dot here, and a click anywhere "
            "decodes a chair.",
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._make_content())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._make_header())
        layout.addWidget(self.found)
        layout.addWidget(self._stack, 1)
        self.setMinimumWidth(280)

    def show_runs(self, names: tuple[str, ...], current: str | None) -> None:
        """List the project's runs; the one in view is chosen."""
        with QSignalBlocker(self.runs):
            self.runs.clear()
            self.runs.addItems(list(names))
            self.runs.setCurrentIndex(-1 if current is None else self.runs.findText(current))
        self.runs.setEnabled(bool(names))
        self.runs.setPlaceholderText("Choose a run" if names else "No runs yet")

    def show_axes(self, choices: list[tuple[str, str]], current: str) -> None:
        """Offer ways to look at the space, (key, words); one way needs no choice."""
        with QSignalBlocker(self.axes):
            self.axes.clear()
            for key, text in choices:
                self.axes.addItem(text, key)
            if choices:
                self.axes.addItem("Others…", CHOOSE)
            self.axes.setCurrentIndex(self.axes.findData(current))
        self._axes_key = current
        self.axes.setVisible(len(choices) > 1)

    def show_columns(self, columns: list[tuple[str, str]]) -> None:
        """Offer to colour codes by these columns of the library, (key, words)."""
        while self.colouring.count() > len(COLOURINGS):
            self.colouring.removeItem(self.colouring.count() - 1)
        if columns:
            self.colouring.insertSeparator(self.colouring.count())
        for key, words in columns:
            self.colouring.addItem(words.replace("_", " ").capitalize(), key)

    def show_colouring(self, colouring: str) -> None:
        """Show what the colour of a code means."""
        with QSignalBlocker(self.colouring):
            self.colouring.setCurrentIndex(self.colouring.findData(colouring))

    def show_model_there(self, there: bool) -> None:
        """Show the space, or the empty state."""
        self._stack.setCurrentIndex(1 if there else 0)
        self.colouring.setVisible(there)
        self.axes.setVisible(there and self.axes.count() > 1)
        self.sample_action.setEnabled(there)
        self.find_action.setEnabled(there)
        self.reset_action.setEnabled(there)
        for action in self.tool_actions:
            action.setEnabled(there)

    def show_tab(self, name: str) -> None:
        """Bring "probe" or "components" to the front."""
        self.tabs.setCurrentIndex(1 if name == "components" else 0)

    def show_density(
        self, words: DensityWords, share: float | None, nats_below: float = 0.0
    ) -> None:
        """Say how usual the probe's place is, and mark it; the share is that of thinner chairs."""
        self.density.show_density(words, share, nats_below)

    @property
    def tool_actions(self) -> list[QAction]:
        """What dragging in the view does, where it does not turn it."""
        return [self.box_action, self.lasso_action]

    def _make_tools(self) -> None:
        keys = "Shift adds, Ctrl takes away, Esc chooses none"
        self.box_action = make_action(
            self,
            "Box select",
            "box-select",
            "B",
            f"Drag a box around codes to choose their chairs. {keys}",
            checkable=True,
        )
        self.lasso_action = make_action(
            self,
            "Lasso select",
            "lasso-select",
            "L",
            f"Draw a line around codes to choose their chairs. {keys}",
            checkable=True,
        )
        self.size_action = make_action(
            self,
            "Size codes by error",
            "colour-error",
            None,
            "Draw the codes of badly reconstructed chairs larger; evaluate the run for it",
            checkable=True,
        )
        self._tools = QActionGroup(self)
        self._tools.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        for action in self.tool_actions:
            self._tools.addAction(action)
            # A letter belongs to what has the keys: in a list it finds a name.
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._tools.triggered.connect(self._on_tool_triggered)

    def _make_header(self) -> QWidget:
        header = QWidget()
        layout = QHBoxLayout(header)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(6)
        layout.addWidget(self.runs, 1)
        layout.addWidget(self.colouring)
        tools = QToolBar()
        tools.setIconSize(QSize(16, 16))
        tools.setStyleSheet("QToolBar { border: none; padding: 0; }")
        tools.addActions(self.tool_actions)
        tools.addAction(self.sample_action)
        tools.addAction(self.reset_action)
        tools.setMinimumWidth(tools.sizeHint().width())  # else the last ones hide in a menu
        layout.addWidget(tools)
        return header

    def _make_content(self) -> QWidget:
        self.tabs = tabs = QTabWidget()
        tabs.setDocumentMode(True)
        probe = QWidget()
        probe_layout = QVBoxLayout(probe)
        probe_layout.setContentsMargins(0, 0, 0, 0)
        probe_layout.setSpacing(0)
        probe_layout.addWidget(self.density)
        probe_layout.addWidget(self.sliders, 1)
        probe_layout.addWidget(self.steering)
        tabs.addTab(probe, "Probe")
        tabs.addTab(self.components, "Components")
        tabs.setCornerWidget(self._make_component_tools())
        tabs.currentChanged.connect(self._on_tab_changed)
        self._on_tab_changed()
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        space = QWidget()
        space_layout = QVBoxLayout(space)
        space_layout.setContentsMargins(0, 0, 0, 0)
        space_layout.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 8, 4)
        top.setSpacing(0)
        top.addWidget(self.legend, 1)
        top.addWidget(self.axes)  # in the header it would push the last buttons out of the dock
        top.addSpacing(6)
        top.addWidget(self.help_button, 0, Qt.AlignmentFlag.AlignVCenter)
        space_layout.addLayout(top)
        space_layout.addWidget(self.view, 1)
        space_layout.addWidget(self.hint)
        space_layout.addWidget(self.time)
        splitter.addWidget(space)
        splitter.addWidget(tabs)
        splitter.setSizes([280, 212])
        splitter.setStretchFactor(0, 1)
        self.view.setMinimumHeight(100)
        tabs.setMinimumHeight(120)
        return splitter

    def _make_component_tools(self) -> QToolBar:
        """Beside the tabs, where they take no room from the list."""
        self.component_tools = QToolBar()
        self.component_tools.setIconSize(QSize(16, 16))
        self.component_tools.setStyleSheet("QToolBar { border: none; padding: 0 6px 0 0; }")
        self.component_tools.addActions(list(self.components.tools))
        return self.component_tools

    @Slot()
    def _on_tab_changed(self) -> None:
        self.component_tools.setVisible(self.tabs.currentWidget() is self.components)

    @Slot()
    def _on_reset(self) -> None:
        self.view.camera_touched.emit()
        self.view.reset_camera()

    @Slot()
    def _on_help(self) -> None:
        """A click says what a rest of the pointer says; some have no pointer that can rest."""
        corner = self.help_button.rect().bottomLeft()
        QToolTip.showText(self.help_button.mapToGlobal(corner), self.help_button.toolTip())

    @Slot()
    def _on_colouring_activated(self) -> None:
        self.colouring_chosen.emit(self.colouring.currentData())

    @Slot(QAction)
    def _on_tool_triggered(self, action: QAction) -> None:
        chosen: Tool = "box" if action is self.box_action else "lasso"
        self.view.use_tool(chosen if action.isChecked() else "walk")

    @Slot()
    def _on_axes_activated(self) -> None:
        if self.axes.currentData() != CHOOSE:
            self.axes_chosen.emit(self.axes.currentData())
            return
        key = self._axes_key
        with QSignalBlocker(self.axes):
            self.axes.setCurrentIndex(self.axes.findData(key))  # until others are chosen
        x, y, z = (int(axis) for axis in key.split(",")) if "," in key else (0, 1, 2)
        dialog = AxesDialog(len(self.sliders.sliders), (x, y, z), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._on_axes_written)
        dialog.open()

    @Slot(tuple)
    def _on_axes_written(self, dimensions: tuple[int, ...]) -> None:
        self.axes_chosen.emit(",".join(str(dimension) for dimension in dimensions))
