"""A training's state on disk, such that a crash at any instant leaves a state to go on from.

    weights.safetensors            weights, and the place in the training (Position)
    optimiser/ID.safetensors       Adam's moments, and the sums of an unfinished epoch
    optimiser/ID.json              the same in words: which tensors, steps

The optimiser's files of a new checkpoint are written under a new ID first; then the weights, which
name that ID, replace the old ones; then the old optimiser's files go. So the weights decide, in
one rename, which checkpoint is the last.
"""

import dataclasses
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from core import atomic
from core.errors import RunError
from core.training.weights_file import read_facts, read_tensors, write_tensors

if TYPE_CHECKING:  # loading torch takes a second, and a position is read without
    from torch import Tensor

WEIGHTS_FILE: Final = "weights.safetensors"
OPTIMISER_FOLDER: Final = "optimiser"


@dataclass
class Position:
    """How far a training has come: all of its state that is not tensors."""

    points: int
    """Points of the clouds that the model was made for."""
    epochs_done: int = 0
    step_in_epoch: int = 0
    """Steps done of the unfinished epoch."""
    ends: list[int] = field(default_factory=list)
    """Epochs at which the training was planned to end; the last is the present plan."""
    elapsed_s: float = 0.0
    chairs: str = ""
    """Fingerprint of the training chairs, by which an unfinished epoch can be finished."""
    components_placed: bool = False
    best_loss: float | None = None
    alarms: list[str] = field(default_factory=list)
    """Kinds of alarms that stand, so that they are not said again."""

    @property
    def checkpoint_id(self) -> str:
        return f"{self.epochs_done:06d}-{self.step_in_epoch:06d}"

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Unknown keys are left out, so that an older program can use newer weights."""
        known = {item.name for item in dataclasses.fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """What is saved: `weights` by the model's names, `optimiser` by names of `OptimiserState`."""

    position: Position
    weights: "Mapping[str, Tensor]"
    optimiser: "Mapping[str, Tensor]"


def write_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Make this the run's last checkpoint. OSError becomes RunError; the one before stays then."""
    position = checkpoint.position
    identifier = position.checkpoint_id
    optimiser_folder = folder / OPTIMISER_FOLDER
    try:
        optimiser_folder.mkdir(parents=True, exist_ok=True)
        facts = {"checkpoint": identifier}
        write_tensors(optimiser_folder / f"{identifier}.safetensors", checkpoint.optimiser, facts)
        atomic.write_json(
            optimiser_folder / f"{identifier}.json",
            {
                "format": 1,
                "optimiser": "Adam",
                "position": position.as_json(),
                "tensors": {name: list(t.shape) for name, t in checkpoint.optimiser.items()},
            },
        )
        weights_facts = facts | {"position": position.as_json()}
        write_tensors(folder / WEIGHTS_FILE, checkpoint.weights, weights_facts)
        for path in optimiser_folder.iterdir():
            if path.stem != identifier and not path.name.startswith("."):
                path.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(
            f"{folder}: the checkpoint could not be written ({error.strerror or error}). "
            "Make room on the disk or check permissions; the checkpoint before is kept."
        ) from error


def read_position(folder: Path) -> Position | None:
    """Where the run's last checkpoint is; None for a run that has none. Raises RunError."""
    if not (folder / WEIGHTS_FILE).exists():
        return None
    return _position(folder, read_facts(folder / WEIGHTS_FILE))


def read_weights(folder: Path) -> "tuple[dict[str, Tensor], Position]":
    """Weights of the last checkpoint. Raises RunError where there are none or they are damaged."""
    path = folder / WEIGHTS_FILE
    if not path.exists():
        raise RunError(
            f"{folder.name}: the run has no weights yet ({path} is missing). "
            "Train it for at least one epoch."
        )
    weights, facts = read_tensors(path)
    return weights, _position(folder, facts)


def read_optimiser(folder: Path, position: Position) -> "dict[str, Tensor] | None":
    """The optimiser's tensors that belong to the weights; None where they were deleted.

    Without them a training can go on, with Adam's moments made anew. Raises RunError for a file
    that is damaged.
    """
    path = folder / OPTIMISER_FOLDER / f"{position.checkpoint_id}.safetensors"
    if not path.exists():
        return None
    return read_tensors(path)[0]


def delete_optimiser(folder: Path) -> None:
    """Make the run's folder small: for a run that is only to be used."""
    shutil.rmtree(folder / OPTIMISER_FOLDER, ignore_errors=True)


def _position(folder: Path, facts: Mapping[str, Any]) -> Position:
    try:
        return Position.from_json(facts["position"])
    except (KeyError, TypeError) as error:
        raise RunError(
            f"{folder / WEIGHTS_FILE}: the file does not say how far the training was ({error}). "
            "Copy the run again from where it came, or train it again."
        ) from error
