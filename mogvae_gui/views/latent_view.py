"""The latent space in 3-D: codes, components as ellipsoids, and the probe."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyvista as pv
from jaxtyping import Bool, Float, Float32, Float64, Int, UInt8
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget
from vtkmodules.vtkRenderingCore import vtkBillboardTextActor3D

from core.picking import ellipsoid_hits, nearest_on_screen, plane_hit
from core.selection import Joining, box_corners, inside_polygon
from mogvae_gui.scenery import SHELLS, SPACE_SEEN_FROM, ellipsoid_matrix, strength_of, unit_sphere
from mogvae_gui.views.code_dots import CodeDots
from mogvae_gui.views.hover_card import HoverCard
from mogvae_gui.views.latent_markers import LatentMarkers
from mogvae_gui.views.scene_overlay import SceneOverlay
from mogvae_gui.views.scene_view import CLICK_SLACK_PX, SceneView
from mogvae_gui.views.theme import palette

Tool = Literal["walk", "box", "lasso"]

USUAL = 8  # components of a recommended model
PICK_RADIUS_PX = 9.0
GRAB_RADIUS_PX = 13.0
RIM_PX = 6.0  # so near to its outline, the outer shell of an ellipsoid is picked as well
LIT = 1.7  # times as solid as the others is the ellipsoid that a click would pick
KEY_STEP, LONG_KEY_STEP = 0.02, 0.1  # of the space's extent, and with Shift
# Which way a key moves the probe: to the right, up, and away from the eye.
KEYS = {
    Qt.Key.Key_Left: (-1, 0, 0),
    Qt.Key.Key_Right: (1, 0, 0),
    Qt.Key.Key_Up: (0, 1, 0),
    Qt.Key.Key_Down: (0, -1, 0),
    Qt.Key.Key_PageUp: (0, 0, 1),
    Qt.Key.Key_PageDown: (0, 0, -1),
}


@dataclass(frozen=True, eq=False)
class Ellipsoid:
    """A component as it is seen: its covariance, in the picture's axes."""

    component: int
    mean: Float[np.ndarray, " 3"]
    covariance: Float[np.ndarray, "3 3"]
    weight: float  # 0 to 1
    colour: tuple[int, int, int]


class LatentView(SceneView):
    """Says which code, component or place was clicked, and where the probe is dragged."""

    code_picked = Signal(int)
    component_picked = Signal(int)
    place_picked = Signal(object)  # (3,) position
    probe_dragged = Signal(object)  # (3,) position
    probe_left = Signal()  # the hand that dragged it has let go
    code_hovered = Signal(int)  # -1 where it is none any more
    component_hovered = Signal(int)
    component_opened = Signal(int)  # by a double click
    codes_enclosed = Signal(object, str)  # rows (n,), how they join what is chosen

    def __init__(self, parent: QWidget | None = None) -> None:
        self._positions = np.zeros((0, 3), dtype=np.float32)
        self._ellipsoids: tuple[Ellipsoid, ...] = ()
        self._probe: Float32[np.ndarray, " 3"] | None = None
        self._tool: Tool = "walk"
        self._flat = False  # seen from above, as a map: there is no third axis
        self._panned: list[QPointF] = []  # where a hand has moved the map
        self._grabbed: Float64[np.ndarray, " 3"] | None = None  # where the probe was pressed
        self._has_dragged = False  # the probe, since it was pressed
        self._pressed_at_probe = QPointF()
        self._outline: list[tuple[float, float]] | None = None  # that a hand is drawing
        self._shells: list[pv.Actor] = []
        self._sphere = unit_sphere()
        self._frame_actors: list[pv.Actor | vtkBillboardTextActor3D] = []
        self._bounds = (-3.0, 3.0, -3.0, 3.0, -3.0, 3.0)
        self._labels = ("z1", "z2", "z3")
        self._hovered: int | None = None
        self._lit: int | None = None  # the component under the pointer
        super().__init__(parent)
        self._dots = CodeDots(self.plotter)
        self._overlays: list[SceneOverlay] = []
        self._markers = LatentMarkers(self)
        self.add_overlay(self._markers)
        self.hover_card = HoverCard(self)
        self._pointer = QPointF()
        self.left.connect(self._on_left)
        self.clicked.connect(self._on_clicked)
        self.hovered.connect(self._on_hovered)
        self.double_clicked.connect(self._on_double_clicked)

    def add_overlay(self, overlay: SceneOverlay) -> None:
        """Keep a widget over the whole view; it is drawn again when the camera moves.

        The probe and the rings around chosen codes stay on top.
        """
        self._overlays.insert(0, overlay)
        overlay.setGeometry(self.rect())
        overlay.show()
        if overlay is not self._markers:
            overlay.stackUnder(self._markers)
        self.camera_moved.connect(overlay.update)

    def show_codes(
        self,
        positions: Float32[np.ndarray, "n 3"],
        colours: UInt8[np.ndarray, "n 3"],
        dimmed: Bool[np.ndarray, " n"] | None = None,
        sizes: Int[np.ndarray, " n"] | None = None,
    ) -> None:
        """Show a dot for each code, in place of the last ones. See `CodeDots.show`."""
        self._positions = positions
        if not self.is_closed:
            self._dots.show(positions, colours, dimmed, sizes)
        self.refresh()

    def use_tool(self, tool: Tool) -> None:
        """What dragging does: turn the view ("walk"), or enclose codes in a box or a free line."""
        self._tool = tool
        if tool == "walk":
            self.plotter.unsetCursor()
        else:
            self.plotter.setCursor(Qt.CursorShape.CrossCursor)

    def show_marked(self, positions: Float32[np.ndarray, "n 3"]) -> None:
        """Ring these codes: the chosen chairs."""
        self._markers.marked = positions
        self._markers.update()

    def show_components(self, ellipsoids: tuple[Ellipsoid, ...]) -> None:
        """Show components as ellipsoids of one and two sigma, the heavy ones more solid."""
        self._ellipsoids = ellipsoids
        # Shells are kept from one time to the next: they move with every epoch of a training, and
        # making one takes a hundred times as long as moving it.
        wanted = len(ellipsoids) * len(SHELLS)
        self._prepare_shells(wanted)
        for number, actor in enumerate(self._shells):
            actor.SetVisibility(number < wanted)
        shells = iter(self._shells)
        for ellipsoid in ellipsoids:
            for sigmas, _ in SHELLS:
                actor = next(shells)
                actor.prop.SetColor(*(value / 255 for value in ellipsoid.colour))
                actor.user_matrix = ellipsoid_matrix(ellipsoid.mean, ellipsoid.covariance, sigmas)
        self._show_how_solid()

    def _show_how_solid(self) -> None:
        """The heavy ones more, and the one under the pointer most of all."""
        heaviest = max((ellipsoid.weight for ellipsoid in self._ellipsoids), default=1.0)
        shells = iter(self._shells)
        for ellipsoid in self._ellipsoids:
            strength = strength_of(ellipsoid.weight, heaviest)
            if ellipsoid.component == self._lit:
                strength *= LIT
            for _, opacity in SHELLS:
                next(shells).prop.SetOpacity(min(opacity * strength, 0.95))
        self.refresh()

    def warm_up(self) -> None:
        if self._ellipsoids or len(self._positions):
            return  # it has drawn some
        centre = np.zeros((1, 3), dtype=np.float32)
        self.show_codes(centre, centre.astype(np.uint8))
        self.show_components(
            tuple(Ellipsoid(k, centre[0], np.eye(3), 1.0, (0, 0, 0)) for k in range(USUAL))
        )
        super().warm_up()
        self.show_codes(centre[:0], centre[:0].astype(np.uint8))
        self.show_components(())

    def _prepare_shells(self, count: int) -> None:
        while len(self._shells) < count:
            self._shells.append(self._make_shell())

    def _make_shell(self) -> pv.Actor:
        return self.plotter.add_mesh(
            self._sphere,
            opacity=SHELLS[0][1],
            smooth_shading=True,
            ambient=0.5,
            diffuse=0.6,
            culling="back",
            reset_camera=False,
            render=False,
            pickable=False,
        )

    def show_probe(self, position: Float32[np.ndarray, " 3"] | None) -> None:
        """Show where the decoded code lies."""
        self._probe = position
        self._markers.probe = position
        self._markers.reach = 0.12 * (self._bounds[1] - self._bounds[0])
        self._markers.update()

    def show_space(
        self,
        bounds: tuple[float, float, float, float, float, float],
        labels: tuple[str, str, str],
    ) -> None:
        """Draw the box of the space with its axes."""
        self._bounds, self._labels = bounds, labels
        self._flat = not labels[2]
        # By PyVista's own property: its wheel reads that, and moves the eye where it is not set.
        self.camera.parallel_projection = self._flat
        for actor in self._frame_actors:
            self.plotter.remove_actor(actor, render=False)
        box = self.plotter.add_mesh(
            pv.Box(bounds),
            style="wireframe",
            color=palette().muted,
            opacity=0.25,
            line_width=1,
            lighting=False,
            reset_camera=False,
            render=False,
            pickable=False,
        )
        self._frame_actors = [box]
        for axis, label in enumerate(labels):
            if label:
                text = _axis_label(label, axis, bounds)
                self.plotter.renderer.AddActor(text)
                self._frame_actors.append(text)
        self.refresh()

    def reset_camera(self) -> None:
        """See the whole space: from the front left, or from above where it is flat."""
        if self._flat:
            self.camera.focal_point, self.camera.position = (0.0, 0.0, 0.0), (0.0, 0.0, 1.0)
            self.camera.up = (0.0, 1.0, 0.0)
            self.fit(self._bounds, closer=1.0)
            return
        self.look_from(SPACE_SEEN_FROM, bounds=self._bounds, closer=1.3)

    def fit_camera(self) -> None:
        """See the whole space from where the camera looks now."""
        self.fit(self._bounds, closer=1.3)

    def picture(self, scale: int = 2) -> QImage:
        image = super().picture(scale)
        painter = QPainter(image)
        painter.scale(image.width() / self.width(), image.height() / self.height())
        for overlay in self._overlays:
            overlay.draw(painter)
        painter.end()
        return image

    def show_hover_card(self, title: str, words: str) -> None:
        """Say beside the pointer whose code is under it; without a title the card goes away."""
        if title and not self.is_closed:
            self.hover_card.show_at(self._pointer.toPoint(), title, words)
        else:
            self.hover_card.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for overlay in self._overlays:
            overlay.setGeometry(self.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress and self._on_key(event):
            event.accept()
            return True
        if kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._markers.update()  # they show who has the keys
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        """Move the probe in the plane that faces the eye, or along the line of sight."""
        way = KEYS.get(Qt.Key(event.key()))
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        known = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if way is None or self._probe is None or held not in known:
            return False
        ahead = np.array(self.camera.direction)
        right = np.cross(ahead, np.array(self.camera.up))
        right /= np.linalg.norm(right)
        axes = np.array([right, np.cross(right, ahead), ahead])
        share = LONG_KEY_STEP if held == Qt.KeyboardModifier.ShiftModifier else KEY_STEP
        extent = float(np.diff(self._bounds)[::2].max())
        step = share * extent * (np.array(way, dtype=float) @ axes)
        if self._flat:
            step[2] = 0.0
        here = np.asarray(self._probe, dtype=np.float64)
        place = self._within_reach(here + step, here).astype(np.float32)
        if not np.array_equal(place, self._probe):
            self.probe_dragged.emit(place)
            self.probe_left.emit()
        return True

    def drag_begins(self, position: QPointF) -> bool:
        if self._tool != "walk" or self.modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._outline = [(position.x(), position.y())]
            return True
        self._panned, self._grabbed, self._has_dragged = [], None, False
        if self._probe is not None:
            pixel = self.pixels_of(self._probe[None])[0][0]
            if np.hypot(pixel[0] - position.x(), pixel[1] - position.y()) <= GRAB_RADIUS_PX:
                self.plotter.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._grabbed = np.asarray(self._probe, dtype=np.float64)
                self._pressed_at_probe = position
                return True
        if self._flat:  # a map is moved, not turned
            self._panned = [position]
        return self._flat

    def drag_moves(self, position: QPointF) -> None:
        if self._outline is not None:
            self._outline.append((position.x(), position.y()))
            self._markers.outline = self._drawn_outline()
            self._markers.update()
            return
        if self._panned:
            self._pan_to(position)
            return
        if self._probe is None or self._grabbed is None:
            return
        place = self._place_under(position, self._grabbed, self._grabbed)
        if place is not None:
            self._has_dragged = True
            self.probe_dragged.emit(place.astype(np.float32))

    def drag_ends(self) -> None:
        if self._outline is not None:
            self._enclose()
            return
        self.plotter.unsetCursor()
        if self._has_dragged:
            self._has_dragged = False
            self.probe_left.emit()
        elif self._grabbed is not None and self._code_under(self._pressed_at_probe) is not None:
            # The probe is easy to grab; a dot beside or under it is to be clicked all the same.
            self._on_clicked(self._pressed_at_probe, self.modifiers)
        panned, self._panned = self._panned, []
        if panned:
            ways = [abs(p.x() - panned[0].x()) + abs(p.y() - panned[0].y()) for p in panned]
            if max(ways) <= CLICK_SLACK_PX:
                self._on_clicked(panned[0], self.modifiers)

    def _pan_to(self, position: QPointF) -> None:
        """Move the map so that what was under the pointer stays under it."""
        before, now = self.ray_through(self._panned[-1]), self.ray_through(position)
        self._panned.append(position)
        shift = before.start - now.start
        self.camera.focal_point = tuple(np.array(self.camera.focal_point) + shift)
        self.camera.position = tuple(np.array(self.camera.position) + shift)
        self.refresh()

    def forget_outline(self) -> bool:
        """End a line that is being drawn without enclosing anything; whether there was one."""
        was_there, self._outline = self._outline is not None, None
        self._markers.outline = None
        self._markers.update()
        self.let_go()
        return was_there

    def _drawn_outline(self) -> Float[np.ndarray, "corners 2"]:
        outline = self._outline or []
        if self._tool == "box" and outline:
            return box_corners(outline[0], outline[-1])
        return np.array(outline, dtype=np.float64).reshape(-1, 2)

    def _enclose(self) -> None:
        """Say which codes the drawn line holds; a click that drew none is a click."""
        outline, corners = self._outline or [(0.0, 0.0)], self._drawn_outline()
        self._outline = None
        self._markers.outline = None
        self._markers.update()
        if np.abs(np.array(outline) - outline[0]).sum(axis=1).max() <= CLICK_SLACK_PX:
            self._on_clicked(QPointF(*outline[0]), self.modifiers)
        elif len(self._positions):
            pixels, _ = self.pixels_of(self._positions)
            rows = np.flatnonzero(inside_polygon(pixels, corners))
            self.codes_enclosed.emit(rows, joining_by(self.modifiers))

    @Slot(QPointF, Qt.KeyboardModifier)
    def _on_clicked(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        code, joining = self._code_under(position), joining_by(modifiers)
        if joining != "replace":
            rows = np.array([] if code is None else [code], dtype=np.int64)
            self.codes_enclosed.emit(rows, joining)
            return
        if code is not None:
            self.code_picked.emit(code)
            return
        component = self._component_under(position)
        if component is not None:
            self.component_picked.emit(component)
            return
        here = None if self._probe is None else np.asarray(self._probe, dtype=np.float64)
        through = np.array(self.camera.focal_point) if here is None else here
        place = self._place_under(position, through, here)
        if place is not None:
            self.place_picked.emit(place.astype(np.float32))

    @Slot(QPointF)
    def _on_double_clicked(self, position: QPointF) -> None:
        component = self._component_under(position)
        if component is not None and self._code_under(position) is None:
            self.component_opened.emit(component)

    @Slot(QPointF)
    def _on_hovered(self, position: QPointF) -> None:
        self._pointer = position
        code = self._code_under(position)
        self._point_at(code, self._component_under(position) if code is None else None)
        if self._lit is not None and self.hover_card.isVisible():
            self.hover_card.follow(position.toPoint())  # an ellipsoid is large

    @Slot()
    def _on_left(self) -> None:
        self._point_at(None, None)

    def _point_at(self, code: int | None, component: int | None) -> None:
        """Say what a click would pick, and what it would not pick any more: that first."""
        code_before, self._hovered = self._hovered, code
        component_before, self._lit = self._lit, component
        if component != component_before:
            self._show_how_solid()
        if code is None and code_before is not None:
            self.code_hovered.emit(-1)
        if component is None and component_before is not None:
            self.component_hovered.emit(-1)
        if code is not None and code != code_before:
            self.code_hovered.emit(code)
        if component is not None and component != component_before:
            self.component_hovered.emit(component)

    def _code_under(self, position: QPointF) -> int | None:
        if not len(self._positions):
            return None
        near = self.rows_near(self._positions, position, PICK_RADIUS_PX)
        pixels, depths = self.pixels_of(self._positions[near])
        found = nearest_on_screen(pixels, depths, (position.x(), position.y()), PICK_RADIUS_PX)
        return None if found is None else int(near[found])

    def _component_under(self, position: QPointF) -> int | None:
        """The ellipsoid whose inner shell is under a pixel, or whose outline is near it.

        Between the two a place is meant: outer shells overlap, and what lies in them is to be seen.
        """
        if not self._ellipsoids:
            return None
        inner, outer = self._hits(position, SHELLS[0][0]), self._hits(position, SHELLS[-1][0])
        if not np.isfinite(inner).any() and np.isfinite(outer).any():
            around = [
                position + QPointF(RIM_PX * float(np.cos(angle)), RIM_PX * float(np.sin(angle)))
                for angle in np.linspace(0, 2 * np.pi, 8, endpoint=False)
            ]
            missed = [~np.isfinite(self._hits(pixel, SHELLS[-1][0])) for pixel in around]
            inner = np.where(np.any(missed, axis=0), outer, np.inf)
        nearest = int(inner.argmin())
        return self._ellipsoids[nearest].component if np.isfinite(inner[nearest]) else None

    def _hits(self, position: QPointF, sigmas: float) -> Float[np.ndarray, " k"]:
        """How far from the eye the shells of the ellipsoids are met; infinity for a miss."""
        return ellipsoid_hits(
            self.ray_through(position),
            np.stack([ellipsoid.mean for ellipsoid in self._ellipsoids]),
            np.stack([_solid(ellipsoid.covariance) for ellipsoid in self._ellipsoids]),
            sigmas=sigmas,
        )

    def _place_under(
        self,
        position: QPointF,
        through: Float[np.ndarray, " 3"],
        start: Float[np.ndarray, " 3"] | None,
    ) -> Float[np.ndarray, " 3"] | None:
        """Under a pixel, in the plane `through` a place; as far as one gets from `start`."""
        normal = np.array(self.camera.direction)
        place = plane_hit(self.ray_through(position), through, normal)
        return None if place is None else self._within_reach(place, start)

    def _within_reach(
        self, place: Float[np.ndarray, " 3"], start: Float[np.ndarray, " 3"] | None
    ) -> Float[np.ndarray, " 3"]:
        """Beyond the drawn box no chair ever was: its wall is as far as one walks.

        Who is beyond it already, by a number that was typed, goes on from there and no farther out.
        """
        lowest, highest = np.array(self._bounds[::2]), np.array(self._bounds[1::2])
        if start is not None:
            lowest, highest = np.minimum(lowest, start), np.maximum(highest, start)
        return np.asarray(np.clip(place, lowest, highest))

    @Slot()
    def _on_theme_changed(self) -> None:
        super()._on_theme_changed()
        if self._frame_actors:
            self.show_space(self._bounds, self._labels)
            self.show_probe(self._probe)
            self._dots.show_theme()


def joining_by(modifiers: Qt.KeyboardModifier) -> Joining:
    """Shift adds to what is chosen, Ctrl or Alt takes away; else it is replaced."""
    keys = Qt.KeyboardModifier
    if modifiers & (keys.ControlModifier | keys.AltModifier):
        return "remove"
    return "add" if modifiers & keys.ShiftModifier else "replace"


def _solid(covariance: Float[np.ndarray, "3 3"]) -> Float[np.ndarray, "3 3"]:
    """A latent space of fewer than 3 dimensions has no depth; give it a little to be seen."""
    least = 1e-4 * max(float(np.trace(covariance)), 1e-6)
    return covariance + least * np.eye(3)


def _axis_label(
    label: str, axis: int, bounds: tuple[float, float, float, float, float, float]
) -> vtkBillboardTextActor3D:
    place = [bounds[0], bounds[2], bounds[4]]
    place[axis] = bounds[2 * axis + 1]
    text = vtkBillboardTextActor3D()
    text.SetInput(label)
    text.SetPosition(*place)
    text.SetPickable(False)
    style = text.GetTextProperty()
    style.SetColor(*palette().rgb("muted"))
    style.SetFontSize(14)
    style.SetJustificationToCentered()
    return text
