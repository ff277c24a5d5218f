"""A slider and a number for each latent dimension; both move the probe."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget
from superqt import QLabeledDoubleSlider


class ProbeSliders(QScrollArea):
    """Shows a code as numbers and lets each be changed."""

    code_edited = Signal(tuple)  # d floats

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = QWidget()
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self.setWidget(self._body)
        self.sliders: list[QLabeledDoubleSlider] = []

    def show_dimensions(self, ranges: list[tuple[float, float]]) -> None:
        """Make a slider for each dimension, over its range."""
        if len(ranges) != len(self.sliders):
            self._rebuild(len(ranges))
        for slider, (lowest, highest) in zip(self.sliders, ranges, strict=True):
            with QSignalBlocker(slider):
                slider.setRange(lowest, highest)

    def show_code(self, code: tuple[float, ...]) -> None:
        """Show where the probe is. A code beyond a slider's range widens it."""
        for slider, value in zip(self.sliders, code, strict=False):
            with QSignalBlocker(slider):
                if not slider.minimum() <= value <= slider.maximum():
                    slider.setRange(min(slider.minimum(), value), max(slider.maximum(), value))
                slider.setValue(value)

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
            slider.setDecimals(2)
            slider.setToolTip(f"Latent dimension {row + 1}: drag, or type a number")
            slider.valueChanged.connect(self._on_value_changed)
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(slider, row, 1)
            self.sliders.append(slider)
        self._grid.setRowStretch(count, 1)

    @Slot()
    def _on_value_changed(self) -> None:
        self.code_edited.emit(tuple(float(slider.value()) for slider in self.sliders))
