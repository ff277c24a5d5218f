"""Sheets: codes over a plane of the latent space, or along each of its axes, row by row.

Axes: rows and columns of the sheet, chairs n, latent size d.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float

from core.errors import SettingsError

Kind = Literal["plane", "strips"]
Basis = Literal["axes", "principal"]
LEAST_CELLS, MOST_CELLS = 3, 15
LEAST_SIGMAS, MOST_SIGMAS = 0.5, 5.0


@dataclass(frozen=True)
class SheetSettings:
    """Which codes a sheet shows."""

    kind: Kind = "plane"
    basis: Basis = "axes"  # latent dimensions, or the directions along which codes vary most
    across: int = 0  # which direction runs to the right; of a plane
    up: int = 1  # which runs upwards; of a plane
    sigmas: float = 2.0  # from the middle to each end
    cells: int = 7  # along a row, and of a plane also along a column
    strips: int = 8  # at most so many rows of strips, those along which codes vary most

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind) or self.basis not in get_args(Basis):
            raise SettingsError(f"There are no sheets of {self.kind} over {self.basis}.")
        if min(self.across, self.up) < 0 or self.strips < 1:
            raise SettingsError(
                f"A sheet lies along directions from 0 and has a strip at least, not along "
                f"{self.across} and {self.up} with {self.strips} strips."
            )
        if not LEAST_CELLS <= self.cells <= MOST_CELLS:
            raise SettingsError(
                f"A sheet has {LEAST_CELLS} to {MOST_CELLS} cells along a side, not {self.cells}."
            )
        if not LEAST_SIGMAS <= self.sigmas <= MOST_SIGMAS:
            raise SettingsError(
                f"A sheet reaches {LEAST_SIGMAS} to {MOST_SIGMAS} sigmas, not {self.sigmas}."
            )


@dataclass(frozen=True, eq=False)
class Directions:
    """Ways to go in a latent space: unit vectors, and how far the codes spread along each."""

    names: tuple[str, ...]
    vectors: Float[np.ndarray, "directions latent"]
    sigmas: Float[np.ndarray, " directions"]


@dataclass(frozen=True, eq=False)
class Sheet:
    """Codes in rows and columns, with the words at the edges."""

    settings: SheetSettings
    codes: Float[np.ndarray, "rows columns latent"]
    across: str  # what runs to the right; empty where each row has its own
    up: str  # what runs upwards
    row_words: tuple[str, ...]  # top to bottom
    column_words: tuple[str, ...]  # left to right

    @property
    def corners(self) -> Float[np.ndarray, "4 latent"] | None:
        """Of the plane, in turn; None for strips."""
        if self.settings.kind == "strips":
            return None
        return np.stack(
            [self.codes[0, 0], self.codes[0, -1], self.codes[-1, -1], self.codes[-1, 0]]
        )


def directions_of(codes: Float[np.ndarray, "n latent"], basis: Basis) -> Directions:
    """The latent dimensions, or all principal components of the codes, the widest first.

    Without two codes there is no spread, and sigma is 1.
    """
    latent = codes.shape[1]
    known = len(codes) >= 2
    if basis == "axes" or not known:
        sigmas = codes.std(axis=0) if known else np.ones(latent)
        names = tuple(f"z{axis + 1}" for axis in range(latent))
        return Directions(names, np.eye(latent), _never_nothing(sigmas))
    values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(codes.T.astype(np.float64), bias=True)))
    order = np.argsort(-values, kind="stable")
    rows = vectors.T[order]
    largest = np.take_along_axis(rows, np.abs(rows).argmax(axis=1)[:, None], axis=1)
    names = tuple(f"PC {place + 1}" for place in range(latent))
    sigmas = np.sqrt(np.maximum(values[order], 0.0))
    # Each points to where its largest weight is positive, as in `principal_axes`.
    return Directions(names, rows * np.sign(largest), _never_nothing(sigmas))


def make_sheet(
    settings: SheetSettings,
    codes: Float[np.ndarray, "n latent"],
    centre: Float[np.ndarray, " latent"],
) -> Sheet:
    """The codes of a sheet through `centre`, in the spread of the library's codes.

    Raises SettingsError where a direction does not exist or is both.
    """
    found = directions_of(codes, settings.basis)
    steps = np.linspace(-settings.sigmas, settings.sigmas, settings.cells)
    if settings.kind == "strips":
        order = np.argsort(-found.sigmas, kind="stable")[: max(1, settings.strips)]
        shifts = found.sigmas[order, None] * found.vectors[order]  # (rows, d)
        return Sheet(
            settings,
            _as_codes(centre + steps[None, :, None] * shifts[:, None, :]),
            "",
            "",
            tuple(found.names[row] for row in order),
            tuple(_sigma_words(step) for step in steps),
        )
    count = len(found.names)
    across, up = settings.across, settings.up
    if across == up or not (0 <= across < count and 0 <= up < count):
        raise SettingsError(
            f"A sheet needs two different directions from 1 to {count}, not {across + 1} and "
            f"{up + 1}."
        )
    right = found.sigmas[across] * found.vectors[across]
    upwards = found.sigmas[up] * found.vectors[up]
    places = (
        centre + steps[::-1, None, None] * upwards[None, None] + steps[None, :, None] * right[None]
    )
    return Sheet(
        settings,
        _as_codes(places),
        found.names[across],
        found.names[up],
        tuple(_sigma_words(step) for step in steps[::-1]),
        tuple(_sigma_words(step) for step in steps),
    )


def _never_nothing(sigmas: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """An axis that no chair uses still has cells that differ a little."""
    return np.maximum(np.asarray(sigmas, dtype=np.float64), 1e-6)


def _as_codes(places: Float[np.ndarray, "rows columns latent"]) -> np.ndarray:
    return np.asarray(places, dtype=np.float32)


def _sigma_words(step: float) -> str:
    rounded = round(float(step), 1)
    sign = "−" if rounded < 0 else "+" if rounded > 0 else ""
    return f"{sign}{abs(rounded):g}σ"
