"""How colours look to three kinds of sight, and colours that none of them mixes up."""

import numpy as np

from core.colours import COMPONENT_COLOURS, Colour

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


def chosen_colours() -> tuple[Colour, ...]:
    """Choose `COMPONENT_COLOURS` colours that are far apart, the obvious way."""
    levels = np.arange(40, 241, 10)
    candidates = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1)
    candidates = candidates.reshape(-1, 3)  # (candidates, 3)
    seen = as_seen(candidates)  # (candidates, sights, 3)
    luminance = _linear(candidates) @ _LUMINANCE
    chroma = np.linalg.norm(seen[:, 0, 1:], axis=-1)
    # Medium luminance reads on both themes; greys would pass for something that is disabled.
    readable = (luminance > 0.10) & (luminance < 0.41) & (chroma > 0.08)
    candidates, seen = candidates[readable], seen[readable]

    chosen = list(_FIRST)
    nearest = np.full(len(candidates), np.inf)
    for colour in as_seen(np.array(_FIRST)):
        nearest = np.minimum(nearest, _distance(seen, colour))
    while len(chosen) < COMPONENT_COLOURS:
        farthest = int(np.argmax(np.round(nearest, 9)))
        red, green, blue = (int(level) for level in candidates[farthest])
        chosen.append((red, green, blue))
        nearest = np.minimum(nearest, _distance(seen, seen[farthest]))
    return tuple(chosen)


def _linear(colours: np.ndarray) -> np.ndarray:
    """Undo the sRGB transfer curve (IEC 61966-2-1); levels 0 to 255 become 0 to 1."""
    share = np.asarray(colours, dtype=np.float64) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def _oklab(linear: np.ndarray) -> np.ndarray:
    return np.asarray(np.cbrt(linear @ _LINEAR_RGB_TO_LMS.T) @ _LMS_TO_OKLAB.T)


def as_seen(colours: np.ndarray) -> np.ndarray:
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
