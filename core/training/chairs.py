"""The chairs of a training: a library as it is when the session begins, by its two sides."""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray

from core.correspondence import OrderTable
from core.errors import TrainingError
from core.library import Library
from core.training.batches import CloudSource, fingerprint, steps_of_epoch
from core.training.corresponding import orders_of
from core.training.settings import TrainingSettings


class Chairs:
    """Training and test chairs of a library. Changes to the library do not reach a session.

    `train_indices` (n,) and `test_indices` (m,) are positions among all `ids`.
    """

    def __init__(
        self, folder: Path, settings: TrainingSettings, device: torch.device, processes: int = 1
    ) -> None:
        """Open the library. Raises TrainingError for too few chairs, LibraryError for damage."""
        library = Library.open(folder)
        self.points = library.points
        self.ids = tuple(chair.id for chair in library.chairs)
        self.posed_hashes = tuple(chair.posed_hash for chair in library.chairs)
        self.train_indices = library.indices("train")
        self.test_indices = library.indices("test")
        if len(self.train_indices) == 0:
            raise TrainingError(
                f"{folder}: the library has no training chairs. "
                "Import chairs, or move some to the training side."
            )
        count = len(self.train_indices)
        if count // steps_of_epoch(count, settings.batch) < processes:
            raise TrainingError(
                f"There are steps of fewer training chairs than the {processes} processes. Start "
                f"fewer processes, or choose a larger batch (now {settings.batch})."
            )
        # In random order the squared error draws all points to the centre.
        orders = orders_of(library) if settings.loss == "mse" else None
        self.train = _source(library, self.train_indices, orders, device)
        self.test = _source(library, self.test_indices, orders, device)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def fingerprint(self) -> str:
        """Tells these training chairs from others, of another library too: ids are alike there."""
        return fingerprint(
            f"{self.ids[index]} {self.posed_hashes[index]}" for index in self.train_indices
        )

    def joined(
        self, train: Float[ndarray, "train latent"], test: Float[ndarray, "test latent"]
    ) -> Float[ndarray, "chairs latent"]:
        """Rows of the two sides in the order of all chairs."""
        rows = np.zeros((len(self), train.shape[1]), dtype=np.float32)
        rows[self.train_indices] = train
        rows[self.test_indices] = test
        return rows


def _source(
    library: Library,
    indices: Int[ndarray, " chairs"],
    orders: OrderTable | None,
    device: torch.device,
) -> CloudSource:
    order_of = None if orders is None else [orders[index] for index in indices]
    return CloudSource(library.clouds, library.rows(indices), device, order_of)
