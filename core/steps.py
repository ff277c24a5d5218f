"""Work that is done in steps, for those who do not want to do something between them."""

from collections.abc import Generator
from typing import TypeVar

Result = TypeVar("Result")


def without_pauses(steps: Generator[object, None, Result]) -> Result:
    """Go through all steps at once; what the generator returns. Raises what it raises."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result
