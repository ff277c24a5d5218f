"""Where the shipped files are: icons, style sheet, sample chairs, demo project."""

from functools import cache
from pathlib import Path


@cache
def resources_folder() -> Path:
    """Return the folder of shipped files.

    A wheel carries it inside this package; a checkout has it beside `core` and `mogvae_gui`.
    Raises FileNotFoundError, with the places that were tried, where neither exists.
    """
    package = Path(__file__).resolve().parent
    places = (package / "resources", package.parent / "resources")
    for place in places:
        if (place / "icons").is_dir():
            return place
    raise FileNotFoundError(
        "The program's own files (icons, sample chairs) are missing: looked in "
        f"{places[0]} and {places[1]}. Install the program again."
    )


def guide_path() -> Path | None:
    """Return the user guide of a checkout, or None where only the wheel is installed."""
    path = Path(__file__).resolve().parent.parent / "docs" / "guide.md"
    return path if path.exists() else None
