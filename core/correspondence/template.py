"""The template: the one cloud of a library whose order all others take."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.array_files import load_array
from core.atomic import replaced_atomically

# Enough chairs to know the middle of the library by.
_CHAIRS = 200
_DIRECTIONS = 24


def choose_template(
    clouds: NDArray[np.float32], rows: NDArray[np.int64] | None = None
) -> NDArray[np.float32]:
    """Choose the most middling of the clouds (n, N, 3), or of some rows: (N, 3).

    Of at most 200 of them, spread over all, it is the one nearest to their mean in sliced
    Wasserstein distance; a chair like the others is matched with shorter ways than an odd one.
    The points come shuffled, so that the first ones alone cover the shape.
    """
    rows = np.arange(len(clouds)) if rows is None else rows
    if len(rows) == 0:
        raise ValueError("There is no cloud to choose a template from; import chairs first.")
    chosen = rows[np.linspace(0, len(rows) - 1, min(_CHAIRS, len(rows))).astype(np.int64)]
    generator = np.random.default_rng(0)
    directions = generator.normal(size=(3, _DIRECTIONS)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=0)
    # Sorted projections are the quantile functions, between which the distance is Euclidean.
    quantiles = np.stack([np.sort(clouds[row] @ directions, axis=0)[::8] for row in chosen])
    distance = np.square(quantiles - quantiles.mean(axis=0)).sum(axis=(1, 2))
    template = np.array(clouds[chosen[distance.argmin()]], dtype=np.float32)
    return generator.permutation(template)


def keep_template(
    folder: Path, clouds: NDArray[np.float32], rows: NDArray[np.int64] | None = None
) -> NDArray[np.float32]:
    """Give the template kept in `folder`; choose and keep one where there is none of this size.

    A library keeps its template when chairs come and go, and with it all its orders.
    """
    points = clouds.shape[1]
    template = kept_template(folder, points)
    if template is None:
        template = choose_template(clouds, rows)
        path = _path(folder, points)
        with replaced_atomically(path) as temporary, temporary.open("wb") as handle:
            np.save(handle, template)
    return template


def kept_template(folder: Path, points: int) -> NDArray[np.float32] | None:
    """The template of this size in `folder`, (N, 3); None where it is missing or damaged."""
    try:
        template = load_array(_path(folder, points))
    except (OSError, ValueError):
        return None
    if template.shape != (points, 3) or not np.isfinite(template).all():
        return None
    return np.asarray(template, dtype=np.float32)


def _path(folder: Path, points: int) -> Path:
    return folder / f"template-{points}.npy"
