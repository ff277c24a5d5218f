"""A slider and a number for each latent dimension; both move the probe."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
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
QUIET_MS = 100  # with no other code for so long, sliders that are out of sight follow
STEPS = {  # of a key, as a share of the range
    Qt.Key.Key_Left: -0.01,
    Qt.Key.Key_Down: -0.01,
    Qt.Key.Key_Right: 0.01,
    Qt.Key.Key_Up: 0.01,
    Qt.Key.Key_PageDown: -0.1,
    Qt.Key.Key_PageUp: 0.1,
}


class ProbeSliders(QScrollArea):
    """Shows a code as numbers and lets each be changed.

    Sliders in sight show a code at once, the others when they come in sight or codes stop coming:
    to move all of 64 takes longer than a frame. A slider that is not in use leaves the mouse wheel
    to the page.
    """

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
        self._behind: set[int] = set()  # rows whose sliders do not show the code yet
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self._catch_up)
        self.verticalScrollBar().valueChanged.connect(self._catch_up)

    def show_dimensions(self, ranges: list[tuple[float, float]]) -> None:
        """Make a slider for each dimension, over its range."""
        if len(ranges) != len(self.sliders):
            self._rebuild(len(ranges))
        for slider, (lowest, highest) in zip(self.sliders, ranges, strict=True):
            with QSignalBlocker(slider):
                slider.setRange(lowest, highest)
                _round_numbers(slider)
        self._behind.update(range(len(ranges)))  # a narrower range moves what lies beyond it

    def warm_up(self) -> None:
        """Make the sliders of a usual space while nobody waits for them."""
        if not self.sliders:
            self._rebuild(USUAL)

    def show_code(self, code: tuple[float, ...]) -> None:
        """Show where the probe is. A code beyond a slider's range widens it."""
        for row, (old, new) in enumerate(zip(self._code, code, strict=False)):
            if new != old:
                self._code[row] = float(new)
                self._behind.add(row)
        seen = self.viewport().rect().translated(0, -self._body.y())
        self._show_numbers(
            row for row in self._behind if self.sliders[row].geometry().intersects(seen)
        )
        if self._behind:
            self._quiet.start()

    def _show_numbers(self, rows: Iterable[int]) -> None:
        for row in tuple(rows):
            slider, value = self.sliders[row], self._code[row]
            with QSignalBlocker(slider):
                _make_room(slider, value)
                _round_numbers(slider)
                slider.setValue(value)
            self._behind.discard(row)

    @Slot()
    def _catch_up(self) -> None:
        self._quiet.stop()
        self._show_numbers(self._behind)

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
            slider.installEventFilter(self)
            for handle in slider.findChildren(QSlider):
                handle.installEventFilter(self)
            for field in slider.findChildren(QLineEdit):
                field.installEventFilter(self)
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(slider, row, 1)
            self.sliders.append(slider)
        self._grid.setRowStretch(count, 1)
        self._code = [float(slider.value()) for slider in self.sliders]
        self._behind.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._catch_up()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QAbstractSlider):
            # Not the one that holds handle and number: it has a value of its own that nobody sees.
            is_in_use = isinstance(watched, QSlider) and watched.hasFocus()
            if not is_in_use and isinstance(watched, QSlider | QLabeledDoubleSlider):
                event.ignore()
                return True
        if event.type() == QEvent.Type.FocusIn:
            self._catch_up()  # a key goes on from what the slider shows
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
        slider = self.sender()
        if not isinstance(slider, QLabeledDoubleSlider) or slider not in self.sliders:
            return
        row = self.sliders.index(slider)
        _round_numbers(slider)
        value = float(slider.value())
        # A number that was looked at and left comes back with the digits that are shown.
        if abs(value - self._code[row]) <= 0.5 * 10 ** -slider.decimals():
            self._behind.add(row)
            return
        self._behind.discard(row)
        self._code[row] = value
        self.code_edited.emit(tuple(self._code))


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
