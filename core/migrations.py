"""Older forms of the files that people keep, brought to the present form step by step.

Each file has a format number. The step for n turns the content of format n into that of n + 1; it
imports nothing of the program, so that it stays what it was when its format was left. A file is
read in any older form and written in the present one; a newer one is refused and left untouched.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from core.errors import NewerFormatError

Content = dict[str, Any]
Step = Callable[[Content], Content]


def brought_up(
    path: Path, content: Content, present: int, steps: Mapping[int, Step] | None = None
) -> Content:
    """The content in its present form. ValueError where it has no format number.

    Raises NewerFormatError for a format that this program does not know.
    """
    found = content.get("format")
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise ValueError("it has no format number")
    if found > present:
        raise NewerFormatError(
            f"{path}: the file has format {found}, this program knows up to {present}. "
            "Open the project with a newer version of the program; nothing was changed."
        )
    for number in range(found, present):
        content = {**(steps or {})[number](content), "format": number + 1}
    return content


def _window_to_2(content: Content) -> Content:
    """Format 1 had what the window keeps at the top; 2 has it by parts of the window."""
    return {"parts": {name: value for name, value in content.items() if name != "format"}}


WINDOW_STEPS: Final[Mapping[int, Step]] = {1: _window_to_2}


def _shape_to_2(content: Content) -> Content:
    """Format 1 counted the component from 0, 2 counts it from 1.

    It said of a decoded code whose mean it is, which from 2 on only the view says.
    """
    component = content.get("component")
    if not isinstance(component, int) or isinstance(component, bool):
        return content
    view = content.get("view")
    if view is None and content.get("kind") != "sample":
        view = {key: content.get(key) for key in ("run", "code", "component", "epoch")}
    return {**content, "component": component + 1, "view": view}


SHAPE_STEPS: Final[Mapping[int, Step]] = {1: _shape_to_2}
"""For the JSON beside an exported shape."""
