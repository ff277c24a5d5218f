"""What leads through the latent space, drawn over its view: ways with stops, and a plane."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from mogvae_gui.views.latent_view import LatentView
from mogvae_gui.views.scene_overlay import SceneOverlay
from mogvae_gui.views.theme import palette

WAY_COLOURS = {  # dark theme, light theme
    "straight": ("#f0b35a", "#a86400"),
    "along": ("#4fd6a8", "#0a7d5c"),
}
STOP_RADIUS = 4.5
PLANE_ALPHA = 26


def way_colour(way: str) -> QColor:
    """The colour of the straight way or of the one along the density, in the theme in use."""
    dark, light = WAY_COLOURS[way]
    return QColor(dark if palette().name == "dark" else light)


@dataclass(frozen=True, eq=False)
class Track:
    """A way as it is drawn; positions are in the picture's axes."""

    way: str  # "straight" or "along"
    points: Float32[np.ndarray, "n 3"]
    stops: Float32[np.ndarray, "stops 3"]


class LatentTracks(SceneOverlay):
    """Ways of the Walk dock and the plane of the Sheet dock."""

    def __init__(self, view: LatentView) -> None:
        super().__init__(view)
        self._view = view
        self.tracks: tuple[Track, ...] = ()
        self.plane: Float32[np.ndarray, "corners 3"] | None = None
        view.add_overlay(self)

    def show_tracks(self, tracks: tuple[Track, ...]) -> None:
        """Draw these ways in place of the last."""
        self.tracks = tracks
        self.update()

    def show_plane(self, corners: Float32[np.ndarray, "corners 3"] | None) -> None:
        """Draw a rectangle, by its corners in turn, or none."""
        self.plane = corners
        self.update()

    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.plane is not None:
            self._draw_plane(painter, self.plane)
        for track in self.tracks:
            self._draw_track(painter, track)
        for track in self.tracks[:1]:
            self._draw_stops(painter, track)

    def _draw_plane(self, painter: QPainter, corners: Float32[np.ndarray, "corners 3"]) -> None:
        polygon = self._polygon(corners)
        if polygon is None:
            return
        painter.setBrush(palette().colour("text", PLANE_ALPHA))
        painter.setPen(QPen(palette().colour("text", 130), 1.0, Qt.PenStyle.DashLine))
        painter.drawPolygon(polygon)

    def _draw_track(self, painter: QPainter, track: Track) -> None:
        polygon = self._polygon(track.points)
        if polygon is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        joins = (Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(QPen(palette().colour("view_bottom", 200), 5.0, *joins))
        painter.drawPolyline(polygon)
        painter.setPen(QPen(way_colour(track.way), 2.6, *joins))
        painter.drawPolyline(polygon)

    def _draw_stops(self, painter: QPainter, track: Track) -> None:
        pixels, _ = self._view.pixels_of(track.stops)
        painter.setPen(QPen(palette().colour("view_bottom"), 1.5))
        painter.setBrush(palette().colour("text"))
        for x, y in pixels[np.isfinite(pixels).all(axis=1)]:
            painter.drawEllipse(QPointF(x, y), STOP_RADIUS, STOP_RADIUS)

    def _polygon(self, positions: Float32[np.ndarray, "n 3"]) -> QPolygonF | None:
        pixels, _ = self._view.pixels_of(positions)
        if not len(pixels) or not np.isfinite(pixels).all():
            return None  # a part lies behind the eye
        return QPolygonF([QPointF(x, y) for x, y in pixels])
