"""The live curves of a training, with an empty state until there is one."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from mogvae_gui.views.empty_state import EmptyState
from mogvae_gui.views.late_widget import LateWidget

if TYPE_CHECKING:  # bring pyqtgraph, which the start of the window does without
    from mogvae_gui.views.curve_plots import CurvePlots
    from mogvae_gui.views.fields import ChoiceBox
    from mogvae_gui.views.plots import CurvePlot, UsagePlot

_NARROW = 560  # a dock narrower than this may be tall: the plots then stand in two rows


def import_plots() -> None:
    """Import what the plots are made of, a third of a second; from any thread, and once.

    Imported in a worker's thread before the first curve is shown, it holds up no event.
    """
    import mogvae_gui.views.curve_plots  # noqa: F401


class TrainingCurves(QWidget):
    """Shows what was measured at each epoch; empty, it says what will be here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs: list[float] = []
        self._values: dict[str, list[float]] = {}
        self._plots = LateWidget(self._make_plots)
        self._empty = EmptyState(
            "curves", "No training yet", "Losses, active units and components appear here, live."
        )
        self._is_tall = False
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._plots)

    @property
    def loss(self) -> "CurvePlot":
        """Loss and its parts."""
        return self._plots.made.loss

    @property
    def other(self) -> "CurvePlot":
        """What `choice` says."""
        return self._plots.made.other

    @property
    def choice(self) -> "ChoiceBox":
        """What the second plot shows."""
        return self._plots.made.choice

    @property
    def usage(self) -> "UsagePlot":
        """A bar for each component."""
        return self._plots.made.usage

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = event.size()
        is_tall = size.width() < _NARROW and size.height() > size.width() * 0.5
        if is_tall != self._is_tall:
            self._is_tall = is_tall
            if self._plots.is_made:
                self._plots.made.arrange(is_tall=is_tall)

    def make_plots(self) -> None:
        """Make what shows curves, where it is not there; quick after `import_plots`."""
        _ = self._plots.made

    def warm_up(self) -> None:
        """Draw a curve though nobody sees it: the first one takes three times as long."""
        if self._epochs:
            return  # it has drawn some
        one = np.ones(1)
        for plot in (self.loss, self.other):
            plot.show_curves(one, {"loss": one, "learning_rate": one})
        self.usage.show_usage(one)
        self._plots.made.grab()
        self.clear()

    def _make_plots(self) -> "CurvePlots":
        from mogvae_gui.views.curve_plots import CurvePlots

        plots = CurvePlots()
        plots.arrange(is_tall=self._is_tall)
        return plots

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
        if len(usage) == 0 and not self._plots.is_made:
            return
        self.usage.setVisible(len(usage) > 1)
        self.usage.show_usage(usage, caption)

    def _draw(self) -> None:
        if not self._epochs and not self._plots.is_made:
            return
        epochs = np.array(self._epochs)
        arrays = {name: np.array(values) for name, values in self._values.items()}
        self.loss.show_curves(epochs, arrays)
        self.other.show_curves(epochs, arrays)
        self._stack.setCurrentIndex(1 if self._epochs else 0)
