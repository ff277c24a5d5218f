"""One cloud in 3-D, on a faint floor that tells where down is."""

import numpy as np
import pyvista as pv
from jaxtyping import Float32, UInt8
from PySide6.QtCore import QPointF, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from core.code_groups import Arrows
from core.picking import nearest_on_screen
from mogvae_gui.scenery import FLOOR_SHARE, UNIT_BOUNDS, floor_lines, shaded
from mogvae_gui.views.scene_view import SceneView
from mogvae_gui.views.theme import palette

POINT_SHARE = 0.0125  # of the view's shorter side: the points of a chair just close its surfaces
LEAST_POINT_SIZE = 3.0
PICK_RADIUS_PX = 7.0


class CloudView(SceneView):
    """Shows a cloud of coloured points; shading by normals gives it a body."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._points: Float32[np.ndarray, "points 3"] | None = None
        self._colours: UInt8[np.ndarray, "points 3"] | None = None
        self._cloud: pv.PolyData | None = None
        self._actor: pv.Actor | None = None
        self._floor: pv.Actor | None = None
        self._arrows: pv.Actor | None = None
        super().__init__(parent)
        self._draw_floor()
        self.reset_camera()

    @property
    def actor(self) -> pv.Actor | None:
        """What draws the cloud; None while there was none yet."""
        return self._actor

    def point_under(self, position: QPointF) -> int | None:
        """Which point of the cloud is seen there."""
        if self._cloud is None:
            return None
        pixels, depths = self.pixels_of(np.asarray(self._cloud.points, dtype=np.float64))
        return nearest_on_screen(pixels, depths, (position.x(), position.y()), PICK_RADIUS_PX)

    def show_cloud(
        self,
        points: Float32[np.ndarray, "points 3"],
        colours: UInt8[np.ndarray, "points 3"],
        normals: Float32[np.ndarray, "points 3"] | None = None,
    ) -> None:
        """Show these points in place of the last ones; the camera stays."""
        if normals is not None:
            colours = shaded(colours, normals)
        if self._shows(points, colours):
            return
        self._points, self._colours = points, colours
        if self._cloud is not None and self._cloud.n_points == len(points):
            self._cloud.points = points
            self._cloud.point_data["colour"] = colours
            self.refresh()
            return
        cloud = pv.PolyData(points)
        cloud.point_data["colour"] = colours
        if self._cloud is None:
            self._make_actor(cloud)
        else:
            self._cloud.copy_from(cloud)
        self.refresh()

    def _make_actor(self, cloud: pv.PolyData) -> None:
        self._cloud = cloud
        self._actor = self.plotter.add_mesh(
            self._cloud,
            style="points",
            scalars="colour",
            rgb=True,
            point_size=self.point_size,
            lighting=False,
            render_points_as_spheres=True,  # discs: without light they cost 1 ms more
            reset_camera=False,
            render=False,
            pickable=False,
        )

    def show_arrows(self, arrows: Arrows | None) -> None:
        """Show where points go, or no arrows."""
        if self.is_closed or (arrows is None and self._arrows is None):
            return
        if self._arrows is not None:
            self.plotter.remove_actor(self._arrows, render=False)
            self._arrows = None
        if arrows is not None and len(arrows.starts):
            points = pv.PolyData(np.asarray(arrows.starts, dtype=np.float32))
            points["way"] = np.asarray(arrows.vectors, dtype=np.float32)
            self._arrows = self.plotter.add_mesh(
                points.glyph(orient="way", scale="way", factor=1.0, geom=_arrow()),
                color=palette().text,
                ambient=0.5,
                diffuse=0.6,
                reset_camera=False,
                render=False,
                pickable=False,
            )
        self.refresh()

    def clear_cloud(self) -> None:
        """Show nothing but the floor."""
        self.show_arrows(None)
        self._points = self._colours = None
        if self._cloud is not None:
            # Emptied, not taken away: to make what draws it takes ten times as long as to fill it.
            self._cloud.copy_from(pv.PolyData())
        self.refresh()

    def warm_up(self) -> None:
        if self._cloud is not None:
            return  # it has drawn one
        nothing = np.zeros((1, 3), dtype=np.float32)
        self.show_cloud(nothing, nothing.astype(np.uint8))
        super().warm_up()
        self.clear_cloud()

    def _shows(
        self, points: Float32[np.ndarray, "points 3"], colours: UInt8[np.ndarray, "points 3"]
    ) -> bool:
        """Whether it would be drawn as it is already; the same points come again and again."""
        return (
            self._points is points
            and self._colours is not None
            and np.array_equal(self._colours, colours)
        )

    def reset_camera(self) -> None:
        """Look at a chair from the front left, a little from above."""
        self.look_from(bounds=UNIT_BOUNDS, closer=1.08)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._actor is not None:
            self._actor.prop.point_size = self.point_size

    @property
    def point_size(self) -> float:
        """In the pixels of the screen, of which a logical pixel may have several."""
        side = min(self.width(), self.height()) * self.devicePixelRatioF()
        return max(POINT_SHARE * side, LEAST_POINT_SIZE)

    def _draw_floor(self) -> None:
        if self._floor is not None:
            self.plotter.remove_actor(self._floor, render=False)
        # Mixed into the background rather than see-through: anything see-through has everything
        # drawn in passes of its own, which takes a software renderer a quarter of the frame.
        self._floor = self.plotter.add_mesh(
            floor_lines(),
            color=palette().mixed("muted", "view_bottom", FLOOR_SHARE),
            line_width=1,
            lighting=False,
            reset_camera=False,
            render=False,
            pickable=False,
        )

    @Slot()
    def _on_theme_changed(self) -> None:
        super()._on_theme_changed()
        if self._floor is not None:
            self._draw_floor()


def _arrow() -> pv.PolyData:
    """An arrow of length 1 along x; the head takes the same share of a short and a long one."""
    return pv.Arrow(
        tip_length=0.3, tip_radius=0.06, shaft_radius=0.018, tip_resolution=10, shaft_resolution=6
    )
