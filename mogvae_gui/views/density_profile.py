"""How likely the places along a walk are, with a cursor where the walker is."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget

from mogvae_gui.views.actions import wrapped
from mogvae_gui.views.latent_tracks import way_colour
from mogvae_gui.views.plots import PlotBase
from mogvae_gui.views.theme import palette, small_font
from mogvae_gui.views.way_profile import WayProfile

EDGE_WORDS = "╌╌  below it: the thinnest tenth of the chairs"
WHY_EDGE = (
    "The broken line: a tenth of the chairs lie at places that are less likely. Below it a walk "
    "leads through what the model has hardly seen."
)
WAY_WORDS = {"straight": "straight", "along": "along the density"}


class DensityProfile(PlotBase):
    """Pressing or dragging in it says where the walker shall go."""

    share_picked = Signal(float)  # 0 to 1

    def __init__(self, parent: QWidget | None = None) -> None:
        self._profiles: tuple[WayProfile, ...] = ()
        self._lines: dict[str, pg.PlotDataItem] = {}
        super().__init__("", "share of the way", parent)
        view = self.plot.view
        self._lines = {way: pg.PlotDataItem() for way in WAY_WORDS}
        self._edge = pg.InfiniteLine(angle=0, movable=False)
        self._stops = [pg.InfiniteLine(angle=90, movable=False) for _ in range(0)]
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        for item in self._lines.values():
            view.addItem(item)
        for line in (self._edge, self._cursor):
            view.addItem(line, ignoreBounds=True)
        view.setXRange(0, 1, padding=0.01)
        view.enableAutoRange(axis=pg.ViewBox.YAxis)
        self.plot.bottom.setTicks([[(share, f"{share:.0%}") for share in (0, 0.25, 0.5, 0.75, 1)]])
        # Above the curves, not among them: they cross the line wherever a way is thin.
        self.edge_words = QLabel(EDGE_WORDS)
        self.edge_words.setProperty("role", "muted")
        self.edge_words.setFont(small_font(self.font()))
        self.edge_words.setToolTip(wrapped(WHY_EDGE))
        self.header.addWidget(self.edge_words)
        self._header = self.header.parentWidget() or self
        self._header.setFixedHeight(self.edge_words.sizeHint().height() + 2)
        self._header.hide()
        self._edge.hide()
        self.plot.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self._dress()

    @property
    def cursor_share(self) -> float:
        """Where the cursor is, 0 to 1."""
        return float(self._cursor.value())

    def show_profiles(self, profiles: tuple[WayProfile, ...], edge: float | None) -> None:
        """Show curves; `edge` is the log density that a tenth of the chairs do not reach."""
        self._profiles = profiles
        by_way = {profile.way: profile for profile in profiles}
        for way, line in self._lines.items():
            profile = by_way.get(way)
            if profile is None:
                line.setData([], [])
            else:
                line.setData(profile.shares, profile.log_density)
        self._edge.setVisible(edge is not None)
        self._header.setVisible(edge is not None)
        if edge is not None:
            self._edge.setValue(edge)
        self._show_stop_marks(())

    def show_stops(self, shares: tuple[float, ...]) -> None:
        """Mark where the stops are on the way that is walked."""
        self._show_stop_marks(shares)

    def show_cursor(self, share: float) -> None:
        """Put the cursor there."""
        self._cursor.setValue(share)

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]
        pressed = event.type() == QEvent.Type.MouseButtonPress
        moved = event.type() == QEvent.Type.MouseMove
        if isinstance(event, QMouseEvent) and (
            (pressed and event.button() == Qt.MouseButton.LeftButton)
            or (moved and event.buttons() & Qt.MouseButton.LeftButton)
        ):
            self._on_pressed(event.position())
        return super().eventFilter(watched, event)

    def _on_pressed(self, position: QPointF) -> None:
        if self._profiles:
            scene = self.plot.mapToScene(position.toPoint())
            share = float(self.plot.view.mapSceneToView(scene).x())
            self.share_picked.emit(min(max(share, 0.0), 1.0))

    def _show_stop_marks(self, shares: tuple[float, ...]) -> None:
        view = self.plot.view
        for mark in self._stops:
            view.removeItem(mark)
        pen = pg.mkPen(palette().colour("strong_border"), width=1, style=Qt.PenStyle.DotLine)
        self._stops = [pg.InfiniteLine(share, angle=90, pen=pen) for share in shares[1:-1]]
        for mark in self._stops:
            view.addItem(mark, ignoreBounds=True)

    def _describe(self, x: float) -> str:
        rows = []
        for profile in self._profiles:
            value = float(np.interp(x, profile.shares, profile.log_density))
            colour = way_colour(profile.way).name()
            rows.append(
                f"<span style='color:{colour}'>●</span> {WAY_WORDS[profile.way]}  {value:.1f} nats"
            )
        return "<br>".join(rows)

    def _dress(self) -> None:
        super()._dress()
        if not self._lines:
            return  # the base class dresses before the curves are made
        width = 1.8 * self.devicePixelRatioF()
        for way, line in self._lines.items():
            line.setPen(pg.mkPen(way_colour(way), width=width))
        muted = palette().colour("muted")
        self._edge.setPen(pg.mkPen(muted, width=1, style=Qt.PenStyle.DashLine))
        self._cursor.setPen(pg.mkPen(palette().colour("accent"), width=width))
