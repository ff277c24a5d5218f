"""The sheet dock: which plane of the latent space, how far, and the chairs that lie in it."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.actions import TOOLBAR_ICON, make_action, wrapped
from mogvae_gui.views.empty_state import EmptyState
from mogvae_gui.views.fields import ChoiceBox, IntegerBox, NumberBox
from mogvae_gui.views.sheet_grid import SheetGrid
from mogvae_gui.views.theme import GRID

KINDS = (
    ("plane", "Plane", "Chairs over a plane through the latent space"),
    ("strips", "Strip per axis", "For each axis the chairs along it"),
)
BASES = (
    ("axes", "Latent axes", "The dimensions of the latent space as they are"),
    ("principal", "Principal components", "The directions along which the chairs vary most"),
)
CHOICES_WIDTH = 310  # pixels
THROUGH = (
    ("mean", "Through the mean", "The middle of the sheet is the mean of all chairs' codes"),
    ("probe", "Through the probe", "The middle of the sheet is where the probe is now"),
)


class SheetPanel(QWidget):
    """Says what is chosen; shows what it is told."""

    value_edited = Signal(str, object)  # name of a setting, value
    through_chosen = Signal(str)
    follow_toggled = Signal(bool)
    export_requested = Signal()
    appeared = Signal()
    vanished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = SheetGrid()
        self.is_seen = False
        self.grid.setToolTip(
            wrapped("Point at a chair to see it on the stage; click to put the probe there.")
        )
        self.follow_action = make_action(
            self,
            "Follow the pointer over the sheet",
            "probe",
            None,
            "Show on the stage what the pointer is on, and go back when it leaves",
            self.follow_toggled,
            checkable=True,
            checked=True,
        )
        self.export_action = make_action(
            self,
            "Export the sheet…",
            "picture",
            None,
            "Save the sheet as PNG or SVG at print size",
            self.export_requested,
        )
        self.empty = EmptyState(
            "grid",
            "No model yet",
            "Train one, or choose a run. Then a sheet shows what lies between its chairs.",
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._make_content())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.show_model_there(False)

    @property
    def menu_actions(self) -> tuple[QAction, ...]:
        """What the window's menu lists."""
        return (self.follow_action, self.export_action)

    def show_model_there(self, there: bool) -> None:
        """Show the sheet, or the empty state."""
        self._stack.setCurrentIndex(1 if there else 0)
        self.export_action.setEnabled(there)

    def show_directions(self, names: tuple[str, ...]) -> None:
        """Offer these directions for both sides of a plane."""
        for box in (self.across, self.up):
            with QSignalBlocker(box):
                box.clear()
                for place, name in enumerate(names):
                    box.addItem(name, place)
        with QSignalBlocker(self.strips):
            self.strips.setMaximum(max(1, len(names)))

    def show_settings(
        self,
        kind: str,
        basis: str,
        across: int,
        up: int,
        sigmas: float,
        cells: int,
        strips: int,
        through: str,
    ) -> None:
        """Show what is chosen."""
        for box, key in (
            (self.kind, kind),
            (self.basis, basis),
            (self.across, across),
            (self.up, up),
            (self.through, through),
        ):
            with QSignalBlocker(box):
                box.setCurrentIndex(box.findData(key))
        for field, value in ((self.cells, cells), (self.strips, strips)):
            with QSignalBlocker(field):
                field.setValue(value)
        with QSignalBlocker(self.sigmas):
            self.sigmas.setValue(sigmas)
        for widget in (self.across, self.up, self._across_label, self._up_label):
            widget.setVisible(kind == "plane")
        self.strips.setVisible(kind == "strips")

    def show_progress(self, done: int, total: int) -> None:
        """Show how many cells are drawn; nothing when all are."""
        self._words.setText("" if done >= total else f"drawing {done} of {total}")

    @Slot(bool)
    def note_seen(self, seen: bool) -> None:
        """The dock came to the front, or went. Qt calls a dock behind another one visible."""
        if seen != self.is_seen:
            self.is_seen = seen
            (self.appeared if seen else self.vanished).emit()

    def _make_content(self) -> QWidget:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self.grid)
        content = QWidget()
        layout = QHBoxLayout(content)
        layout.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        layout.setSpacing(GRID)
        layout.addWidget(self._make_choices())
        layout.addWidget(scroll, 1)
        return content

    def _make_choices(self) -> QWidget:
        """Beside the sheet, for the dock is wide and low."""
        self.kind = self._choice("kind", KINDS, "What the sheet shows", 11)
        self.basis = self._choice("basis", BASES, "Which directions there are to choose from", 14)
        self.across = self._choice("across", (), "The direction that runs to the right", 4)
        self.up = self._choice("up", (), "The direction that runs upwards", 4)
        self._across_label, self._up_label = QLabel("right"), QLabel("up")
        for label in (self._across_label, self._up_label):
            label.setProperty("role", "muted")
        self.through = ChoiceBox()
        for key, text, tooltip in THROUGH:
            self.through.addItem(text, key)
            self.through.setItemData(self.through.count() - 1, tooltip, _TIP)
        self.through.setMinimumContentsLength(14)
        self.through.setToolTip(
            wrapped("Where the middle of the sheet lies. Choose the probe again to follow it.")
        )
        self.through.activated.connect(self._on_through_activated)
        self.sigmas = NumberBox()
        self.sigmas.setRange(0.5, 5.0)
        self.sigmas.setSingleStep(0.5)
        self.sigmas.setDecimals(1)
        self.sigmas.setPrefix("±")
        self.sigmas.setSuffix(" σ")
        self.sigmas.setToolTip("How far the sheet reaches, in standard deviations of the codes")
        self.sigmas.valueChanged.connect(self._on_sigmas_edited)
        self.cells = IntegerBox()
        self.cells.setRange(3, 15)
        self.cells.setSuffix(" cells")
        self.cells.setToolTip("Chairs along a row")
        self.cells.valueChanged.connect(self._on_cells_edited)
        self.strips = IntegerBox()
        self.strips.setRange(1, 64)
        self.strips.setSuffix(" strips")
        self.strips.setToolTip("So many strips, those along which the chairs vary most first")
        self.strips.valueChanged.connect(self._on_strips_edited)
        self._words = QLabel()
        self._words.setProperty("role", "muted")
        plane = QHBoxLayout()
        plane.setSpacing(GRID // 2)
        for widget in (self._across_label, self.across, self._up_label, self.up):
            plane.addWidget(widget)
        last = QHBoxLayout()
        last.setSpacing(GRID // 2)
        last.addWidget(self._words, 1)
        for action in (self.follow_action, self.export_action):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setIconSize(QSize(TOOLBAR_ICON))
            last.addWidget(button)
        choices = QWidget()
        grid = QGridLayout(choices)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID // 2)
        for row, (first, second) in enumerate(
            ((self.kind, self.sigmas), (self.basis, self.cells), (self.through, self.strips))
        ):
            grid.addWidget(first, row, 0)
            grid.addWidget(second, row, 1)
        grid.addLayout(plane, 3, 0, 1, 2)
        grid.addLayout(last, 4, 0, 1, 2)
        grid.setRowStretch(5, 1)
        choices.setFixedWidth(CHOICES_WIDTH)
        return choices

    def _choice(
        self, name: str, choices: tuple[tuple[str, str, str], ...], tooltip: str, width: int
    ) -> ChoiceBox:
        box = ChoiceBox()
        for key, text, words in choices:
            box.addItem(text, key)
            box.setItemData(box.count() - 1, words, _TIP)
        box.setMinimumContentsLength(width)
        box.setToolTip(tooltip)
        box.setObjectName(name)
        box.activated.connect(self._on_choice_activated)
        return box

    @Slot()
    def _on_choice_activated(self) -> None:
        box = self.sender()
        if isinstance(box, ChoiceBox):
            self.value_edited.emit(box.objectName(), box.currentData())

    @Slot()
    def _on_through_activated(self) -> None:
        self.through_chosen.emit(str(self.through.currentData()))

    @Slot(float)
    def _on_sigmas_edited(self, sigmas: float) -> None:
        self.value_edited.emit("sigmas", sigmas)

    @Slot(int)
    def _on_cells_edited(self, cells: int) -> None:
        self.value_edited.emit("cells", cells)

    @Slot(int)
    def _on_strips_edited(self, strips: int) -> None:
        self.value_edited.emit("strips", strips)


_TIP = Qt.ItemDataRole.ToolTipRole
