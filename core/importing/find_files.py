"""Which files a drop means: folders are walked, a data set's train and test are recognised."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.importing.report import Refusal
from core.shape_files import SUFFIXES
from core.split import Split

_JUNK_FOLDERS = {"__macosx", "$recycle.bin", "system volume information"}
_SIDES: dict[str, Split] = {"train": "train", "test": "test"}


@dataclass(frozen=True)
class FoundFile:
    """A file to import and what its place in the folders says about it."""

    path: Path
    split: Split | None = None  # of a data set with its own split
    category: str | None = None  # of such a data set: the folder above train and test


def find_files(paths: Iterable[Path | str]) -> tuple[list[FoundFile], list[Refusal]]:
    """The files to read, each once, in a stable order; and what can be refused at once."""
    found: dict[Path, FoundFile] = {}
    refused: list[Refusal] = []
    whole_sets: dict[Path, bool] = {}
    given = [Path(path) for path in paths]
    if not given:
        refused.append(
            Refusal("", "There is nothing to import. Drop mesh files or folders that hold some.")
        )
    for path in given:
        if path.is_dir():
            files = list(_walk(path, refused))
            if not files:
                refused.append(Refusal(str(path), _no_meshes(path)))
        else:
            files = [path]  # reading it says what is wrong with it
        for file in files:
            found.setdefault(_identity(file), _placed(file, whole_sets))
    return list(found.values()), refused


def _walk(folder: Path, refused: list[Refusal]) -> Iterator[Path]:
    """Readable kinds of files below a folder, by name; hidden ones and links to folders not."""

    def refuse(error: OSError) -> None:
        where = str(error.filename)
        refused.append(
            Refusal(where, f"{where}: you may not look into this folder. Change its permissions.")
        )

    for parent, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(
            (
                name
                for name in folders
                if not name.startswith(".") and name.lower() not in _JUNK_FOLDERS
            ),
            key=_natural_order,
        )
        for name in sorted(files, key=_natural_order):
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield Path(parent, name)


def _placed(file: Path, whole_sets: dict[Path, bool]) -> FoundFile:
    """With split and category where the file lies in `category/train` beside `category/test`."""
    parent = file.absolute().parent
    split = _SIDES.get(parent.name.lower())
    if split is None:
        return FoundFile(file)
    if parent not in whole_sets:  # asked once for all the files of a folder
        whole_sets[parent] = _has_other_side(parent, split)
    return FoundFile(file, split, parent.parent.name) if whole_sets[parent] else FoundFile(file)


def _has_other_side(side: Path, split: Split) -> bool:
    other = "test" if split == "train" else "train"
    try:
        return any(
            entry.name.lower() == other and entry.is_dir() for entry in side.parent.iterdir()
        )
    except OSError:
        return False


def _identity(file: Path) -> Path:
    try:
        return file.resolve()
    except (OSError, RuntimeError):
        return file.absolute()


def _natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """chair2 before chair10."""
    pieces: list[tuple[int, int, str]] = []
    digits = ""
    for character in name.casefold() + " ":
        if character.isdecimal():
            digits += character
            continue
        if digits:
            pieces.append((0, int(digits[:4000]), digits))
            digits = ""
        pieces.append((1, 0, character))
    return tuple(pieces)


def _no_meshes(folder: Path) -> str:
    return (
        f"{folder.name or folder}: the folder holds no mesh or cloud. "
        f"Give one with files of the kinds {', '.join(SUFFIXES)}."
    )
