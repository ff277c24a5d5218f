"""The codes as dots: coloured, in a few sizes, some of them dimmed."""

import numpy as np
import pyvista as pv
from jaxtyping import Bool, Float32, Int, UInt8
from pyvistaqt import QtInteractor

from mogvae_gui.views.theme import palette

SIZES = (6.5, 4.0, 9.0, 13.0)  # logical pixels; the first is that of codes whose size means nothing
DIMMED = 0.74  # share of the background in the colour of a code that is not chosen


class CodeDots:
    """Draws dots into a plotter. Each size is an actor: VTK's points have one size an actor, and
    discs of any size (`points_gaussian`) cost ten times as much without a graphics card."""

    def __init__(self, plotter: QtInteractor) -> None:
        self._plotter = plotter
        self._drawn: dict[int, tuple[pv.PolyData, pv.Actor]] = {}
        self._shown: tuple[np.ndarray, np.ndarray, np.ndarray | None, np.ndarray | None] | None
        self._shown = None

    def show(
        self,
        positions: Float32[np.ndarray, "n 3"],
        colours: UInt8[np.ndarray, "n 3"],
        dimmed: Bool[np.ndarray, " n"] | None = None,
        sizes: Int[np.ndarray, " n"] | None = None,
    ) -> None:
        """Show a dot for each position, in place of the last ones; `sizes` are places in SIZES."""
        self._shown = (positions, colours, dimmed, sizes)
        colours = faded(colours, dimmed)
        for size, points in enumerate(SIZES):
            if sizes is None:
                self._show_size(size, points, positions[: None if size == 0 else 0], colours)
            else:
                rows = np.flatnonzero(sizes == size)
                self._show_size(size, points, positions[rows], colours[rows])

    def show_theme(self) -> None:
        """Fade into the background of the theme in use."""
        if self._shown is not None and self._shown[2] is not None:
            self.show(*self._shown)

    def _show_size(
        self, size: int, pixels: float, positions: np.ndarray, colours: np.ndarray
    ) -> None:
        drawn = self._drawn.get(size)
        if drawn is not None and drawn[0].n_points == len(positions):
            drawn[0].points = positions
            drawn[0].point_data["colour"] = colours[: len(positions)]
            return
        if drawn is not None:
            self._plotter.remove_actor(drawn[1], render=False)
            del self._drawn[size]
        if not len(positions):
            return
        dots = pv.PolyData(positions)
        dots.point_data["colour"] = colours
        actor = self._plotter.add_mesh(
            dots,
            style="points",
            scalars="colour",
            rgb=True,
            point_size=pixels * self._plotter.devicePixelRatioF(),
            lighting=False,
            render_points_as_spheres=True,
            reset_camera=False,
            render=False,
            pickable=False,
        )
        self._drawn[size] = (dots, actor)


def faded(
    colours: UInt8[np.ndarray, "n 3"], dimmed: Bool[np.ndarray, " n"] | None
) -> UInt8[np.ndarray, "n 3"]:
    """Colours of which the dimmed ones have nearly gone into the view's background."""
    if dimmed is None or not dimmed.any():
        return colours
    top, bottom = np.array(palette().rgb("view_top")), np.array(palette().rgb("view_bottom"))
    background = 255 * (top + bottom) / 2
    result = colours.astype(np.float64)
    result[dimmed] += DIMMED * (background - result[dimmed])
    return np.asarray(np.round(result), dtype=np.uint8)
