"""A mesh is bent as the decoder moves its points, and written so that others can read it."""

from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import numpy as np
import pytest
import trimesh

from core.errors import ShapeFileError
from core.export import Shape, Surface, export_shape
from core.frame import UPRIGHT_ROTATIONS, Frame
from core.library import Library
from core.mesh import Mesh
from core.shape_files.write_mesh import MESH_SUFFIXES_WRITTEN, write_mesh
from core.shape_model import ShapeModel
from core.warped_mesh import as_normalised, warp_nearest, warped, with_short_edges
from tests.small_shapes import chair_mesh

FRAME = Frame(centre=(10.0, -20.0, 30.0), scale=40.0, rotation=UPRIGHT_ROTATIONS["y"], up="y")


def points_around(count: int = 600) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1.0, 1.0, size=(count, 3))


def normal_chair() -> Mesh:
    """A chair's mesh in normalised units."""
    mesh = chair_mesh()
    return as_normalised(mesh, Frame.fitting(mesh.vertices))


def test_that_a_mesh_follows_its_points_through_stretching_and_shearing() -> None:
    mesh, start = normal_chair(), points_around()
    stretch = np.array([[1.1, 0.2, 0.0], [0.0, 0.9, 0.0], [0.1, 0.0, 1.2]])

    bent = warped(mesh, start, start @ stretch.T + 0.1)

    # Thin-plate splines hold every affine map exactly.
    expected = with_short_edges(mesh).vertices @ stretch.T + 0.1
    np.testing.assert_allclose(bent.vertices, expected, atol=5e-3)


def test_that_points_that_stay_leave_the_surface_where_it_is() -> None:
    mesh, start = normal_chair(), points_around()

    bent = warped(mesh, start, start)

    assert bent.area == pytest.approx(mesh.area)
    np.testing.assert_allclose(bent.bounds, mesh.bounds, atol=1e-9)


def test_that_planks_have_points_to_bend_at_and_bend() -> None:
    mesh, start = normal_chair(), points_around(1500)
    end = start.copy()
    end[:, 2] += 0.3 * start[:, 0] ** 2

    bent = warped(mesh, start, end)

    split = with_short_edges(mesh)
    assert len(split.vertices) > 5 * len(mesh.vertices)
    edges = split.triangles - np.roll(split.triangles, 1, axis=1)
    assert np.linalg.norm(edges, axis=2).max() <= 0.08 + 1e-9
    expected = split.vertices[:, 2] + 0.3 * split.vertices[:, 0] ** 2
    np.testing.assert_allclose(bent.vertices[:, 2], expected, atol=0.02)


def test_that_no_vertex_far_from_the_points_runs_away() -> None:
    start = points_around(200)
    end = start + 0.05 * np.random.default_rng(1).normal(size=start.shape)
    far = Mesh(normal_chair().vertices + np.array([6.0, 0.0, 0.0]), normal_chair().faces)

    bent = warped(far, start, end)

    longest = np.linalg.norm(end - start, axis=1).max()
    moved = np.linalg.norm(bent.vertices - with_short_edges(far).vertices, axis=1)
    assert moved.max() <= longest + 1e-9


def library_of(meshes: list[Mesh | None]) -> Any:
    library = create_autospec(Library, instance=True)
    library.mesh.side_effect = lambda chair: meshes[chair.row]
    return library


def chairs_in(count: int) -> list[Any]:
    from core.library import Chair

    return [
        Chair(f"c{row}", f"chair {row}", "train", row, "", "", FRAME, {}) for row in range(count)
    ]


def test_that_the_nearest_chair_that_has_a_mesh_is_bent() -> None:
    mesh = chair_mesh()
    meshes = [mesh, None, mesh]
    codes = np.array([[0.0, 3.0], [0.0, 0.1], [0.0, -1.0]], dtype=np.float32)
    model = create_autospec(ShapeModel, instance=True)
    start = points_around()
    model.decode.side_effect = lambda asked: np.stack([start + code[1] / 10 for code in asked])
    chairs = chairs_in(3)

    result = warp_nearest(model, np.zeros(2), library_of(meshes), chairs, codes)

    assert result is not None
    assert result.chair is chairs[2]
    expected = with_short_edges(as_normalised(mesh, FRAME)).vertices + 0.1
    np.testing.assert_allclose(result.mesh.vertices, expected, atol=1e-3)
    nothing = library_of([None] * 3)
    assert warp_nearest(model, np.zeros(2), nothing, chairs, codes) is None


@pytest.mark.parametrize("suffix", MESH_SUFFIXES_WRITTEN)
def test_that_other_programs_read_the_surface_in_its_own_units(suffix: str, tmp_path: Path) -> None:
    mesh = normal_chair()
    shape = Shape("a", mesh.vertices, FRAME, surface=Surface(mesh, "bent", "throne"))

    path, beside = export_shape(shape, tmp_path / f"a{suffix}", own_units=True)

    read = trimesh.load(path, force="mesh")
    expected = FRAME.to_own(mesh.vertices)
    assert len(read.faces) == len(mesh.faces)
    assert read.area == pytest.approx(mesh.area * FRAME.scale**2, rel=1e-4)
    bounds = np.stack([expected.min(axis=0), expected.max(axis=0)])
    np.testing.assert_allclose(read.bounds, bounds, atol=1e-3)
    assert '"of_chair": "throne"' in beside.read_text()


def test_that_a_surface_that_cannot_be_written_is_a_sentence_and_no_file(tmp_path: Path) -> None:
    empty = Mesh(np.zeros((3, 3)), np.zeros((0, 3), dtype=np.int64))
    for name, mesh in (("a.xyz", normal_chair()), ("a.ply", empty)):
        with pytest.raises(ShapeFileError, match="surface"):
            write_mesh(tmp_path / name, mesh)
        assert not (tmp_path / name).exists()
