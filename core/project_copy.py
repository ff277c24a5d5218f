"""Copies a project to another folder, whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.atomic import flush_folder_to_disk, flush_to_disk
from core.errors import ProjectError
from core.library.index import INDEX_FILE
from core.project_lock import LOCK_FILES
from core.training.claim import is_trained_now

_CHUNK = 4 * 2**20


@dataclass(frozen=True)
class CopyProgress:
    """How far a copy is."""

    done_bytes: int
    total_bytes: int
    file: str  # relative to the project


def copy_project(source: Path, target: Path) -> Generator[CopyProgress, None, Path]:
    """Copy the project at `source` to `target`, which must not exist; returns it made absolute.

    The copy grows in a hidden folder beside the target and gets its name when all is on disk.
    Closing the generator, or an error, leaves nothing. The chairs are those of the moment the copy
    begins, also when some come in meanwhile. A run that any program trains, at the beginning or at
    the end, is refused: its files would be of different moments. Raises ProjectError.
    """
    source, target = source.resolve(), target.absolute()
    _check(source, target)
    _check_at_rest(source)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        growing = Path(tempfile.mkdtemp(prefix=f".{target.name[:40]}.", dir=target.parent))
        try:
            yield from _copied(source, growing, sorted(_files(source), key=_order))
            _check_at_rest(source)
            growing.chmod(source.stat().st_mode)  # that of a temporary folder is for one's own eyes
            growing.rename(target)
        finally:
            shutil.rmtree(growing, ignore_errors=True)
        flush_folder_to_disk(target.parent)
    except OSError as error:
        raise ProjectError(
            f"{target}: the project could not be copied there ({error.strerror or error}). Check "
            "free space and permissions, or choose another folder; nothing was left behind."
        ) from error
    return target


def _check(source: Path, target: Path) -> None:
    if os.path.lexists(target):
        raise ProjectError(f"{target} is there already. Choose another name.")
    if target.resolve().is_relative_to(source):
        raise ProjectError(
            f"{target} lies within the project itself. Choose a folder outside {source}."
        )


def _check_at_rest(project: Path) -> None:
    for folder in sorted(project.glob("runs/*")):
        if is_trained_now(folder):
            raise ProjectError(
                f"{project.name}: {folder.name} is being trained now, so a copy would have some of "
                "it from before and some from after. Stop it or wait for its end, then copy again."
            )


def _copied(source: Path, target: Path, names: list[Path]) -> Generator[CopyProgress, None, None]:
    total = sum((source / name).stat().st_size for name in names)
    done = 0
    for folder in sorted(_folders(source)):
        (target / folder).mkdir(parents=True, exist_ok=True)
    for name in names:
        yield CopyProgress(done, total, str(name))
        with (source / name).open("rb") as reader, (target / name).open("xb") as writer:
            while chunk := reader.read(_CHUNK):
                writer.write(chunk)
                done += len(chunk)
                yield CopyProgress(min(done, total), total, str(name))
        shutil.copystat(source / name, target / name)  # runs are listed by the age of their files
        flush_to_disk(target / name)


def _order(name: Path) -> tuple[bool, str]:
    # What the index names is there before and after it was read, for rows are only appended.
    return name.name != INDEX_FILE, str(name)


def _files(project: Path) -> Iterator[Path]:
    """All files, relative; links are followed, for the copy shall be whole."""
    for folder, _, files in _walk(project):
        for file in files:
            path = folder / file
            is_leftover = file.startswith(".") and file.endswith(".tmp")  # of a killed writer
            if path.is_file() and file not in LOCK_FILES and not is_leftover:
                yield path.relative_to(project)


def _folders(project: Path) -> Iterator[Path]:
    for folder, _, _ in _walk(project):
        yield folder.relative_to(project)


def _walk(project: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    seen: set[Path] = set()
    for folder, folders, files in os.walk(project, followlinks=True):
        here = Path(folder)
        if here.resolve() in seen:  # a link that leads back
            folders.clear()
            continue
        seen.add(here.resolve())
        yield here, folders, files
