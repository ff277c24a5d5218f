"""Straight round posts, level bent slats like a ladder's rungs, a woven seat, many stretchers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.made_chairs.design import ChairDesign, count, degrees, metres
from core.made_chairs.solids import (
    ROUND,
    both_sides,
    leaned,
    moved,
    rounded_box,
    slab,
    square_grid,
    swept,
    tapered_to_back,
    upright,
)
from core.mesh import Mesh

FINIAL_HEIGHT = 0.075


@dataclass(frozen=True)
class LadderBackChair(ChairDesign):
    """The tall rush-seated chair."""

    family = "ladder back"

    seat_height: float = metres(0.41, 0.47)
    seat_width: float = metres(0.40, 0.50)
    seat_depth: float = metres(0.34, 0.42)
    back_height: float = metres(0.58, 0.80)  # above the seat
    back_rake: float = degrees(3, 11)
    slats: float = count(3, 5)
    slat_height: float = metres(0.035, 0.06)
    slat_bend: float = metres(0.015, 0.05)  # how far a slat's middle lies behind its ends
    post_thickness: float = metres(0.028, 0.042)
    stretcher_height: float = metres(0.12, 0.20)

    def solids(self) -> Iterator[Mesh]:
        """Posts with finials, slats, seat, two rows of stretchers."""
        yield from both_sides(self._front_leg())
        yield from both_sides(self._post())
        seat = rounded_box((self.seat_width, self.seat_depth, 0.03), 0.014, puff=0.008)
        yield moved(tapered_to_back(seat, self.seat_depth, 0.10), (0, 0, self.seat_height - 0.015))
        yield from self._slats()
        yield from self._stretchers()

    @property
    def _front(self) -> tuple[float, float]:
        return 1.10 * self.seat_width / 2 - 0.012, -self.seat_depth / 2 + 0.012

    @property
    def _back(self) -> tuple[float, float]:
        return 0.90 * self.seat_width / 2 - 0.008, self.seat_depth / 2 - 0.008

    def _front_leg(self) -> Mesh:
        half, top = self.post_thickness / 2, self.seat_height + 0.015
        heights = np.array([0, 0.06, 0.16, top - 0.02, top])
        path = [(*self._front, z) for z in heights]
        return upright(path, half * np.array([0.62, 0.8, 1, 1, 0.7]), ROUND)

    def _post(self) -> Mesh:
        x, y = self._back
        finial = np.array([0, 0.12, 0.35, 0.6, 0.85, 1.0]) * FINIAL_HEIGHT
        along = self.back_height - FINIAL_HEIGHT + finial
        post_y, post_z = leaned(y, self.seat_height, self.back_rake, along)
        post = np.stack([np.full(len(along), x), post_y, post_z], axis=1)
        leg = [(x, y + 0.025, 0), (x, y + 0.012, 0.5 * self.seat_height), (x, y, self.seat_height)]
        turning = np.array([0.7, 1.0, 1.0, 0.85, 0.55, 0.9, 1.05, 0.75, 0.25])
        return upright(np.concatenate([leg, post]), self.post_thickness / 2 * turning, ROUND)

    def _slats(self) -> Iterator[Mesh]:
        x, y = self._back
        number = round(self.slats)
        top = self.back_height - FINIAL_HEIGHT - 0.02 - self.slat_height / 2
        bottom = 0.11 + self.slat_height / 2
        for rise in np.linspace(bottom, top, number):
            u, v = square_grid(5, 13)
            height = self.slat_height * (1 - 0.35 * u**2)
            along = rise + 0.5 * height * v + 0.012 * (1 - u**2)
            back_y, z = leaned(y, self.seat_height, self.back_rake, along)
            yield slab(np.stack([u * x, back_y + self.slat_bend * (1 - u**2), z], axis=-1), 0.011)

    def _stretchers(self) -> Iterator[Mesh]:
        radius = 0.30 * self.post_thickness
        front, back = self._front, self._back
        for z in (self.stretcher_height, self.stretcher_height + 0.11):
            yield swept([(-front[0], front[1], z + 0.03), (front[0], front[1], z + 0.03)], radius)
            yield from both_sides(swept([(*front, z), (back[0], back[1] + 0.015, z)], radius))
        z = self.stretcher_height + 0.05
        yield swept([(-back[0], back[1] + 0.015, z), (back[0], back[1] + 0.015, z)], radius)
