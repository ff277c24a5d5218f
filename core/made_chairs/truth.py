"""What is known of made chairs, to be compared with what a model found out.

Axes: made chairs n.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from core.library import Chair
from core.made_chairs.drawing import FAMILIES, made_chair_from_metadata, parameter_ranges

_COUNT: Final = ""
_LENGTH: Final = "m"


@dataclass(frozen=True, eq=False)
class Truth:
    """Families and shared parameters of the made chairs among some chairs."""

    positions: Int[ndarray, " chairs"]
    """Where the made chairs stand in the sequence that was given."""
    families: tuple[str, ...]
    parameters: Mapping[str, Float[ndarray, " chairs"]]
    """Angles in degrees and lengths in normalised units (a cloud does not show metres), those that
    every family here has. Counts are left out."""


def truth_of(chairs: Sequence[Chair]) -> Truth:
    """Find the made chairs and read their recipes.

    Other chairs are left out. Raises LibraryError where a made chair's recipe is damaged.
    """
    positions = [i for i, chair in enumerate(chairs) if chair.metadata.get("family") in FAMILIES]
    made = [made_chair_from_metadata(chairs[i].name, chairs[i].metadata) for i in positions]
    scales = np.array([chairs[i].frame.scale for i in positions])
    parameters = {}
    for name, unit in _shared_units([chair.family for chair in made]).items():
        values = np.array([chair.parameters[name] for chair in made])
        parameters[name] = values / scales if unit == _LENGTH else values
    return Truth(
        positions=np.array(positions, dtype=np.int64),
        families=tuple(chair.family for chair in made),
        parameters=parameters,
    )


def _shared_units(families: Sequence[str]) -> dict[str, str]:
    """Unit of each continuous parameter that all of these families have."""
    ranges = [parameter_ranges(family) for family in dict.fromkeys(families)]
    if not ranges:
        return {}
    return {
        name: each.unit
        for name, each in ranges[0].items()
        if each.unit != _COUNT and all(name in others for others in ranges)
    }
