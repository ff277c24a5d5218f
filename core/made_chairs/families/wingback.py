"""A tall upholstered back with wings, rolled arms and short legs."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.made_chairs.design import ChairDesign, degrees, metres
from core.made_chairs.solids import (
    SQUARE,
    Points,
    both_sides,
    leaned,
    moved,
    reshaped,
    round_section,
    rounded_box,
    slab,
    swept,
    tilted_back,
    upright,
)
from core.mesh import Mesh

INTO_CUSHION = 0.025  # how far the front rail reaches into the cushion, so that no gap shows


@dataclass(frozen=True)
class WingbackChair(ChairDesign):
    """The chair by the fire."""

    family = "wingback"

    seat_height: float = metres(0.42, 0.48)
    seat_width: float = metres(0.48, 0.58)  # between the arms
    seat_depth: float = metres(0.48, 0.56)
    cushion_thickness: float = metres(0.08, 0.14)
    back_height: float = metres(0.58, 0.78)  # above the seat
    back_rake: float = degrees(6, 16)
    wing_depth: float = metres(0.14, 0.26)
    arm_height: float = metres(0.16, 0.24)  # above the seat
    arm_width: float = metres(0.08, 0.13)
    leg_height: float = metres(0.10, 0.20)

    def solids(self) -> Iterator[Mesh]:
        """Front rail, cushion, back, wings, arms and legs; under the cushion it is hollow."""
        depth, thickness = self.seat_depth, self.cushion_thickness
        rail_height = self.seat_height - thickness - self.leg_height + INTO_CUSHION
        rail = rounded_box((self.seat_width + 0.01, 0.05, rail_height), 0.015)
        yield moved(rail, (0, 0.025 - depth / 2, self.leg_height + rail_height / 2))
        cushion = rounded_box((self.seat_width, depth, thickness), 0.4 * thickness, puff=0.016)
        yield moved(cushion, (0, -0.015, self.seat_height - thickness / 2))
        yield self._back()
        yield from both_sides(self._wing())
        yield from both_sides(self._arm_panel())
        yield from both_sides(self._arm_roll())
        yield from self._legs()

    @property
    def _arm_x(self) -> float:
        return self.seat_width / 2 + 0.35 * self.arm_width

    @property
    def _back_y(self) -> float:
        """The front of the back at the seat."""
        return self.seat_depth / 2 - 0.05

    def _back(self) -> Mesh:
        thickness, below = 0.11, self.seat_height - self.leg_height - 0.02
        width = self.seat_width + 0.02
        height = self.back_height + below
        cushion = rounded_box((width, height, thickness), 0.045, puff=0.022, flat_steps=8)

        def crown(points: Points) -> Points:
            """Arch the upper edge."""
            points = points.copy()
            arch = 0.05 * (1 - (2 * points[:, 0] / width) ** 2)
            points[:, 1] += np.clip(points[:, 1] / height + 0.1, 0, None) * arch * 1.6
            return points

        upright_back = tilted_back(reshaped(cushion, crown), -90)
        placed = moved(upright_back, (0, thickness / 2, height / 2 - below))
        return moved(tilted_back(placed, self.back_rake), (0, self._back_y, self.seat_height))

    def _wing(self) -> Mesh:
        """A padded ear beside the head: it leaves the arm deep and slopes away to the top."""
        v = np.linspace(0, 1, 17)[:, None]
        u = np.linspace(0, 1, 7)[None, :]
        top = self.back_height - 0.035 - 0.05 * u**2
        along = self.arm_height - 0.06 + v * (top - self.arm_height + 0.06)
        turn = np.clip((v - 0.62) / 0.38, 0, 1)
        rounded_off = 0.55 * (1 - np.cos(turn * np.pi / 2))
        depth = self.wing_depth * (1 - rounded_off + 0.16 * (1 - v) ** 3)
        y, z = leaned(self._back_y + 0.06, self.seat_height, self.back_rake, along)
        x = self._arm_x + 0.03 * u * v
        grid = np.broadcast_arrays(x, y - (depth + 0.06) * u, z)
        return slab(np.stack(grid, axis=-1), 0.05)

    def _arm_panel(self) -> Mesh:
        height = self.seat_height + self.arm_height - self.leg_height - 0.02
        panel = rounded_box((0.7 * self.arm_width, self.seat_depth + 0.05, height), 0.02)
        return moved(panel, (self._arm_x, 0.015, self.leg_height + height / 2))

    def _arm_roll(self) -> Mesh:
        z = self.seat_height + self.arm_height - 0.3 * self.arm_width
        front, back = -self.seat_depth / 2 - 0.015, self.seat_depth / 2 + 0.03
        y = np.array([front, front + 0.012, 0, back])
        x = self._arm_x + 0.15 * self.arm_width
        path = np.stack([np.full(4, x), y, np.full(4, z)], axis=1)
        radius = self.arm_width / 2 * np.array([0.86, 1.0, 1.0, 1.0])
        return swept(path, radius, round_section(16))

    def _legs(self) -> Iterator[Mesh]:
        x, top = self.seat_width / 2 - 0.01, self.leg_height + 0.02
        front, back = -self.seat_depth / 2 + 0.03, self.seat_depth / 2
        tapered = [
            (x + 0.012, front - 0.02, 0),
            (x + 0.008, front - 0.012, 0.3 * top),
            (x, front, top),
        ]
        yield from both_sides(upright(tapered, [0.018, 0.024, 0.036], SQUARE))
        rear = [(x, back + 0.06, 0), (x, back + 0.01, top)]
        yield from both_sides(upright(rear, [0.02, 0.03], SQUARE))
