"""Four legs, a thin seat on aprons, a bent back panel between two stiles."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.made_chairs.design import ChairDesign, degrees, metres
from core.made_chairs.solids import (
    SQUARE,
    both_sides,
    box,
    leaned,
    leaned_point,
    moved,
    rounded_box,
    rounded_path,
    slab,
    square_grid,
    tapered_to_back,
    upright,
)
from core.mesh import Mesh


@dataclass(frozen=True)
class DiningChair(ChairDesign):
    """The plain wooden chair at a table."""

    family = "dining"

    seat_height: float = metres(0.43, 0.48)
    seat_width: float = metres(0.38, 0.52)
    seat_depth: float = metres(0.38, 0.46)
    seat_thickness: float = metres(0.02, 0.06)
    back_height: float = metres(0.32, 0.58)  # above the seat
    back_rake: float = degrees(5, 15)
    back_bend: float = metres(0.01, 0.06)  # how far the panel's middle lies behind its ends
    panel_height: float = metres(0.09, 0.28)
    leg_thickness: float = metres(0.028, 0.046)
    leg_splay: float = degrees(0, 7)

    def solids(self) -> Iterator[Mesh]:
        """Seat, aprons, legs, stiles and the panel."""
        seat = rounded_box(
            (self.seat_width, self.seat_depth, self.seat_thickness),
            0.5 * self.seat_thickness,
            puff=0.25 * self.seat_thickness,
        )
        seat = tapered_to_back(seat, self.seat_depth, 0.06)
        yield moved(seat, (0, 0, self.seat_height - self.seat_thickness / 2))
        yield from self._aprons()
        yield from both_sides(self._front_leg())
        yield from both_sides(self._stile())
        yield self._panel()

    @property
    def _under_seat(self) -> float:
        return self.seat_height - self.seat_thickness

    @property
    def _stile_x(self) -> float:
        return 0.94 * self.seat_width / 2 - 0.5 * self.leg_thickness

    @property
    def _stile_y(self) -> float:
        return self.seat_depth / 2 - 0.3 * self.leg_thickness

    @property
    def _front(self) -> tuple[float, float]:
        """Where the right front leg meets the seat."""
        inset = 0.75 * self.leg_thickness
        return 1.04 * self.seat_width / 2 - inset, -self.seat_depth / 2 + inset

    def _aprons(self) -> Iterator[Mesh]:
        height, thickness = 0.055, 0.018
        z = self._under_seat - height / 2
        front_x, front_y = self._front
        back_x, back_y = self._stile_x, self._stile_y
        yield box((0, front_y, z), (2 * front_x, thickness, height))
        yield box((0, back_y, z), (2 * back_x, thickness, height))
        length = back_y - front_y
        middle = (front_x + back_x) / 2
        side = box((middle, (front_y + back_y) / 2, z), (thickness, length, height))
        yield from both_sides(side)

    def _front_leg(self) -> Mesh:
        x, y = self._front
        out = np.tan(np.radians(self.leg_splay)) * self._under_seat
        half = self.leg_thickness / 2
        foot, top = (x + 0.5 * out, y - 0.6 * out, 0), (x, y, self._under_seat)
        return upright([foot, top], [0.62 * half, half], SQUARE)

    def _stile(self) -> Mesh:
        """Rear leg and back post in one piece, bent where it passes the seat."""
        out = float(np.tan(np.radians(self.leg_splay + 4))) * self.seat_height
        x, y, z = self._stile_x, self._stile_y, self.seat_height
        top = leaned_point(x, y, z, self.back_rake, self.back_height)
        path = rounded_path([(x + 0.3 * out, y + out, 0), (x, y, z), top], radius=1.0)
        heights = path[:, 2] / top[2]
        taper = np.interp(heights, [0, 0.5, 1], [0.62, 1.0, 0.62])
        return upright(path, self.leg_thickness / 2 * taper, SQUARE)

    def _panel(self) -> Mesh:
        u, v = square_grid(6, 13)
        half = self._stile_x + 0.3 * self.leg_thickness
        crown = 0.018 * (1 - u**2) * (v > 0)
        along = self.back_height - 0.01 - self.panel_height * (1 - v) / 2 + crown * v
        y, z = leaned(self._stile_y, self.seat_height, self.back_rake, along)
        middle = np.stack([u * half, y + self.back_bend * (1 - u**2), z], axis=-1)
        return slab(middle, 0.018)
