"""Chairs for tests of the library: random clouds of a few points."""

from typing import Any

import numpy as np

from core.frame import Frame
from core.library import NewChair
from core.mesh import Mesh
from core.split import Split
from tests.small_shapes import chair_mesh

POINTS = 20


def new_chair(
    number: int,
    *,
    name: str = "chair",
    split: Split = "train",
    mesh: Mesh | None = None,
    **more: Any,
) -> NewChair:
    points = np.random.default_rng(number).normal(size=(POINTS, 3)) * 10 + number
    frame = Frame.fitting(points)
    return NewChair(
        name=name,
        cloud=frame.to_normalised(points).astype(np.float32),
        frame=frame,
        split=split,
        source=f"{name}.off",
        content_hash=mesh.content_hash if mesh else f"{number:032x}",
        mesh=mesh,
        metadata=more,
    )


def mesh_number(number: int) -> Mesh:
    return chair_mesh(0.4 + number / 100)
