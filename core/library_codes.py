"""Codes of a library's chairs in a run, chairs that came after its training included.

Axes: chairs n, latent size d.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32

from core.library import Chair, Library
from core.shape_model import ShapeModel
from core.training.run import Run

_ENCODED_AT_ONCE = 64


def codes_of_chairs(
    run: Run, model: ShapeModel, library: Library, chairs: Sequence[Chair]
) -> Float32[np.ndarray, "chairs latent"]:
    """Codes as the run kept them, and newly encoded for chairs that it did not know."""
    saved = run.codes()
    rows = {} if saved is None else {chair_id: row for row, chair_id in enumerate(saved.ids)}
    codes = np.zeros((len(chairs), model.latent), dtype=np.float32)
    late = []
    for index, chair in enumerate(chairs):
        if saved is not None and chair.id in rows:
            codes[index] = saved.codes[rows[chair.id]]
        else:
            late.append(index)
    for start in range(0, len(late), _ENCODED_AT_ONCE):
        part = late[start : start + _ENCODED_AT_ONCE]
        clouds = np.array(library.clouds[[chairs[index].row for index in part]], dtype=np.float32)
        codes[part], _ = model.encode(clouds)
    return codes
