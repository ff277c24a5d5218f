"""A moulded shell on one stem that flares into a round foot."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.made_chairs.design import ChairDesign, degrees, metres
from core.made_chairs.solids import (
    lathe,
    moved,
    rounded_square,
    slab,
    smooth_curve,
    square_grid,
)
from core.mesh import Mesh


@dataclass(frozen=True)
class TulipChair(ChairDesign):
    """The pedestal chair of the 1950s."""

    family = "tulip"

    seat_height: float = metres(0.42, 0.48)
    seat_width: float = metres(0.46, 0.60)
    seat_depth: float = metres(0.40, 0.48)
    back_height: float = metres(0.30, 0.46)  # above the seat
    back_rake: float = degrees(8, 22)
    wrap: float = metres(0.05, 0.17)  # how far the shell's edges stand up around the sitter
    stem_thickness: float = metres(0.05, 0.10)
    base_width: float = metres(0.40, 0.54)

    def solids(self) -> Iterator[Mesh]:
        """Pedestal, shell and a loose cushion."""
        yield self._pedestal()
        yield self._shell()
        yield self._cushion()

    def _pedestal(self) -> Mesh:
        top = self.seat_height - 0.02
        share = np.linspace(0, 1, 25)
        stem, base = self.stem_thickness / 2, self.base_width / 2
        flare_down = (base - stem) * np.exp(-share / 0.075)
        flare_up = 0.7 * stem * np.exp((share - 1) / 0.10)
        profile = np.stack([stem + flare_down + flare_up, 0.008 + share * (top - 0.008)], axis=1)
        return lathe(np.concatenate([[(profile[0, 0], 0.0)], profile]), 36)

    def _shell(self) -> Mesh:
        """A profile from the front edge over the seat up the back, wrapped about the middle."""
        half = self.seat_depth / 2
        rake = np.tan(np.radians(self.back_rake))
        knots = [
            (-half, -0.012),
            (-0.7 * half, 0.0),
            (0.0, -0.018),
            (0.62 * half, -0.012),
            (0.98 * half, 0.075),
            (half + 0.035 + 0.55 * rake * self.back_height, 0.55 * self.back_height),
            (half + 0.035 + rake * self.back_height, self.back_height),
        ]
        profile = smooth_curve(knots, steps=4)  # (rows, 2) of y and z
        rows = len(profile)
        u, v = rounded_square(*square_grid(rows, 19), 2.6)
        # The outline's own v tells where along the profile a point lies.
        position = (v + 1) / 2 * (rows - 1)
        y = np.interp(position, np.arange(rows), profile[:, 0])
        z = np.interp(position, np.arange(rows), profile[:, 1])
        # The edges stand up and forwards. Along the profile's own normals they would meet in
        # the bend between seat and back, which is tighter than the edges are high.
        share = (v + 1) / 2
        lift = self.wrap * np.sin(np.pi * np.clip(0.08 + 0.84 * share, 0, 1)) * np.abs(u) ** 2.2
        forwards = np.radians(10 + 50 * share)
        narrow = 1.0 - 0.20 * share**2
        x = u * narrow * self.seat_width / 2
        y = y - lift * np.sin(forwards)
        z = self.seat_height + z + lift * np.cos(forwards)
        return slab(np.stack([x, y, z], axis=-1), 0.014)

    def _cushion(self) -> Mesh:
        radius = 0.36 * min(self.seat_width, self.seat_depth * 1.1)
        profile = [
            (0.6 * radius, 0),
            (0.95 * radius, 0.006),
            (radius, 0.018),
            (0.93 * radius, 0.03),
            (0.5 * radius, 0.036),
            (0.05 * radius, 0.038),
        ]
        return moved(lathe(profile, 28), (0, -0.01, self.seat_height - 0.022))
