"""What is pointed out on the stage, drawn over a side: a point and its partner, a region."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from mogvae_gui.views.scene_view import SceneView
from mogvae_gui.views.theme import palette

POINT_RADIUS = 5.0
PARTNER_RADIUS = 3.5


@dataclass(frozen=True, eq=False)
class Link:
    """A point of this side, and where its partner on the other side lies in the same space."""

    point: Float[np.ndarray, " 3"]
    partner: Float[np.ndarray, " 3"]


@dataclass(frozen=True, eq=False)
class Ball:
    """A region."""

    centre: Float[np.ndarray, " 3"]
    radius: float


class StageMarks(QWidget):
    """Lies over a view and lets the mouse through. Set what is to be seen, then `refresh`."""

    def __init__(self, view: SceneView) -> None:
        super().__init__(view)
        self._view = view
        self.link: Link | None = None
        self.ball: Ball | None = None
        self.wipe: float | None = None  # where the line stands, as a share of the width
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        view.installEventFilter(self)
        self._is_clear = True
        view.camera_moved.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Draw again, unless nothing was there and nothing is: it would draw the view below."""
        is_clear = self.link is None and self.ball is None and self.wipe is None
        if not (is_clear and self._is_clear):
            self.update()
        self._is_clear = is_clear

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._view.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._is_clear or self._view.is_closed:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_wipe(painter)
        self._draw_ball(painter)
        self._draw_link(painter)
        painter.end()

    def _draw_wipe(self, painter: QPainter) -> None:
        if self.wipe is not None:
            x = self.wipe * self.width()
            painter.setPen(QPen(palette().colour("text", 150), 1.2))
            painter.drawLine(QLineF(x, 0, x, self.height()))

    def _draw_ball(self, painter: QPainter) -> None:
        if self.ball is None:
            return
        # The circle has the ball's own size at its distance from the eye.
        aside = np.cross(self._view.camera.direction, self._view.camera.up)
        edge = self.ball.centre + 1.25 * self.ball.radius * aside / np.linalg.norm(aside)
        pixels, _ = self._view.pixels_of(np.stack([self.ball.centre, edge]))
        if not np.isfinite(pixels).all():
            return
        radius = float(np.linalg.norm(pixels[1] - pixels[0]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in (("view_bottom", 3.5), ("warning", 1.6)):
            painter.setPen(QPen(palette().colour(colour, 200), width))
            painter.drawEllipse(QPointF(*pixels[0]), radius, radius)

    def _draw_link(self, painter: QPainter) -> None:
        if self.link is None:
            return
        pixels, _ = self._view.pixels_of(np.stack([self.link.point, self.link.partner]))
        if not np.isfinite(pixels).all():
            return
        point, partner = (QPointF(x, y) for x, y in pixels)
        for colour, width in (("view_bottom", 4.0), ("accent", 2.0)):
            painter.setPen(QPen(palette().colour(colour, 220), width))
            painter.drawLine(point, partner)
        painter.setPen(QPen(palette().colour("view_bottom"), 1.2))
        painter.setBrush(palette().colour("accent"))
        painter.drawEllipse(partner, PARTNER_RADIUS, PARTNER_RADIUS)
        painter.setBrush(palette().colour("text"))
        painter.drawEllipse(point, POINT_RADIUS, POINT_RADIUS)
