"""What the stage shows: an original, a reconstruction, and how they are coloured."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from jaxtyping import Float32
from psygnal import SignalGroupDescriptor

from core.code_groups import Arrows
from core.frame import Frame
from core.pair_metrics import PairMetrics

Colouring = Literal["height", "error", "normals"]
Overlay = Literal["off", "blend", "wipe"]
Points = Float32[np.ndarray, "points 3"]
Normals = Float32[np.ndarray, "points 3"]
Values = Float32[np.ndarray, " points"]


@dataclass(frozen=True, eq=False)
class ShownCloud:
    """A cloud on the stage, in normalised units."""

    title: str
    points: Points
    normals: Normals | None  # None: to be found, and drawn when it is
    error: Values | None = None  # distance of each point to the other cloud
    chair_id: str | None = None  # the chair, or found shape, it is, or is the reconstruction of
    code: tuple[float, ...] | None = None  # what was decoded; None for an original
    component: int | None = None  # the component whose mean or sample it is
    seed: int | None = None  # that it was drawn with, as a sample
    displacement: Values | None = None  # how far each point moves to become another group's shape
    arrows: Arrows | None = None  # where some of them go
    frame: Frame | None = None  # the way back to own units and pose; None: normalised only


@dataclass
class StageState:
    """The sides of the stage."""

    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()

    original: ShownCloud | None = None
    reconstruction: ShownCloud | None = None
    metrics: PairMetrics | None = None  # of the two clouds shown; None until measured
    second: ShownCloud | None = None  # the second run's reconstruction, while two are compared
    second_metrics: PairMetrics | None = None
    colouring: Colouring = "height"
    overlay: Overlay = "off"  # whether both clouds lie in one view, and how they are mixed
    mix: float = 0.5  # 0: the original, 1: the reconstruction
    decode_ms: float | None = None  # how long the last decode took
