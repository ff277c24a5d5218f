"""Files that cannot be read are kept beside the ones that take their place: `NAME.damaged.json`,
`NAME.damaged-2.json` and so on. Somebody may still mend them.
"""

import filecmp
from itertools import count
from pathlib import Path

from core import atomic


def copy_aside(path: Path) -> Path:
    """Keep a copy of a damaged file; where it is. One that is the same is not made again.

    Raises OSError.
    """
    place, is_kept = _place_for(path)
    if not is_kept:
        atomic.write_bytes(place, path.read_bytes())
    return place


def move_aside(path: Path) -> None:
    """Make room for a new file, unless a copy of the damaged one is kept. Raises OSError."""
    place, is_kept = _place_for(path)
    if not is_kept:
        path.replace(place)


def _place_for(path: Path) -> tuple[Path, bool]:
    """The first name that is free or has the same content, and whether it has it."""
    for number in count(1):
        ending = ".damaged" if number == 1 else f".damaged-{number}"
        place = path.with_name(path.stem + ending + path.suffix)
        if not place.exists():
            return place, False
        if _are_equal(path, place):
            return place, True
    raise AssertionError


def _are_equal(path: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(path, other, shallow=False)
    except OSError:
        return False  # one of them may not be read, and it may still be moved
