"""Chairs to measure with: made chairs, the same for the same numbers."""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor

from core.importing import import_paths
from core.library import Library
from core.made_chairs import add_made_chairs, draw_made_chairs, made_clouds
from core.project import Project

SAMPLES = Path(__file__).resolve().parent.parent / "resources" / "chairs"


def example_clouds(count: int, points: int, seed: int = 0) -> Float32[np.ndarray, "count points 3"]:
    """Clouds of made chairs."""
    chairs = draw_made_chairs(count, seed)
    return np.stack([made.points for made in made_clouds(chairs, points, seed, processes=1)])


def example_batch(count: int, points: int) -> Float[Tensor, "count points 3"]:
    """The same as a tensor."""
    return torch.from_numpy(example_clouds(count, points))


def example_project(folder: Path, chairs: int, points: int) -> Project:
    """A new project in `folder` with made chairs."""
    project = Project.create(folder, points)
    for _ in add_made_chairs(project.library, chairs, seed=0, processes=1):
        pass
    return project


def bar_library(folder: Path, made: int, points: int, with_samples: bool = True) -> Library:
    """Made chairs, and the sample chairs that ship, every second one of them for testing."""
    library = Library.create(folder, points)
    if with_samples:
        for _ in import_paths(library, [SAMPLES], seed=0):
            pass
        by_content = sorted(library.chairs, key=lambda chair: chair.content_hash)
        library.set_split([chair.id for chair in by_content[::2]], "train")
        library.set_split([chair.id for chair in by_content[1::2]], "test")
    for _ in add_made_chairs(library, made, seed=0, processes=1):
        pass
    return library
