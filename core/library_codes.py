"""Codes of a library's chairs in a run; chairs that came later, or were turned, included.

Axes: chairs n, latent size d.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32

from core.library import Chair, Library
from core.shape_model import ShapeModel
from core.training.run import LibraryCodes, Run

_ENCODED_AT_ONCE = 64


def codes_of_chairs(
    run: Run, model: ShapeModel, library: Library, chairs: Sequence[Chair]
) -> Float32[np.ndarray, "chairs latent"]:
    """Codes as the run kept them, and newly encoded for chairs that it did not know as they are."""
    saved = run.codes()
    rows = {} if saved is None else {chair_id: row for row, chair_id in enumerate(saved.ids)}
    codes = np.zeros((len(chairs), model.latent), dtype=np.float32)
    late = []
    for index, chair in enumerate(chairs):
        known = rows.get(chair.id)
        if saved is not None and known is not None and _is_of_its_cloud(saved, known, chair):
            codes[index] = saved.codes[known]
        else:
            late.append(index)
    for start in range(0, len(late), _ENCODED_AT_ONCE):
        part = late[start : start + _ENCODED_AT_ONCE]
        clouds = np.array(library.clouds[[chairs[index].row for index in part]], dtype=np.float32)
        codes[part], _ = model.encode(clouds)
    return codes


def _is_of_its_cloud(saved: LibraryCodes, row: int, chair: Chair) -> bool:
    """Whether the code is of the chair's cloud as it is: a chair that is turned has another."""
    return saved.rows is None or int(saved.rows[row]) == chair.row
