"""Looking at a run that another process writes, here or on another machine, without slowing it.

Nothing is written and nothing held: each look reads what was added to the log since the last one,
and the times of a few files.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.errors import RunError
from core.training.checkpoint import WEIGHTS_FILE
from core.training.claim import is_trained_now
from core.training.metrics_log import METRICS_FILE
from core.training.run import CODES_FILE, Run, RunState

Signature = tuple[int, int, int]  # which file, its size, when it was written

_NOT_THERE: Final = (0, 0, 0)


@dataclass(frozen=True, eq=False)
class Look:
    """What is new since the look before."""

    records: tuple[dict[str, Any], ...]
    """Of epochs that were added to the log."""
    begins_anew: bool
    """Whether the records replace all that came before: the first look, or a run resumed from an
    earlier epoch."""
    has_new_model: bool
    """Whether there is a checkpoint that was not there before."""
    state: RunState | None
    """None while it cannot be read, which a moment later it may."""
    is_trained_now: bool


class RunWatcher:
    """Remembers what was seen of a run. One thread uses it at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._offset = 0
        self._log = 0  # which file it was, for a resumed training replaces it
        self._model = _NOT_THERE
        self._is_first = True

    def look(self) -> Look:
        """Read what is new. A run that is not there raises RunError."""
        trained = is_trained_now(self.folder)  # before the rest: nothing comes after an end
        run = Run.open(self.folder)
        records, begins_anew = self._new_records()
        model = self._model_signature()
        has_new_model, self._model = model not in (self._model, _NOT_THERE), model
        try:
            state: RunState | None = run.state
        except RunError:
            state = None
        self._is_first = False
        return Look(records, begins_anew, has_new_model, state, trained)

    def _new_records(self) -> tuple[tuple[dict[str, Any], ...], bool]:
        path = self.folder / METRICS_FILE
        try:
            with path.open("rb") as file:
                status = path.stat()
                anew = self._is_first or (status.st_ino != self._log)
                anew = anew or status.st_size < self._offset
                self._log = status.st_ino
                file.seek(0 if anew else self._offset)
                content = file.read()
        except FileNotFoundError:
            anew, self._offset = self._is_first or self._offset > 0, 0
            return (), anew
        whole = content[: content.rfind(b"\n") + 1]  # a line that is being written comes later
        self._offset = (0 if anew else self._offset) + len(whole)
        records = []
        for line in whole.splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict) and isinstance(record.get("epoch"), int):
                records.append(record)
        return tuple(records), anew

    def _model_signature(self) -> Signature:
        """Codes are written after their weights, so that with them a checkpoint is whole."""
        codes = _signature(self.folder / CODES_FILE)
        return codes if codes != _NOT_THERE else _signature(self.folder / WEIGHTS_FILE)


def _signature(path: Path) -> Signature:
    try:
        status = path.stat()
    except OSError:
        return _NOT_THERE
    return (status.st_ino, status.st_size, status.st_mtime_ns)
