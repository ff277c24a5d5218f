"""A walk through the latent space: its stops, its ways, and where the walker is."""

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from psygnal import SignalGroupDescriptor

from core.paths.path import Path, PathPair
from core.walk_files import WalkStop

Way = Literal["straight", "along", "both"]
WAYS: tuple[Way, ...] = get_args(Way)
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
    run: str | None = None  # whose code it is; matters where it is neither chair nor mean
    left_out: str = ""  # why it has no place in the model in view; empty where it has

    @classmethod
    def at(cls, place: WalkStop, number: int = 0, run: str | None = None) -> "Stop":
        """A stop at a place of a walk that was kept or exported."""
        return cls(number, place.code, place.label, place.chair_id, place.component, run)

    @property
    def place(self) -> WalkStop:
        """What is kept and exported of it: the number belongs to the open window."""
        return WalkStop(self.label, self.code, self.chair_id, self.component)


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
    def placed(self) -> tuple[Stop, ...]:
        """The stops that the ways lead over: those that have a place in the model in view."""
        return tuple(stop for stop in self.stops if not stop.left_out)

    @property
    def walked(self) -> Path | None:
        """The way that the probe takes: along the density unless the straight one is chosen."""
        if self.paths is None:
            return None
        return self.paths.straight if self.way == "straight" else self.paths.along
