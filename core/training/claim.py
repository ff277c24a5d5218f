"""Who trains a run: one process at a time.

    .lock       held through the operating system, which lets go when its holder dies, however
    state.json  says where the holder runs; its time moves while it computes (`session.py`)

The lock tells processes of one machine, and of several where the disk between them carries locks.
Where it does not, a run whose state another machine wrote a moment ago is being trained there.
"""

import json
import os
import platform
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.errors import RunError

if TYPE_CHECKING:
    from filelock import BaseFileLock

LOCK_FILE: Final = ".lock"
BEAT_EVERY_S: Final = 10.0
"""How often a training shows that it lives."""

_SILENT_S: Final = 120.0
# Whoever only asks holds the lock for an instant, and must not be taken for a training.
_PATIENCE_TO_TAKE_S: Final = 0.5
_PATIENCE_TO_ASK_S: Final = 0.06
_STATE_FILE: Final = "state.json"


class Claim:
    """The right to train a run, until `release` or the end of the process."""

    def __init__(self, run_folder: Path) -> None:
        """Raises RunError where another holds it, OSError where the folder cannot be written."""
        self._state_path = run_folder / _STATE_FILE
        self._beat_at = time.monotonic()
        lock = _taken(run_folder, _PATIENCE_TO_TAKE_S)
        if lock is None:
            raise RunError(
                f"{run_folder.name}: the run is being trained by another window or program. Stop "
                "it there or wait for its end; meanwhile it can be watched."
            )
        self._lock = lock

    def beat(self) -> None:
        """Show that the training lives, now and then."""
        now = time.monotonic()
        if now - self._beat_at >= BEAT_EVERY_S:
            self._beat_at = now
            with suppress(OSError):  # a disk that fails will say so at the next checkpoint
                os.utime(self._state_path)

    def release(self) -> None:
        """Let the next one in."""
        with suppress(OSError):  # of a disk that is gone
            self._lock.release()


def is_trained_now(run_folder: Path) -> bool:
    """Whether some process trains the run at this moment, this one included."""
    path = run_folder / _STATE_FILE
    try:
        state = json.loads(path.read_bytes())
        if state["stopped_by"] != "running":
            return False
        if state.get("host", "") not in ("", platform.node()):
            return time.time() - path.stat().st_mtime < _SILENT_S or _is_locked(run_folder)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False
    return _is_locked(run_folder)


def _is_locked(run_folder: Path) -> bool:
    if not (run_folder / LOCK_FILE).exists():
        return False
    try:
        lock = _taken(run_folder, _PATIENCE_TO_ASK_S)
    except OSError:
        return False  # a folder that cannot be written, so nobody can train here
    if lock is None:
        return True
    lock.release()
    return False


def _taken(run_folder: Path, patience_s: float) -> "BaseFileLock | None":
    from filelock import FileLock, Timeout  # 70 ms, which the start of the window should not wait

    # The window begins a training in one thread and may end it in another.
    lock = FileLock(run_folder / LOCK_FILE, timeout=patience_s, thread_local=False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a disk without locks gets a file instead
            lock.acquire(poll_interval=0.01)
    except Timeout:
        return None
    return lock
