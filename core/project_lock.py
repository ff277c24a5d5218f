"""Who may change a project: one program at a time, the first to come.

    .lock         held through the operating system, which lets go when its holder dies, however
    .lock.json    who holds it, for the others to say

The second file tells and decides nothing: left behind by a program that was killed, it is passed
over and replaced by the next holder. Reading a project needs no lock.
"""

import errno
import json
import logging
import os
import platform
import warnings
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from core.atomic import write_json
from core.errors import ProjectError
from core.plain_text import clean_text

if TYPE_CHECKING:
    from filelock import BaseFileLock

logger = logging.getLogger(__name__)

LOCK_FILE = ".lock"
OWNER_FILE = ".lock.json"
LOCK_FILES = (LOCK_FILE, OWNER_FILE)
"""What belongs to the open project and not to a copy of it."""

_FORMAT = 1
_PATIENCE_S = 0.08  # whoever only asks whether it is free holds it for an instant


@dataclass(frozen=True)
class LockOwner:
    """A program that has a project open for changes."""

    program: str  # "the window", "mogvae train"
    pid: int
    host: str
    since: str  # ISO 8601, UTC

    def words(self) -> str:
        """The owner in words: "mogvae train (process 4711 on this computer, since 14:02)"."""
        where = "this computer" if self.host == platform.node() else self.host
        return f"{self.program} (process {self.pid} on {where}{_since_words(self.since)})"


class ProjectInUseError(ProjectError):
    """Another program has the project open for changes."""

    def __init__(self, folder: Path, owner: LockOwner | None) -> None:
        who = owner.words() if owner is not None else "another program"
        super().__init__(
            f"{folder}: the project is open in {who}. Close it there, then try again; "
            "nothing was changed."
        )
        self.owner = owner


class ProjectLock:
    """The right to change a project, held until `release` or the end of the process."""

    def __init__(self, folder: Path, lock: "BaseFileLock") -> None:
        self._folder = folder
        self._lock = lock

    @classmethod
    def take(cls, folder: Path | str, program: str) -> "ProjectLock":
        """Take a project for `program`, at once or not at all.

        Raises ProjectInUseError where another holds it (another lock of the same process
        included), ProjectError where the folder cannot be written.
        """
        folder = Path(folder).resolve()
        lock = _taken(folder, _PATIENCE_S)
        if lock is None:
            raise ProjectInUseError(folder, read_owner(folder))
        owner = LockOwner(
            program, os.getpid(), platform.node(), datetime.now(UTC).isoformat(timespec="seconds")
        )
        try:
            write_json(folder / OWNER_FILE, {"format": _FORMAT, **asdict(owner)})
        except OSError:  # a full disk hides who it is, not that somebody is there
            logger.warning("%s could not be written", folder / OWNER_FILE, exc_info=True)
        return cls(folder, lock)

    @property
    def folder(self) -> Path:
        """The project's folder, absolute and without links."""
        return self._folder

    def release(self) -> None:
        """Let the next one in; does nothing the second time."""
        if not self._lock.is_locked:
            return
        with suppress(OSError):
            (self._folder / OWNER_FILE).unlink(missing_ok=True)
        with suppress(OSError):  # of a disk that is gone
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()


def is_free(folder: Path) -> bool:
    """Whether nobody holds the project at this moment."""
    try:
        lock = _taken(folder, 0.0)
    except ProjectError:
        return False
    if lock is None:
        return False
    lock.release()
    return True


def read_owner(folder: Path) -> LockOwner | None:
    """Who holds a project that is held; None where that cannot be read."""
    try:
        content = json.loads((folder / OWNER_FILE).read_bytes())
        return LockOwner(
            program=clean_text(str(content["program"])),
            pid=int(content["pid"]),
            host=clean_text(str(content["host"])),
            since=str(content["since"]),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _taken(folder: Path, patience_s: float) -> "BaseFileLock | None":
    """The lock, or None where another has it."""
    from filelock import FileLock, Timeout  # 70 ms, which the start of the window should not wait

    # The window takes it in one thread and lets go in another.
    lock = FileLock(folder / LOCK_FILE, timeout=patience_s, thread_local=False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a disk without locks gets a file instead
            lock.acquire(poll_interval=0.01)
    except Timeout:
        return None
    except OSError as error:
        why = "is read-only" if error.errno == errno.EROFS else "cannot be written"
        raise ProjectError(
            f"{folder}: the folder {why} ({error.strerror or error}), so the project can be looked "
            "at but not changed. Check its permissions, or save it to another folder."
        ) from error
    return lock


def _since_words(since: str) -> str:
    try:
        moment = datetime.fromisoformat(since).astimezone()
    except ValueError:
        return ""
    today = moment.date() == datetime.now().astimezone().date()
    return f", since {moment:%H:%M}" if today else f", since {moment:%d %B %H:%M}"
