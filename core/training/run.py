"""A run: one training of one model, in a folder that is complete in itself.

settings.json         the settings; never change after the run is made
about.json            notes, and where it was forked from or its prior fitted to (about.py)
state.json            how the last session ended, for people and lists
weights.safetensors   weights and the place in the training (checkpoint.py)
optimiser/            what going on with the training needs
metrics.jsonl         a line of figures for each epoch
events/               the same for TensorBoard
snapshots/            small copies of the model at kept epochs (snapshots.py)
codes.npz             codes of the library's chairs by id and cloud, at the last checkpoint
"""

import io
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray

import core
from core import atomic
from core.array_files import load_arrays
from core.errors import RunError, SettingsError
from core.training.about import new_about, write_about
from core.training.checkpoint import read_position, read_weights
from core.training.metrics_log import read_metrics
from core.training.settings import TrainingSettings

if TYPE_CHECKING:  # loading torch takes a second, and most questions to a run need none
    import torch

    from core.shape_model import ShapeModel

SETTINGS_FILE: Final = "settings.json"
STATE_FILE: Final = "state.json"
CODES_FILE: Final = "codes.npz"

_FORMAT: Final = 1

StoppedBy = Literal["", "running", "end", "stop", "error"]


@dataclass(frozen=True)
class RunState:
    """How far a run is and how its last session ended."""

    epochs_done: int
    epochs_planned: int
    elapsed_s: float
    """Spent computing, in all sessions up to the last checkpoint."""
    stopped_by: StoppedBy
    """end: as planned. stop: told to. error: see `message`. running: now, or it was killed.
    Empty: never started."""
    message: str
    """The sentence of the error, or empty."""
    step_in_epoch: int = 0

    @property
    def finished(self) -> bool:
        """Whether all planned epochs are done."""
        return self.epochs_done >= self.epochs_planned


@dataclass(frozen=True, eq=False)
class LibraryCodes:
    """Codes of a library's chairs, rows in the order of `ids`."""

    ids: tuple[str, ...]
    codes: Float[ndarray, "chairs latent"]
    """Posterior means."""
    log_vars: Float[ndarray, "chairs latent"]
    responsibilities: Float[ndarray, "chairs components"]
    exact: bool
    """Whether all come from the saved weights; else those of training chairs were collected
    during the last epoch, while the weights still moved."""
    posed_hashes: tuple[str, ...] = ()
    """Which clouds were encoded (`Chair.posed_hash`), for other libraries have the same ids.
    Empty in files of an older program."""

    def code(self, chair_id: str) -> Float[ndarray, " latent"] | None:
        """The code of a chair, None for a chair that was not there."""
        try:
            row: Float[ndarray, " latent"] = self.codes[self.ids.index(chair_id)]
        except ValueError:
            return None
        return row


class Run:
    """A run's folder. Made by `create` or `open`; reading it never changes it."""

    def __init__(self, folder: Path, settings: TrainingSettings) -> None:
        self._folder = folder
        self._settings = settings

    @classmethod
    def create(cls, folder: Path | str, settings: TrainingSettings) -> "Run":
        """Make a run that is not yet trained. Raises RunError where there is something already."""
        folder = Path(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise RunError(
                    f"{folder}: there is a run or something else already. Choose another name."
                )
            write_about(folder, new_about())
            atomic.write_json(
                folder / SETTINGS_FILE,
                {"format": _FORMAT, "program": core.__version__, "settings": settings.as_json()},
            )
        except OSError as error:
            raise RunError(
                f"{folder}: the run could not be made ({error.strerror or error}). "
                "Check free space and permissions."
            ) from error
        return cls(folder, settings)

    @classmethod
    def open(cls, folder: Path | str) -> "Run":
        """Open a run's folder. Raises RunError that says what is missing or damaged."""
        folder = Path(folder)
        content = _read_json(folder / SETTINGS_FILE)
        try:
            if content["format"] > _FORMAT:
                raise RunError(
                    f"{folder / SETTINGS_FILE}: the run has format {content['format']}, this "
                    f"program reads up to {_FORMAT}. Update the program."
                )
            return cls(folder, TrainingSettings.from_json(content["settings"]))
        except (KeyError, TypeError) as error:
            raise RunError(
                f"{folder / SETTINGS_FILE}: the settings are damaged ({error!r}). "
                "Copy the run again from where it came."
            ) from error
        except SettingsError as error:
            raise RunError(f"{folder / SETTINGS_FILE}: {error}") from error

    @property
    def folder(self) -> Path:
        return self._folder

    @property
    def name(self) -> str:
        return self._folder.name

    @property
    def settings(self) -> TrainingSettings:
        return self._settings

    @property
    def state(self) -> RunState:
        """How far it is, as on disk now. Raises RunError for damaged files."""
        position = read_position(self._folder)
        path = self._folder / STATE_FILE
        last = _read_json(path) if path.exists() else {}
        return RunState(
            epochs_done=position.epochs_done if position else 0,
            epochs_planned=position.ends[-1]
            if position and position.ends
            else self._settings.epochs,
            elapsed_s=position.elapsed_s if position else 0.0,
            stopped_by=last.get("stopped_by", ""),
            message=last.get("message", ""),
            step_in_epoch=position.step_in_epoch if position else 0,
        )

    @property
    def has_weights(self) -> bool:
        """Whether there is a model to use."""
        return read_position(self._folder) is not None

    def metrics(self) -> list[dict[str, Any]]:
        """The figures of each epoch, in order; see `metrics_log.as_record`."""
        return read_metrics(self._folder)

    def model(self, device: "str | torch.device" = "cpu") -> "ShapeModel":
        """The model of the last checkpoint. Raises RunError where there is none, or a damaged one.

        Needs no library.
        """
        from core.shape_model import ShapeModel

        weights, position = read_weights(self._folder)
        try:
            return ShapeModel(self._settings, position.points, weights, device)
        except RunError as error:
            raise RunError(
                f"{self.name}: the weights and the settings do not belong together. {error}"
            ) from error

    def codes(self) -> LibraryCodes | None:
        """Codes of the library's chairs at the last checkpoint; None where none were saved.

        Those of another checkpoint, which a crash between the two files leaves, count as none.
        """
        path = self._folder / CODES_FILE
        if not path.exists():
            return None
        try:
            arrays = load_arrays(path)
            if not self._is_of_weights(arrays):
                return None
            codes = LibraryCodes(
                ids=tuple(str(identifier) for identifier in arrays["ids"]),
                codes=arrays["codes"],
                log_vars=arrays["log_vars"],
                responsibilities=arrays["responsibilities"],
                exact=bool(arrays["exact"]),
                posed_hashes=tuple(str(one) for one in arrays.get("posed_hashes", ())),
            )
            if len(codes.posed_hashes) not in (0, len(codes.ids)):
                raise ValueError("hashes of clouds are missing")
            return codes
        except (OSError, ValueError, KeyError) as error:
            raise RunError(
                f"{path}: the codes are damaged ({error}). Delete the file; they can be made again "
                "from the chairs."
            ) from error

    def write_codes(self, codes: LibraryCodes) -> None:
        """Replace the saved codes, atomically."""
        content = io.BytesIO()
        np.savez(
            content,
            ids=np.array(codes.ids, dtype=np.str_),
            codes=codes.codes,
            log_vars=codes.log_vars,
            responsibilities=codes.responsibilities,
            exact=np.array(codes.exact),
            posed_hashes=np.array(codes.posed_hashes, dtype=np.str_),
            checkpoint=np.array(self._checkpoint_id()),
        )
        atomic.write_bytes(self._folder / CODES_FILE, content.getvalue())

    def _is_of_weights(self, arrays: Mapping[str, ndarray]) -> bool:
        """Codes of an older program do not say to which weights they belong."""
        return "checkpoint" not in arrays or str(arrays["checkpoint"]) == self._checkpoint_id()

    def _checkpoint_id(self) -> str:
        position = read_position(self._folder)
        return "" if position is None else position.checkpoint_id

    def write_state(self, stopped_by: StoppedBy, epochs_done: int, message: str = "") -> None:
        """Note how the session stands."""
        atomic.write_json(
            self._folder / STATE_FILE,
            {
                "format": _FORMAT,
                "stopped_by": stopped_by,
                "epochs_done": epochs_done,
                "message": message,
                "host": platform.node(),
                "pid": os.getpid(),
            },
        )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RunError(
            f"{path.parent}: this is not a run, for {path.name} is missing. Choose a run's folder."
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(
            f"{path}: the file cannot be read ({error}). Copy the run again from where it came."
        ) from error
    if not isinstance(content, dict):
        raise RunError(f"{path}: the file is damaged. Copy the run again from where it came.")
    return content
