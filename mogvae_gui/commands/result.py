"""What a command gives back: words for people, one JSON object for programs."""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from core.atomic import json_text
from core.plain_text import visible_text

if TYPE_CHECKING:
    from rich.console import RenderableType


class UsageError(Exception):
    """The command was given wrongly; the message says what and how it is right."""


@dataclass(frozen=True)
class Result:
    """Printed on standard output, one way or the other."""

    as_json: bool
    content: Mapping[str, Any]
    words: "tuple[RenderableType, ...]" = ()
    problem: str = ""
    """Why the command failed although there is something to print; goes to standard error."""


def print_result(result: Result, out: TextIO) -> None:
    """Print what the person asked for, and nothing else."""
    if result.as_json:
        out.write(json_text(plain(result.content)) + "\n")
    elif result.words:
        from rich.console import Console

        console = Console(file=out, highlight=False, markup=False, soft_wrap=True)
        for words in result.words:
            console.print(visible_text(words) if isinstance(words, str) else words)
    out.flush()


def plain(value: Any) -> Any:
    """The value in what strict JSON knows: arrays as lists, paths as text, NaN as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if hasattr(value, "tolist"):  # of numpy, which help does not need to import
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Path):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain(dataclasses.asdict(value))
    return value
