"""What the colour and the size of a code mean: component, split, error, family or any column."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int64, UInt8

from core.colours import Colour, colours_of, component_colour
from core.library import Chair
from mogvae_gui.state.latent_state import LatentMap

SPLIT_COLOURS: dict[str, Colour] = {"train": (86, 180, 233), "test": (230, 159, 0)}
UNKNOWN: Colour = (140, 140, 140)
MOST_KINDS = 24  # of a column of words that is offered; more colours nobody tells apart
COLUMN = "column:"  # before the name of a column of the library

Colours = UInt8[np.ndarray, "codes 3"]


@dataclass(frozen=True, eq=False)
class CodeColours:
    """A colour for each code, and what they mean."""

    colours: Colours
    kinds: tuple[tuple[Colour, str], ...] = ()  # the most frequent first
    scale: tuple[str, str] | None = None  # words at the ends of the map of numbers
    note: str = ""
    values: Float[np.ndarray, " codes"] = field(default_factory=lambda: np.empty(0))


def columns_to_colour(chairs: Sequence[Chair]) -> list[str]:
    """The columns of the library that tell chairs apart: numbers, or a few words.

    Those that are known of most chairs come first: each family of made chairs has its own.
    """
    columns: dict[str, list[str | float]] = {}
    for chair in chairs:
        for name, value in chair.metadata.items():
            columns.setdefault(name, []).append(value)
    by_known = sorted(columns.items(), key=lambda column: (-len(column[1]), column[0]))
    return [name for name, values in by_known if name != "family" and _tells_apart(values)]


def _tells_apart(values: Sequence[str | float]) -> bool:
    kinds = set(values)
    return len(kinds) > 1 and (
        len(kinds) <= MOST_KINDS or not any(isinstance(kind, str) for kind in kinds)
    )


def code_colours(
    latent_map: LatentMap,
    key: str,
    chairs: Mapping[str, Chair],
    errors: Mapping[str, float] | None = None,
    names: Sequence[str] = (),
) -> CodeColours:
    """Colours by "component", "split", "family", "error" or "column:NAME".

    `errors` are those of evaluated chairs, by id; `names` those of the components.
    """
    ids = latent_map.chair_ids
    if key == "component":
        return _by_component(latent_map, names)
    if key == "split":
        splits = [chairs[i].split if i in chairs else "" for i in ids]
        return _by_kind(splits, SPLIT_COLOURS)
    if key == "error":
        if not errors:
            return CodeColours(
                np.tile(np.array(UNKNOWN, dtype=np.uint8), (len(ids), 1)),
                note="No figures yet: evaluate this run (F8)",
            )
        values = np.array([errors.get(i, np.nan) for i in ids], dtype=np.float64)
        count = int(np.isfinite(values).sum())
        return _by_number(values, "CD₁ ", f"{count:,} of {len(ids):,} chairs are evaluated")
    name = "family" if key == "family" else key.removeprefix(COLUMN)
    found = [chairs[i].metadata.get(name) if i in chairs else None for i in ids]
    if any(value is not None for value in found) and not any(
        isinstance(value, str) for value in found
    ):
        numbers = [np.nan if value is None else float(value) for value in found]
        return _by_number(np.array(numbers), "", "" if None not in found else "grey: not known")
    return _by_kind(["" if value is None else str(value) for value in found])


def size_steps(values: Float[np.ndarray, " codes"]) -> Int64[np.ndarray, " codes"]:
    """Places in the dots' sizes by value: small, middle, large; usual where nothing is known."""
    steps = np.zeros(len(values), dtype=np.int64)
    known = np.isfinite(values)
    if known.any():
        low, high = np.quantile(values[known], (1 / 3, 2 / 3))
        steps[known] = np.where(values[known] <= low, 1, np.where(values[known] <= high, 2, 3))
    return steps


def _by_component(latent_map: LatentMap, names: Sequence[str]) -> CodeColours:
    members = latent_map.members
    count = latent_map.responsibilities.shape[1]
    table = np.array([component_colour(k) for k in range(count)], dtype=np.uint8).reshape(-1, 3)
    by_size = Counter(int(member) for member in members).most_common()
    kinds = [(component_colour(k), names[k] if k < len(names) else str(k + 1)) for k, _ in by_size]
    return CodeColours(np.asarray(table[members]), tuple(kinds))


def _by_kind(kinds: Sequence[str], known: Mapping[str, Colour] | None = None) -> CodeColours:
    """Kinds take colours in the order of their names, so that a filter changes none."""
    counts = Counter(kind for kind in kinds if kind)
    colours = known or {kind: component_colour(n) for n, kind in enumerate(sorted(counts))}
    table = [colours.get(kind, UNKNOWN) for kind in kinds]
    legend = [(colours.get(kind, UNKNOWN), kind) for kind, _ in counts.most_common()]
    if counts.total() < len(kinds):
        legend.append((UNKNOWN, "not known"))
    return CodeColours(np.array(table, dtype=np.uint8).reshape(-1, 3), tuple(legend))


def _by_number(values: Float[np.ndarray, " codes"], unit: str, note: str) -> CodeColours:
    known = np.isfinite(values)
    colours = np.tile(np.array(UNKNOWN, dtype=np.uint8), (len(values), 1))
    if not known.any():
        return CodeColours(colours, note=note)
    lowest, highest = float(values[known].min()), float(values[known].max())
    colours[known] = colours_of(values[known], "height", lowest, highest)
    scale = (f"{unit}{lowest:.3g}", f"{highest:.3g}")
    return CodeColours(colours, scale=scale, note=note, values=values)
