"""A slim bar under the latent space: the run as it was at each kept epoch."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from mogvae_gui.views.actions import make_action, wrapped
from mogvae_gui.views.icons import icon


class TimeBar(QWidget):
    """Hidden while a run has no kept epochs. The last step of the slider is the run as it is now.

    Steps count from 0; `None` in signals and setters means now.
    """

    step_chosen = Signal(object)  # int, or None for now
    play_edited = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.play_action = make_action(
            self,
            "Play the run's epochs",
            "play",
            "Ctrl+Shift+T",
            "See codes, components and the chosen chair as the model learnt",
            checkable=True,
        )
        self.play_action.toggled.connect(self._on_play_toggled)
        play = QToolButton()
        play.setDefaultAction(self.play_action)
        play.setAutoRaise(True)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setToolTip(wrapped("The run as it was at each kept epoch"))
        self.slider.valueChanged.connect(self._on_moved)
        self.epoch = QLabel("")
        self.epoch.setProperty("role", "muted")
        self.epoch.setMinimumWidth(self.fontMetrics().horizontalAdvance("epoch 00000"))
        self.epoch.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.now_action = make_action(
            self,
            "Now",
            "step-forward",
            "Ctrl+Shift+N",
            "Show the run as it is now",
            self._on_now,
        )
        now = QToolButton()
        now.setDefaultAction(self.now_action)
        now.setAutoRaise(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 2)
        layout.setSpacing(6)
        layout.addWidget(play)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.epoch)
        layout.addWidget(now)
        self._epochs: tuple[int, ...] = ()
        self.show_epochs(())

    def show_epochs(self, epochs: tuple[int, ...]) -> None:
        """Offer these kept epochs and now."""
        self._epochs = epochs
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, len(epochs))
        self.play_action.setEnabled(bool(epochs))
        self.setVisible(bool(epochs))
        self.show_step(None)

    def show_step(self, step: int | None) -> None:
        """Show where in time the window is."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(len(self._epochs) if step is None else step)
        self.epoch.setText("now" if step is None else f"epoch {self._epochs[step]:,}")
        self.now_action.setEnabled(step is not None)

    def show_playing(self, playing: bool) -> None:
        """Show whether epochs follow one another by themselves."""
        with QSignalBlocker(self.play_action):
            self.play_action.setChecked(playing)
        self.play_action.setIcon(icon("pause" if playing else "play"))

    @Slot(bool)
    def _on_play_toggled(self, playing: bool) -> None:
        self.play_edited.emit(playing)

    @Slot(int)
    def _on_moved(self, value: int) -> None:
        self.step_chosen.emit(value if value < len(self._epochs) else None)

    @Slot()
    def _on_now(self) -> None:
        self.step_chosen.emit(None)
