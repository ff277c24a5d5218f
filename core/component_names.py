"""The names that people give to a run's components; kept in the run's folder."""

import json
from pathlib import Path

from core.atomic import write_json
from core.errors import RunError
from core.plain_text import clean_text

FORMAT = 1
NAMES_FILE = "component-names.json"
LONGEST = 60  # characters


def read_component_names(run_folder: Path) -> dict[int, str]:
    """The names by component, 0 to K - 1; those without one are left out.

    Raises RunError for a damaged file or one of a newer program.
    """
    path = run_folder / NAMES_FILE
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] > FORMAT:
            raise RunError(
                f"{path}: the file has format {content['format']}, this program reads up to "
                f"{FORMAT}. Update the program."
            )
        names = {int(number): checked_name(str(name)) for number, name in content["names"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"{path}: the names of the components are damaged ({error!r}). Delete the file; the "
            "components then have their numbers again."
        ) from error
    return {number: name for number, name in names.items() if name and number >= 0}


def write_component_names(run_folder: Path, names: dict[int, str]) -> None:
    """Replace the names, atomically. Raises RunError where the disk refuses."""
    content = {
        "format": FORMAT,
        "names": {str(number): name for number, name in sorted(names.items()) if name},
    }
    try:
        write_json(run_folder / NAMES_FILE, content)
    except OSError as error:
        raise RunError(
            f"{run_folder / NAMES_FILE}: the name could not be saved ({error.strerror or error}). "
            "Check free space and permissions."
        ) from error


def checked_name(name: str) -> str:
    """A name of one line, not too long; empty for none."""
    return clean_text(name)[:LONGEST].strip()
