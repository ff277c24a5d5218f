"""Closed solids with outward faces, in metres: everything that chairs are put together from."""

from core.made_chairs.solids.boxes import box, rounded_box
from core.made_chairs.solids.geometry import Faces, Points, signed_volume
from core.made_chairs.solids.lofts import (
    ROUND,
    SQUARE,
    lathe,
    loft,
    round_section,
    square_section,
    swept,
    upright,
)
from core.made_chairs.solids.paths import circle, leaned, leaned_point, rounded_path, smooth_curve
from core.made_chairs.solids.placing import (
    both_sides,
    joined,
    mirrored,
    moved,
    reshaped,
    tapered_to_back,
    tilted_back,
    turned_about_z,
)
from core.made_chairs.solids.slabs import rounded_square, rounded_strip, slab, square_grid

__all__ = [
    "ROUND",
    "SQUARE",
    "Faces",
    "Points",
    "both_sides",
    "box",
    "circle",
    "joined",
    "lathe",
    "leaned",
    "leaned_point",
    "loft",
    "mirrored",
    "moved",
    "reshaped",
    "round_section",
    "rounded_box",
    "rounded_path",
    "rounded_square",
    "rounded_strip",
    "signed_volume",
    "slab",
    "smooth_curve",
    "square_grid",
    "square_section",
    "swept",
    "tapered_to_back",
    "tilted_back",
    "turned_about_z",
    "upright",
]
