"""Drawing of chairs from a seed, and their way into and out of a library's metadata."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.errors import LibraryError
from core.made_chairs.design import Range
from core.made_chairs.families import DESIGNS
from core.made_chairs.solids import joined
from core.mesh import Mesh

FAMILIES: tuple[str, ...] = tuple(DESIGNS)

# Streams of random numbers that one seed gives, so that they never share a draw.
_FAMILY_ORDER, _PARAMETERS = 0, 1

# What is left where two numbers should cancel (1e-17) is another number on another processor, and
# would give the same chair another content hash there, and with it another side of the split.
_ROUNDING = 1e-12  # metres


@dataclass(frozen=True)
class MadeChair:
    """One chair by its recipe: metres, degrees and counts, see the family's `ranges()`."""

    family: str
    parameters: Mapping[str, float]
    name: str

    def as_metadata(self) -> dict[str, str | float | int]:
        """What a library keeps: the family and every parameter by its name."""
        return {"family": self.family, **self.parameters}


def draw_made_chairs(count: int, seed: int) -> list[MadeChair]:
    """Draw `count` chairs, the families dealt evenly and shuffled.

    The i-th chair depends on `seed` (0 or more) and i alone, so that a longer draw begins with
    the shorter one. Raises ValueError where count or seed is below 0.
    """
    if count < 0 or seed < 0:
        raise ValueError(f"count ({count}) and seed ({seed}) of made chairs must be 0 or more")
    return [_draw(index, seed) for index in range(count)]


def parameter_ranges(family: str) -> dict[str, Range]:
    """Where each parameter of a family is drawn from. Raises KeyError for an unknown family."""
    return DESIGNS[family].ranges()


def made_chair_from_metadata(name: str, metadata: Mapping[str, str | float | int]) -> MadeChair:
    """The chair that `as_metadata` described. Keys that are not its family's are left aside.

    Raises LibraryError where the family is not known or a parameter is missing or no number.
    """
    family = metadata.get("family")
    if not isinstance(family, str) or family not in DESIGNS:
        raise LibraryError(
            f"{name}: its family is {family!r}, but made chairs are of {', '.join(FAMILIES)}. "
            "The entry was changed or comes from a newer version; remove the chair and add it anew."
        )
    parameters = {}
    for parameter in DESIGNS[family].ranges():
        value = metadata.get(parameter)
        if not isinstance(value, int | float) or not np.isfinite(value):
            raise LibraryError(
                f"{name}: {parameter} of a {family} chair is {value!r}, not a number. "
                "The entry was changed; remove the chair and add it anew."
            )
        parameters[parameter] = float(value)
    return MadeChair(family, parameters, name)


def build_mesh(chair: MadeChair) -> Mesh:
    """The chair in metres, z up, front towards -y, its feet on z = 0.

    Closed solids that may run into each other, none sharing a vertex with another.
    """
    design = DESIGNS[chair.family](**chair.parameters)
    mesh = joined(design.solids())
    vertices = mesh.vertices - [0.0, 0.0, mesh.vertices[:, 2].min()]
    return Mesh(np.where(np.abs(vertices) < _ROUNDING, 0.0, vertices), mesh.faces)


def _draw(index: int, seed: int) -> MadeChair:
    deal, place = divmod(index, len(FAMILIES))
    order = np.random.default_rng([seed, _FAMILY_ORDER, deal]).permutation(len(FAMILIES))
    family = FAMILIES[order[place]]
    generator = np.random.default_rng([seed, _PARAMETERS, index])
    ranges = DESIGNS[family].ranges()
    parameters = {name: each.draw(generator) for name, each in ranges.items()}
    return MadeChair(family, parameters, name=f"{family} {seed}-{index:04d}")
