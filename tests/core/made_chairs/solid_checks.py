"""What must be true of every closed solid."""

import numpy as np

from core.mesh import Mesh


def assert_closed(mesh: Mesh) -> None:
    """Every edge is walked once each way: no hole, no face turned over, no third face."""
    edges = mesh.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    count = len(mesh.vertices)
    there = np.sort(edges[:, 0] * count + edges[:, 1])
    back = np.sort(edges[:, 1] * count + edges[:, 0])
    assert (np.diff(there) > 0).all()
    np.testing.assert_array_equal(there, back)


def assert_sound(mesh: Mesh) -> None:
    assert np.isfinite(mesh.vertices).all()
    assert mesh.faces.min() >= 0
    assert mesh.faces.max() < len(mesh.vertices)
    assert len(np.unique(mesh.faces)) == len(mesh.vertices)
    assert mesh.face_areas.min() > 0
    assert_closed(mesh)
