"""A slider and a number for each latent dimension; both move the probe."""

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSlider,
    QWidget,
)
from superqt import QLabeledDoubleSlider

from mogvae_gui.views.actions import wrapped

FINE, COARSE = 3, 2  # decimals of a number, and where its slider is long
LONG = 20.0
FARTHEST = 1_000.0  # that a number may be typed
USUAL = 3  # dimensions
STEPS = {  # of a key, as a share of the range
    Qt.Key.Key_Left: -0.01,
    Qt.Key.Key_Down: -0.01,
    Qt.Key.Key_Right: 0.01,
    Qt.Key.Key_Up: 0.01,
    Qt.Key.Key_PageDown: -0.1,
    Qt.Key.Key_PageUp: 0.1,
}


class ProbeSliders(QScrollArea):
    """Shows a code as numbers and lets each be changed."""

    code_edited = Signal(tuple)  # d floats, those that were not moved exactly as they were shown

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = QWidget()
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(12, 6, 12, 4)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self.setWidget(self._body)
        self.sliders: list[QLabeledDoubleSlider] = []
        self._code: list[float] = []

    def show_dimensions(self, ranges: list[tuple[float, float]]) -> None:
        """Make a slider for each dimension, over its range."""
        if len(ranges) != len(self.sliders):
            self._rebuild(len(ranges))
        for slider, (lowest, highest) in zip(self.sliders, ranges, strict=True):
            with QSignalBlocker(slider):
                slider.setRange(lowest, highest)
                _round_numbers(slider)

    def warm_up(self) -> None:
        """Make the sliders of a usual space while nobody waits for them."""
        if not self.sliders:
            self._rebuild(USUAL)

    def show_code(self, code: tuple[float, ...]) -> None:
        """Show where the probe is. A code beyond a slider's range widens it."""
        for slider, value in zip(self.sliders, code, strict=False):
            with QSignalBlocker(slider):
                _make_room(slider, value)
                _round_numbers(slider)
                slider.setValue(value)
        self._code = [float(slider.value()) for slider in self.sliders]

    def _rebuild(self, count: int) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self.sliders = []
        for row in range(count):
            label = QLabel(f"z{row + 1}")
            label.setProperty("role", "muted")
            slider = QLabeledDoubleSlider(Qt.Orientation.Horizontal)
            slider.setDecimals(FINE)
            slider.setToolTip(
                wrapped(
                    f"Latent dimension {row + 1}: drag, or type a number. One beyond the slider "
                    f"makes it longer, up to ±{FARTHEST:,.0f}."
                )
            )
            slider.valueChanged.connect(self._on_value_changed)
            for handle in slider.findChildren(QSlider):
                handle.installEventFilter(self)
            for field in slider.findChildren(QLineEdit):
                field.installEventFilter(self)
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(slider, row, 1)
            self.sliders.append(slider)
        self._grid.setRowStretch(count, 1)
        self._code = [float(slider.value()) for slider in self.sliders]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QLineEdit) and _ends_typing(event):
            # Before superqt cuts the number off at the slider's end.
            field_of = watched.parent()
            if isinstance(field_of, QLabeledDoubleSlider) and watched.hasAcceptableInput():
                typed = float(watched.text())
                _make_room(field_of, min(max(typed, -FARTHEST), FARTHEST))
            return False
        # The handles of superqt know no keys.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            share = STEPS.get(Qt.Key(event.key()))
            slider = watched.parent()
            if share is not None and isinstance(slider, QLabeledDoubleSlider):
                slider.setValue(slider.value() + share * (slider.maximum() - slider.minimum()))
                return True
        return super().eventFilter(watched, event)

    @Slot()
    def _on_value_changed(self) -> None:
        for slider in self.sliders:
            _round_numbers(slider)
        values = [float(slider.value()) for slider in self.sliders]
        if len(values) != len(self._code):
            return
        # A number that was looked at and left comes back with the digits that are shown.
        code = [
            old if abs(new - old) <= 0.5 * 10 ** -slider.decimals() else new
            for old, new, slider in zip(self._code, values, self.sliders, strict=True)
        ]
        if code != self._code:
            self._code = code
            self.code_edited.emit(tuple(code))


def _ends_typing(event: QEvent) -> bool:
    if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
        return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return event.type() == QEvent.Type.FocusOut


def _make_room(slider: QLabeledDoubleSlider, value: float) -> None:
    """A number beyond the slider makes it longer."""
    if not slider.minimum() <= value <= slider.maximum():
        slider.setRange(min(slider.minimum(), value), max(slider.maximum(), value))


def _round_numbers(slider: QLabeledDoubleSlider) -> None:
    """Not while somebody types, for the number is written anew."""
    decimals = COARSE if slider.maximum() - slider.minimum() > LONG else FINE
    if slider.decimals() != decimals:
        slider.setDecimals(decimals)
