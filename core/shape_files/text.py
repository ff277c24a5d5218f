"""Lines and numbers of text formats."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import ShapeFileError
from core.shape_files.shape import refusal


def decoded(name: str, content: bytes, format_name: str) -> str:
    """The text of a file. Refuses what is plainly not text."""
    if b"\x00" in content[:4096]:
        raise refusal(
            name,
            f"this is a binary file, not {format_name} text",
            "Rename it to the suffix of its real format, or export it again.",
        )
    return content.decode("utf-8", errors="replace")


def float_table(
    name: str, lines: Sequence[str], columns: Sequence[int], what: str
) -> NDArray[np.float64]:
    """The numbers in some columns of some lines, (lines, columns).

    Refuses lines that have too few columns or hold something else, naming the first of them.
    """
    if not lines:
        return np.empty((0, len(columns)))
    try:
        return np.loadtxt(lines, dtype=np.float64, usecols=columns, comments=None, ndmin=2)
    except ValueError:
        raise _first_bad_line(name, lines, columns, what) from None


def _first_bad_line(
    name: str, lines: Sequence[str], columns: Sequence[int], what: str
) -> ShapeFileError:
    for number, line in enumerate(lines, start=1):
        words = line.split()
        try:
            _ = [float(words[column]) for column in columns]
        except (ValueError, IndexError):
            shown = line.strip()[:40]
            return refusal(
                name,
                f"{what} {number} of {len(lines)} should hold {len(columns)} numbers but reads "
                f"“{shown}”",
                "The file is damaged or of another format; export it again.",
            )
    return refusal(name, f"the numbers of its {what} lines cannot be read")


def integers(name: str, words: Sequence[str], what: str) -> NDArray[np.int64]:
    """Whole numbers. Refuses anything else, naming it."""
    try:
        return np.array(words, dtype=np.int64)
    except (ValueError, OverflowError) as error:
        bad = next((word for word in words if not _is_integer(word)), "a huge number")
        raise refusal(
            name,
            f"{what} hold “{bad[:40]}” where a whole number belongs",
            "The file is damaged or of another format; export it again.",
        ) from error


def _is_integer(word: str) -> bool:
    try:
        return abs(int(word)) < 2**63
    except ValueError:
        return False
