"""What is done with chosen chairs: the places A, B and C, and how many neighbours are listed.

Which chairs are chosen is `ProjectState.selected`: ids, so that no filter or order changes it.
"""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from psygnal import SignalGroupDescriptor

from core.code_groups import mean_code
from mogvae_gui.state.latent_state import LatentMap

SLOTS = ("A", "B", "C")
NEIGHBOURS = (1, 24)  # fewest and most
Slot = tuple[float, ...]


@dataclass(frozen=True)
class Source:
    """What a slot was filled from; where that lies follows the model in view."""

    label: str
    chair_ids: tuple[str, ...] = ()
    component: int | None = None
    code: tuple[float, ...] | None = None  # a place; of the run that was in view then

    def code_in(self, latent_map: LatentMap) -> tuple[float, ...] | None:
        """Where it lies in this map; None where the map does not know it."""
        if self.chair_ids:
            wanted = set(self.chair_ids)
            rows = [row for row, i in enumerate(latent_map.chair_ids) if i in wanted]
            return mean_code(latent_map.codes[rows]) if rows else None
        components = latent_map.components
        if self.component is not None:
            if components is None or self.component >= len(components.means):
                return None
            return tuple(float(value) for value in components.means[self.component])
        if self.code is None or len(self.code) != latent_map.codes.shape[1]:
            return None
        return tuple(float(value) for value in np.asarray(self.code))


@dataclass
class SelectionState:
    """The slots of the Selection dock and its settings."""

    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()

    slots: dict[str, Source] = field(default_factory=dict)  # a new dict with each change
    neighbours: int = 8
