"""How far the measuring or the fitting of a whole model is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FigureProgress:
    """`done` of `total`, of what `doing` says."""

    done: int
    total: int
    doing: str
