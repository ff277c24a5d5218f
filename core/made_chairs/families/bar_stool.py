"""A high round seat on four splayed legs with a foot ring and a short wrapped back."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.made_chairs.design import ChairDesign, degrees, metres
from core.made_chairs.solids import (
    ROUND,
    both_sides,
    circle,
    lathe,
    rounded_strip,
    slab,
    swept,
    upright,
)
from core.mesh import Mesh


@dataclass(frozen=True)
class BarStool(ChairDesign):
    """The stool at a bar, with a back."""

    family = "bar stool"

    seat_height: float = metres(0.62, 0.80)
    seat_width: float = metres(0.34, 0.42)
    seat_thickness: float = metres(0.03, 0.08)
    back_height: float = metres(0.16, 0.32)  # above the seat
    back_rake: float = degrees(4, 16)
    back_wrap: float = degrees(80, 170)  # of the circle around the sitter
    panel_height: float = metres(0.06, 0.13)
    leg_thickness: float = metres(0.022, 0.036)
    leg_splay: float = degrees(5, 11)
    foot_rest_height: float = metres(0.18, 0.32)

    def solids(self) -> Iterator[Mesh]:
        """Seat, legs, foot ring, back posts and the back."""
        yield self._seat()
        for angle in (45, 135):
            yield from both_sides(self._leg(angle))
        ring = circle((0, 0, self.foot_rest_height), self._leg_distance(self.foot_rest_height))
        yield swept(ring, 0.36 * self.leg_thickness, closed=True)
        posts = 0.5 * self.back_wrap * 0.62
        yield from both_sides(self._post(posts))
        if self.back_wrap > 125:
            yield self._post(0)
        yield self._back()

    def _seat(self) -> Mesh:
        radius, thickness = self.seat_width / 2, self.seat_thickness
        turn = np.linspace(-np.pi / 2, np.pi / 2, 7)
        edge = 0.45 * thickness
        rim = np.stack(
            [radius - edge + edge * np.cos(turn), 0.5 * thickness * np.sin(turn)], axis=1
        )
        crown = np.array([(0.66, 0.10), (0.33, 0.20), (0.05, 0.24)]) * [radius, thickness]
        crown[:, 1] += 0.5 * thickness
        profile = np.concatenate([[(0.05 * radius, -0.5 * thickness)], rim, crown])
        profile[:, 1] += self.seat_height - 0.5 * thickness
        return lathe(profile, 36)

    def _leg_distance(self, height: float) -> float:
        """From the axis to a leg's middle."""
        under = self.seat_height - self.seat_thickness
        out = np.tan(np.radians(self.leg_splay)) * (under - height)
        return float(0.36 * self.seat_width + out)

    def _leg(self, angle_degrees: float) -> Mesh:
        angle = np.radians(angle_degrees) - np.pi / 2
        heights = np.array([0.0, self.seat_height - 0.6 * self.seat_thickness])
        distance = np.array([self._leg_distance(height) for height in heights])
        path = np.stack([distance * np.cos(angle), distance * np.sin(angle), heights], axis=1)
        half = self.leg_thickness / 2
        return upright(path, [0.75 * half, half], ROUND)

    def _around(self, angle: np.ndarray, rise: np.ndarray) -> np.ndarray:
        """Points of the back: radians from straight behind, metres above the seat."""
        lean = np.tan(np.radians(self.back_rake)) * rise
        radius = 0.46 * self.seat_width + lean
        height = self.seat_height + rise
        return np.stack([radius * np.sin(angle), radius * np.cos(angle), height], axis=-1)

    def _post(self, angle_degrees: float) -> Mesh:
        rise = np.linspace(
            -0.6 * self.seat_thickness, self.back_height - 0.3 * self.panel_height, 4
        )
        path = self._around(np.full(4, np.radians(angle_degrees)), rise)
        return upright(path, 0.36 * self.leg_thickness, ROUND)

    def _back(self) -> Mesh:
        radius = 0.46 * self.seat_width
        length = radius * np.radians(self.back_wrap)
        x, y = rounded_strip(length, self.panel_height, 0.45 * self.panel_height, columns=21)
        rise = self.back_height - 0.5 * self.panel_height + y
        return slab(self._around(x / radius, rise), 0.02)
