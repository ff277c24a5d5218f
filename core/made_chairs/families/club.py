"""Low, boxy and upholstered all around."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.made_chairs.design import ChairDesign, degrees, metres
from core.made_chairs.solids import (
    SQUARE,
    both_sides,
    moved,
    rounded_box,
    tilted_back,
    upright,
)
from core.mesh import Mesh

INTO_CUSHION = 0.025  # how far the front rail reaches into the cushion, so that no gap shows


@dataclass(frozen=True)
class ClubChair(ChairDesign):
    """The cube one sinks into."""

    family = "club"

    seat_height: float = metres(0.38, 0.45)
    seat_width: float = metres(0.50, 0.62)  # between the arms
    seat_depth: float = metres(0.48, 0.58)
    cushion_thickness: float = metres(0.11, 0.18)
    back_height: float = metres(0.26, 0.40)  # above the seat
    back_thickness: float = metres(0.14, 0.22)
    back_rake: float = degrees(3, 12)
    arm_height: float = metres(0.13, 0.24)  # above the seat
    arm_width: float = metres(0.11, 0.22)
    foot_height: float = metres(0.03, 0.11)
    roundness: float = metres(0.02, 0.06)  # radius of the upholstery's edges

    def solids(self) -> Iterator[Mesh]:
        """Front rail, cushion, arms, back and feet; under the cushion it is hollow."""
        thickness = self.cushion_thickness
        depth = self.seat_depth + self.back_thickness
        front = -depth / 2
        rail_height = self.seat_height - thickness - self.foot_height + INTO_CUSHION
        rail = rounded_box((self.seat_width, 0.05, rail_height), 0.015)
        yield moved(rail, (0, front + 0.035, self.foot_height + rail_height / 2))
        size = (self.seat_width, self.seat_depth, thickness)
        cushion = rounded_box(size, 0.35 * thickness, puff=0.022)
        yield moved(cushion, (0, front + self.seat_depth / 2, self.seat_height - thickness / 2))
        yield from both_sides(self._arm(depth))
        yield self._back(depth)
        yield from self._feet(depth)

    def _arm(self, depth: float) -> Mesh:
        height = self.seat_height + self.arm_height - self.foot_height
        radius = min(self.roundness, 0.45 * self.arm_width)
        arm = rounded_box((self.arm_width, depth, height), radius, puff=0.008)
        x = self.seat_width / 2 + self.arm_width / 2
        return moved(arm, (x, 0, self.foot_height + height / 2))

    def _back(self, depth: float) -> Mesh:
        height = self.seat_height + self.back_height - self.foot_height
        thickness = self.back_thickness
        back = rounded_box((self.seat_width, thickness, height), self.roundness, puff=0.01)
        placed = moved(back, (0, depth / 2 - thickness / 2, height / 2))
        leaning = tilted_back(placed, self.back_rake, (0, depth / 2, 0))
        # Turned about its lower rear edge the front edge rises; sink it back onto the feet.
        return moved(leaning, (0, 0, self.foot_height))

    def _feet(self, depth: float) -> Iterator[Mesh]:
        x = self.seat_width / 2 + self.arm_width / 2
        for y in (-depth / 2 + 0.06, depth / 2 - 0.06):
            path = [(x, y, 0), (x, y, self.foot_height + 0.02)]
            yield from both_sides(upright(path, [0.018, 0.028], SQUARE))
