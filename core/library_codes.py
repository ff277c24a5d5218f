"""Codes of a library's chairs in a run; chairs that came later, or were turned, included.

Axes: chairs n, latent size d.
"""

from collections.abc import Generator, Sequence

import numpy as np
from jaxtyping import Float32

from core.figure_progress import FigureProgress
from core.library import Chair, Library
from core.shape_model import ShapeModel
from core.training.run import LibraryCodes, Run
from core.training.snapshots import Moment

_ENCODED_AT_ONCE = 16  # as many as a model encodes at once of 5,000 points

Codes = Float32[np.ndarray, "library latent"]


def codes_of_chairs(
    run: Run, model: ShapeModel, library: Library, chairs: Sequence[Chair]
) -> Float32[np.ndarray, "chairs latent"]:
    """Codes as the run kept them, and newly encoded for chairs that it did not know.

    Those that came by in the steps of a training, kept where it was stopped, are of other weights
    than the last: then all are encoded.
    """
    saved = run.codes()
    exact = saved if saved is not None and saved.exact else None
    return with_later_chairs(exact, model, library, chairs)


def with_later_chairs(
    saved: LibraryCodes | Moment | None,
    model: ShapeModel,
    library: Library,
    chairs: Sequence[Chair],
) -> Float32[np.ndarray, "chairs latent"]:
    """Codes that were kept of a checkpoint or an epoch; by its model for all other chairs.

    An id alone does not tell a chair: every library counts from 1, the run may be of another
    project, and a chair that was turned has another cloud. What an older program kept does not
    say of which clouds it is, so all are encoded.
    """
    rows: dict[tuple[str, str], int] = {}
    if saved is not None and saved.posed_hashes:
        known = zip(saved.ids, saved.posed_hashes, strict=True)
        rows = {chair: row for row, chair in enumerate(known)}
    codes = np.zeros((len(chairs), model.latent), dtype=np.float32)
    late = []
    for index, chair in enumerate(chairs):
        row = rows.get((chair.id, chair.posed_hash)) if rows else None
        if saved is not None and row is not None:
            codes[index] = saved.codes[row]
        else:
            late.append(index)
    for start in range(0, len(late), _ENCODED_AT_ONCE):
        part = late[start : start + _ENCODED_AT_ONCE]
        clouds = np.array(library.clouds[[chairs[index].row for index in part]], dtype=np.float32)
        codes[part], _ = model.encode(clouds)
    return codes


def posteriors_of(
    model: ShapeModel, library: Library
) -> Generator[FigureProgress, None, tuple[Codes, Codes]]:
    """Means and log variances of all chairs of a library, in its order, encoded now."""
    chairs = library.chairs
    codes = np.zeros((len(chairs), model.latent), dtype=np.float32)
    log_vars = np.zeros_like(codes)
    for start in range(0, len(chairs), _ENCODED_AT_ONCE):
        yield FigureProgress(start, len(chairs), "Encoding chairs")
        part = slice(start, start + _ENCODED_AT_ONCE)
        rows = [chair.row for chair in chairs[part]]
        clouds = np.array(library.clouds[rows], dtype=np.float32)
        codes[part], log_vars[part] = model.encode(clouds)
    return codes, log_vars
