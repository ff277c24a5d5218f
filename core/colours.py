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

# Okabe & Ito, "Color Universal Design" (2008), without black, which vanishes on the dark theme,
# and yellow, which does so on the light one. The order keeps neighbours far apart.
_FIRST: tuple[Colour, ...] = (
    (230, 159, 0),  # orange
    (30, 115, 195),  # blue, lighter than the original so that it reads on the dark theme
    (0, 158, 115),  # bluish green
    (213, 94, 0),  # vermilion
    (204, 121, 167),  # reddish purple
    (86, 180, 233),  # sky blue
)

# Machado, Oliveira & Fernandes, "A Physiologically-based Model for Simulation of Color Vision
# Deficiency" (IEEE TVCG 2009), severity 1; applied to linear RGB.
_PROTANOPIA = np.array(
    [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]
)
_DEUTERANOPIA = np.array(
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]
)

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of linear RGB, IEC 61966-2-1

# Where two clouds lie in one view; sky blue and orange of the palette above, far apart for all.
ORIGINAL_COLOUR: Colour = (86, 180, 233)
RECONSTRUCTION_COLOUR: Colour = (230, 159, 0)

# Björn Ottosson, "A perceptual color space for image processing" (2020): Oklab.
_LINEAR_RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

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
    """Return all `COMPONENT_COLOURS` colours, in the order of the components.

    The first six are chosen by hand; each further one is the colour of medium lightness that
    lies farthest from all before it, for normal sight, protanopia and deuteranopia at once.
    """
    levels = np.arange(40, 241, 10)
    candidates = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1)
    candidates = candidates.reshape(-1, 3)  # (candidates, 3)
    seen = _as_seen(candidates)  # (candidates, sights, 3)
    luminance = _linear(candidates) @ _LUMINANCE
    chroma = np.linalg.norm(seen[:, 0, 1:], axis=-1)
    # Medium luminance reads on both themes; greys would pass for something that is disabled.
    readable = (luminance > 0.10) & (luminance < 0.41) & (chroma > 0.08)
    candidates, seen = candidates[readable], seen[readable]

    chosen = list(_FIRST)
    nearest = np.full(len(candidates), np.inf)
    for colour in _as_seen(np.array(_FIRST)):
        nearest = np.minimum(nearest, _distance(seen, colour))
    while len(chosen) < COMPONENT_COLOURS:
        farthest = int(np.argmax(np.round(nearest, 9)))
        red, green, blue = (int(level) for level in candidates[farthest])
        chosen.append((red, green, blue))
        nearest = np.minimum(nearest, _distance(seen, seen[farthest]))
    return tuple(chosen)


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
    position = np.nan_to_num((values - bottom) / (top - bottom), nan=0.0)
    indices = np.clip(np.round(position * 255), 0, 255).astype(np.intp)
    return colour_table(meaning)[indices]


def _linear(colours: np.ndarray) -> np.ndarray:
    """Undo the sRGB transfer curve (IEC 61966-2-1); levels 0 to 255 become 0 to 1."""
    share = np.asarray(colours, dtype=np.float64) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def _oklab(linear: np.ndarray) -> np.ndarray:
    return np.asarray(np.cbrt(linear @ _LINEAR_RGB_TO_LMS.T) @ _LMS_TO_OKLAB.T)


def _as_seen(colours: np.ndarray) -> np.ndarray:
    """Return each colour in Oklab, (colours, 3 sights, 3): normal, protanopia, deuteranopia."""
    linear = _linear(colours)
    seen = [
        _oklab(linear),
        _oklab(np.clip(linear @ _PROTANOPIA.T, 0, 1)),
        _oklab(np.clip(linear @ _DEUTERANOPIA.T, 0, 1)),
    ]
    return np.stack(seen, axis=1)


def _distance(seen: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Return how far each of `seen` is from `colour` for the sight that tells them apart least.

    Normal sight counts half: most people have it, yet nobody should be left with twins.
    """
    distances = np.linalg.norm(seen - colour, axis=-1)  # (candidates, sights)
    return np.asarray(np.minimum(distances[:, 0] * 0.5, distances[:, 1:].min(axis=1)))
