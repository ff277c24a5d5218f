"""A page of pictures and words: rounded panels on the theme's background, in pixels.

The origin is the top left; x runs to the right and y down.
"""

import io
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import UInt8
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from mogvae_gui.scenery import SceneColours

_DPI = 100
_RADIUS = 10  # of rounded corners
_ROLES = Literal["text", "muted"]


@dataclass(frozen=True)
class Box:
    """A rectangle of the page."""

    x: int
    y: int
    width: int
    height: int


class Page:
    """Made once, filled, then asked for its PNG."""

    def __init__(self, width: int, height: int, colours: SceneColours) -> None:
        self._height = height
        self._colours = colours
        self._figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI)
        self._canvas = FigureCanvasAgg(self._figure)
        self._figure.patch.set_facecolor(colours.background)
        # Panels lie under the pictures, and outlines and words over them.
        self._under = self._layer(width, height, zorder=-1)
        self._over = self._layer(width, height, zorder=1)

    def add_panel(self, box: Box) -> None:
        """A raised area for what belongs together."""
        self._under.add_patch(self._rounded(box, facecolor=self._colours.panel))

    def add_picture(
        self, box: Box, pixels: UInt8[np.ndarray, "height width 3"], *, square_below: bool = False
    ) -> None:
        """A picture of just the box's size; its corners are rounded, the lower ones if wanted."""
        alpha = _rounded_mask(box.width, box.height, square_below=square_below)
        picture = np.dstack([pixels, alpha])
        self._figure.figimage(picture, box.x, self._height - box.y - box.height, zorder=0)

    def add_outline(self, box: Box) -> None:
        """A thin line around."""
        self._over.add_patch(self._rounded(box, fill=False))

    def add_dot(self, x: float, y: float, colour: tuple[int, int, int]) -> None:
        """A coloured dot, as beside a component's name."""
        rgb = tuple(level / 255 for level in colour)
        self._over.add_patch(Circle((x, y), 6.5, color=rgb, linewidth=0))

    def add_text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 15,
        role: _ROLES = "text",
        *,
        bold: bool = False,
        align: Literal["left", "right"] = "left",
    ) -> float:
        """One line, `size` pixels high, its middle at y; returns where it ends."""
        text = self._over.text(
            x,
            y,
            words,
            fontsize=size * 72 / _DPI,
            color=getattr(self._colours, role),
            fontweight="bold" if bold else "normal",
            va="center_baseline",
            ha=align,
            parse_math=False,
        )
        renderer = self._canvas.get_renderer()  # type: ignore[no-untyped-call]
        return float(text.get_window_extent(renderer).x1)

    def png(self) -> bytes:
        """The page as a file."""
        content = io.BytesIO()
        self._figure.savefig(content, format="png", dpi=_DPI)
        return content.getvalue()

    def _layer(self, width: int, height: int, zorder: int) -> Axes:
        axes = self._figure.add_axes((0, 0, 1, 1), zorder=zorder)
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        axes.set_axis_off()
        return axes

    def _rounded(self, box: Box, **style: object) -> FancyBboxPatch:
        # Half a pixel inwards, so that the line of one pixel falls on pixels.
        return FancyBboxPatch(
            (box.x + 0.5, box.y + 0.5),
            box.width - 1,
            box.height - 1,
            boxstyle=f"round,pad=0,rounding_size={_RADIUS}",
            edgecolor=self._colours.border,
            linewidth=72 / _DPI,
            **style,  # type: ignore[arg-type]
        )


def _rounded_mask(
    width: int, height: int, *, square_below: bool
) -> UInt8[np.ndarray, "height width"]:
    """Alpha of a rectangle with rounded corners, smooth at their edges."""
    x = np.abs(np.arange(width) + 0.5 - width / 2) - (width / 2 - _RADIUS)
    y = np.abs(np.arange(height) + 0.5 - height / 2) - (height / 2 - _RADIUS)
    if square_below:
        y[height // 2 :] = -1.0
    distance = np.hypot(np.maximum(x, 0)[None, :], np.maximum(y, 0)[:, None])
    return np.asarray(np.clip(_RADIUS - distance + 0.5, 0, 1) * 255, dtype=np.uint8)
