"""A walk through the latent space: its stops, its ways, and where the walker is."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

from psygnal import SignalGroupDescriptor

from core.paths.path import Path, PathPair

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

    def as_json(self) -> dict[str, Any]:
        """Plain values; the number belongs to the open window and is not kept."""
        return {
            "code": list(self.code),
            "label": self.label,
            "chair": self.chair_id,
            "component": self.component,
        }

    @classmethod
    def from_json(cls, number: int, content: Mapping[str, Any]) -> "Stop":
        """Undoes `as_json`. KeyError, TypeError or ValueError where something is wrong."""
        code = tuple(float(value) for value in content["code"])
        if not code or not all(map(math.isfinite, code)):
            raise ValueError(f"A stop lies at finite numbers, not at {code}.")
        chair, component = content["chair"], content["component"]
        return cls(
            number,
            code,
            str(content["label"]),
            None if chair is None else str(chair),
            None if component is None else int(component),
        )


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
