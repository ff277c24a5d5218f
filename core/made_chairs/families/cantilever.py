"""One bent steel tube without rear legs, a flat seat and a flat back."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.made_chairs.design import ChairDesign, degrees, metres
from core.made_chairs.solids import (
    Points,
    leaned,
    leaned_point,
    rounded_path,
    slab,
    square_grid,
    swept,
)
from core.mesh import Mesh

BEND_STEPS = 8


@dataclass(frozen=True)
class CantileverChair(ChairDesign):
    """The free-swinging chair of the 1920s."""

    family = "cantilever"

    seat_height: float = metres(0.42, 0.48)
    seat_width: float = metres(0.43, 0.52)
    seat_depth: float = metres(0.40, 0.48)
    seat_tilt: float = degrees(0, 7)
    back_height: float = metres(0.32, 0.48)  # above the seat
    back_rake: float = degrees(8, 22)
    panel_height: float = metres(0.16, 0.28)
    tube_thickness: float = metres(0.022, 0.034)
    bend_radius: float = metres(0.05, 0.13)
    runner_length: float = metres(0.42, 0.54)  # of the tubes on the floor

    def solids(self) -> Iterator[Mesh]:
        """The frame, the seat and the back."""
        radius = self.tube_thickness / 2
        yield swept(self._frame(), radius)
        yield self._seat()
        yield self._back()

    @property
    def _low(self) -> float:
        """The height of the seat's rear edge."""
        return self.seat_height - float(np.tan(np.radians(self.seat_tilt))) * self.seat_depth

    def _frame(self) -> Points:
        """From the top of the back on the right over the floor to the top on the left."""
        radius = self.tube_thickness / 2
        x, half, low = self.seat_width / 2, self.seat_depth / 2, self._low
        right = [
            leaned_point(x, half, low, self.back_rake, self.back_height),
            (x, half, low),
            (x, -half - 0.02, self.seat_height),
            (x, -half - 0.005, radius),
            (x, -half - 0.005 + self.runner_length, radius),
        ]
        left = [(-x, y, z) for x, y, z in reversed(right)]
        return rounded_path([*right, *left], self.bend_radius, BEND_STEPS)

    def _seat(self) -> Mesh:
        """A sheet that follows the tubes from the middle of one bend to the middle of the next."""
        # On the way down the first bend takes points 1 to 1 + BEND_STEPS, the second the next.
        start, end = 1 + BEND_STEPS // 2, 2 + BEND_STEPS + BEND_STEPS // 2
        profile = self._frame()[start : end + 1]
        across = np.linspace(-1, 1, 7)
        sag = 0.008 * (1 - across**2)
        middle = np.repeat(profile[:, None], len(across), axis=1)
        middle[..., 0] = across * (self.seat_width / 2)
        middle[..., 2] -= sag
        return slab(middle, 0.024)

    def _back(self) -> Mesh:
        u, v = square_grid(7, 11)
        along = self.back_height - 0.5 * self.panel_height * (1 - v) + 0.008
        y, z = leaned(self.seat_depth / 2, self._low, self.back_rake, along)
        y = y + 0.03 * (1 - u**2)
        return slab(np.stack([u * (self.seat_width / 2 + 0.004), y, z], axis=-1), 0.022)
