"""Chairs that a person keeps an eye on."""

from dataclasses import dataclass
from typing import ClassVar

from psygnal import SignalGroupDescriptor


@dataclass
class PinState:
    """Ids of the pinned chairs, in the order of pinning."""

    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()

    pinned: tuple[str, ...] = ()
