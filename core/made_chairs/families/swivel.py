"""The office chair: five-star base on castors, gas column, bent back, with or without arms."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.made_chairs.design import ChairDesign, count, degrees, metres
from core.made_chairs.solids import (
    SQUARE,
    Points,
    both_sides,
    box,
    lathe,
    leaned,
    moved,
    reshaped,
    rounded_box,
    rounded_path,
    rounded_square,
    slab,
    smooth_curve,
    square_grid,
    swept,
    turned_about_z,
)
from core.mesh import Mesh

CASTOR_RADIUS = 0.028


@dataclass(frozen=True)
class SwivelChair(ChairDesign):
    """The chair at a desk."""

    family = "swivel"

    seat_height: float = metres(0.44, 0.56)
    seat_width: float = metres(0.45, 0.54)
    seat_depth: float = metres(0.42, 0.50)
    seat_thickness: float = metres(0.05, 0.09)
    back_height: float = metres(0.42, 0.72)  # above the seat
    back_width: float = metres(0.38, 0.50)
    back_rake: float = degrees(4, 18)
    base_radius: float = metres(0.28, 0.35)
    arms: float = count(0, 1)  # 1 where there are arms
    arm_height: float = metres(0.19, 0.27)  # above the seat; without arms it shows nowhere

    def solids(self) -> Iterator[Mesh]:
        """Base, column, seat, back on its bar, arms."""
        yield from self._base()
        yield from self._column()
        yield self._seat()
        yield self._back()
        yield self._back_bar()
        if self.arms > 0.5:
            yield from both_sides(self._arm_post())
            yield from both_sides(self._arm_pad())

    def _base(self) -> Iterator[Mesh]:
        top = 0.135
        for spoke in range(5):
            angle = 72 * spoke - 90
            path = smooth_curve(
                [
                    (0.02, 0, top),
                    (0.5 * self.base_radius, 0, top - 0.022),
                    (self.base_radius, 0, 2 * CASTOR_RADIUS + 0.006),
                ],
                steps=3,
            )
            halves = np.linspace((0.024, 0.02), (0.014, 0.011), len(path))
            yield turned_about_z(swept(path, halves, SQUARE, side=(0, 1, 0)), angle)
            for side in (-1, 1):
                centre = (self.base_radius, side * 0.016, CASTOR_RADIUS)
                yield turned_about_z(moved(_wheel(), centre), angle)

    def _column(self) -> Iterator[Mesh]:
        under = self.seat_height - self.seat_thickness
        sleeve = 0.135 + 0.55 * (under - 0.135)
        yield lathe([(0.03, 0.085), (0.042, 0.10), (0.042, 0.14), (0.03, 0.15)], 20)
        yield lathe([(0.026, 0.12), (0.026, sleeve)], 16)
        yield lathe([(0.015, sleeve - 0.02), (0.015, under)], 14)
        yield box((0, 0.01, under - 0.02), (0.17, 0.24, 0.035), 0.012)

    def _seat(self) -> Mesh:
        thickness = self.seat_thickness
        half_depth = self.seat_depth / 2

        def waterfall(points: Points) -> Points:
            """Round the plan and let the front edge fall off."""
            points = points.copy()
            u, v = points[:, 0] / (self.seat_width / 2), points[:, 1] / half_depth
            u, v = rounded_square(u, v, 3.6)
            points[:, 0] = u * self.seat_width / 2
            points[:, 1] = v * half_depth
            points[:, 2] -= 0.035 * np.clip(-v - 0.35, 0, None) ** 2 / 0.42
            points[:, 2] += 0.012 * u**2
            return points

        cushion = rounded_box(
            (self.seat_width, self.seat_depth, thickness), 0.45 * thickness, 0.008, flat_steps=8
        )
        return moved(reshaped(cushion, waterfall), (0, 0, self.seat_height - thickness / 2))

    @property
    def _back_y(self) -> float:
        return self.seat_depth / 2 + 0.015

    def _back(self) -> Mesh:
        """A padded shield, wrapped around the sitter, with a swell at the loins."""
        gap = 0.09
        u, v = rounded_square(*square_grid(17, 15), 3.6)
        rise = (v + 1) / 2
        y, z = leaned(
            self._back_y, self.seat_height, self.back_rake, gap + rise * (self.back_height - gap)
        )
        width = self.back_width / 2 * (1 - 0.10 * rise)
        y = y - 0.035 * np.sin(np.pi * np.clip(rise * 1.25, 0, 1)) - 0.055 * u**2 + 0.02
        thickness = 0.048 * (1 - 0.45 * np.maximum(u**2, v**2) ** 2)
        return slab(np.stack([u * width, y, z], axis=-1), thickness)

    def _back_bar(self) -> Mesh:
        under = self.seat_height - self.seat_thickness
        y, z = leaned(self._back_y + 0.035, self.seat_height, self.back_rake, np.array([0.0, 0.30]))
        path = rounded_path(
            [(0, 0.05, under - 0.018), (0, y[0] + 0.02, under - 0.018), (0, y[1], z[1])], 0.07
        )
        return swept(path, [(0.032, 0.009)], SQUARE, side=(1, 0, 0))

    @property
    def _arm_x(self) -> float:
        return self.seat_width / 2 + 0.035

    def _arm_post(self) -> Mesh:
        under = self.seat_height - self.seat_thickness - 0.008
        path = rounded_path(
            [
                (0.06, 0.03, under),
                (self._arm_x, 0.03, under),
                (self._arm_x, 0.045, self.seat_height + self.arm_height - 0.01),
            ],
            0.05,
        )
        return swept(path, [(0.022, 0.009)], SQUARE, side=(0, 1, 0))

    def _arm_pad(self) -> Mesh:
        pad = rounded_box((0.075, 0.25, 0.028), 0.0135, flat_steps=2)
        return moved(pad, (self._arm_x - 0.008, 0.01, self.seat_height + self.arm_height - 0.014))


def _wheel() -> Mesh:
    """One wheel of a castor about the origin, rolling along x."""
    inner, outer, half = 0.65 * CASTOR_RADIUS, CASTOR_RADIUS, 0.0115
    profile = [(inner, -half), (outer, -0.6 * half), (outer, 0.6 * half), (inner, half)]
    # From the lathe's axis z to y: a quarter turn about x, so nothing is turned inside out.
    return reshaped(lathe(profile, 14), lambda points: points[:, [0, 2, 1]] * [1, 1, -1])
