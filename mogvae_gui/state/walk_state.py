"""A walk through the latent space: its stops, its ways, and where the walker is."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from psygnal import SignalGroupDescriptor

from core.paths.path import Path, PathPair

Way = Literal["straight", "along", "both"]
MOST_STOPS = 24
LEAST_STEPS, MOST_STEPS = 2, 2_000


@dataclass(frozen=True)
class Stop:
    """A place that the walk leads over. `number` tells two stops at one place apart."""

    number: int
    code: tuple[float, ...]
    label: str
    chair_id: str | None = None  # set where it is a chair's own code
    component: int | None = None  # set where it is a component's mean


@dataclass
class WalkState:
    """What the Walk dock shows."""

    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()

    stops: tuple[Stop, ...] = ()
    chosen: int | None = None  # number of the stop that is marked
    way: Way = "both"
    paths: PathPair | None = None  # None until found
    is_finding: bool = False
    steps: int = 60
    step: int = 0  # 0 to steps - 1
    is_playing: bool = False
    speed: float = 1.0  # times STEPS_PER_S
    loops: bool = True

    @property
    def walked(self) -> Path | None:
        """The way that the probe takes: along the density unless the straight one is chosen."""
        if self.paths is None:
            return None
        return self.paths.straight if self.way == "straight" else self.paths.along
