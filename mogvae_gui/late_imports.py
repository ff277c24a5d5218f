"""What pyvista imports and nobody here needs: it comes when it is asked for, or not at all.

Charts bring pyplot and a canvas to draw them on, and a plugin for a type checker brings that
checker where it is installed. Without them the window's modules are imported in 1.2 s, with them
in 1.4.
"""

import importlib
import sys
from types import ModuleType
from typing import Any

PYPLOT = "matplotlib.pyplot"
CANVAS = "matplotlib.backends.backend_agg"
CHECKER = "mypy"


def import_late() -> None:
    """Let pyvista's charts have what they need once they use it. Before pyvista is imported."""
    if PYPLOT not in sys.modules:
        sys.modules[PYPLOT] = _LatePyplot(PYPLOT)
    if CANVAS not in sys.modules:
        sys.modules[CANVAS] = _LateCanvas(CANVAS)
    if CHECKER not in sys.modules:
        sys.modules[CHECKER] = None  # type: ignore[assignment]  # what is None is not installed


class _LatePyplot(ModuleType):
    """Becomes pyplot at the first look at anything in it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # asked by those who look through all modules there are
            raise AttributeError(name)
        if sys.modules.get(PYPLOT) is self:
            del sys.modules[PYPLOT]
        real = importlib.import_module(PYPLOT)
        self.__dict__.update(real.__dict__)
        return getattr(real, name)


class _LateCanvas(ModuleType):
    """Gives the first who imports a name from it a stand-in, and makes way for the real module."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(CANVAS) is self:
            del sys.modules[CANVAS]

        def made(*arguments: Any, **options: Any) -> Any:
            return getattr(importlib.import_module(CANVAS), name)(*arguments, **options)

        return made
