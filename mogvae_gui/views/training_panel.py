"""The training dock: how to train, the buttons that do it, and what happens while it runs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
from jaxtyping import Float
from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from mogvae_gui.views.actions import make_button, wrapped
from mogvae_gui.views.alarm_list import ALARMS_WIDTH, AlarmList
from mogvae_gui.views.fields import ChoiceBox, IntegerBox
from mogvae_gui.views.settings_form import SettingField, SettingsForm
from mogvae_gui.views.stacking_panel import StackingPanel
from mogvae_gui.views.theme import GRID
from mogvae_gui.views.training_curves import TrainingCurves

TrainingStatus = Literal[
    "idle", "starting", "running", "paused", "stopping", "stopped", "done", "failed"
]

PRESETS = (
    ("recommended", "Recommended", "What trains best here: keeps all latent units active"),
    ("article", "Article", "As in the article: its networks, its loss, its schedule"),
    ("custom", "Custom", "Your own settings"),
)

# Which buttons can be pressed in which status. A missing one is hidden.
_BUTTONS: dict[TrainingStatus, tuple[str, ...]] = {
    "idle": ("start",),
    "starting": ("stop",),
    "running": ("pause", "stop"),
    "paused": ("resume", "stop"),
    "stopping": (),
    "stopped": ("start", "resume"),
    "done": ("start", "more"),
    "failed": ("start", "resume"),
}
_WORDS: dict[TrainingStatus, tuple[str, str]] = {  # words, role of their colour
    "idle": ("Ready to train", "muted"),
    "starting": ("Starting …", "muted"),
    "running": ("", "muted"),  # the progress says it
    "paused": ("Paused", "warning"),
    "stopping": ("Stopping after this step …", "muted"),
    "stopped": ("Stopped; everything up to here is kept", "muted"),
    "done": ("Done", "success"),
    "failed": ("Stopped by an error; the last good weights are kept", "error"),
}
_GO_ON_TIPS = {
    "resume": "Go on where the training stands",
    "more": "Go on beyond the planned end of this run",
}
_STEPS = 1000
_ROOMY = 1100  # narrower than this the settings have one column, and the curves the room
_WIDE = 860  # narrower than this the parts stand one under the other


class TrainingPanel(StackingPanel):
    """Shows a training and its settings; says what the user wants. Wide and low by nature."""

    value_edited = Signal(str, object)  # setting, value
    preset_chosen = Signal(str)  # "recommended", "article" or "custom"
    name_edited = Signal(str)
    start_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()
    more_requested = Signal(int)  # epochs to add

    def __init__(self, parent: QWidget | None = None) -> None:
        # While a model trains its curves matter more than its settings.
        sizes = {False: [564, 740, ALARMS_WIDTH], True: [290, 800, ALARMS_WIDTH]}
        super().__init__(_WIDE, sizes, [300, 340, 100], parent)
        self._status: TrainingStatus = "idle"
        self.form = SettingsForm()
        self.curves = TrainingCurves()
        self.alarm_list = AlarmList()
        self._bar.addWidget(self._make_set_up())  # gives way first where there is little room
        self._bar.addWidget(self._make_buttons())
        self._bar.addWidget(self._make_progress(), 1)

        for part, stretch in ((self.form, 0), (self.curves, 1), (self.alarm_list, 0)):
            self._body.addWidget(part)
            self._body.setStretchFactor(self._body.indexOf(part), stretch)
        self._is_divided = False
        self._body.setSizes(self._sizes[False])

        self._column.addLayout(self._bar)
        self._column.addWidget(self._body, 1)
        self.form.value_edited.connect(self.value_edited)
        self.show_status("idle")

    # -- what the presenter shows ------------------------------------------------------------

    def show_fields(self, fields: Iterable[SettingField]) -> None:
        """Build the settings form from descriptions."""
        self.form.show_fields(fields)

    def show_values(self, values: Mapping[str, object]) -> None:
        """Show settings by name."""
        self.form.show_values(values)

    def show_enabled(self, enabled: Mapping[str, bool]) -> None:
        """Show by name which settings can be edited."""
        self.form.show_enabled(enabled)

    def show_preset(self, preset: str) -> None:
        """Show which preset the settings are: "recommended", "article" or "custom"."""
        with QSignalBlocker(self.preset_box):
            self.preset_box.setCurrentIndex(self.preset_box.findData(preset))

    def show_name(self, name: str) -> None:
        """Show the name of the run that is set up or running."""
        with QSignalBlocker(self.name_line):
            self.name_line.setText(name)

    def show_status(self, status: TrainingStatus, words: str = "") -> None:
        """Show what the training does; `words` replaces the usual ones."""
        self._status = status
        for name, button in self._buttons.items():
            button.setVisible(name in _BUTTONS[status])
        self.more_epochs.setVisible("more" in _BUTTONS[status])
        can_set_up = status in ("idle", "stopped", "done", "failed")
        self.preset_box.setEnabled(can_set_up)
        self.name_line.setEnabled(can_set_up)
        usual, role = _WORDS[status]
        self._status_label.setText(words or usual)
        self._status_label.setVisible(bool(words or usual))
        self._status_label.setProperty("role", role)
        self._status_label.style().polish(self._status_label)
        self._divide(other_way=not can_set_up)
        for part in (self._epoch_label, self._progress, self._progress_text):
            part.setVisible(status != "idle")
        if status == "starting":
            # Not a busy bar: the style goes on animating it 30 to 60 times a second when it has a
            # range again, and each time the whole window is composed anew.
            self._progress.setRange(0, _STEPS)
            self._progress.setValue(0)

    def show_can_start(self, can_start: bool, reason: str = "", words: str = "") -> None:
        """Show whether a training can start; `reason` says why not, `words` beside the button."""
        self._buttons["start"].setEnabled(can_start)
        if self._status == "idle":
            self._status_label.setText(_WORDS["idle"][0] if can_start else words)
        tip = reason or "Train a new run with these settings"
        self._buttons["start"].setToolTip(wrapped(tip))

    def show_can_go_on(self, can_go_on: bool, reason: str = "", failed_run: str = "") -> None:
        """Show whether a run that is there can be trained more; `reason` says why not.

        `failed_run` is the one that Resume takes up, where it is not that in view.
        """
        for name, tip in _GO_ON_TIPS.items():
            self._buttons[name].setEnabled(can_go_on)
            self._buttons[name].setToolTip(wrapped(reason or tip))
        if failed_run and not reason:
            tip = f"Go on with {failed_run} from what was kept of it"
            self._buttons["resume"].setToolTip(wrapped(tip))

    def show_progress(self, done: float, total: float, text: str = "") -> None:
        """Show that `done` of `total` epochs are done (parts of one count), with `text` beside.

        `text` holds time left, device and speed, e.g. "3 min left · CPU · 412 chairs/s".
        """
        self._progress.setRange(0, _STEPS)
        share = done / total if total > 0 else 0.0
        self._progress.setValue(round(_STEPS * min(max(share, 0.0), 1.0)))
        self._epoch_label.setText(f"Epoch {int(done):,} of {int(total):,}" if total > 0 else "")
        self._progress_text.setText(text)

    def show_curves(self, curves: Mapping[str, Sequence[float] | np.ndarray]) -> None:
        """Show whole curves, by name, over "epoch"."""
        self.curves.show_curves(curves)

    def append_point(self, epoch: float, values: Mapping[str, float | None]) -> None:
        """Add what was measured at one epoch."""
        self.curves.append_point(epoch, values)

    def append_points(self, points: Sequence[tuple[float, Mapping[str, float | None]]]) -> None:
        """Add what was measured at several epochs."""
        self.curves.append_points(points)

    def show_component_usage(
        self, usage: Float[np.ndarray, " components"], caption: str = ""
    ) -> None:
        """Show the share of the chairs, 0 to 1, that each component explains."""
        self.curves.show_component_usage(usage, caption)

    def show_alarms(self, alarms: Sequence[str]) -> None:
        """Show plain sentences about what may go wrong."""
        self.alarm_list.show_alarms(alarms)

    def button(self, name: str) -> QPushButton:
        """Return the button "start", "pause", "resume", "stop" or "more"."""
        return self._buttons[name]

    # -- inside --------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_divided:
            self._is_divided = True
            if self._is_wide and self.width() < _ROOMY:
                self._sizes[False] = self._sizes[True]
                self._body.setSizes(self._sizes[False])

    def _make_set_up(self) -> QWidget:
        self.preset_box = ChoiceBox()
        for value, words, tip in PRESETS:
            self.preset_box.addItem(words, value)
            index = self.preset_box.count() - 1
            self.preset_box.setItemData(index, wrapped(tip), Qt.ItemDataRole.ToolTipRole)
        self.preset_box.setToolTip("Settings that belong together")
        self.preset_box.setAccessibleName("Preset")
        self.preset_box.setFixedWidth(134)
        self.preset_box.currentIndexChanged.connect(self._on_preset_changed)
        self.name_line = QLineEdit()
        self.name_line.setPlaceholderText("Name of the run")
        self.name_line.setToolTip("Name of the run: a folder of this name will hold it")
        self.name_line.setAccessibleName("Name of the run")
        self.name_line.setMinimumWidth(64)
        self.name_line.setMaximumWidth(150)
        self.name_line.editingFinished.connect(self._on_name_finished)
        row = _row(self.preset_box, self.name_line)
        _push_left(row)
        return row

    def _make_buttons(self) -> QWidget:
        self._buttons = {
            "start": make_button("Start training", "train", primary=True),
            "resume": make_button("Resume", "resume", primary=True),
            "pause": make_button("Pause", "pause"),
            "stop": make_button("Stop", "stop"),
            "more": make_button("Train more", "train-more"),
        }
        for button in self._buttons.values():
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._buttons["start"].setToolTip("Train a new run with these settings")
        self.show_can_go_on(True)
        self._buttons["pause"].setToolTip("Hold the training; it goes on at once with Resume")
        self._buttons["stop"].setToolTip("End the training; what it learnt is kept")
        self._buttons["start"].clicked.connect(self.start_requested)
        self._buttons["resume"].clicked.connect(self.resume_requested)
        self._buttons["pause"].clicked.connect(self.pause_requested)
        self._buttons["stop"].clicked.connect(self.stop_requested)
        self._buttons["more"].clicked.connect(self._on_more_clicked)
        self.more_epochs = IntegerBox()
        self.more_epochs.setRange(1, 100_000)
        self.more_epochs.setValue(100)
        self.more_epochs.setSingleStep(50)
        self.more_epochs.setSuffix(" epochs")
        self.more_epochs.setFixedWidth(112)
        self.more_epochs.setToolTip("How many epochs to add")
        self.more_epochs.setAccessibleName("Epochs to add")
        row = _row(*self._buttons.values(), self.more_epochs)
        _push_left(row)
        return row

    def _make_progress(self) -> QWidget:
        self._status_label = QLabel()
        self._epoch_label = QLabel()
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setMinimumWidth(60)
        self._progress.setAccessibleName("Progress of the training")
        self._progress_text = QLabel()
        self._progress_text.setProperty("role", "muted")
        row = _row(self._status_label, self._epoch_label, self._progress, self._progress_text)
        layout = row.layout()
        if isinstance(layout, QHBoxLayout):
            layout.setStretch(2, 1)
            layout.addStretch(0)  # keeps the words left while the bar is hidden
        return row

    @Slot(int)
    def _on_preset_changed(self, index: int) -> None:
        self.preset_chosen.emit(str(self.preset_box.itemData(index)))

    @Slot()
    def _on_name_finished(self) -> None:
        self.name_edited.emit(self.name_line.text().strip())

    @Slot()
    def _on_more_clicked(self) -> None:
        self.more_requested.emit(self.more_epochs.value())


def _row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(GRID)
    for widget in widgets:
        layout.addWidget(widget)
    return row


def _push_left(row: QWidget) -> None:
    layout = row.layout()
    if isinstance(layout, QHBoxLayout):
        layout.addStretch(1)
