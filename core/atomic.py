"""Files appear whole or not at all: temporary file beside the target, flush to disk, rename."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final


def _read_umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


# It is read by setting it, for the whole process: once, before there are threads that make files.
_UMASK: Final = _read_umask()


@contextmanager
def replaced_atomically(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; on leaving without an error it becomes `path`.

    The data is flushed to disk before the rename, and the rename before returning, so that a
    power cut leaves either the old file or the new one. On an error the old file is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".tmp", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        flush_to_disk(temporary)
        temporary.chmod(0o666 & ~_UMASK)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush_folder_to_disk(path.parent)


def write_bytes(path: Path, content: bytes) -> None:
    """Replace `path` by `content`, atomically."""
    with replaced_atomically(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, content: str) -> None:
    """Replace `path` by UTF-8 text, atomically."""
    write_bytes(path, content.encode("utf-8"))


def write_json(
    path: Path,
    content: Any,
    *,
    indent: int | None = 1,
    default: Callable[[Any], Any] | None = None,
) -> None:
    """Replace `path` by JSON that strict readers accept (no NaN), atomically."""
    write_text(path, json_text(content, indent=indent, default=default) + "\n")


def json_text(
    content: Any, *, indent: int | None = None, default: Callable[[Any], Any] | None = None
) -> str:
    """JSON that strict readers accept, in letters as they are.

    A file's name may hold bytes that are no text, which UTF-8 cannot hold: escaped then, as JSON
    can. ValueError for NaN.
    """
    text = json.dumps(content, indent=indent, ensure_ascii=False, allow_nan=False, default=default)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(content, indent=indent, allow_nan=False, default=default)
    return text


def flush_to_disk(path: Path) -> None:
    """Return once the file's content has reached the disk."""
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def flush_folder_to_disk(folder: Path) -> None:
    """Return once the folder's entries have reached the disk; Windows keeps them by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
