"""Both clouds in one view: one fades into the other, or a line wipes between them."""

from dataclasses import dataclass

import numpy as np
import pyvista as pv
from jaxtyping import Float32, UInt8
from PySide6.QtCore import QEvent, QObject, QPointF, Slot
from vtkmodules.vtkCommonDataModel import vtkPlane

from mogvae_gui.views.cloud_view import CloudView

OVERLAYS = (
    ("off", "Side by side", "Original and reconstruction each on its own side"),
    ("blend", "Blend", "Both in one view; the slider fades one into the other"),
    ("wipe", "Wipe", "Both in one view; left of the line the original"),
)


@dataclass(frozen=True, eq=False)
class OverlayCloud:
    """A cloud that lies over the one of the view."""

    points: Float32[np.ndarray, "points 3"]
    colours: UInt8[np.ndarray, "points 3"]  # shaded already


class CloudOverlay(QObject):
    """Puts a second cloud into a view and mixes the two."""

    def __init__(self, view: CloudView) -> None:
        super().__init__(view)
        self._view = view
        self._actor: pv.Actor | None = None
        self._cloud: pv.PolyData | None = None
        self._planes = (vtkPlane(), vtkPlane())  # of the view's own cloud, of the second
        self._mode = "off"
        self._share = 0.5
        view.camera_moved.connect(self._place_planes)
        view.installEventFilter(self)

    @property
    def second(self) -> pv.PolyData | None:
        """The cloud that lies over the view's own."""
        return self._cloud

    def show_cloud(self, cloud: OverlayCloud | None) -> None:
        """Show a second cloud in place of the last one, or none."""
        kept = self._cloud
        if cloud is not None and kept is not None and kept.n_points == len(cloud.points):
            kept.points = cloud.points
            kept.point_data["colour"] = cloud.colours
            self._view.refresh()
            return
        if self._actor is not None and not self._view.is_closed:
            self._view.plotter.remove_actor(self._actor, render=False)
        self._actor = self._cloud = None
        if cloud is not None:
            self._cloud = pv.PolyData(cloud.points)
            self._cloud.point_data["colour"] = cloud.colours
            self._actor = self._view.plotter.add_mesh(
                self._cloud,
                style="points",
                scalars="colour",
                rgb=True,
                point_size=self._view.point_size,
                lighting=False,
                render_points_as_spheres=True,
                reset_camera=False,
                render=False,
                pickable=False,
            )
        self.mix(self._mode, self._share)

    def mix(self, mode: str, share: float) -> None:
        """Show so much of the second cloud: 0 only the first, 1 only the second."""
        self._mode, self._share = mode, share
        first = self._view.actor
        if self._actor is None:
            mode = "off"
        solid = (1.0, 1.0)
        if mode == "blend":
            solid = (min(1.0, 2 - 2 * share), min(1.0, 2 * share))
        for actor, opacity, plane in zip((first, self._actor), solid, self._planes, strict=True):
            if actor is None:
                continue
            actor.prop.SetOpacity(opacity)
            actor.SetVisibility(opacity > 0)
            actor.mapper.RemoveAllClippingPlanes()
            if mode == "wipe":
                actor.mapper.AddClippingPlane(plane)
        self._place_planes()
        self._view.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            if self._actor is not None:
                self._actor.prop.point_size = self._view.point_size
            self._place_planes()
        return super().eventFilter(watched, event)

    @Slot()
    def _place_planes(self) -> None:
        """Two planes through the eye and the line; each cloud keeps what is on its side."""
        if self._mode != "wipe" or self._actor is None or self._view.is_closed:
            return
        x = self._share * self._view.width()
        top = self._view.ray_through(QPointF(x, 0.0))
        bottom = self._view.ray_through(QPointF(x, float(self._view.height())))
        rightward = np.cross(bottom.direction, top.direction)
        rightward /= max(float(np.linalg.norm(rightward)), 1e-12)
        for plane, side in zip(self._planes, (-1.0, 1.0), strict=True):
            plane.SetOrigin(*top.start)
            plane.SetNormal(*(side * rightward))
