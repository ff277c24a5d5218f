"""Rockers under the legs, a tall slatted back, arms."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.made_chairs.design import ChairDesign, count, degrees, metres
from core.made_chairs.solids import (
    ROUND,
    SQUARE,
    both_sides,
    leaned,
    leaned_point,
    moved,
    rounded_box,
    slab,
    smooth_curve,
    square_grid,
    swept,
    tapered_to_back,
    tilted_back,
    upright,
)
from core.mesh import Mesh

ROCKER_HALF = 0.02  # half the height of a rocker


@dataclass(frozen=True)
class RockingChair(ChairDesign):
    """The chair on the porch."""

    family = "rocking"

    seat_height: float = metres(0.40, 0.46)
    seat_width: float = metres(0.46, 0.56)
    seat_depth: float = metres(0.44, 0.52)
    back_height: float = metres(0.56, 0.74)  # above the seat
    back_rake: float = degrees(10, 22)
    slats: float = count(4, 8)
    arm_height: float = metres(0.18, 0.25)  # above the seat
    leg_thickness: float = metres(0.03, 0.045)
    rocker_radius: float = metres(0.75, 1.30)
    rocker_length: float = metres(0.74, 0.95)

    def solids(self) -> Iterator[Mesh]:
        """Rockers, legs, rungs, seat, back and arms."""
        yield from both_sides(self._rocker())
        yield from both_sides(self._front_leg())
        yield from both_sides(self._post())
        yield from self._rungs()
        seat = rounded_box((self.seat_width, self.seat_depth, 0.04), 0.018, flat_steps=4)
        seat = tilted_back(tapered_to_back(seat, self.seat_depth, 0.06), 4)
        yield moved(seat, (0, 0, self.seat_height - 0.02))
        yield from self._back()
        yield from both_sides(self._arm())

    @property
    def _front_x(self) -> float:
        return 1.06 * self.seat_width / 2

    @property
    def _back_x(self) -> float:
        return 0.90 * self.seat_width / 2

    @property
    def _front_y(self) -> float:
        return -self.seat_depth / 2 + 0.045

    @property
    def _back_y(self) -> float:
        return self.seat_depth / 2 - 0.02

    def _rocker_z(self, y: np.ndarray) -> np.ndarray:
        """The height of the rocker's middle line."""
        return ROCKER_HALF + self.rocker_radius - np.sqrt(self.rocker_radius**2 - y**2)

    def _rocker(self) -> Mesh:
        y = np.linspace(-0.44 * self.rocker_length, 0.56 * self.rocker_length, 25)
        x = np.interp(y, [self._front_y, self._back_y], [self._front_x, self._back_x])
        path = np.stack([x, y, self._rocker_z(y)], axis=1)
        taper = np.interp(np.abs(np.linspace(-1, 1, 25)), [0, 0.8, 1], [1, 1, 0.7])
        halves = np.stack([np.full(25, 0.014), ROCKER_HALF * taper], axis=1)
        return swept(path, halves, SQUARE, side=(1, 0, 0))

    def _front_leg(self) -> Mesh:
        foot = float(self._rocker_z(np.array(self._front_y)))
        top = self.seat_height + self.arm_height
        half = self.leg_thickness / 2
        heights = foot + (top - foot) * np.array([0, 0.15, 0.45, 0.62, 0.66, 0.70, 0.85, 1])
        turning = half * np.array([0.7, 0.85, 1, 1, 0.72, 0.95, 0.85, 0.6])
        path = [(self._front_x, self._front_y, z) for z in heights]
        return upright(path, turning, ROUND)

    def _post(self) -> Mesh:
        """Rear leg and back post."""
        foot_y = self._back_y + 0.01
        foot = float(self._rocker_z(np.array(foot_y)))
        path = smooth_curve(
            [
                (self._back_x, foot_y, foot),
                (self._back_x, self._back_y - 0.005, self.seat_height),
                self._on_post(self.back_height),
            ]
        )
        half = self.leg_thickness / 2
        taper = np.interp(np.linspace(0, 1, len(path)), [0, 0.5, 1], [0.75, 1, 0.65])
        return upright(path, half * taper, ROUND)

    def _on_post(self, along: float) -> tuple[float, float, float]:
        """A point of the right back post's middle line above the seat."""
        return leaned_point(self._back_x, self._back_y, self.seat_height, self.back_rake, along)

    def _rungs(self) -> Iterator[Mesh]:
        radius = 0.30 * self.leg_thickness
        low = 0.42 * self.seat_height
        front, back = (self._front_x, self._front_y), (self._back_x, self._back_y)
        yield swept([(-front[0], front[1], low + 0.06), (front[0], front[1], low + 0.06)], radius)
        yield swept([(-back[0], back[1], low + 0.03), (back[0], back[1], low + 0.03)], radius)
        yield from both_sides(swept([(*front, low), (*back, low)], radius))

    def _back_point(self, x: np.ndarray, along: np.ndarray) -> np.ndarray:
        """Hollow behind the sitter's spine, and bent back towards the top."""
        y, z = leaned(self._back_y, self.seat_height, self.back_rake, along)
        hollow = 0.035 * (1 - (x / self._back_x) ** 2)
        return np.stack([x, y + hollow, z], axis=-1)

    def _back(self) -> Iterator[Mesh]:
        crest, foot = 0.085, 0.05
        for low, height, crown in (
            (self.back_height - crest, crest, 0.035),
            (0.05, foot, 0.0),
        ):
            u, v = square_grid(5, 13)
            along = low + 0.5 * height * (1 + v) + crown * (1 - u**2) * (v + 1) / 2
            yield slab(self._back_point(u * (self._back_x + 0.005), along), 0.018)
        number = round(self.slats)
        spread = np.linspace(-1, 1, number + 2)[1:-1] * (self._back_x - 0.01)
        for x in spread:
            along = np.linspace(0.08, self.back_height - 0.05, 7)
            width = min(0.022, 0.36 * 2 * self._back_x / (number + 1))
            path = self._back_point(np.full(7, x), along)
            yield swept(path, [(width, 0.006)], SQUARE, side=(1, 0, 0))

    def _arm(self) -> Mesh:
        z = self.seat_height + self.arm_height
        path = smooth_curve(
            [
                (self._front_x + 0.012, self._front_y - 0.07, z - 0.002),
                (self._front_x + 0.012, self._front_y + 0.05, z + 0.010),
                ((self._front_x + self._back_x) / 2 + 0.012, 0.05, z + 0.008),
                self._on_post(self.arm_height + 0.015),
            ]
        )
        along = np.linspace(0, 1, len(path))
        widths = np.interp(along, [0, 0.08, 0.35, 1], [0.022, 0.038, 0.036, 0.014])
        halves = np.stack([widths, np.full(len(path), 0.012)], axis=1)
        return swept(path, halves, SQUARE, side=(1, 0, 0))
