"""One run's evaluation, or two on the same chairs beside each other, as a table to look at.

Axes: chairs n.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from jaxtyping import Float

from core.evaluation import Evaluation, values_of
from core.library import Chair
from core.metric_words import LABELS, badness
from core.paired_comparison import PairedComparison, compare_paired

Side = Literal["first", "second", "difference"]
Example = Literal["worst", "median", "best"]

EXAMPLES: Final[tuple[Example, ...]] = ("worst", "median", "best")


@dataclass(frozen=True, eq=False)
class EvaluationTable:
    """A row for each chair of a split. Made by `of_run` or `of_two_runs`."""

    split: str  # "test", "train" or "all"
    run: str
    first: Evaluation
    against: str | None = None
    second: Evaluation | None = None
    paired: Mapping[str, PairedComparison] = field(default_factory=dict)
    """By metric: first minus second. Empty for one run."""

    @classmethod
    def of_run(cls, split: str, run: str, evaluation: Evaluation) -> "EvaluationTable":
        """The table of one run."""
        return cls(split, run, evaluation)

    @classmethod
    def of_two_runs(
        cls, split: str, run: str, first: Evaluation, against: str, second: Evaluation
    ) -> "EvaluationTable":
        """Both runs and their statistics, which take a second for some thousand chairs.

        ValueError where the evaluations are not of the same chairs in the same order.
        """
        sides = [[design.chair.id for design in each.designs] for each in (first, second)]
        if sides[0] != sides[1]:
            raise ValueError("The two evaluations are not of the same chairs.")
        paired = {
            metric: compare_paired(
                values_of(first.designs, metric), values_of(second.designs, metric)
            )
            for metric in LABELS
        }
        return cls(split, run, first, against, second, paired)

    @property
    def chairs(self) -> tuple[Chair, ...]:
        """In the library's order."""
        return tuple(design.chair for design in self.first.designs)

    def values(self, side: Side, metric: str) -> Float[np.ndarray, " chairs"]:
        """A column; ValueError for a side that needs a second run where there is none."""
        if side == "first":
            return values_of(self.first.designs, metric)
        if self.second is None:
            raise ValueError(f"There is no second run, so there is no column {side!r}.")
        second = values_of(self.second.designs, metric)
        return second if side == "second" else values_of(self.first.designs, metric) - second

    def mean(self, side: Side, metric: str) -> float:
        """Mean of a column."""
        return float(self.values(side, metric).mean())

    def floor(self, metric: str) -> float | None:
        """What a perfect reconstruction would get on average; None where no mesh is known."""
        means = self.first.mean_floor
        return None if means is None else means[metric]

    def example(self, which: Example, side: Side, metric: str) -> Chair:
        """The chair of the worst, the middle or the best value.

        Of differences the worst is the one where the first run does worst beside the second. The
        middle of an even number is the better of the two.
        """
        order = np.argsort(badness_of(self.values(side, metric), metric), kind="stable")
        place = {"best": 0, "median": (len(order) - 1) // 2, "worst": len(order) - 1}[which]
        return self.chairs[int(order[place])]


def badness_of(values: Float[np.ndarray, " chairs"], metric: str) -> Float[np.ndarray, " chairs"]:
    """Values such that larger is worse."""
    return values * badness(metric, 1.0)
