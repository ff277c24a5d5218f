"""How a latent space of any size is looked at in three dimensions.

Axes: n codes, d latent dimensions, 3 axes of the picture.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32

from core.errors import SettingsError


@dataclass(frozen=True, eq=False)
class LatentAxes:
    """An orthonormal way from codes to positions in a 3-D picture and back.

    `position = (code - origin) @ basis`; where d < 3 the last axes of the picture stay zero.
    """

    origin: Float32[np.ndarray, " latent"]
    basis: Float32[np.ndarray, "latent 3"]
    labels: tuple[str, str, str]

    def positions(self, codes: Float[np.ndarray, "n latent"]) -> Float32[np.ndarray, "n 3"]:
        """Where the codes lie in the picture."""
        return np.asarray((codes - self.origin) @ self.basis, dtype=np.float32)

    def covariance(self, covariance: Float[np.ndarray, "latent latent"]) -> np.ndarray:
        """A covariance of the latent space as it is seen in the picture, (3, 3)."""
        return np.asarray(self.basis.T @ covariance @ self.basis)

    def code_at(
        self, position: Float[np.ndarray, " 3"], near: Float[np.ndarray, " latent"]
    ) -> Float32[np.ndarray, " latent"]:
        """The code seen at `position` that differs from `near` only along the shown axes."""
        shift = np.asarray(position) - self.positions(near[None])[0]
        return np.asarray(near + self.basis @ shift, dtype=np.float32)


def chosen_axes(latent: int, dimensions: tuple[int, ...] | None = None) -> LatentAxes:
    """Axes that are three of the latent dimensions, the first three unless told.

    Raises SettingsError when a dimension does not exist or stands twice.
    """
    shown = tuple(range(min(latent, 3))) if dimensions is None else dimensions
    if len(set(shown)) != len(shown) or any(not 0 <= axis < latent for axis in shown):
        raise SettingsError(
            f"The axes {[axis + 1 for axis in shown]} do not fit a latent space of size {latent}. "
            f"Choose up to three different dimensions from 1 to {latent}."
        )
    basis = np.zeros((latent, 3), dtype=np.float32)
    for column, axis in enumerate(shown[:3]):
        basis[axis, column] = 1.0
    names = [f"z{axis + 1}" for axis in shown[:3]] + [""] * (3 - len(shown[:3]))
    return LatentAxes(np.zeros(latent, dtype=np.float32), basis, (names[0], names[1], names[2]))


def principal_axes(codes: Float[np.ndarray, "n latent"]) -> LatentAxes:
    """Axes along which the codes vary most; each points to where its largest weight is positive."""
    latent = codes.shape[1]
    if len(codes) < 2 or latent < 3:
        return chosen_axes(latent)
    origin = codes.mean(axis=0)
    # Two codes lie on a line, which gives a picture no third axis; all rows are few then.
    _, _, rows = np.linalg.svd(codes - origin, full_matrices=len(codes) < 3)
    basis = np.zeros((latent, 3), dtype=np.float32)
    for column, row in enumerate(rows[:3]):
        basis[:, column] = row * np.sign(row[np.abs(row).argmax()])
    return LatentAxes(origin.astype(np.float32), basis, ("PC 1", "PC 2", "PC 3"))
