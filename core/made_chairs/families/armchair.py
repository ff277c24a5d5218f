"""A light wooden frame with open arms and two loose cushions."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.made_chairs.design import ChairDesign, degrees, metres
from core.made_chairs.solids import (
    SQUARE,
    both_sides,
    box,
    leaned_point,
    moved,
    round_section,
    rounded_box,
    smooth_curve,
    swept,
    tilted_back,
    upright,
)
from core.mesh import Mesh

ROUNDED = round_section(12)


@dataclass(frozen=True)
class Armchair(ChairDesign):
    """The easy chair with legs that carry the arms."""

    family = "armchair"

    seat_height: float = metres(0.38, 0.44)
    seat_width: float = metres(0.50, 0.60)  # between the arms
    seat_depth: float = metres(0.48, 0.56)
    cushion_thickness: float = metres(0.08, 0.13)
    back_height: float = metres(0.36, 0.54)  # above the seat
    back_rake: float = degrees(14, 28)
    arm_height: float = metres(0.17, 0.25)  # above the seat
    arm_width: float = metres(0.045, 0.09)
    leg_thickness: float = metres(0.032, 0.05)
    leg_splay: float = degrees(2, 10)

    def solids(self) -> Iterator[Mesh]:
        """Cushions, rails, legs, arms and the slats behind the back cushion."""
        yield from self._cushions()
        yield from self._rails()
        yield from both_sides(self._front_leg())
        yield from both_sides(self._rear_leg())
        yield from both_sides(self._arm())
        yield from self._back_frame()

    @property
    def _leg_x(self) -> float:
        return self.seat_width / 2 + 0.5 * self.leg_thickness + 0.006

    @property
    def _rail_z(self) -> float:
        return self.seat_height - self.cushion_thickness - 0.02

    @property
    def _arm_z(self) -> float:
        return self.seat_height + self.arm_height

    def _cushions(self) -> Iterator[Mesh]:
        thickness = self.cushion_thickness
        seat = rounded_box(
            (self.seat_width, self.seat_depth, thickness), 0.42 * thickness, puff=0.018
        )
        yield moved(tilted_back(seat, 4), (0, -0.01, self.seat_height - thickness / 2))
        back_thickness = 0.85 * thickness
        back = rounded_box(
            (0.97 * self.seat_width, self.back_height + 0.02, back_thickness),
            0.42 * back_thickness,
            puff=0.022,
        )
        upright_back = tilted_back(back, -90)
        middle = (0, self.seat_depth / 2 - 0.3 * back_thickness, self.back_height / 2 - 0.01)
        placed = tilted_back(
            moved(upright_back, middle), self.back_rake, (0, self.seat_depth / 2, 0)
        )
        yield moved(placed, (0, 0, self.seat_height))

    def _rails(self) -> Iterator[Mesh]:
        width, depth, z = 2 * self._leg_x, self.seat_depth, self._rail_z
        yield box((0, -depth / 2 + 0.035, z), (width, 0.024, 0.05))
        yield box((0, depth / 2 - 0.035, z - 0.02), (width, 0.024, 0.05))
        rail = box((self._leg_x, 0, z - 0.01), (0.024, depth - 0.05, 0.05))
        yield from both_sides(rail)

    def _front_leg(self) -> Mesh:
        out = np.tan(np.radians(self.leg_splay)) * self._arm_z
        y, half = -self.seat_depth / 2 + 0.04, self.leg_thickness / 2
        path = [
            (self._leg_x + 0.3 * out, y - 0.35 * out, 0),
            (self._leg_x, y, self._rail_z),
            (self._leg_x, y + 0.15 * out, self._arm_z),
        ]
        return upright(path, [0.6 * half, half, 0.75 * half], ROUNDED)

    def _rear_leg(self) -> Mesh:
        out = np.tan(np.radians(self.leg_splay)) * self._arm_z
        y, half = self.seat_depth / 2 - 0.03, self.leg_thickness / 2
        path = smooth_curve(
            [
                (self._leg_x + 0.3 * out, y + 0.06 + out, 0),
                (self._leg_x, y + 0.01, self._rail_z),
                (self._leg_x, y + 0.02, self._arm_z - 0.01),
            ]
        )
        taper = np.interp(np.linspace(0, 1, len(path)), [0, 0.5, 1], [0.6, 1.0, 0.75])
        return upright(path, half * taper, ROUNDED)

    def _arm(self) -> Mesh:
        """A paddle: widest near the front, dipping a little towards the back."""
        front, back = -self.seat_depth / 2 - 0.03, self.seat_depth / 2 + 0.05
        x, z, half = self._leg_x, self._arm_z, self.arm_width / 2
        path = smooth_curve(
            [
                (x + 0.012, front, z + 0.002),
                (x + 0.016, front + 0.10, z + 0.012),
                (x + 0.004, (front + back) / 2, z + 0.006),
                (x - 0.008, back, z - 0.03),
            ]
        )
        along = np.linspace(0, 1, len(path))
        widths = half * np.interp(along, [0, 0.08, 0.3, 1], [0.55, 0.95, 1.0, 0.5])
        thickness = 0.012 * np.interp(along, [0, 0.08, 1], [0.6, 1.0, 0.9])
        return swept(path, np.stack([widths, thickness], axis=1), ROUNDED, side=(1, 0, 0))

    def _back_frame(self) -> Iterator[Mesh]:
        """Two posts and three slats, right behind the cushion."""
        y, z = self.seat_depth / 2 + 0.35 * self.cushion_thickness, self.seat_height
        x = 0.42 * self.seat_width
        foot = leaned_point(x, y, z, self.back_rake, self._rail_z - z)
        top = leaned_point(x, y, z, self.back_rake, 0.96 * self.back_height)
        yield from both_sides(swept([foot, top], [(0.011, 0.015)], SQUARE, side=(1, 0, 0)))
        slat = tilted_back(rounded_box((2 * x, 0.016, 0.045), 0.006), self.back_rake)
        for share in (0.25, 0.6, 0.93):
            yield moved(slat, leaned_point(0, y, z, self.back_rake, share * self.back_height))
