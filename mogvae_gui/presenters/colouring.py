"""Which colour a point of a cloud takes."""

import numpy as np
from jaxtyping import UInt8

from core.colours import ORIGINAL_COLOUR, RECONSTRUCTION_COLOUR, colours_of
from mogvae_gui.state.stage_state import Colouring, ShownCloud

ERROR_RANGE = 0.12  # normalised units; farther than this is as bad
PLAIN = (196, 204, 214)
HEIGHT_RANGE = (-0.9, 0.9)  # fixed, so that both sides of the stage mean the same

Colours = UInt8[np.ndarray, "points 3"]


def cloud_colours(shown: ShownCloud, colouring: Colouring) -> Colours:
    """A colour per point of a cloud on the stage."""
    if shown.displacement is not None:  # what it is shown for
        return colours_of(shown.displacement, "error", 0.0, displacement_range(shown))
    if colouring == "error" and shown.error is not None:
        return colours_of(shown.error, "error", 0.0, ERROR_RANGE)
    if colouring == "normals":
        return np.tile(np.array(PLAIN, dtype=np.uint8), (len(shown.points), 1))
    return colours_of(shown.points[:, 2], "height", *HEIGHT_RANGE)


def displacement_range(shown: ShownCloud) -> float:
    """The longest way of a point, normalised units, where the colours end."""
    values = shown.displacement
    return float(values.max()) if values is not None and len(values) else 0.0


def overlay_colours(shown: ShownCloud, colouring: Colouring) -> Colours:
    """A colour per point where both clouds lie in one view: which cloud it is of, or its error."""
    if colouring == "error" and shown.error is not None:
        return cloud_colours(shown, colouring)
    colour = ORIGINAL_COLOUR if shown.code is None else RECONSTRUCTION_COLOUR
    return np.tile(np.array(colour, dtype=np.uint8), (len(shown.points), 1))
