"""A path as a chain of places, walked at even speed.

Axes: points of the chain P, stops S, latent size d.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float
from numpy import ndarray

if TYPE_CHECKING:
    from core.paths.density import SpaceDensity


@dataclass(frozen=True, eq=False)
class Path:
    """Places from the first stop to the last, and how likely each is."""

    points: Float[ndarray, "P latent"]  # the thinnest place of each leg is one of them
    log_density: Float[ndarray, " P"]  # nats
    stop_rows: tuple[int, ...]  # which points are stops
    space: "SpaceDensity | None" = None  # that the path leads through; None: known at points only

    @property
    def shares(self) -> Float[ndarray, " P"]:
        """How much of the way lies behind at each point, 0 to 1."""
        steps = np.linalg.norm(np.diff(self.points, axis=0), axis=1)
        walked = np.concatenate([[0.0], np.cumsum(steps)])
        if walked[-1] <= 0:  # every stop at one place
            return np.linspace(0.0, 1.0, len(walked))
        return np.asarray(walked / walked[-1])

    @property
    def length(self) -> float:
        """In units of the latent space."""
        return float(np.linalg.norm(np.diff(self.points, axis=0), axis=1).sum())

    @property
    def minimum(self) -> float:
        """Log density of the least likely place, nats."""
        return float(self.log_density.min())

    @property
    def mean(self) -> float:
        """Mean of the log density along the way, nats."""
        return float(np.trapezoid(self.log_density, self.shares))

    @property
    def stop_shares(self) -> tuple[float, ...]:
        """How much of the way lies behind at each stop, 0 to 1."""
        shares = self.shares
        return tuple(float(shares[row]) for row in self.stop_rows)

    def codes(self, count: int) -> Float[ndarray, "count latent"]:
        """Places at even distances along the way, the first and the last stop among them."""
        return self.codes_at(np.linspace(0.0, 1.0, count))

    def codes_at(
        self, shares: Sequence[float] | Float[ndarray, " n"]
    ) -> Float[ndarray, "n latent"]:
        """The places that have these shares of the way behind them."""
        walked = self.shares
        return np.column_stack([np.interp(shares, walked, axis) for axis in self.points.T])

    def density_at(self, shares: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
        """The log density at the places of `codes_at`, nats.

        It is that of these very places: between two points it may be lower than at either.
        """
        if self.space is None:
            return np.asarray(np.interp(shares, self.shares, self.log_density))
        return self.space.log_density(self.codes_at(shares))


@dataclass(frozen=True, eq=False)
class PathPair:
    """Both ways through the same stops, in the same density."""

    straight: Path
    along: Path  # never less likely than the straight one at its least likely place
    chairs: Float[ndarray, " chairs"]  # log density at the chairs' own codes, rising

    @property
    def bends(self) -> bool:
        """Whether the way along the density differs from the straight one."""
        return self.along.length > self.straight.length * (1 + 1e-6)

    def denser_than(self, log_density: float) -> float:
        """The share of the chairs whose place is less likely than that, 0 to 1."""
        if not len(self.chairs):
            return 0.0
        return float(np.searchsorted(self.chairs, log_density)) / len(self.chairs)


def chain_evenly(points: Float[ndarray, "P latent"], count: int) -> Float[ndarray, "count latent"]:
    """`count` places at even distances along a chain; both ends stay what they are."""
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    walked = np.concatenate([[0.0], np.cumsum(steps)])
    if walked[-1] <= 0:
        return np.repeat(points[:1], count, axis=0)
    even = np.linspace(0.0, walked[-1], count)
    chain = np.column_stack([np.interp(even, walked, axis) for axis in points.T])
    chain[0], chain[-1] = points[0], points[-1]
    return chain


def path_through(legs: list[Float[ndarray, "P latent"]], density: "SpaceDensity") -> Path:
    """Join legs, each of which begins where the one before ends."""
    points = np.concatenate([legs[0][:1], *(leg[1:] for leg in legs)])
    ends = np.cumsum([len(leg) - 1 for leg in legs])
    return Path(points, density.log_density(points), (0, *(int(end) for end in ends)), density)
