"""The chairs of a project, on disk: clouds in one memory-mapped array, an index, and meshes."""

from core.library.chair import Chair, NewChair
from core.library.library import Library

__all__ = ["Chair", "Library", "NewChair"]
