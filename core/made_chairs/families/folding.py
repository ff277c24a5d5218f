"""Two pairs of legs that cross like an X seen from the side, slats for seat and back."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.made_chairs.design import ChairDesign, count, degrees, metres
from core.made_chairs.solids import (
    SQUARE,
    both_sides,
    box,
    leaned,
    leaned_point,
    rounded_path,
    slab,
    square_grid,
    swept,
    upright,
)
from core.mesh import Mesh


@dataclass(frozen=True)
class FoldingChair(ChairDesign):
    """The chair of gardens and church halls."""

    family = "folding"

    seat_height: float = metres(0.42, 0.48)
    seat_width: float = metres(0.38, 0.46)
    seat_depth: float = metres(0.36, 0.44)
    back_height: float = metres(0.32, 0.44)  # above the seat
    back_rake: float = degrees(8, 20)
    stride: float = metres(0.44, 0.58)  # on the floor, from the front feet to the rear feet
    leg_thickness: float = metres(0.022, 0.034)
    slats: float = count(4, 8)  # of the seat
    back_slats: float = count(1, 3)
    back_slat_height: float = metres(0.04, 0.065)

    def solids(self) -> Iterator[Mesh]:
        """Long stiles, short legs, rungs, slats."""
        yield from both_sides(self._stile())
        yield from both_sides(self._short_leg())
        yield from self._rungs()
        yield from self._seat()
        yield from self._back()

    @property
    def _stile_x(self) -> float:
        return self.seat_width / 2 + 0.25 * self.leg_thickness

    @property
    def _short_x(self) -> float:
        return self._stile_x - 0.95 * self.leg_thickness

    @property
    def _half_sizes(self) -> list[tuple[float, float]]:
        """Of stiles and legs along x and y: laths on edge."""
        return [(0.36 * self.leg_thickness, 0.72 * self.leg_thickness)]

    @property
    def _pivot_y(self) -> float:
        """Where the stile passes the seat."""
        return 0.27 * self.seat_depth

    def _stile_path(self) -> np.ndarray:
        x, y, z = self._stile_x, self._pivot_y, self.seat_height
        corners = [
            (x, y - 0.66 * self.stride, 0),
            (x, y, z),
            leaned_point(x, y, z, self.back_rake, self.back_height),
        ]
        return rounded_path(corners, 0.45)

    def _stile(self) -> Mesh:
        return upright(self._stile_path(), self._half_sizes, SQUARE)

    @property
    def _short_ends(self) -> np.ndarray:
        """The short leg from its foot behind to the front of the seat."""
        x = self._short_x
        rear = self._pivot_y + 0.34 * self.stride
        return np.array([(x, rear, 0), (x, -0.36 * self.seat_depth, self.seat_height - 0.03)])

    def _short_leg(self) -> Mesh:
        return upright(self._short_ends, self._half_sizes, SQUARE)

    def _rungs(self) -> Iterator[Mesh]:
        foot, top = self._short_ends
        low = foot + 0.22 * (top - foot)
        yield swept([low * [-1, 1, 1], low], 0.34 * self.leg_thickness)
        y = self._pivot_y - 0.66 * self.stride * 0.78
        z = 0.22 * self.seat_height
        yield swept([(-self._stile_x, y, z), (self._stile_x, y, z)], 0.34 * self.leg_thickness)

    def _seat(self) -> Iterator[Mesh]:
        number = round(self.slats)
        pitch = self.seat_depth / number
        width = 2 * self._short_x - 0.2 * self.leg_thickness
        for i in range(number):
            y = -self.seat_depth / 2 + (i + 0.5) * pitch
            yield box((0, y, self.seat_height - 0.007), (width + 0.03, 0.78 * pitch, 0.014))
        bearer = (0.02, 0.94 * self.seat_depth, 0.022)
        yield from both_sides(box((0.4 * width, 0, self.seat_height - 0.024), bearer))

    def _back(self) -> Iterator[Mesh]:
        u, v = square_grid(4, 9)
        for i in range(round(self.back_slats)):
            rise = self.back_height - 0.01 - i * (self.back_slat_height + 0.04)
            along = rise - 0.5 * self.back_slat_height * (1 - v)
            y, z = leaned(self._pivot_y, self.seat_height, self.back_rake, along)
            yield slab(
                np.stack([u * self._stile_x, y + 0.02 * (1 - u**2) - 0.01, z], axis=-1), 0.014
            )
