"""The live curves of a training: loss terms, a choice of others, and the components' usage."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QStackedLayout, QWidget

from mogvae_gui.views.empty_state import EmptyState
from mogvae_gui.views.fields import ChoiceBox
from mogvae_gui.views.plots import Curve, CurvePlot, UsagePlot
from mogvae_gui.views.theme import GRID

# Okabe & Ito's colours again, each in a depth that reads on its theme.
LOSS_CURVES = (
    Curve("loss", "loss", "#e3e8ee", "#1b222b"),
    Curve("reconstruction", "reconstruction", "#56b4e9", "#0072b2"),
    Curve("test_reconstruction", "test", "#f0a53a", "#b86e00", dashed=True),
    Curve("kl", "KL", "#d98bb9", "#a34d80"),
)
OTHER_CURVES = (
    Curve("learning_rate", "Learning rate", "#58a6ff", "#1a66c9"),
    Curve("active_units", "Active units", "#56c28d", "#1c7a4d"),
    Curve("beta", "Beta", "#d98bb9", "#a34d80"),
    Curve("chairs_per_s", "Chairs per second", "#f0a53a", "#b86e00"),
)

_NARROW = 560  # a dock narrower than this may be tall: the plots then stand in two rows


class TrainingCurves(QWidget):
    """Shows what was measured at each epoch; empty, it says what will be here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs: list[float] = []
        self._values: dict[str, list[float]] = {}
        self.loss = CurvePlot("", LOSS_CURVES, log=True)
        self.choice = ChoiceBox()
        self.choice.setToolTip("Choose what this plot shows")
        self.choice.setAccessibleName("What the second plot shows")
        self.choice.setProperty("flat", True)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.other = CurvePlot("", OTHER_CURVES, legend=False)
        self.other.title.hide()
        self.other.header.insertWidget(0, self.choice)
        self.usage = UsagePlot("Components")
        self._empty = EmptyState(
            "curves", "No training yet", "Losses, active units and components appear here, live."
        )

        for curve in OTHER_CURVES:
            self.choice.addItem(curve.label, curve.name)
        self.choice.currentIndexChanged.connect(self._on_choice_changed)
        self._on_choice_changed(0)

        plots = QWidget()
        self._grid = QGridLayout(plots)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID)
        self._grid.addWidget(self.loss, 0, 0)
        self._grid.addWidget(self.other, 0, 1)
        self._grid.addWidget(self.usage, 0, 2)
        self._is_tall = False
        self._arrange(is_tall=False)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(plots)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = event.size()
        is_tall = size.width() < _NARROW and size.height() > size.width() * 0.5
        if is_tall != self._is_tall:
            self._is_tall = is_tall
            self._arrange(is_tall=is_tall)

    def _arrange(self, *, is_tall: bool) -> None:
        """Put the loss above the other two where the dock is tall, before them where it is wide."""
        places = ((0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1))
        if not is_tall:
            places = ((0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1))
        for plot, place in zip((self.loss, self.other, self.usage), places, strict=True):
            self._grid.addWidget(plot, *place)
        for column, stretch in enumerate((1, 1, 0) if is_tall else (12, 5, 5)):
            self._grid.setColumnStretch(column, stretch)

    def show_curves(self, curves: Mapping[str, Sequence[float] | np.ndarray]) -> None:
        """Show whole curves over "epoch" (1, 2, … where it is missing)."""
        self._values = {
            name: [float(value) for value in values]
            for name, values in curves.items()
            if name != "epoch"
        }
        length = max((len(values) for values in self._values.values()), default=0)
        epochs = curves.get("epoch", range(1, length + 1))
        self._epochs = [float(epoch) for epoch in epochs]
        self._draw()

    def append_point(self, epoch: float, values: Mapping[str, float | None]) -> None:
        """Add what was measured at `epoch`; None and missing names leave a gap.

        A run that goes on from a checkpoint measures epochs again: the new ones replace the old.
        """
        self.append_points([(epoch, values)])

    def append_points(self, points: Sequence[tuple[float, Mapping[str, float | None]]]) -> None:
        """Add several at once, which are drawn once."""
        for epoch, values in points:
            self._append(epoch, values)
        self._draw()

    def _append(self, epoch: float, values: Mapping[str, float | None]) -> None:
        keep = bisect_left(self._epochs, float(epoch))
        del self._epochs[keep:]
        for numbers in self._values.values():
            del numbers[keep:]
        self._epochs.append(float(epoch))
        for name in self._values.keys() | values.keys():
            value = values.get(name)
            numbers = self._values.setdefault(name, [])
            gap = len(self._epochs) - 1 - len(numbers)
            numbers.extend([float("nan")] * gap)
            numbers.append(float("nan") if value is None else float(value))

    def clear(self) -> None:
        """Show that nothing was measured yet."""
        self.show_curves({})
        self.show_component_usage(np.empty(0))

    def show_component_usage(
        self, usage: Float[np.ndarray, " components"], caption: str = ""
    ) -> None:
        """Show the share of the chairs, 0 to 1, of each component; hidden with fewer than two."""
        self.usage.setVisible(len(usage) > 1)
        self.usage.show_usage(usage, caption)

    def _draw(self) -> None:
        epochs = np.array(self._epochs)
        arrays = {name: np.array(values) for name, values in self._values.items()}
        self.loss.show_curves(epochs, arrays)
        self.other.show_curves(epochs, arrays)
        self._stack.setCurrentIndex(1 if self._epochs else 0)

    @Slot(int)
    def _on_choice_changed(self, index: int) -> None:
        name = str(self.choice.itemData(index))
        self.other.show_only(name, log=name == "learning_rate")
