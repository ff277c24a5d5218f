"""What people note about a run, and where it came from: about.json.

Names of runs change; an identifier given once joins a fork, or a run with a prior that was fitted
afterwards, to its parent.
"""

import json
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from core import atomic
from core.errors import RunError
from core.plain_text import clean_text

ABOUT_FILE: Final = "about.json"
LONGEST_NOTES: Final = 100_000

_FORMAT: Final = 1


@dataclass(frozen=True)
class Parent:
    """The run and epoch that a fork began at."""

    id: str
    name: str
    """As it was then; for people, once the parent is gone."""
    epoch: int


@dataclass(frozen=True)
class FittedPrior:
    """A mixture that took the place of the parent's prior when its training was over."""

    components: int
    chairs: int
    """Training chairs to whose codes it was fitted."""
    seed: int
    """Of the fit."""


@dataclass(frozen=True)
class About:
    """What is known of a run beside its training."""

    id: str = ""
    """Empty for a run of an older program that nobody has written anything about."""
    made_at: str = ""
    """ISO 8601, UTC; empty where not known."""
    parent: Parent | None = None
    notes: str = ""
    fitted: FittedPrior | None = None
    """Of a run whose prior was fitted to the codes of its parent."""


def new_about(parent: Parent | None = None, fitted: FittedPrior | None = None) -> About:
    """For a run that is made now."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return About(secrets.token_hex(8), now, parent, fitted=fitted)


def read_about(run_folder: Path) -> About:
    """What is noted; nothing where nothing is. Raises RunError for a file that is damaged."""
    path = run_folder / ABOUT_FILE
    try:
        content = json.loads(path.read_bytes())
        if content["format"] > _FORMAT:
            raise RunError(
                f"{path}: the file has format {content['format']}, this program reads up to "
                f"{_FORMAT}. Update the program."
            )
        parent, fitted = content.get("parent"), content.get("fitted")
        return About(
            clean_text(str(content["id"])),
            clean_text(str(content.get("made_at", ""))),
            None if parent is None else _parent_of(parent),
            str(content.get("notes", "")),
            None if fitted is None else _fitted_of(fitted),
        )
    except FileNotFoundError:
        return About()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RunError(
            f"{path}: the file cannot be read ({error}). Delete it; notes and origin are lost, "
            "the model is not."
        ) from error


def write_about(run_folder: Path, about: About) -> None:
    """Replace what is noted, atomically. Raises OSError."""
    parent = about.parent
    content: dict[str, Any] = {
        "format": _FORMAT,
        "id": about.id or secrets.token_hex(8),
        "made_at": about.made_at,
        "parent": None if parent is None else vars(parent),
        "notes": about.notes,
        "fitted": None if about.fitted is None else vars(about.fitted),
    }
    atomic.write_json(run_folder / ABOUT_FILE, content)


def write_notes(run_folder: Path, notes: str) -> None:
    """Keep other notes. Raises RunError."""
    try:
        write_about(run_folder, replace(read_about(run_folder), notes=notes[:LONGEST_NOTES]))
    except OSError as error:
        raise RunError(
            f"{run_folder.name}: the notes could not be saved ({error.strerror or error}). "
            "Make room on the disk or check permissions."
        ) from error


def identified(run_folder: Path) -> About:
    """What is noted, with an identifier, which is made and written where there was none."""
    about = read_about(run_folder)
    if not about.id:
        write_about(run_folder, about)
        about = read_about(run_folder)
    return about


def _parent_of(content: dict[str, Any]) -> Parent:
    return Parent(
        clean_text(str(content["id"])), clean_text(str(content["name"])), int(content["epoch"])
    )


def _fitted_of(content: dict[str, Any]) -> FittedPrior:
    return FittedPrior(int(content["components"]), int(content["chairs"]), int(content["seed"]))


def origin_of_prior(run_folder: Path) -> dict[str, Any] | None:
    """How a prior that was fitted afterwards came about, as JSON says it of what is exported.

    None for a prior that the run was trained with, and where nothing is known.
    """
    try:
        about = read_about(run_folder)
    except RunError:
        return None  # who opens the run is told; a shape of it leaves all the same
    if about.fitted is None:
        return None
    parent = about.parent
    return {
        "to_run": None if parent is None else parent.name,
        "at_epoch": None if parent is None else parent.epoch,
        **vars(about.fitted),
    }
