"""What is known of how good the run in view is, and of a second run beside it."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from psygnal import SignalGroupDescriptor

from core.evaluation_table import EvaluationTable

SplitChoice = Literal["test", "train", "all"]


@dataclass(frozen=True)
class Measuring:
    """An evaluation under way."""

    runs: tuple[str, ...]
    done: int = 0
    total: int = 0
    doing: str = ""


@dataclass
class EvaluationState:
    """The table of the Evaluation dock and how it is looked at."""

    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()

    split: SplitChoice = "test"
    against: str | None = None  # the second run, while two are compared
    table: EvaluationTable | None = None  # None until measured
    outdated: bool = False  # measured once, but weights or chairs have changed since
    metric: str = "cd_1"  # which is drawn, and by which examples are found
    shows_differences: bool = False  # whether of both runs' values the difference is drawn
    text: str = ""  # every word must occur in a listed chair's name
    measuring: Measuring | None = None
