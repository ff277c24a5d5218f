"""What is chosen in the latent space, drawn over the view so that nothing hides it."""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Float32
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF

from mogvae_gui.views.scene_overlay import SceneOverlay
from mogvae_gui.views.theme import palette

if TYPE_CHECKING:
    from mogvae_gui.views.latent_view import LatentView

MARK_RADIUS = 7.0
PROBE_RADIUS = 6.0
MOST_MARKS = 500  # more rings than this hide the codes they mark


class LatentMarkers(SceneOverlay):
    """Rings around chosen codes, and the probe with a cross along the axes."""

    def __init__(self, view: "LatentView") -> None:
        super().__init__(view)
        self._view = view
        self.marked: Float32[np.ndarray, "n 3"] = np.zeros((0, 3), dtype=np.float32)
        self.probe: Float32[np.ndarray, " 3"] | None = None
        self.reach = 1.0  # of the cross, in latent units
        self.outline: Float[np.ndarray, "m 2"] | None = None  # a line being drawn, in pixels

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._view.is_closed or not self._view.plotter.hasFocus():
            return
        painter = QPainter(self)  # on the screen only: a picture has no keys
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(palette().colour("accent"), 2.0))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 3, 3)
        painter.end()

    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_marks(painter)
        if self.probe is not None:
            self._draw_probe(painter, self.probe)
        if self.outline is not None:
            painter.setPen(QPen(palette().colour("accent"), 1.5))
            painter.setBrush(palette().colour("accent", 36))
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in self.outline]))

    def _draw_marks(self, painter: QPainter) -> None:
        if not len(self.marked):
            return
        pixels, _ = self._view.pixels_of(self.marked[:MOST_MARKS])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in (("view_bottom", 4.0), ("text", 2.0)):
            painter.setPen(QPen(palette().colour(colour), width))
            for x, y in pixels[np.isfinite(pixels).all(axis=1)]:
                painter.drawEllipse(QPointF(x, y), MARK_RADIUS, MARK_RADIUS)

    def _draw_probe(self, painter: QPainter, probe: Float32[np.ndarray, " 3"]) -> None:
        ends = np.repeat(probe[None].astype(np.float64), 7, axis=0)
        for axis in range(3):
            ends[1 + 2 * axis, axis] -= self.reach
            ends[2 + 2 * axis, axis] += self.reach
        pixels, _ = self._view.pixels_of(ends)
        if not np.isfinite(pixels).all():
            return
        painter.setPen(QPen(palette().colour("accent", 150), 1.2))
        for axis in range(3):
            first, last = pixels[1 + 2 * axis], pixels[2 + 2 * axis]
            painter.drawLine(QLineF(first[0], first[1], last[0], last[1]))
        painter.setPen(QPen(palette().colour("view_bottom"), 2.0))
        painter.setBrush(palette().colour("accent"))
        painter.drawEllipse(QPointF(*pixels[0]), PROBE_RADIUS, PROBE_RADIUS)
