"""The skin around a cloud is closed, near every point, and nowhere else."""

import numpy as np
import pytest
import trimesh

from core.nearest import nearest
from core.sampling import sample_surface
from mogvae_gui.cloud_surface import skin


def sphere(count: int = 1500) -> np.ndarray:
    points = np.random.default_rng(0).normal(size=(count, 3))
    return np.asarray(0.7 * points / np.linalg.norm(points, axis=1, keepdims=True))


def test_that_the_skin_of_a_ball_is_closed_and_lies_on_it() -> None:
    points = sphere()
    mesh = skin(points)

    assert trimesh.Trimesh(mesh.vertices, mesh.faces, process=False).is_watertight
    drawn = sample_surface(mesh, 4000)
    assert np.linalg.norm(drawn, axis=1) == pytest.approx(0.7, abs=0.06)
    assert nearest(points, drawn)[1].max() < 0.06


def test_that_parts_that_stand_apart_stay_apart() -> None:
    parts = [0.3 * sphere(800) + [x, 0.0, 0.0] for x in (-0.6, 0.6)]
    mesh = skin(np.concatenate(parts))

    assert not (np.abs(mesh.vertices[:, 0]) < 0.3).any()
