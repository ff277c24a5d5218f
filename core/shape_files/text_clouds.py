"""XYZ and PTS: a point a line, with or without a line that counts them."""

import numpy as np

from core.shape_files.shape import Shape, cloud_shape, refusal
from core.shape_files.text import decoded, float_table

_COMMENTS = ("#", "//", ";", "%")


def read_text_cloud(name: str, content: bytes) -> Shape:
    """Points from lines of at least three numbers; intensities and colours are passed over."""
    text = decoded(name, content, "point")
    lines = [line.strip() for line in text.replace(",", " ").replace(";", " ").splitlines()]
    lines = [line for line in lines if line and not line.startswith(_COMMENTS)]
    if lines and _names_columns(lines[0]):
        lines = lines[1:]
    lines, declared = _without_counts(lines)
    if declared is not None and len(lines) < declared:
        raise refusal(
            name,
            f"the first line declares {declared} points, but only {len(lines)} lines follow",
            "The file is cut short; copy or export it again.",
        )
    if not lines:
        raise refusal(name, "the file holds no points", "Export it again with its points.")
    return cloud_shape(name, float_table(name, lines, (0, 1, 2), "line"))


def _names_columns(line: str) -> bool:
    words = [word.strip("\"'/#").lower() for word in line.split()]
    return words[:3] == ["x", "y", "z"]


def _without_counts(lines: list[str]) -> tuple[list[str], int | None]:
    """The lines without those that count what follows: one a scan, all added up."""
    counting = np.array([line.isdecimal() for line in lines], dtype=bool)
    if not counting.any():
        return lines, None
    declared = sum(int(line) for line in lines if line.isdecimal() and len(line) < 19)
    return [line for line in lines if not line.isdecimal()], declared
