"""Parametric chairs: solids from numbers, so that nobody needs a data set to start.

A family is a frozen dataclass in `families`, its fields are the parameters, and `solids` has
what chairs are put together from. Metres, z up, the front towards -y.
"""

from core.made_chairs.adding import SOURCE, add_made_chairs, mesh_of
from core.made_chairs.clouds import MadeCloud, made_clouds
from core.made_chairs.design import Range
from core.made_chairs.drawing import (
    FAMILIES,
    MadeChair,
    build_mesh,
    draw_made_chairs,
    made_chair_from_metadata,
    parameter_ranges,
)

__all__ = [
    "FAMILIES",
    "SOURCE",
    "MadeChair",
    "MadeCloud",
    "Range",
    "add_made_chairs",
    "build_mesh",
    "draw_made_chairs",
    "made_chair_from_metadata",
    "made_clouds",
    "mesh_of",
    "parameter_ranges",
]
