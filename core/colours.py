"""Colours that mean something: one per mixture component, and maps for height and error.

They live here because pictures made without a window (reports, thumbnails, the command line) show a
component in the same colour as the window does. A colour is (red, green, blue), integers 0 to 255.
"""

from functools import cache
from typing import Literal

import numpy as np
from jaxtyping import Float, UInt8

Colour = tuple[int, int, int]
Meaning = Literal["height", "error"]

COMPONENT_COLOURS = 64
"""So many colours differ; after them they start again."""

# The first six are chosen by hand: Okabe & Ito, "Color Universal Design" (2008), without black,
# which vanishes on the dark theme, without yellow, which does so on the light one, and with a
# lighter blue; the order keeps neighbours far apart. Each further one is the colour of medium
# lightness that lies farthest from all before it, for normal sight, protanopia and deuteranopia at
# once. To choose them takes a twentieth of a second; tests/core/colour_sight.py does it.
_COMPONENTS = """
    e69f00 1e73c3 009e73 d55e00 cc79a7 56b4e9 a0286e 6428f0
    3c6428 c850f0 6e46a0 96b478 a05a5a dc32a0 8c8246 8282c8
    f0506e f082dc be2828 aa46be 28788c f08250 b482f0 8228c8
    32bea0 f08ca0 645adc b49628 3c82f0 be4678 46a0be a064aa
    505a8c 64b45a a064dc 963c46 b47864 50783c e65ad2 963cf0
    b45a28 4650b4 328c8c 5ab4be 3246dc d28282 be823c 6e64b4
    dc2864 d26482 824682 9646a0 64aa8c e6323c b4285a dc5a50
    a04678 d296b4 c83c50 aaa0dc 2896dc 3282aa 8c5032 9628a0
"""

# Where two clouds lie in one view; sky blue and orange of the palette above, far apart for all.
ORIGINAL_COLOUR: Colour = (86, 180, 233)
RECONSTRUCTION_COLOUR: Colour = (230, 159, 0)

MAP_NAMES: dict[Meaning, str] = {"height": "viridis", "error": "plasma"}
"""The matplotlib map of each meaning; both are readable with the common colour blindnesses."""

# The ends of a map that are cut off: its darkest part vanishes on the dark theme, its palest on
# the light one.
_KEPT: dict[Meaning, tuple[float, float]] = {"height": (0.12, 0.94), "error": (0.10, 0.92)}


def component_colour(component: int) -> Colour:
    """Return the colour of mixture component `component` (0 or more), the same everywhere."""
    return component_colours()[component % COMPONENT_COLOURS]


@cache
def component_colours() -> tuple[Colour, ...]:
    """Return all `COMPONENT_COLOURS` colours, in the order of the components."""
    return tuple(_colour(text) for text in _COMPONENTS.split())


@cache
def colour_table(meaning: Meaning) -> UInt8[np.ndarray, "256 3"]:
    """Return the map of `meaning` as 256 colours, from lowest to highest; read-only."""
    from matplotlib import colormaps  # slow to import, and not every picture needs it

    start, end = _KEPT[meaning]
    table = colormaps[MAP_NAMES[meaning]](np.linspace(start, end, 256))[:, :3]
    result = np.round(table * 255).astype(np.uint8)
    result.flags.writeable = False
    return result


def colours_of(
    values: Float[np.ndarray, " points"],
    meaning: Meaning,
    lowest: float | None = None,
    highest: float | None = None,
) -> UInt8[np.ndarray, "points 3"]:
    """Return a colour per value; `lowest` and `highest` default to the extremes of `values`.

    Values outside the range take the colour of its ends, and NaN that of the lowest.
    """
    values = np.asarray(values, dtype=np.float64)
    if not len(values):
        return np.empty((0, 3), dtype=np.uint8)
    bottom = float(np.nanmin(values)) if lowest is None else lowest
    top = float(np.nanmax(values)) if highest is None else highest
    if not top > bottom:
        top = bottom + 1.0
    position = np.rint((values - bottom) / (top - bottom) * 255)
    # fmax takes the number where the other is NaN; take is three times as fast as an index.
    indices = np.fmin(np.fmax(position, 0), 255).astype(np.intp)
    return colour_table(meaning).take(indices, axis=0)


def _colour(text: str) -> Colour:
    """Read "rrggbb"."""
    red, green, blue = bytes.fromhex(text)
    return red, green, blue
