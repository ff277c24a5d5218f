"""How values spread over chairs: one run's as bars, a second run's as an outline over them."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QWidget

from core.histogram_bins import bin_edges
from mogvae_gui.views.plots import PlotBase
from mogvae_gui.views.spread import RUN_ROLES, Spread
from mogvae_gui.views.theme import palette

_BAR_ALPHA = 120
_GAP = 0.08  # of a bin, between two bars
_DOT_PX = 9


class Histogram(PlotBase):
    """Bars with the mean, the floor and the chosen chair marked. A click names a value."""

    value_clicked = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._spread = Spread(np.empty(0))
        self._edges = np.empty(0)
        self._counts: list[np.ndarray] = []
        self._top = 1
        self._chosen: tuple[float, ...] = ()
        self._bars: pg.BarGraphItem | None = None
        super().__init__("", "", parent)
        view = self.plot.view
        self._bars = pg.BarGraphItem(x=[], height=[], width=1)
        self._outline = pg.PlotDataItem()
        self._zero, self._mean, self._floor = (
            pg.InfiniteLine(angle=90, movable=False) for _ in range(3)
        )
        self._marks = [pg.InfiniteLine(angle=90, movable=False) for _ in RUN_ROLES]
        self._dots = pg.ScatterPlotItem(size=_DOT_PX, pxMode=True)
        view.addItem(self._bars)
        for item in (self._outline, self._zero, self._mean, self._floor, *self._marks, self._dots):
            view.addItem(item, ignoreBounds=True)
        self._floor_label = pg.InfLineLabel(self._floor, "floor", position=0.9)
        self._mean_label = pg.InfLineLabel(self._mean, "mean", position=0.9)
        for label, anchor in ((self._floor_label, (0, 0.5)), (self._mean_label, (0, 0.5))):
            label.anchors = [anchor, anchor]
        self.plot.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self._dress()

    @property
    def counts(self) -> list[list[int]]:
        """Chairs in each bin, of each run that is drawn."""
        return [[int(count) for count in each] for each in self._counts]

    @property
    def chosen(self) -> tuple[float, ...]:
        """The marked values: of the first run, and of the second where it is drawn."""
        return self._chosen

    def show_spread(self, spread: Spread) -> None:
        """Show these values; marks of before go."""
        self._spread = spread
        self._chosen = ()
        shown = [values for values in (spread.first, spread.second) if len(values)]
        if not shown:
            self._edges, self._counts = np.empty(0), []
        else:
            self._edges = bin_edges(np.concatenate(shown))
            self._counts = [np.histogram(values, self._edges)[0] for values in shown]
        self._draw()

    def show_chosen(self, values: tuple[float, ...]) -> None:
        """Mark the chosen chair's value, for each run that is drawn."""
        self._chosen = values
        self._draw_marks()

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]
        if (
            event.type() == QEvent.Type.MouseButtonPress
            and isinstance(event, QMouseEvent)
            and event.button() == Qt.MouseButton.LeftButton
        ):
            self._on_pressed(event)
        return super().eventFilter(watched, event)

    def _on_pressed(self, event: QMouseEvent) -> None:
        scene = self.plot.mapToScene(event.position().toPoint())
        view = self.plot.view
        if len(self._edges) and view.sceneBoundingRect().contains(scene):
            self.value_clicked.emit(view.mapSceneToView(scene).x() / self._spread.scale)

    def _draw(self) -> None:
        spread = self._spread
        edges = self._edges * spread.scale
        counts = self._counts
        if self._bars is None:
            return
        if not counts:
            self._bars.setOpts(x=[], height=[], width=1)
            self._outline.setData([], [])
        else:
            width = np.diff(edges)
            self._bars.setOpts(
                x=(edges[:-1] + edges[1:]) / 2, height=counts[0], width=width * (1 - _GAP)
            )
            if len(counts) > 1:
                xs = np.repeat(edges, 2)
                ys = np.concatenate([[0], np.repeat(counts[1], 2), [0]])
                self._outline.setData(xs, ys)
            else:
                self._outline.setData([], [])
            self._fit(edges)
        self._zero.setVisible(spread.is_difference)
        self._draw_line(self._mean, spread.mean)
        self._draw_line(self._floor, spread.floor if self._floor_is_near() else None)
        self._draw_marks()

    def _fit(self, edges: np.ndarray) -> None:
        low, high = float(edges[0]), float(edges[-1])
        if self._spread.is_difference:
            low, high = min(low, 0.0), max(high, 0.0)
        if self._spread.floor is not None and self._floor_is_near():
            floor = self._spread.floor * self._spread.scale
            low, high = min(low, floor), max(high, floor)
        margin = 0.04 * (high - low)
        self.plot.view.setXRange(low - margin, high + margin, padding=0)
        top = max(1, *(int(count.max()) for count in self._counts))
        self._top = top
        self.plot.view.setYRange(0, top * 1.18, padding=0)
        steps = max(1, round(top / 3))
        self.plot.left.setTicks([[(n, f"{n:,}") for n in range(0, top + 1, steps)]])

    def _floor_is_near(self) -> bool:
        """Whether the floor can be drawn without squeezing the values into a corner."""
        floor = self._spread.floor
        if floor is None or not len(self._edges):
            return False
        low, high = float(self._edges[0]), float(self._edges[-1])
        return low - (high - low) <= floor <= high + (high - low)

    def _draw_line(self, line: pg.InfiniteLine, value: float | None) -> None:
        line.setVisible(value is not None and bool(self._counts))
        if value is not None:
            line.setPos(value * self._spread.scale)

    def _draw_marks(self) -> None:
        spots = []
        for mark, value, role in zip(
            self._marks, (*self._chosen, None, None), RUN_ROLES, strict=False
        ):
            mark.setVisible(value is not None)
            if value is not None:
                place = value * self._spread.scale
                mark.setPos(place)
                spots.append({"pos": (place, self._top * 1.1), "brush": self._colour(role)})
        self._dots.setData(spots)

    def _describe(self, x: float) -> str:
        if not len(self._edges):
            return ""
        index = int(np.searchsorted(self._edges, x / self._spread.scale, side="right")) - 1
        if not 0 <= index < len(self._edges) - 1:
            return ""
        text = self._spread.value_text
        rows = [
            f"<b>{text(float(self._edges[index]))} to {text(float(self._edges[index + 1]))}</b>"
        ]
        for counts, role in zip(self._counts, RUN_ROLES, strict=False):
            number = int(counts[index])
            words = "1 chair" if number == 1 else f"{number:,} chairs"
            rows.append(f"<span style='color:{self._colour(role).name()}'>●</span> {words}")
        return "<br>".join(rows)

    def _colour(self, role: str, alpha: int = 255) -> QColor:
        return palette().colour(role, alpha)

    def _dress(self) -> None:
        super()._dress()
        if self._bars is None:
            return  # the base class dresses before the parts are made
        # pyqtgraph's pens are cosmetic: their width counts the screen's own pixels.
        density = self.devicePixelRatioF()
        first, second = RUN_ROLES
        self._bars.setOpts(brush=self._colour(first, _BAR_ALPHA), pen=pg.mkPen(None))
        self._outline.setPen(pg.mkPen(self._colour(second), width=1.6 * density))
        style = Qt.PenStyle
        self._zero.setPen(pg.mkPen(self._colour("strong_border"), width=density))
        self._mean.setPen(pg.mkPen(self._colour("muted"), width=density, style=style.DashLine))
        self._floor.setPen(pg.mkPen(self._colour("muted"), width=density, style=style.DotLine))
        for label in (self._mean_label, self._floor_label):
            label.setColor(self._colour("muted"))
        for mark, role in zip(self._marks, RUN_ROLES, strict=True):
            mark.setPen(pg.mkPen(self._colour(role), width=1.6 * density))
        self._dots.setPen(pg.mkPen(self._colour("panel"), width=density))
        self._draw_marks()
