"""What a family of chairs is: named parameters with ranges, and solids made from them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np

from core.mesh import Mesh


@dataclass(frozen=True)
class Range:
    """Where a parameter is drawn from, evenly; both ends belong to it."""

    low: float
    high: float
    unit: str  # "m", "°" or "" (a count, or yes and no as 1 and 0)

    def draw(self, generator: np.random.Generator) -> float:
        """One value; counts are whole, lengths are rounded to 0.1 mm and angles to 0.01°."""
        if self.unit == "":
            return float(generator.integers(round(self.low), round(self.high) + 1))
        digits = 4 if self.unit == "m" else 2
        return round(float(generator.uniform(self.low, self.high)), digits)


def metres(low: float, high: float) -> Any:
    """A length as a dataclass field."""
    return field(metadata={"range": Range(low, high, "m")})


def degrees(low: float, high: float) -> Any:
    """An angle as a dataclass field."""
    return field(metadata={"range": Range(low, high, "°")})


def count(low: int, high: int) -> Any:
    """A whole number as a dataclass field, kept as float so that all parameters are of a kind."""
    return field(metadata={"range": Range(low, high, "")})


@dataclass(frozen=True)
class ChairDesign(ABC):
    """One chair of a family, in metres: z up, the front towards -y, the feet on z = 0.

    A subclass is a family; its fields are the parameters, independent of each other. Ranges are
    such that every combination makes a sensible chair: heights of arms and backs, for one, are
    measured from the seat.
    """

    family: ClassVar[str]

    @abstractmethod
    def solids(self) -> Iterator[Mesh]:
        """Closed solids, which may run into each other as glued parts do."""

    @classmethod
    def ranges(cls) -> dict[str, Range]:
        """The range of each parameter, in the order of the fields."""
        return {each.name: each.metadata["range"] for each in fields(cls)}
