"""Small plots in the theme's colours: curves over epochs, and bars per mixture component."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pyqtgraph as pg
from jaxtyping import Float
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QMouseEvent, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.theme import GRID, component_qcolor, palette, small_font, theme
from mogvae_gui.views.words import short_number

_AXIS_WIDTH = 46
_HEADER_HEIGHT = 26
_READOUT_GAP = 10
_TICK_WIDTH = 17
_LABELLED_HEIGHT = 230  # a plot as high as this says what its horizontal axis is


@dataclass(frozen=True)
class Curve:
    """One line of a plot."""

    name: str  # key of the values
    label: str
    dark: str  # its colour on the dark theme, "#rrggbb"
    light: str
    dashed: bool = False

    def colour(self) -> QColor:
        """Return its colour on the theme in use."""
        return QColor(self.dark if palette().name == "dark" else self.light)


class ValueAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An upright axis whose logarithmic labels keep apart however many decades it spans."""

    unit = ""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [text + self.unit for text in super().tickStrings(values, scale, spacing)]

    def logTickValues(
        self, lowest: float, highest: float, size: float, linear: object
    ) -> list[tuple[float | None, list[float]]]:
        """Return [(spacing, exponents)]: decades, or also 2 and 5 of each where there is room."""
        decades = range(math.floor(lowest), math.ceil(highest) + 1)
        room = max(2, int(size / 22))
        fine = [d + math.log10(rung) for d in decades for rung in (1, 2, 5)]
        fine = [value for value in fine if lowest <= value <= highest]
        whole = [float(d) for d in decades if lowest <= d <= highest]
        if len(whole) >= 3 or len(fine) > room:
            step = max(1, math.ceil(len(whole) / room))
            return [(None, whole[::step])]
        if len(fine) >= 2:
            return [(None, fine)]
        ends = np.linspace(10**lowest, 10**highest, 4)[1:3]
        return [(None, [math.log10(float(f"{value:.2g}")) for value in ends])]

    def logTickStrings(
        self, values: Sequence[float], scale: float, spacing: float | None
    ) -> list[str]:
        return [f"{10**value:.3g}".replace("e-0", "e-").replace("e+0", "e") for value in values]


class PlotArea(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """Two axes and what stands between them.

    Made from pyqtgraph's parts: its own PlotWidget comes with ten menus without a parent, which
    outlive it, and takes ten times as long to make.
    """

    def __init__(self) -> None:
        super().__init__()
        self.left = ValueAxis("left")
        self.left.setWidth(_AXIS_WIDTH)
        self.bottom = pg.AxisItem("bottom")
        self.view = pg.ViewBox(enableMouse=False, enableMenu=False)
        layout = pg.GraphicsLayout()
        layout.setContentsMargins(0, 4, 4, 0)
        layout.setSpacing(0)
        layout.addItem(self.left, 0, 0)
        layout.addItem(self.view, 0, 1)
        layout.addItem(self.bottom, 1, 1)
        for axis in (self.left, self.bottom):
            axis.linkToView(self.view)
            axis.setZValue(-1)  # the grid lies behind the curves
        self.setCentralItem(layout)
        self.setAntialiasing(True)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMinimumSize(60, 40)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)


class PlotBase(QWidget):
    """A header above a plot, dressed in the theme, with a read-out under the pointer."""

    def __init__(self, title: str, horizontal: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(title)
        self.title.setProperty("role", "heading")
        self.title.setVisible(bool(title))
        self.header = QHBoxLayout()
        self.header.setContentsMargins(GRID // 2, 0, GRID // 2, 0)
        self.header.setSpacing(GRID // 2)
        self.header.addWidget(self.title)
        self.header.addStretch(1)
        header = QWidget()
        header.setLayout(self.header)
        header.setFixedHeight(_HEADER_HEIGHT)
        header.setMinimumWidth(1)  # else the header decides how narrow the plot may be

        self.plot = PlotArea()
        self.plot.viewport().setMouseTracking(True)
        self.plot.viewport().installEventFilter(self)

        self._readout = QLabel(self.plot)
        self._readout.setTextFormat(Qt.TextFormat.RichText)  # whoever writes it escapes names
        self._readout.setProperty("role", "readout")
        self._readout.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._readout.hide()

        self.plot.bottom.setLabel(horizontal)
        self.plot.bottom.showLabel(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(header)
        layout.addWidget(self.plot, 1)
        theme().changed.connect(self._on_theme_changed)
        self._dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.plot.bottom.showLabel(event.size().height() >= _LABELLED_HEIGHT)

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]
        if event.type() == QEvent.Type.Leave:
            self._hide_readout()
        elif event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._on_pointer_moved(event.position())
        return False

    def readout_text(self) -> str:
        """Return what the read-out under the pointer says, or "" while it is hidden."""
        return self._readout.text() if self._readout.isVisibleTo(self) else ""

    def _on_pointer_moved(self, position: QPointF) -> None:
        scene = self.plot.mapToScene(position.toPoint())
        view = self.plot.view
        if not view.sceneBoundingRect().contains(scene):
            self._hide_readout()
            return
        text = self._describe(view.mapSceneToView(scene).x())
        if not text:
            self._hide_readout()
            return
        self._readout.setText(text)
        self._readout.adjustSize()
        x = position.x() + _READOUT_GAP
        if x + self._readout.width() > self.plot.width():
            x = position.x() - _READOUT_GAP - self._readout.width()
        y = min(position.y(), self.plot.height() - self._readout.height())
        self._readout.move(round(max(0.0, x)), round(max(0.0, y)))
        self._readout.show()

    def _hide_readout(self) -> None:
        self._readout.hide()

    def _describe(self, x: float) -> str:
        """Return what the read-out says at `x` of the horizontal axis; "" for nothing."""
        return ""

    @Slot()
    def _on_theme_changed(self) -> None:
        self._dress()

    def _dress(self) -> None:
        colours = palette()
        self.plot.setBackground(colours.colour("panel"))
        for axis in (self.plot.left, self.plot.bottom):
            axis.setPen(pg.mkPen(colours.colour("strong_border")))
            axis.setTextPen(pg.mkPen(colours.colour("muted")))
            axis.setTickPen(pg.mkPen(colours.colour("border")))
            axis.setStyle(tickLength=0, tickTextOffset=6, tickFont=small_font(self.font()))
        self.plot.left.setGrid(64)  # of 255


class CurvePlot(PlotBase):
    """Curves over epochs. Each has a button in the legend that hides it; the y axis can be log."""

    log_toggled = Signal(bool)

    def __init__(
        self,
        title: str,
        curves: Sequence[Curve],
        *,
        log: bool = False,
        legend: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        self._curves = tuple(curves)
        self._items: dict[str, pg.PlotDataItem] = {}
        self._chips: dict[str, QToolButton] = {}
        self._values: dict[str, np.ndarray] = {}
        self._epochs = np.empty(0)
        super().__init__(title, "epoch", parent)
        for curve in self._curves:
            item = pg.PlotDataItem(connect="finite")
            self.plot.view.addItem(item)
            item.setDownsampling(auto=True, method="peak")
            item.setClipToView(True)
            self._items[curve.name] = item
            if legend:
                self._add_chip(curve)
        self._marker = pg.InfiniteLine(angle=90, movable=False)
        self._marker.hide()
        self.plot.view.addItem(self._marker, ignoreBounds=True)
        self.log_button = QToolButton()
        self.log_button.setText("log")
        self.log_button.setProperty("switch", True)
        self.log_button.setCheckable(True)
        self.log_button.setChecked(log)
        self.log_button.setToolTip("Show the vertical axis on a logarithmic scale")
        self.log_button.toggled.connect(self._on_log_toggled)
        self.header.addWidget(self.log_button)
        self._show_log(log)
        self._dress()

    def show_curves(
        self, epochs: Float[np.ndarray, " epochs"], values: Mapping[str, np.ndarray]
    ) -> None:
        """Show values over `epochs`; NaN stands where there is none, e.g. between two tests."""
        self._epochs = np.asarray(epochs, dtype=np.float64)
        self._values = {
            name: np.asarray(numbers, dtype=np.float64) for name, numbers in values.items()
        }
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        style, room = Qt.ToolButtonStyle, event.size().width()
        for chip in self._chips.values():
            chip.setToolButtonStyle(style.ToolButtonTextBesideIcon)
        self.log_button.show()
        if self.header.sizeHint().width() > room:  # dots only
            for chip in self._chips.values():
                chip.setToolButtonStyle(style.ToolButtonIconOnly)
        if self.header.sizeHint().width() > room:  # what is shown counts more than how
            self.log_button.hide()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._dress()
        return super().event(event)

    def show_only(self, name: str, *, log: bool) -> None:
        """Show one of the curves, on a scale of its own."""
        for other, item in self._items.items():
            item.setVisible(other == name)
        self.log_button.setChecked(log)
        self.plot.view.autoRange()
        self.plot.view.enableAutoRange()

    def shown_values(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the epochs and values that the curve `name` draws."""
        epochs, values = self._items[name].getOriginalDataset()
        return (np.empty(0), np.empty(0)) if epochs is None else (epochs, values)

    def _add_chip(self, curve: Curve) -> None:
        chip = QToolButton()
        chip.setProperty("chip", True)
        chip.setText(curve.label)
        chip.setFont(small_font(self.font()))
        chip.setCheckable(True)
        chip.setChecked(True)
        chip.setIconSize(QSize(10, 10))
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setToolTip(f"Show or hide: {curve.label}")
        chip.toggled.connect(self._items[curve.name].setVisible)
        self.header.insertWidget(1 + len(self._chips), chip)  # before the stretch
        self._chips[curve.name] = chip

    @Slot(bool)
    def _on_log_toggled(self, log: bool) -> None:
        self._show_log(log)
        self.log_toggled.emit(log)

    def _show_log(self, log: bool) -> None:
        self.plot.left.setLogMode(y=log)
        for item in self._items.values():
            item.setLogMode(False, log)
        self._draw()

    def _draw(self) -> None:
        log = self.log_button.isChecked()
        for name, item in self._items.items():
            values = self._values.get(name, np.empty(0))
            epochs = self._epochs[: len(values)]
            shown = np.isfinite(values)
            if log:  # a Monte Carlo KL may fall below nothing
                shown &= np.where(shown, values, 0) > 0
            epochs, values = epochs[shown], values[shown]
            item.setData(epochs, values)
            item.setSymbol("o" if len(values) == 1 else None)

    def _describe(self, x: float) -> str:
        if not len(self._epochs):
            return ""
        index = int(np.argmin(np.abs(self._epochs - x)))
        self._marker.setPos(self._epochs[index])
        self._marker.show()
        rows = [f"<b>epoch {self._epochs[index]:.0f}</b>"]
        for curve in self._curves:
            values = self._values.get(curve.name)
            visible = self._items[curve.name].isVisible()
            if values is None or not visible or index >= len(values):
                continue
            if np.isfinite(values[index]):
                rows.append(
                    f"<span style='color:{curve.colour().name()}'>●</span> "
                    f"{escape(curve.label)}  {short_number(values[index])}"
                )
        return "<br>".join(rows) if len(rows) > 1 else ""

    def _hide_readout(self) -> None:
        super()._hide_readout()
        self._marker.hide()

    def _dress(self) -> None:
        super()._dress()
        for curve in self._curves:
            if curve.name not in self._items:
                continue  # the base class dresses before the curves are made
            style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
            item = self._items[curve.name]
            # pyqtgraph's pens are cosmetic: their width counts the screen's own pixels.
            width = 1.6 * self.devicePixelRatioF()
            item.setPen(pg.mkPen(curve.colour(), width=width, style=style))
            item.setSymbolBrush(curve.colour())
            item.setSymbolPen(None)
            item.setSymbolSize(5)
            if curve.name in self._chips:
                self._chips[curve.name].setIcon(_dot(curve.colour()))
        if self._items and hasattr(self, "_marker"):
            self._marker.setPen(pg.mkPen(palette().colour("strong_border"), width=1))


class UsagePlot(PlotBase):
    """One bar per component, in its colour: the share of the chairs that it explains."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        self._usage = np.empty(0)
        super().__init__(title, "component", parent)
        self._caption = QLabel()
        self._caption.setProperty("role", "muted")
        self.header.addWidget(self._caption)
        self._bars = pg.BarGraphItem(x=[], height=[], width=0.7)
        self.plot.view.addItem(self._bars)
        self.plot.left.unit = " %"

    @property
    def usage(self) -> Float[np.ndarray, " components"]:
        """What is shown."""
        return self._usage

    def show_usage(self, usage: Float[np.ndarray, " components"], caption: str = "") -> None:
        """Show shares from 0 to 1, one per component."""
        self._usage = np.asarray(usage, dtype=np.float64)
        self._caption.setText(caption)
        count = len(self._usage)
        self._bars.setOpts(
            x=np.arange(count) + 1,
            height=self._usage * 100,
            width=0.7,
            brushes=[component_qcolor(index) for index in range(count)],
            pen=pg.mkPen(None),
        )
        top = max(5.0, float(np.nanmax(self._usage, initial=0.0)) * 110)
        self.plot.view.setYRange(0, top, padding=0)
        self.plot.view.setXRange(0.4, max(count, 1) + 0.6, padding=0)
        self._show_ticks()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_ticks()

    def _show_ticks(self) -> None:
        """Number as many components as there is room for."""
        count = len(self._usage)
        fitting = max(1, (self.width() - _AXIS_WIDTH) // _TICK_WIDTH)
        step = max(1, math.ceil(count / fitting))
        ticks = [(index, str(index)) for index in range(1, count + 1, step)]
        self.plot.bottom.setTicks([ticks])

    def _describe(self, x: float) -> str:
        index = round(x) - 1
        if not 0 <= index < len(self._usage):
            return ""
        colour = component_qcolor(index).name()
        share = self._usage[index] * 100
        return f"<span style='color:{colour}'>●</span> component {index + 1}  {share:.1f} %"


def _dot(colour: QColor) -> QIcon:
    """Return a filled circle; hollow while its button is not checked."""
    result = QIcon()
    for state in (QIcon.State.On, QIcon.State.Off):
        picture = QPixmap(20, 20)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pg.mkPen(colour, width=3))
        if state == QIcon.State.On:
            painter.setBrush(colour)
        painter.drawEllipse(4, 4, 12, 12)
        painter.end()
        result.addPixmap(picture, QIcon.Mode.Normal, state)
    return result
