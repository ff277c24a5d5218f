"""A sheet of decoded chairs and how it is looked at."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from psygnal import SignalGroupDescriptor

from core.sheets import Sheet, SheetSettings

Through = Literal["mean", "probe"]


@dataclass
class SheetState:
    """What the Sheet dock shows."""

    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()

    settings: SheetSettings = field(default_factory=SheetSettings)
    through: Through = "mean"
    pinned: tuple[float, ...] | None = None  # the probe's place when it was chosen as the middle
    sheet: Sheet | None = None
    follows: bool = True  # whether the probe goes where the pointer is, and back
