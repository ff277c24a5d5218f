"""A 3-D view: one interactor inside a widget of ours, with the toolkit's traps taken care of.

Positions in pixels are logical pixels of the view, x to the right and y down.
"""

from pathlib import Path

import numpy as np
import pyvista as pv
from jaxtyping import Float, Int64
from PySide6.QtCore import QByteArray, QEvent, QObject, QPointF, Qt, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QImage,
    QImageWriter,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pyvistaqt import QtInteractor

from core.atomic import replaced_atomically
from core.picking import Ray, rows_near
from core.places import CameraPose
from mogvae_gui.scenery import CLOUD_SEEN_FROM
from mogvae_gui.views.graphics import graphics
from mogvae_gui.views.theme import palette, theme
from mogvae_gui.views.turns import turns

CLICK_SLACK_PX = 4.0  # a press and release nearer than this is a click, farther a drag


class SceneView(QWidget):
    """Holds one `QtInteractor`, draws when something changed, and closes it in time."""

    clicked = Signal(QPointF, Qt.KeyboardModifier)
    double_clicked = Signal(QPointF)
    hovered = Signal(QPointF)
    left = Signal()
    camera_moved = Signal()
    camera_touched = Signal()  # a hand is about to move it; `camera_moved` follows if it does

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plotter = QtInteractor(self, auto_update=False, multi_samples=graphics().multi_samples)
        # Drops and keys belong to the window: the interactor would read dropped files on the
        # GUI thread, and VTK's letters would shadow the shortcuts.
        self.plotter.setAcceptDrops(False)
        self.plotter.reset_key_events()
        # Down stays down: a chair is turned as on a turntable, not rolled like a ball.
        pv.Plotter.enable_terrain_style(self.plotter, mouse_wheel_zooms=1.15)
        self.plotter.installEventFilter(self)
        self.plotter.setMouseTracking(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plotter)
        self._first_camera = self.camera
        self._pressed_at: QPointF | None = None
        self._camera_observer = self.camera.AddObserver("ModifiedEvent", self._on_camera_modified)
        self._drag_owner: object | None = None
        self.modifiers = Qt.KeyboardModifier.NoModifier  # held at the newest mouse event
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        if graphics().is_software:
            # A window with an OpenGL view in it is put together by OpenGL, all of it, whenever
            # anything in it changes: 15 ms where a processor does it. A view in a native window
            # of its own leaves the rest to Qt, for which a changed label costs less than 1 ms.
            self.setAttribute(Qt.WidgetAttribute.WA_DontCreateNativeAncestors)
            self.setAttribute(Qt.WidgetAttribute.WA_NativeWindow)

    @property
    def camera(self) -> pv.Camera:
        """The camera of the only renderer."""
        camera: pv.Camera = self.plotter.renderer.camera
        return camera

    def refresh(self) -> None:
        """Draw soon; many calls before the next frame draw once."""
        if not self.is_closed:
            turns().add(self, self.draw)

    def draw(self) -> None:
        """Draw now, where there is anything to be seen."""
        if not self.is_closed and self.isVisible():
            self.plotter.repaint()

    @property
    def is_closed(self) -> bool:
        """Whether the interactor was closed; nothing may be drawn any more."""
        return bool(getattr(self.plotter, "_closed", False))

    def warm_up(self) -> None:
        """Draw once though nobody sees it: a renderer builds its programs with the first frame."""
        if not self.is_closed:
            self.plotter.grabFramebuffer()

    def share_camera(self, other: "SceneView") -> None:
        """Look with the other view's camera from now on."""
        self._stop_observing()
        self.plotter.renderer.camera = other.camera
        self.refresh()

    def own_camera(self) -> None:
        """Look with a camera of this view's own again, starting from where it looks now."""
        shared = self.camera
        self._stop_observing()
        self.plotter.renderer.camera = self._first_camera
        self.camera.DeepCopy(shared)
        self._camera_observer = self.camera.AddObserver("ModifiedEvent", self._on_camera_modified)

    def look_from(
        self,
        direction: tuple[float, float, float] = CLOUD_SEEN_FROM,
        bounds: tuple[float, float, float, float, float, float] | None = None,
        closer: float = 1.0,
    ) -> None:
        """Look at the scene, or at `bounds` of it, from `direction` with z up."""
        self.camera.focal_point = (0.0, 0.0, 0.0)
        self.camera.position = direction
        self.camera.up = (0.0, 0.0, 1.0)
        self.fit(bounds, closer)

    def fit(
        self,
        bounds: tuple[float, float, float, float, float, float] | None = None,
        closer: float = 1.0,
    ) -> None:
        """See the whole scene, or `bounds` of it, from where the camera looks now."""
        renderer = self.plotter.renderer
        renderer.ResetCamera(*(bounds or renderer.ComputeVisiblePropBounds()))
        self.camera.Dolly(closer)
        renderer.ResetCameraClippingRange()
        self.refresh()

    @property
    def pose(self) -> CameraPose:
        """Where the camera stands."""
        camera = self.camera
        return CameraPose(
            camera.GetPosition(),
            camera.GetFocalPoint(),
            camera.GetViewUp(),
            camera.GetViewAngle(),
            camera.GetParallelScale() if camera.GetParallelProjection() else None,
        )

    def show_pose(self, pose: CameraPose) -> None:
        """Look from there."""
        self.camera.SetPosition(*pose.position)
        self.camera.SetFocalPoint(*pose.focal_point)
        self.camera.SetViewUp(*pose.up)
        self.camera.SetViewAngle(pose.view_angle)
        if pose.parallel_scale is not None:
            self.camera.SetParallelScale(pose.parallel_scale)
        self.plotter.renderer.ResetCameraClippingRange()
        self.refresh()

    def save_picture(self, path: Path, scale: int = 2) -> None:
        """Save what the view shows, `scale` times as fine as on the screen."""
        save_image(self.picture(scale), path)

    def picture(self, scale: int = 2) -> QImage:
        """What the view shows, `scale` times as fine as on the screen."""
        pixels = pv.Plotter.screenshot(self.plotter, return_img=True, scale=scale)
        if pixels is None:
            raise RuntimeError("The view could not be drawn")
        content = np.ascontiguousarray(pixels[:, :, :3])
        height, width = content.shape[:2]
        image = QImage(content.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        return image.copy()

    def pixels_of(
        self, positions: Float[np.ndarray, "n 3"]
    ) -> tuple[Float[np.ndarray, "n 2"], Float[np.ndarray, " n"]]:
        """Where positions are seen, in pixels, and their depth from -1 (near) to 1 (far)."""
        homogeneous = np.column_stack([positions, np.ones(len(positions))])
        clip = homogeneous @ self._projection().T  # (n, 4)
        w = np.where(np.abs(clip[:, 3]) < 1e-12, 1e-12, clip[:, 3])
        seen = clip[:, :3] / w[:, None]
        pixels = np.column_stack(
            [(seen[:, 0] + 1) / 2 * self.width(), (1 - seen[:, 1]) / 2 * self.height()]
        )
        pixels[clip[:, 3] <= 0] = np.inf  # behind the eye
        return pixels, seen[:, 2]

    def rows_near(
        self, positions: Float[np.ndarray, "n 3"], position: QPointF, radius: float
    ) -> Int64[np.ndarray, " rows"]:
        """Which positions may be seen within `radius` pixels: few of many, and a few too many."""
        width, height = max(1, self.width()), max(1, self.height())
        place = (2 * position.x() / width - 1, 1 - 2 * position.y() / height)
        reach = (2 * (radius + 1) / width, 2 * (radius + 1) / height)  # 1 for what rounding does
        return rows_near(positions, self._projection(), place, reach)

    def ray_through(self, position: QPointF) -> Ray:
        """The line of sight through a pixel."""
        x = 2 * position.x() / max(1, self.width()) - 1
        y = 1 - 2 * position.y() / max(1, self.height())
        ends = np.array([[x, y, -1.0, 1.0], [x, y, 1.0, 1.0]]) @ np.linalg.inv(self._projection()).T
        near, far = ends[:, :3] / ends[:, 3:]
        direction = far - near
        return Ray(near, direction / np.linalg.norm(direction))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose_angle()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._choose_angle()

    def _choose_angle(self) -> None:
        """The camera's angle is that of the shorter side, so that a tall, narrow view cuts nothing.

        Of a view that is seen: one that is hidden is made as narrow as Qt likes, and may share the
        camera of one that is not.
        """
        if self.isVisible():
            self.camera.SetUseHorizontalViewAngle(self.width() < self.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Paint:
            turns().forget(self)  # the frame that was asked for comes now
        if kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event.ignore()
            return True
        if isinstance(event, QMouseEvent) and self._on_mouse(kind, event):
            return True
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.Wheel):
            self.camera_touched.emit()
        if kind == QEvent.Type.Leave:
            self.left.emit()
        return super().eventFilter(watched, event)

    def drag_begins(self, position: QPointF) -> bool:
        """Whether a press here moves something of the scene rather than the camera."""
        return False

    def drag_moves(self, position: QPointF) -> None:
        """The thing is dragged to here."""

    def drag_ends(self) -> None:
        """The thing was let go."""

    def let_go(self) -> None:
        """End a drag of something of the scene now; the button may still be down."""
        if self._drag_owner is not None:
            self._drag_owner = self._pressed_at = None

    def closeEvent(self, event: QCloseEvent) -> None:
        self.close_view()
        super().closeEvent(event)

    def close_view(self) -> None:
        """Release the view's OpenGL things while its window still stands."""
        if self.is_closed:
            return
        theme().changed.disconnect(self._on_theme_changed)
        self._stop_observing()
        self.plotter.removeEventFilter(self)
        self.plotter.close()
        # Qt's surface ends without a word to the interactor's wrapper of it, which would be taken
        # for whatever comes to lie at that address: a crash, or an action that is a surface.
        self.plotter._forget_context()  # type: ignore[no-untyped-call]
        turns().forget(self)  # closing moves the camera, which asks for a frame

    def _on_mouse(self, kind: QEvent.Type, event: QMouseEvent) -> bool:
        position = event.position()
        self.modifiers = event.modifiers()
        left = event.button() == Qt.MouseButton.LeftButton
        if kind == QEvent.Type.MouseButtonPress and left:
            self._pressed_at = position
            self._drag_owner = self if self.drag_begins(position) else None
            return self._drag_owner is not None
        if kind == QEvent.Type.MouseMove:
            if self._drag_owner is not None:
                self.drag_moves(position)
                return True
            if event.buttons() == Qt.MouseButton.NoButton:
                self.hovered.emit(position)
        if kind == QEvent.Type.MouseButtonRelease and left and self._pressed_at is not None:
            moved = position - self._pressed_at
            dragged, self._drag_owner = self._drag_owner is not None, None
            self._pressed_at = None
            if dragged:
                self.drag_ends()
                return True
            if abs(moved.x()) + abs(moved.y()) <= CLICK_SLACK_PX:
                self.clicked.emit(position, event.modifiers())
        if kind == QEvent.Type.MouseButtonDblClick and left:
            self.double_clicked.emit(position)
        return False

    def _projection(self) -> Float[np.ndarray, "4 4"]:
        aspect = self.plotter.renderer.GetTiledAspectRatio()
        matrix = self.camera.GetCompositeProjectionTransformMatrix(aspect, -1, 1)
        return np.asarray(pv.array_from_vtkmatrix(matrix))

    def _on_camera_modified(self, *_: object) -> None:
        self.camera_moved.emit()

    def _stop_observing(self) -> None:
        if self._camera_observer:
            self.camera.RemoveObserver(self._camera_observer)
            self._camera_observer = 0

    @Slot()
    def _on_theme_changed(self) -> None:
        renderer = self.plotter.renderer
        renderer.SetBackground(*palette().rgb("view_bottom"))
        renderer.SetBackground2(*palette().rgb("view_top"))
        renderer.GradientBackgroundOn()
        self.refresh()


def save_image(image: QImage, path: Path) -> None:
    """Write a PNG, whole or not at all. Raises OSError. For any thread."""
    with replaced_atomically(path) as temporary:
        writer = QImageWriter(str(temporary), QByteArray(b"png"))
        if not writer.write(image):
            raise OSError(f"{path} could not be written: {writer.errorString()}")
