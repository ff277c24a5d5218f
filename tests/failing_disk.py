"""A disk that fails at the n-th thing asked of it: opening, writing, flushing, renaming, removing.

Reading always succeeds, and so does what native code writes by itself; whether it reached the disk
is asked of `os.fsync`, which fails.
"""

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock


class PowerCut(BaseException):
    """Nothing may catch this. Whatever is tidied up on its way had better not be needed."""


def full_disk() -> OSError:
    """What the system says when there is no room."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def read_only_disk() -> OSError:
    """What the system says where nothing may be written."""
    return OSError(errno.EROFS, os.strerror(errno.EROFS))


class Steps:
    """Counts what is asked of the disk; the one of number `fails_at`, and all after it, fail."""

    def __init__(self, fails_at: int, error: Callable[[], BaseException]) -> None:
        self.made: list[str] = []
        self._fails_at = fails_at
        self._error = error

    @property
    def has_failed(self) -> bool:
        return 0 <= self._fails_at < len(self.made)

    def take(self, name: str) -> None:
        """One more thing is asked; raises where it fails."""
        self.made.append(name)
        if self.has_failed:
            raise self._error()


@contextmanager
def failing_disk(fails_at: int, error: Callable[[], BaseException]) -> Iterator[Steps]:
    """Let the disk fail from its `fails_at`-th step on (-1: never). Yields the steps.

    After a power cut nothing else is done to the disk, so the tidying up on the way of the error
    fails too. A full disk lets files be removed.
    """
    steps = Steps(fails_at, error)
    is_cut = isinstance(error(), PowerCut)
    changing = ["fsync", "replace", "rename", "mkdir", "link", "symlink"]
    removing = ["unlink", "remove", "rmdir"]

    def counted(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*arguments: Any, **keywords: Any) -> Any:
            steps.take(name)
            return real(*arguments, **keywords)

        return call

    real_os_open, real_open = os.open, io.open

    def os_open(path: Any, flags: int, *arguments: Any, **keywords: Any) -> int:
        if flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
            steps.take("os.open")
        return real_os_open(path, flags, *arguments, **keywords)

    def open_(file: Any, mode: str = "r", *arguments: Any, **keywords: Any) -> Any:
        if not set(mode) & set("wax+"):
            return real_open(file, mode, *arguments, **keywords)
        steps.take("open")
        if "b" not in mode:
            binary = open_(file, mode.replace("t", "") + "b")
            names = ("buffering", "encoding", "errors", "newline")
            options = {**dict(zip(names, arguments, strict=False)), **keywords}
            options.pop("buffering", None)
            return io.TextIOWrapper(binary, **options)
        raw = _Counted(file, mode.replace("b", ""), steps)
        return io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)

    with ExitStack() as stack:
        for name in changing + (removing if is_cut else []):
            stack.enter_context(mock.patch.object(os, name, counted(name)))
        stack.enter_context(mock.patch.object(os, "open", os_open))
        stack.enter_context(mock.patch.object(io, "open", open_))
        stack.enter_context(mock.patch.object(builtins, "open", open_))
        yield steps


class _Counted(io.FileIO):
    """A file of which every write is a step; one that fails has written half."""

    def __init__(self, file: Any, mode: str, steps: Steps) -> None:
        super().__init__(file, mode)
        self._steps = steps

    def write(self, content: Any) -> int:
        try:
            self._steps.take("write")
        except BaseException:
            super().write(bytes(content)[: len(content) // 2])
            raise
        return super().write(content)
