"""Places one can come back to: a run, chosen chairs, a code, and where the cameras stand.

Axes: a code has d numbers. JSON keeps every number exactly, so that a place that was written and
read is the same place.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from core.plain_text import clean_text

Vector = tuple[float, float, float]

MOST_VISITS = 500  # that back and forward remember


@dataclass(frozen=True)
class CameraPose:
    """Where a camera stands and where it looks, in the units of its scene."""

    position: Vector
    focal_point: Vector
    up: Vector
    view_angle: float  # degrees
    # Half of what is seen from bottom to top where a space is flat and seen without perspective;
    # None where it is seen in perspective, and where the pose was kept before this was.
    parallel_scale: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain lists and numbers."""
        return {
            "position": list(self.position),
            "focal_point": list(self.focal_point),
            "up": list(self.up),
            "view_angle": self.view_angle,
            "parallel_scale": self.parallel_scale,
        }

    @classmethod
    def from_json(cls, content: Any) -> "CameraPose":
        """Undoes `as_json`. ValueError where something is missing or not a finite number."""
        content = _mapping(content, "a camera")
        angle = _numbers([content.get("view_angle")], "a camera's angle")[0]
        if not 0 < angle < 180:
            raise ValueError(f"A camera's angle lies between 0 and 180 degrees, not at {angle}.")
        scale = content.get("parallel_scale")
        if scale is not None:
            scale = _numbers([scale], "a camera's scale")[0]
            if scale <= 0:
                raise ValueError(f"A camera's scale is more than 0, not {scale}.")
        return cls(
            _vector(content.get("position")),
            _vector(content.get("focal_point")),
            _vector(content.get("up")),
            angle,
            scale,
        )


@dataclass(frozen=True)
class Showing:
    """What the shape at a code is, where the code alone does not tell."""

    title: str = ""  # empty: it is called a decoded code
    component: int | None = None  # that a sample is of; None: of the whole prior
    seed: int | None = None  # that the sample was drawn with; None: it is no sample
    second: tuple[float, ...] | None = None  # where a difference that begins at the code leads to

    def as_json(self) -> dict[str, Any]:
        """Plain lists, numbers and texts."""
        return {
            "title": self.title,
            "component": self.component,
            "seed": self.seed,
            "second": None if self.second is None else list(self.second),
        }

    @classmethod
    def from_json(cls, content: Any) -> "Showing":
        """Undoes `as_json`. ValueError says what is wrong."""
        content = _mapping(content, "what a place shows")
        title, second = content.get("title", ""), content.get("second")
        if not isinstance(title, str):
            raise ValueError(f"The title of a place is a text, not {title!r}.")
        if second is not None and not isinstance(second, list):
            raise ValueError(f"The second code of a place is a list of numbers, not {second!r}.")
        return cls(
            clean_text(title),
            _natural(content.get("component"), "component"),
            _natural(content.get("seed"), "seed"),
            None if second is None else _numbers(second, "a code"),
        )


@dataclass(frozen=True)
class Place:
    """What is in view. Two places are the same where `key` is.

    Cameras and the run's epoch are ways of looking at it.
    """

    run: str | None = None
    chair_ids: tuple[str, ...] = ()  # chosen, the one on the stage first
    code: tuple[float, ...] | None = None  # of the probe; None until it is known
    on_chair: bool = False  # whether the probe sits on the own code of the shape on the stage
    component: int | None = None  # while the probe sits on its mean
    cameras: Mapping[str, CameraPose] = field(default_factory=lambda: MappingProxyType({}))
    epoch: int | None = None  # kept epoch of the run that is in view; None: the run as it is now
    stage_chair: str | None = None  # on the stage, where it is not the first of the chosen ones
    showing: Showing | None = None  # None: what the code decodes to, and no more than that

    @property
    def chair_on_stage(self) -> str | None:
        """Id of the chair, or of the found shape, that the stage shows; None: not known."""
        return self.stage_chair or (self.chair_ids[0] if self.chair_ids else None)

    @property
    def key(self) -> tuple[object, ...]:
        """What tells one place from another.

        A chair's own code and a component's mean move while a model learns.
        """
        component = None if self.on_chair else self.component
        moves = self.on_chair or component is not None
        code = None if moves else self.code
        return (self.run, self.chair_ids, self.chair_on_stage, code, component)

    @property
    def is_somewhere(self) -> bool:
        """Whether there is anything to come back to."""
        is_free = self.code is not None and not self.on_chair
        return self.chair_on_stage is not None or is_free

    def as_json(self) -> dict[str, Any]:
        """Plain lists, numbers and texts."""
        return {
            "run": self.run,
            "epoch": self.epoch,
            "chairs": list(self.chair_ids),
            "code": None if self.code is None else list(self.code),
            "on_chair": self.on_chair,
            "component": self.component,
            "stage_chair": self.stage_chair,
            "showing": None if self.showing is None else self.showing.as_json(),
            "cameras": {name: pose.as_json() for name, pose in self.cameras.items()},
        }

    @classmethod
    def from_json(cls, content: Any) -> "Place":
        """Undoes `as_json`. ValueError says what is wrong."""
        content = _mapping(content, "a place")
        run, stage_chair = content.get("run"), content.get("stage_chair")
        component = _natural(content.get("component"), "component")
        showing = content.get("showing")
        if component is not None and "showing" not in content:
            # Written when a sample of the component was not told from its mean.
            component, showing = None, {"component": component}
        chairs, code = content.get("chairs", []), content.get("code")
        if run is not None and not isinstance(run, str):
            raise ValueError(f"The run of a place is a name, not {run!r}.")
        if stage_chair is not None and not isinstance(stage_chair, str):
            raise ValueError(f"The chair on the stage of a place is an id, not {stage_chair!r}.")
        if not isinstance(chairs, list) or not all(isinstance(one, str) for one in chairs):
            raise ValueError(f"The chairs of a place are a list of ids, not {chairs!r}.")
        if code is not None and not isinstance(code, list):
            raise ValueError(f"The code of a place is a list of numbers, not {code!r}.")
        return cls(
            run=run,
            chair_ids=tuple(chairs),
            code=None if code is None else _numbers(code, "a code"),
            on_chair=content.get("on_chair") is True,
            component=component,
            cameras={
                str(name): CameraPose.from_json(pose)
                for name, pose in _mapping(content.get("cameras", {}), "cameras").items()
            },
            epoch=_natural(content.get("epoch"), "epoch"),
            stage_chair=stage_chair or None,
            showing=None if showing is None else Showing.from_json(showing),
        )


class Trail:
    """Places in the order of going there, with a way back and forward as in a browser."""

    def __init__(self) -> None:
        self._visits: list[Place] = []
        self._at = -1

    def __len__(self) -> int:
        return len(self._visits)

    @property
    def current(self) -> Place | None:
        """The place where one is."""
        return self._visits[self._at] if self._visits else None

    @property
    def before(self) -> Place | None:
        """Where `back` would lead."""
        return self._visits[self._at - 1] if self._at > 0 else None

    @property
    def after(self) -> Place | None:
        """Where `forward` would lead."""
        return self._visits[self._at + 1] if self._at + 1 < len(self._visits) else None

    def visit(self, place: Place) -> None:
        """Go to a place; what lay ahead is forgotten. The same place again is no visit."""
        if self.current is not None and self.current.key == place.key:
            self._visits[self._at] = place  # its code may be known by now
            return
        del self._visits[self._at + 1 :]
        self._visits.append(place)
        del self._visits[:-MOST_VISITS]
        self._at = len(self._visits) - 1

    def back(self) -> Place | None:
        """Go one place back, or stay where there is none."""
        if self.before is None:
            return None
        self._at -= 1
        return self.current

    def forward(self) -> Place | None:
        """Go forward again, or stay where there is nothing ahead."""
        if self.after is None:
            return None
        self._at += 1
        return self.current

    def clear(self) -> None:
        """Forget every place."""
        self._visits.clear()
        self._at = -1


def _mapping(content: Any, what: str) -> Mapping[Any, Any]:
    if not isinstance(content, Mapping):
        raise ValueError(f"Where {what} should be, there is {content!r}.")
    return content


def _natural(value: Any, what: str) -> int | None:
    if value is not None and (not isinstance(value, int) or value < 0):
        raise ValueError(f"The {what} of a place is a number from 0, not {value!r}.")
    return value


def _numbers(values: Any, what: str) -> tuple[float, ...]:
    numbers = []
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{value!r} is no number of {what}.")
        if not math.isfinite(value):
            raise ValueError(f"{value} is no finite number of {what}.")
        numbers.append(float(value))
    return tuple(numbers)


def _vector(values: Any) -> Vector:
    if not isinstance(values, list) or len(values) != 3:
        raise ValueError(f"A camera needs three numbers for a place, not {values!r}.")
    x, y, z = _numbers(values, "a camera")
    return (x, y, z)
