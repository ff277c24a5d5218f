"""What a library takes: LibraryError, with a sentence, for anything else."""

import math

import numpy as np
from numpy.typing import NDArray

from core.errors import LibraryError
from core.library.chair import NewChair
from core.plain_text import clean_text
from core.split import SPLITS


def checked_metadata(new_chair: NewChair) -> dict[str, str | float | int]:
    """Plain values that JSON keeps; numpy's become Python's."""
    plain: dict[str, str | float | int] = {}
    for key, value in new_chair.metadata.items():
        given = value.item() if isinstance(value, np.generic) else value
        is_number = isinstance(given, int | float) and math.isfinite(given)
        if not (is_number or isinstance(given, str)):
            raise LibraryError(
                f"{new_chair.name}: its metadata “{key}” is {given!r}; it must be text or a number."
            )
        plain[clean_text(str(key))] = clean_text(given, 1000) if isinstance(given, str) else given
    return plain


def checked_new_cloud(new_chair: NewChair, points: int) -> NDArray[np.float32]:
    """The cloud of a chair that is about to come in, and that its side is one of the two."""
    if new_chair.split not in SPLITS:
        raise LibraryError(
            f"{new_chair.name}: a chair is on the side train or test, not {new_chair.split!r}."
        )
    return checked_cloud(new_chair.cloud, points, new_chair.name)


def checked_cloud(cloud: NDArray[np.float32], points: int, name: str) -> NDArray[np.float32]:
    """A cloud (N, 3) of the library's size, as float32, all finite."""
    array = np.asarray(cloud, dtype=np.float32)
    if array.shape != (points, 3):
        raise LibraryError(
            f"{name}: the cloud has shape {array.shape}, this library keeps ({points}, 3). "
            f"Sample it again with {points} points."
        )
    if not np.isfinite(array).all():
        raise LibraryError(f"{name}: the cloud holds NaN or infinite values. Sample it again.")
    return array
