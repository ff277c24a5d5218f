"""Small copies of a model at kept epochs, to look back at and to fork from.

    snapshots/000020.safetensors    weights, the place in the training, and where the chairs lay

Large tensors of encoder and decoder are kept in half precision: their 11 bits move a decoded
point by a thousandth or two of the chair's size. The prior and small tensors stay as they are.

Which epochs are kept depends on the plan, the size of one copy and the room for all, and on
nothing else, so that a training that was killed and resumed keeps the same ones: the first, the
last, and multiples of 1, 2, 5, 10, 20, 50 …, as dense as the room allows.

Axes: chairs n, latent size d, components K.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jaxtyping import Float
from numpy import ndarray

from core.components import Components
from core.errors import RunError
from core.training.checkpoint import Position
from core.training.run import LibraryCodes, Run
from core.training.weights_file import read_facts, read_some_tensors, read_tensors, write_tensors

if TYPE_CHECKING:  # loading torch takes a second, and a list of snapshots needs none
    import torch
    from torch import Tensor

    from core.shape_model import ShapeModel

SNAPSHOTS_FOLDER: Final = "snapshots"
MOST_SNAPSHOTS: Final = 64

_WEIGHTS: Final = "weights."
_MOMENT: Final = "moment."
_LARGE: Final = 4096
"""Numbers in a tensor from which on half precision pays."""
_LARGEST_HALF: Final = 65504.0


@dataclass(frozen=True)
class Snapshot:
    """A kept epoch, as it lies on disk."""

    epoch: int
    path: Path
    bytes: int


@dataclass(frozen=True, eq=False)
class Moment:
    """Where chairs and components lay at a kept epoch; rows in the order of `ids`."""

    epoch: int
    ids: tuple[str, ...]
    codes: Float[ndarray, "chairs latent"]
    """As the latent view showed them: those of training chairs as they came by in the epoch."""
    responsibilities: Float[ndarray, "chairs components"]
    components: Components
    posed_hashes: tuple[str, ...] = ()
    """As in `LibraryCodes`."""


def list_snapshots(run_folder: Path) -> tuple[Snapshot, ...]:
    """The kept epochs, in order; reads no file."""
    try:
        found = [
            Snapshot(int(path.stem), path, path.stat().st_size)
            for path in (run_folder / SNAPSHOTS_FOLDER).iterdir()
            if path.suffix == ".safetensors" and path.stem.isdigit()
        ]
    except OSError:
        return ()  # none were kept, or one goes at this moment
    return tuple(sorted(found, key=lambda snapshot: snapshot.epoch))


def load_snapshot(run: Run, epoch: int, device: "str | torch.device" = "cpu") -> "ShapeModel":
    """The model as it was after this epoch. Raises RunError for an epoch that is not kept."""
    from core.shape_model import ShapeModel

    weights, position = read_snapshot(run.folder, epoch)
    try:
        return ShapeModel(run.settings, position.points, weights, device)
    except RunError as error:
        raise RunError(
            f"{run.name}: what was kept of epoch {epoch} does not belong to the run. {error}"
        ) from error


def model_of(run: Run, epoch: int | None, device: "str | torch.device" = "cpu") -> "ShapeModel":
    """The model as it was after a kept epoch, or that of the last checkpoint for None.

    Raises RunError where there is none, or a damaged one.
    """
    return run.model(device) if epoch is None else load_snapshot(run, epoch, device)


def read_snapshot(run_folder: Path, epoch: int) -> "tuple[dict[str, Tensor], Position]":
    """Weights in single precision, for `ShapeModel.load_state`, and the place. Raises RunError."""
    import torch

    path = _existing(run_folder, epoch)
    tensors, facts = read_tensors(path)
    weights = {
        name.removeprefix(_WEIGHTS): tensor.float() if tensor.dtype == torch.float16 else tensor
        for name, tensor in tensors.items()
        if name.startswith(_WEIGHTS)
    }
    try:
        return weights, Position.from_json(facts["position"])
    except (KeyError, TypeError) as error:
        raise _not_as_written(path, error) from error


def read_moment(run_folder: Path, epoch: int) -> Moment:
    """Codes and components of a kept epoch, without reading the weights. Raises RunError."""
    path = _existing(run_folder, epoch)
    tensors, facts = read_some_tensors(path, _MOMENT), read_facts(path)
    try:
        moment = Moment(
            epoch,
            tuple(str(identifier) for identifier in facts["chairs"]),
            tensors["moment.codes"].numpy(),
            tensors["moment.responsibilities"].float().numpy(),
            Components(
                tensors["moment.means"].numpy(),
                tensors["moment.covariances"].numpy(),
                tensors["moment.component_weights"].numpy(),
            ),
            tuple(str(one) for one in facts.get("posed_hashes", ())),
        )
    except (KeyError, TypeError) as error:
        raise _not_as_written(path, error) from error
    chairs = len(moment.ids)
    if not chairs == len(moment.codes) == len(moment.responsibilities) or (
        len(moment.posed_hashes) not in (0, chairs)
    ):
        raise _not_as_written(path, "rows are missing")
    return moment


class SnapshotKeeper:
    """Keeps epochs of one session within `room_bytes` for all."""

    def __init__(self, run_folder: Path, room_bytes: int, epochs_done: int) -> None:
        """What was kept of later epochs than `epochs_done` is of a lost future, and goes."""
        self._folder = run_folder / SNAPSHOTS_FOLDER
        self._run_folder = run_folder
        self._room_bytes = room_bytes
        self._bytes_each = 0  # unknown until one is written
        for snapshot in list_snapshots(run_folder):
            if snapshot.epoch > epochs_done:
                snapshot.path.unlink(missing_ok=True)
            else:
                self._bytes_each = max(self._bytes_each, snapshot.bytes)

    def is_due(self, epoch: int, planned: int) -> bool:
        """Whether this epoch will be kept, of a training that ends after `planned`."""
        if self._room_bytes == 0:
            return False
        at_most = MOST_SNAPSHOTS
        if self._bytes_each:
            at_most = min(at_most, self._room_bytes // self._bytes_each)
        return is_kept(epoch, planned, at_most)

    def keep(
        self,
        position: Position,
        weights: "Mapping[str, Tensor]",
        codes: LibraryCodes,
        components: Components,
    ) -> None:
        """Keep the epoch that `position` has reached, and let go of what has no room any more.

        Raises OSError, and what was kept before stays.
        """
        import torch

        tensors = {f"{_WEIGHTS}{name}": _smaller(name, tensor) for name, tensor in weights.items()}
        tensors |= {
            "moment.codes": torch.from_numpy(codes.codes),
            "moment.responsibilities": torch.from_numpy(codes.responsibilities).half(),
            "moment.means": torch.from_numpy(components.means),
            "moment.covariances": torch.from_numpy(components.covariances),
            "moment.component_weights": torch.from_numpy(components.weights),
        }
        size = sum(tensor.nbytes for tensor in tensors.values())
        self._bytes_each = max(self._bytes_each, size)
        epoch, planned = position.epochs_done, position.ends[-1]
        if not self.is_due(epoch, planned):
            return  # the first to be made shows that there is no room for any
        path = _path(self._run_folder, epoch)
        facts = {
            "position": position.as_json(),
            "chairs": list(codes.ids),
            "posed_hashes": list(codes.posed_hashes),
        }
        write_tensors(path, tensors, facts)
        self._bytes_each = max(self._bytes_each, path.stat().st_size)
        for snapshot in list_snapshots(self._run_folder):
            if snapshot.epoch != epoch and not self.is_due(snapshot.epoch, planned):
                snapshot.path.unlink(missing_ok=True)


def is_kept(epoch: int, planned: int, at_most: int) -> bool:
    """Whether an epoch is among the `at_most` that are kept of `planned`, counted from 1."""
    if at_most <= 0:
        return False
    if epoch == planned or (epoch == 1 and at_most > 1):
        return True
    between = at_most - 2
    return between > 0 and epoch % _stride(planned, between) == 0


def _stride(planned: int, at_most: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that goes into `planned` at most so many times."""
    for power in count():
        for digit in (1, 2, 5):
            stride: int = digit * 10**power
            if planned // stride <= at_most:
                return stride
    raise AssertionError("there is always a larger stride")


def _smaller(name: str, tensor: "Tensor") -> "Tensor":
    """Half precision where it is harmless."""
    import torch

    if tensor.dtype != torch.float32 or tensor.numel() < _LARGE or name.startswith("prior."):
        return tensor
    if float(tensor.abs().max()) > _LARGEST_HALF:
        return tensor
    return tensor.half()


def _path(run_folder: Path, epoch: int) -> Path:
    return run_folder / SNAPSHOTS_FOLDER / f"{epoch:06d}.safetensors"


def _existing(run_folder: Path, epoch: int) -> Path:
    path = _path(run_folder, epoch)
    if not path.exists():
        raise RunError(
            f"{run_folder.name}: epoch {epoch} is not kept. Choose one of the kept epochs; there "
            "are more of them with a larger “Kept epochs (MB)” in the settings."
        )
    return path


def _not_as_written(path: Path, reason: object) -> RunError:
    return RunError(
        f"{path}: what was kept of this epoch is damaged ({reason}). Delete the file; the run and "
        "its other epochs can be used without it."
    )
