"""The walk dock: stops, ways, a profile of the density, and the buttons of a player."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QSlider,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.actions import TOOLBAR_ICON, make_action, wrapped
from mogvae_gui.views.empty_state import EmptyState, EmptyStateAction
from mogvae_gui.views.fields import ChoiceBox, IntegerBox
from mogvae_gui.views.icons import icon
from mogvae_gui.views.late_widget import LateWidget
from mogvae_gui.views.latent_tracks import way_colour
from mogvae_gui.views.stop_strip import StopCard, StopStrip
from mogvae_gui.views.theme import GRID, theme
from mogvae_gui.views.way_profile import WayProfile

if TYPE_CHECKING:  # brings pyqtgraph, which the start of the window does without
    from mogvae_gui.views.density_profile import DensityProfile

WAYS = (
    ("both", "Both ways", "Show both ways; the probe takes the one along the density"),
    ("along", "Along the density", "Lead over places where chairs are likely"),
    ("straight", "Straight", "Lead from stop to stop as the crow flies"),
)
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
LEAST_STEPS, MOST_STEPS = 2, 2_000
NO_MODEL = ("No model yet", "Train one, or choose a run. Then a walk leads from chair to chair.")
NO_STOPS = (
    "Where shall the walk lead?",
    "Add chairs, component means or the probe's place as stops. Two make a walk: the chair on the "
    "stage changes from one into the other.",
)


@dataclass(frozen=True)
class WayRow:
    """One line of the comparison."""

    way: str  # "straight" or "along"
    name: str
    length: str
    thinnest: str
    below: str  # how many of the chairs lie at a place less likely than the thinnest
    average: str
    is_walked: bool


class WalkPanel(QWidget):
    """Composes; the presenters decide."""

    add_chairs_requested = Signal()
    add_probe_requested = Signal()
    add_component_requested = Signal(int)
    add_means_requested = Signal()
    add_bookmark_requested = Signal(str)  # its id
    remove_requested = Signal()
    clear_requested = Signal()
    way_chosen = Signal(str)
    steps_edited = Signal(int)
    step_edited = Signal(int)
    play_toggled = Signal()
    speed_chosen = Signal(float)
    loop_toggled = Signal(bool)
    export_requested = Signal()
    share_picked = Signal(float)  # of the way, 0 to 1

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip = StopStrip()
        self._profile = LateWidget(self._make_profile)
        self._share = 0.0  # of the way, where the walker is
        self._rows: tuple[WayRow, ...] = ()
        self._make_actions()
        self.empty = EmptyState(
            "waypoints",
            *NO_MODEL,
            (
                EmptyStateAction("means", "Walk over the component means", primary=True),
                EmptyStateAction("chairs", "Add the chosen chairs"),
            ),
        )
        self.empty.action_chosen.connect(self._on_empty_action)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._make_content())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        theme().changed.connect(self._on_theme_changed)
        self.show_stops((), None, has_model=False)

    @property
    def profile(self) -> "DensityProfile":
        """How likely the places along the way are."""
        return self._profile.made

    @property
    def menu_actions(self) -> tuple[QAction, ...]:
        """What the window's menu lists."""
        return (
            self.add_chairs_action,
            self.add_probe_action,
            self.add_means_action,
            self.remove_action,
            self.clear_action,
            self.play_action,
            self.loop_action,
            self.export_action,
        )

    def show_stops(
        self, cards: tuple[StopCard, ...], chosen: int | None, *, has_model: bool
    ) -> None:
        """Show these stops; without any, how to get some."""
        self._stack.setCurrentIndex(1 if cards and has_model else 0)
        self.empty.show_words(*(NO_STOPS if has_model else NO_MODEL))
        for name in ("means", "chairs"):
            self.empty.button(name).setVisible(has_model)
        self.strip.show_stops(cards, chosen)
        for action in (self.add_chairs_action, self.add_probe_action, self.add_means_action):
            action.setEnabled(has_model)
        self.remove_action.setEnabled(bool(cards) and chosen is not None)
        self.clear_action.setEnabled(bool(cards))

    def show_components(self, names: list[str]) -> None:
        """Offer these components' means, and none where the prior has one only."""
        self._components.clear()
        for component, name in enumerate(names):
            action = self._components.addAction(name)
            action.setData(component)
        self._components.menuAction().setVisible(len(names) > 1)
        self.add_means_action.setVisible(len(names) > 1)
        self.empty.button("means").setVisible(len(names) > 1)

    def show_bookmarks(self, bookmarks: list[tuple[str, str]]) -> None:
        """Offer these bookmarks, (id, name)."""
        self._bookmarks.clear()
        for bookmark_id, name in bookmarks:
            self._bookmarks.addAction(name.replace("&", "&&")).setData(bookmark_id)
        self._bookmarks.menuAction().setVisible(bool(bookmarks))

    def show_way(self, way: str) -> None:
        """Show which way was chosen."""
        with QSignalBlocker(self.way):
            self.way.setCurrentIndex(self.way.findData(way))

    def show_steps(self, steps: int) -> None:
        """Show into how many steps the way is cut."""
        with QSignalBlocker(self.steps):
            self.steps.setValue(steps)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, steps - 1)

    def show_step(self, step: int, share: float) -> None:
        """Show where the walker is."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(step)
        self.step_label.setText(f"{step + 1} of {self.slider.maximum() + 1}")
        self._share = share
        if self._profile.is_made:
            self.profile.show_cursor(share)

    def show_profiles(
        self,
        profiles: tuple[WayProfile, ...],
        edge: float | None = None,
        stops: tuple[float, ...] = (),
    ) -> None:
        """Show the density along ways, the least usual tenth of the chairs, and the stops."""
        if profiles or self._profile.is_made:
            self.profile.show_profiles(profiles, edge)
            self.profile.show_stops(stops)

    def show_playing(self, is_playing: bool) -> None:
        """Show whether the walker walks."""
        self.play_action.setIcon(icon("pause" if is_playing else "play"))
        self.play_action.setText("Pause the walk" if is_playing else "Play the walk")

    def show_speed(self, speed: float) -> None:
        """Show how fast."""
        with QSignalBlocker(self.speed):
            self.speed.setCurrentIndex(self.speed.findData(speed))

    def show_loop(self, loops: bool) -> None:
        """Show whether the walk begins again at its end."""
        with QSignalBlocker(self.loop_action):
            self.loop_action.setChecked(loops)

    def show_can_walk(self, can_walk: bool, words: str = "") -> None:
        """Show whether there is a way to walk; `words` say why not."""
        for widget in (self.slider, self.steps, self.speed):
            widget.setEnabled(can_walk)
        self.play_action.setEnabled(can_walk)
        self.export_action.setEnabled(can_walk)
        self.step_label.setVisible(can_walk)
        self._words.setText(words)
        self._words.setVisible(bool(words))

    def show_comparison(self, rows: tuple[WayRow, ...]) -> None:
        """Show lengths and densities of the ways, the one that is walked in bold."""
        self._rows = rows
        head = (
            "<tr style='color:gray'><td></td><td align='right'>Length</td>"
            "<td align='right'>Thinnest</td><td align='right'>Chairs below</td>"
            "<td align='right'>Average</td></tr>"
        )
        lines = "".join(_as_line(row) for row in rows)
        table = f"<table cellspacing='0' cellpadding='2' width='100%'>{head}{lines}</table>"
        self.comparison.setText(table if rows else "")
        self.comparison.setVisible(bool(rows))

    def _make_actions(self) -> None:
        self.add_chairs_action = make_action(
            self,
            "Add chosen chairs to the walk",
            "chair",
            "Ctrl+Shift+W",
            "Make the chairs that are chosen in the library stops of the walk",
            self.add_chairs_requested,
        )
        self.add_probe_action = make_action(
            self,
            "Add the probe's place to the walk",
            "probe",
            "Ctrl+Shift+P",
            "Make the place that is decoded on the stage a stop of the walk",
            self.add_probe_requested,
        )
        self.add_means_action = make_action(
            self,
            "Add all component means",
            "component",
            None,
            "Make the mean of every component a stop, each next to its nearest",
            self.add_means_requested,
        )
        self.remove_action = make_action(
            self, "Take the stop out", "minus", None, "", self.remove_requested
        )
        self.clear_action = make_action(
            self, "Take all stops out", "delete", None, "", self.clear_requested
        )
        self.play_action = make_action(
            self,
            "Play the walk",
            "play",
            "Ctrl+Space",
            "Let the probe walk from stop to stop, or let it rest",
            self.play_toggled,
        )
        self.loop_action = make_action(
            self,
            "Walk in a loop",
            "refresh",
            None,
            "Begin again at the end",
            self.loop_toggled,
            checkable=True,
        )
        self.export_action = make_action(
            self,
            "Export the walk…",
            "export",
            None,
            "Save the walk as numbered clouds, GIF, MP4 or a table of codes",
            self.export_requested,
        )

    def _make_content(self) -> QWidget:
        body = QSplitter(Qt.Orientation.Horizontal)
        body.setChildrenCollapsible(False)
        body.addWidget(self._make_left())
        body.addWidget(self._profile)
        body.setSizes([560, 560])
        self._profile.setMinimumWidth(180)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        layout.setSpacing(GRID // 2)
        layout.addLayout(self._make_top())
        layout.addWidget(body, 1)
        layout.addLayout(self._make_player())
        return content

    def _make_profile(self) -> "DensityProfile":
        from mogvae_gui.views.density_profile import DensityProfile

        profile = DensityProfile()
        profile.setToolTip(
            wrapped(
                "How likely the places along the way are, by the prior and the chairs' codes. "
                "Where it is low the model guesses. Press or drag to go there."
            )
        )
        profile.share_picked.connect(self.share_picked)
        profile.show_cursor(self._share)
        return profile

    def _make_top(self) -> QHBoxLayout:
        add = QToolButton()
        add.setText("Add stop")
        add.setIcon(icon("plus"))
        add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.add_menu = QMenu(add)
        self.add_menu.addActions([self.add_chairs_action, self.add_probe_action])
        self._components = QMenu("Component mean", self.add_menu)
        self._components.triggered.connect(self._on_component_triggered)
        self.add_menu.addMenu(self._components)
        self.add_menu.addAction(self.add_means_action)
        self._bookmarks = QMenu("Bookmark", self.add_menu)
        self._bookmarks.triggered.connect(self._on_bookmark_triggered)
        self._bookmarks.menuAction().setVisible(False)
        self.add_menu.addMenu(self._bookmarks)
        add.setMenu(self.add_menu)
        self.add_button = add
        self.way = ChoiceBox()
        for key, text, tooltip in WAYS:
            self.way.addItem(text, key)
            self.way.setItemData(self.way.count() - 1, tooltip, Qt.ItemDataRole.ToolTipRole)
        self.way.setMinimumContentsLength(16)
        self.way.setToolTip("Which way leads from stop to stop")
        self.way.activated.connect(self._on_way_activated)
        self.steps = IntegerBox()
        self.steps.setRange(LEAST_STEPS, MOST_STEPS)
        self.steps.setSuffix(" steps")
        self.steps.setToolTip("Into how many steps of even length the way is cut")
        self.steps.valueChanged.connect(self.steps_edited)
        row = QHBoxLayout()
        row.setSpacing(GRID // 2)
        row.addWidget(add)
        for action in (self.remove_action, self.clear_action):
            row.addWidget(_button_of(action))
        row.addSpacing(GRID)
        row.addWidget(self.way)
        row.addWidget(self.steps)
        self._words = QLabel()
        self._words.setProperty("role", "muted")
        self._words.setMinimumWidth(1)  # else it decides how narrow the dock may be
        row.addSpacing(GRID)
        row.addWidget(self._words, 1)
        row.addStretch(0)
        self.export_action.setIconText("Export…")
        self.export_button = _button_of(self.export_action)
        self.export_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        row.addWidget(self.export_button)
        return row

    def _make_left(self) -> QWidget:
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self.strip)
        self._scroll.setMinimumHeight(self.strip.minimumSizeHint().height() + 12)
        self.comparison = QLabel()
        self.comparison.setTextFormat(Qt.TextFormat.RichText)
        self.comparison.setToolTip(
            wrapped(
                "Lengths are in units of the latent space. Densities are natural logarithms, "
                "half of the prior, half of the chairs' codes. Chairs below are those that lie at "
                "a place less likely than the thinnest one of the way."
            )
        )
        left = QWidget()
        layout = QVBoxLayout(left)
        layout.setContentsMargins(0, 0, GRID // 2, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.comparison)
        left.setMinimumWidth(260)
        return left

    def _make_player(self) -> QHBoxLayout:
        self.play_button = _button_of(self.play_action)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setToolTip("Drag to walk by hand")
        self.slider.setAccessibleName("Where the walker is")
        self.slider.valueChanged.connect(self.step_edited)
        self.step_label = QLabel()
        self.step_label.setProperty("role", "muted")
        self.step_label.setMinimumWidth(76)
        self.step_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.speed = QComboBox()
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}×", speed)
        self.speed.setToolTip("How fast the walk plays")
        self.speed.activated.connect(self._on_speed_activated)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.play_button)
        row.addWidget(self.slider, 1)
        row.addWidget(self.step_label)
        row.addWidget(self.speed)
        row.addWidget(_button_of(self.loop_action))
        return row

    @Slot(str)
    def _on_empty_action(self, name: str) -> None:
        (self.add_means_requested if name == "means" else self.add_chairs_requested).emit()

    @Slot(QAction)
    def _on_component_triggered(self, action: QAction) -> None:
        self.add_component_requested.emit(int(action.data()))

    @Slot(QAction)
    def _on_bookmark_triggered(self, action: QAction) -> None:
        self.add_bookmark_requested.emit(str(action.data()))

    @Slot()
    def _on_way_activated(self) -> None:
        self.way_chosen.emit(str(self.way.currentData()))

    @Slot()
    def _on_speed_activated(self) -> None:
        self.speed_chosen.emit(float(self.speed.currentData()))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.show_comparison(self._rows)


def _button_of(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(TOOLBAR_ICON))
    return button


def _as_line(row: WayRow) -> str:
    name = f"<b>{row.name}</b>" if row.is_walked else row.name
    dot = f"<span style='color:{way_colour(row.way).name()}'>●</span>"
    numbers = "".join(
        f"<td align='right'>{text}</td>"
        for text in (row.length, row.thinnest, row.below, row.average)
    )
    return f"<tr><td>{dot} {name}</td>{numbers}</tr>"
