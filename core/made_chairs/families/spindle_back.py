"""The Windsor chair: saddled seat, turned and splayed legs, a bow filled with spindles."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.made_chairs.design import ChairDesign, count, degrees, metres
from core.made_chairs.solids import (
    ROUND,
    Points,
    both_sides,
    rounded_square,
    slab,
    square_grid,
    swept,
    upright,
)
from core.mesh import Mesh


@dataclass(frozen=True)
class SpindleBackChair(ChairDesign):
    """The country chair with a hoop."""

    family = "spindle back"

    seat_height: float = metres(0.42, 0.47)
    seat_width: float = metres(0.42, 0.52)
    seat_depth: float = metres(0.40, 0.46)
    back_height: float = metres(0.44, 0.62)  # above the seat
    back_width: float = metres(0.38, 0.50)  # of the bow where it is widest
    back_rake: float = degrees(8, 20)
    spindles: float = count(5, 9)
    leg_thickness: float = metres(0.032, 0.046)
    leg_splay: float = degrees(8, 17)
    stretcher_height: float = metres(0.12, 0.22)

    def solids(self) -> Iterator[Mesh]:
        """Seat, legs, stretchers, bow and spindles."""
        yield self._seat()
        for end in (-1, 1):
            yield from both_sides(self._leg(end))
        yield from self._stretchers()
        yield self._bow()
        yield from self._spindles()

    def _seat(self) -> Mesh:
        u, v = rounded_square(*square_grid(15, 15), 2.8)
        x = u * self.seat_width / 2 * (1 - 0.07 * v)
        y = v * self.seat_depth / 2 * 1.08
        # Dished for the sitter, with the pommel left standing at the middle of the front.
        dish = 0.016 * np.clip(1 - 1.2 * (u**2 + (v - 0.15) ** 2), 0, None)
        thickness = 0.042 - 1.0 * dish
        return slab(np.stack([x, y, self.seat_height - 0.021 - dish / 2], axis=-1), thickness)

    def _leg_line(self, end: int, height: float) -> Points:
        """The middle of the right leg at a height; `end` is -1 for the front, 1 for the rear."""
        out = np.tan(np.radians(self.leg_splay)) * (self.seat_height - height)
        x = 0.31 * self.seat_width + 0.62 * out
        y = end * 0.27 * self.seat_depth + end * (0.55 if end < 0 else 0.95) * out
        return np.array([x, y, height])

    def _leg(self, end: int) -> Mesh:
        top = self.seat_height - 0.02
        shares = np.array([0, 0.12, 0.30, 0.46, 0.50, 0.53, 0.68, 0.82, 1.0])
        turning = np.array([0.50, 0.58, 0.86, 1.0, 0.70, 0.95, 1.0, 0.85, 0.60])
        path = [self._leg_line(end, share * top) for share in shares]
        return upright(path, turning * self.leg_thickness / 2, ROUND)

    def _stretchers(self) -> Iterator[Mesh]:
        front = self._leg_line(-1, self.stretcher_height)
        rear = self._leg_line(1, self.stretcher_height)
        yield from both_sides(self._turned_bar(front, rear))
        middle = (front + rear) / 2
        yield self._turned_bar(middle * [-1, 1, 1], middle)

    def _turned_bar(self, start: Points, end: Points) -> Mesh:
        shares = np.linspace(0, 1, 7)[:, None]
        swell = np.array([0.5, 0.62, 0.85, 1.0, 0.85, 0.62, 0.5])
        return swept(start + (end - start) * shares, 0.36 * self.leg_thickness * swell)

    def _back_point(self, x: np.ndarray, rise: np.ndarray) -> np.ndarray:
        """A point of the bow's surface, which is curved around the sitter near the seat."""
        share = rise / self.back_height
        y = 0.44 * self.seat_depth - 0.30 * x**2 / self.back_width * (2 - 1.6 * share)
        y = y + np.tan(np.radians(self.back_rake)) * rise
        return np.stack([x, y, self.seat_height + rise], axis=-1)

    def _bow(self) -> Mesh:
        x, rise = self._bow_outline()
        x, rise = np.concatenate([x, -x[-2::-1]]), np.concatenate([rise, rise[-2::-1]])
        return swept(self._back_point(x, rise - 0.02), 0.0125)

    def _bow_outline(self) -> tuple[Points, Points]:
        """Its right half from the seat to the top: x and the height above the seat, (21,)."""
        angle = np.linspace(0, np.pi / 2, 21)
        cosine, sine = np.cos(angle), np.sin(angle)
        # Narrower at the seat than a little above it, as a bow of steamed wood springs out.
        width = 0.5 * self.back_width * (0.86 + 0.28 * sine - 0.14 * sine**2)
        return width * np.maximum(cosine, 0) ** 0.9, self.back_height * sine**0.85

    def _spindles(self) -> Iterator[Mesh]:
        bow_x, bow_rise = self._bow_outline()
        widest = int(np.argmax(bow_x))
        bow_x, bow_rise = bow_x[widest:][::-1], bow_rise[widest:][::-1]  # x rises from 0
        number = round(self.spindles)
        for across in np.linspace(-1, 1, number + 2)[1:-1]:
            top_x = 0.96 * bow_x[-1] * across
            top = np.interp(abs(top_x), bow_x, bow_rise) - 0.02  # within the bow's wood
            rise = np.linspace(-0.02, top, 5)
            x = np.linspace(0.80 * top_x, top_x, 5)
            swell = np.array([0.0065, 0.0085, 0.0085, 0.007, 0.0055])
            yield upright(self._back_point(x, rise), swell, ROUND)
