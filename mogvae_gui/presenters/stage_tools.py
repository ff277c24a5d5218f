"""Reconstruction in depth: a point's partner, the worst regions, both clouds in one view."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Slot

from core.camera_glides import pose_to_see
from mogvae_gui.presenters.colouring import overlay_colours
from mogvae_gui.scenery import shaded
from mogvae_gui.state.stage_state import Overlay, ShownCloud, StageState
from mogvae_gui.views.cloud_overlay import OverlayCloud
from mogvae_gui.views.stage_marks import Ball, Link
from mogvae_gui.views.stage_view import StageView

if TYPE_CHECKING:  # what searches is loaded when it is first used, not before the window is there
    from scipy.spatial import KDTree

    from core.worst_regions import Region

SIDES = ("original", "reconstruction")  # as `worst_regions` counts them


class StageToolsPresenter(QObject):
    """What helps to see how well a reconstruction fits. All of it takes milliseconds."""

    def __init__(self, state: StageState, view: StageView) -> None:
        super().__init__(view)
        self._state = state
        self._view = view
        self._trees: dict[str, tuple[np.ndarray, KDTree]] = {}
        self._regions: tuple[Region, ...] | None = None  # None: not looked for yet
        self._at = -1
        view.point_hovered.connect(self._on_hovered)
        view.region_requested.connect(self._on_region_requested)
        view.overlay_chosen.connect(self._on_overlay_chosen)
        view.reset_action.triggered.connect(self._on_reset)
        view.mix_edited.connect(self._on_mix_edited)
        for event in (state.events.original, state.events.reconstruction, state.events.second):
            event.connect(self._on_clouds)
        state.events.overlay.connect(self._show_overlay)
        state.events.mix.connect(self._show_mix)
        state.events.colouring.connect(self._show_cloud)
        self._on_clouds()
        self._show_overlay()

    def _on_clouds(self) -> None:
        """What was pointed out is not there any more."""
        if self._regions is not None:
            self._view.show_region(None, "", "")
        self._regions, self._at = None, -1
        self._view.show_link({}, "")
        self._view.show_can_find_regions(self._pair() is not None)
        self._show_cloud()

    def _pair(self) -> tuple[ShownCloud, ShownCloud] | None:
        """Both clouds, where one is the reconstruction of the other and both errors are known."""
        original, reconstruction = self._state.original, self._state.reconstruction
        if original is None or reconstruction is None:
            return None
        is_pair = reconstruction.chair_id is not None and (
            reconstruction.chair_id == original.chair_id
        )
        known = original.error is not None and reconstruction.error is not None
        return (original, reconstruction) if is_pair and known else None

    def _show_overlay(self) -> None:
        self._show_cloud()
        self._show_mix()

    def _show_mix(self) -> None:
        self._view.show_overlay(self._state.overlay, self._state.mix)

    def _show_cloud(self) -> None:
        shown = self._state.reconstruction
        if self._state.overlay == "off" or shown is None or self._state.original is None:
            self._view.overlay.show_cloud(None)
            return
        colours = overlay_colours(shown, self._state.colouring)
        if shown.normals is not None:
            colours = shaded(colours, shown.normals)
        self._view.overlay.show_cloud(OverlayCloud(shown.points, colours))

    @Slot()
    def _on_reset(self) -> None:
        self._view.show_region(None, "", "")
        self._at = -1

    @Slot(str)
    def _on_overlay_chosen(self, overlay: Overlay) -> None:
        self._state.overlay = overlay

    @Slot(float)
    def _on_mix_edited(self, share: float) -> None:
        self._state.mix = share

    @Slot(str, int)
    def _on_hovered(self, side: str, index: int) -> None:
        """Link a point to the nearest one of the other cloud."""
        from core.nearest import nearest

        partner_side = "reconstruction" if side == "original" else "original"
        shown: ShownCloud | None = getattr(self._state, side)
        other: ShownCloud | None = getattr(self._state, partner_side)
        if index < 0 or shown is None or other is None or index >= len(shown.points):
            self._view.show_link({}, "")
            return
        point = np.asarray(shown.points[index], dtype=np.float64)
        (row,), (distance,) = nearest(point[None], self._tree(partner_side, other))
        partner = np.asarray(other.points[row], dtype=np.float64)
        links = {side: Link(point, partner), partner_side: Link(partner, point)}
        self._view.show_link(links, _words(float(distance), shown))

    def _tree(self, side: str, shown: ShownCloud) -> "KDTree":
        """Built when first asked for: most clouds come and go without a pointer over them."""
        from core.nearest import build_tree

        kept = self._trees.get(side)
        if kept is None or kept[0] is not shown.points:
            kept = self._trees[side] = (shown.points, build_tree(shown.points))
        return kept[1]

    @Slot(int)
    def _on_region_requested(self, step: int) -> None:
        pair = self._pair()
        if pair is None:
            return
        if self._regions is None:
            from core.worst_regions import worst_regions

            self._regions = worst_regions(
                [(one.points, one.error) for one in pair if one.error is not None]
            )
        if not self._regions:
            self._view.original.show_note("No region is worse than the rest")
            return
        first = 0 if step > 0 else -1
        self._at = (self._at + step if self._at >= 0 else first) % len(self._regions)
        region = self._regions[self._at]
        missing = region.side == 0
        what = "missing in the reconstruction" if missing else "not in the original"
        note = f"{self._at + 1} of {len(self._regions)}: {what}, {region.mean_error:.3f} off"
        # One view is all that is seen while the clouds lie in it.
        side = SIDES[region.side] if self._state.overlay == "off" else "original"
        self._view.show_region(Ball(region.centre, region.radius), side, note)
        self._view.glide_to(
            pose_to_see(region.centre, region.radius, self._view.original.view.pose)
        )


def _words(distance: float, shown: ShownCloud) -> str:
    """A distance in normalised units, and in the mesh's own where they are known."""
    words = f"{distance:.4f} to its partner"
    if shown.frame is not None and shown.frame.scale != 1:
        words += f" ({distance * shown.frame.scale:.3g} in its own units)"
    return words
