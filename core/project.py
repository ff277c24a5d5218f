"""A project: one folder that is opened, saved and moved as one thing.

    project.json      format number, name, when it was made
    library/          the chairs
    runs/NAME/        the trainings, each complete in itself
    bookmarks.json    places in the latent space      } written by their owners through
    window.json       selection, cameras, layout      } `write_document`

Everything inside is named relative to the folder, so a moved or copied project works.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, get_args

from core.asides import move_aside
from core.atomic import write_json
from core.errors import LibraryError, NewerFormatError, ProjectError
from core.library import Library
from core.library.index import INDEX_FILE
from core.library.library import DEFAULT_POINTS
from core.migrations import WINDOW_STEPS, Step, brought_up
from core.plain_text import clean_text

FORMAT = 1
PROJECT_FILE = "project.json"

Document = Literal["bookmarks", "window"]
DOCUMENT_FORMATS: Final[Mapping[Document, int]] = {"bookmarks": 1, "window": 2}
_DOCUMENT_STEPS: Final[Mapping[Document, Mapping[int, Step]]] = {"window": WINDOW_STEPS}

# What Windows, macOS or Linux do not take in a file name, and what a shell would trip over.
_UNSAFE = re.compile(r"[^\w.+-]+")
_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{stem}{n}" for stem in ("com", "lpt") for n in "123456789"),
}
_LONGEST_RUN_NAME = 60


class Project:
    """A project on disk. Made by `create` or `open`."""

    def __init__(
        self, folder: Path, library: Library, name: str, problems: tuple[str, ...]
    ) -> None:
        self._folder = folder
        self._library = library
        self._name = name
        self._problems = problems
        self._refusal = ""

    @classmethod
    def create(cls, folder: Path | str, points: int = DEFAULT_POINTS, name: str = "") -> "Project":
        """Make an empty project. The folder must not exist yet, or be empty."""
        folder = Path(folder)
        if (folder / PROJECT_FILE).exists():
            raise ProjectError(
                f"{folder}: there is a project already. Open it, or choose another folder."
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(entry for entry in folder.iterdir() if not entry.name.startswith(".")):
                raise ProjectError(
                    f"{folder}: the folder holds other files. Choose a new or an empty one."
                )
            library = Library.create(folder / "library", points)
            (folder / "runs").mkdir(exist_ok=True)
            content: dict[str, Any] = {
                "format": FORMAT,
                "name": clean_text(name) or folder.absolute().name,
                "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            }
            # Last, for it makes the folder a project: a crash before leaves none behind.
            write_json(folder / PROJECT_FILE, content)
        except OSError as error:
            raise ProjectError(
                f"{folder}: the project could not be made ({error.strerror or error}). "
                "Check free space and permissions, or choose another folder."
            ) from error
        return cls(folder, library, content["name"], ())

    @classmethod
    def open(cls, folder: Path | str) -> "Project":
        """Open a project. ProjectError where there is none, or one of a newer format.

        What is missing or damaged is named in `problems`, and the rest opens. Without a readable
        library it opens for reading only, so that nothing is written over what may be mended.
        """
        folder = Path(folder)
        problems: list[str] = []
        content = _project_file(folder, problems)
        unreadable = ""
        try:
            library = Library.open(folder / "library")
        except NewerFormatError:
            raise
        except LibraryError as error:
            unreadable = str(error)
            library = Library.unreadable(folder / "library", unreadable)
        problems += library.damage
        try:
            (folder / "runs").mkdir(exist_ok=True)
        except OSError:
            problems.append(f"{folder / 'runs'}: the folder of runs is missing; nothing can train.")
        problems += [
            f"{folder / 'runs'}: a folder has a name with invisible characters and is left out; "
            f"rename it (“{clean_text(entry)}”)."
            for entry in _folders(folder / "runs")
            if not (entry.startswith(".") or _is_plain(entry))
        ]
        name = clean_text(str(content.get("name", ""))) or clean_text(folder.absolute().name)
        project = cls(folder, library, name, ())
        for document in get_args(Document):
            try:
                project.read_document(document)
            except ProjectError as error:
                problems.append(str(error))
        project._problems = tuple(problems)
        if unreadable:
            project.refuse_changes(unreadable)
        return project

    @property
    def folder(self) -> Path:
        """Where the project lies on disk."""
        return self._folder

    @property
    def name(self) -> str:
        """For people; the folder's name unless another was given."""
        return self._name

    @property
    def library(self) -> Library:
        """The chairs."""
        return self._library

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence for each piece that was found missing or damaged on opening."""
        return self._problems

    @property
    def refusal(self) -> str:
        """Why nothing of the project may be changed here; empty where it may."""
        return self._refusal

    def refuse_changes(self, reason: str) -> None:
        """Open for reading only, from now on: `reason` is what a change is answered with.

        Library and documents refuse by themselves. Whoever trains asks `check_may_change`.
        """
        self._refusal = reason
        self._library.refuse_changes(reason)

    def check_may_change(self) -> None:
        """Raise ProjectError with the reason where the project is open for reading only."""
        if self._refusal:
            raise ProjectError(self._refusal)

    @property
    def runs_folder(self) -> Path:
        """Where each run has its folder."""
        return self._folder / "runs"

    def run_names(self) -> tuple[str, ...]:
        """The runs, oldest first, as far as the folders' times tell."""
        try:
            folders = [
                entry
                for entry in self.runs_folder.iterdir()
                if entry.is_dir() and _is_plain(entry.name)
            ]
            made = {entry.name: _made_at(entry) for entry in folders}
        except OSError:
            return ()
        return tuple(sorted(made, key=lambda name: (made[name], name)))

    def run_folder(self, name: str) -> Path:
        """The folder of a run, whether it exists or not. ProjectError where `name` is no name."""
        if name in {"", ".", ".."} or Path(name).name != name or "\\" in name:
            raise ProjectError(f"“{name}” is no name for a run. Use letters, digits and dashes.")
        return self.runs_folder / name

    def new_run_name(self, stem: str = "run") -> str:
        """A name that no run has: `stem` made safe for every disk, with a number if need be."""
        safe = _UNSAFE.sub("-", stem).strip("-._ ")[:_LONGEST_RUN_NAME] or "run"
        if safe.lower() in _RESERVED:
            safe += "-run"
        # Folders may differ by more than case on one disk and not on the next.
        taken = {name.casefold() for name in self.run_names()}
        unique, number = safe, 2
        while unique.casefold() in taken:
            unique, number = f"{safe}-{number}", number + 1
        return unique

    def read_document(self, document: Document) -> dict[str, Any]:
        """What was last written, or an empty dict. ProjectError where it is damaged or newer."""
        path = self._folder / f"{document}.json"
        if not path.exists():
            return {}
        steps = _DOCUMENT_STEPS.get(document)
        content = _present_form(path, _read_json(path), DOCUMENT_FORMATS[document], steps)
        return {key: value for key, value in content.items() if key != "format"}

    def write_document(self, document: Document, content: dict[str, Any]) -> None:
        """Replace a document atomically. `content` must be strict JSON.

        A damaged one is put aside, not written over; a newer one stays, with NewerFormatError.
        """
        self.check_may_change()
        path = self._folder / f"{document}.json"
        try:
            self.read_document(document)
            is_damaged = False
        except NewerFormatError:
            raise
        except ProjectError:
            is_damaged = True
        try:
            if is_damaged:
                move_aside(path)
            write_json(path, {"format": DOCUMENT_FORMATS[document], **content})
        except (OSError, ValueError, TypeError) as error:
            raise ProjectError(
                f"{path}: it could not be saved ({error}). Check free space and permissions."
            ) from error


def is_project(folder: Path) -> bool:
    """Whether `Project.open` finds something there: its file, or the library at least.

    Never raises: a folder that may not be looked into is none, and neither is one in which
    something that is no file is called project.json.
    """
    try:
        return (folder / PROJECT_FILE).is_file() or _has_library(folder)
    except OSError:
        return False


def _has_library(folder: Path) -> bool:
    return (folder / "library" / INDEX_FILE).exists()


def _folders(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
    except OSError:
        return []


def _is_plain(name: str) -> bool:
    """Whether a folder is named as people name things: it is shown as it is, in many places."""
    return not name.startswith(".") and clean_text(name, 255) == name


def _project_file(folder: Path, problems: list[str]) -> dict[str, Any]:
    """What project.json says; it holds nothing that a project could not be without."""
    path = folder / PROJECT_FILE
    if not path.exists() and _has_library(folder):
        problems.append(
            f"{path}: the file is missing. Everything else is open; put it back from a copy of "
            "the project, for other programs know a project by it."
        )
        return {}
    if not path.exists():
        where = "the folder does not exist" if not folder.exists() else f"{PROJECT_FILE} is missing"
        raise ProjectError(
            f"{folder}: {where}, so there is no project to open. Choose a project's folder."
        )
    try:
        return _present_form(path, _read_json(path), FORMAT)
    except NewerFormatError:
        raise
    except ProjectError as error:
        if not _has_library(folder):
            raise
        problems.append(f"{error} Everything else is open.")
        return {}


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise ProjectError(
            f"{path}: the file cannot be read ({error.strerror or error}). Check its permissions."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ProjectError(
            f"{path}: the file is damaged ({error}). Put it back from a copy of the project."
        ) from error
    if not isinstance(content, dict):
        raise ProjectError(
            f"{path}: the file is damaged (it holds no object). Put it back from a copy."
        )
    return content


def _present_form(
    path: Path, content: dict[str, Any], present: int, steps: Mapping[int, Step] | None = None
) -> dict[str, Any]:
    try:
        return brought_up(path, content, present, steps)
    except ValueError as error:
        raise ProjectError(
            f"{path}: the file has no format number, so it is damaged. Put it back from a copy."
        ) from error


def _made_at(folder: Path) -> float:
    """When a run was made: its settings are written once and never again."""
    settings = folder / "settings.json"
    return (settings if settings.exists() else folder).stat().st_mtime
