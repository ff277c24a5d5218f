import numpy as np
import pytest

from core.mesh import Mesh

VERTICES = np.array([[0.0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 3]])
FACES = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]])


@pytest.fixture
def tetrahedron() -> Mesh:
    return Mesh(VERTICES, FACES)


def test_that_the_bounds_are_the_lowest_and_the_highest_corner(tetrahedron: Mesh) -> None:
    np.testing.assert_array_equal(tetrahedron.bounds, [[0, 0, 0], [1, 2, 3]])


def test_that_the_area_is_the_sum_of_the_triangles(tetrahedron: Mesh) -> None:
    # Three right triangles and the slanted one, by Heron's formula.
    a, b, c = np.sqrt(5), np.sqrt(10), np.sqrt(13)
    s = (a + b + c) / 2
    slanted = np.sqrt(s * (s - a) * (s - b) * (s - c))
    assert tetrahedron.area == pytest.approx(1 + 1.5 + 3 + slanted)
    np.testing.assert_allclose(tetrahedron.face_areas, [1, 1.5, slanted, 3])


def test_that_arrays_of_other_types_are_brought_to_float64_and_int64() -> None:
    mesh = Mesh(VERTICES.astype(np.float32), FACES.astype(np.int32))
    assert mesh.vertices.dtype == np.float64
    assert mesh.faces.dtype == np.int64


def test_that_a_mesh_of_quads_is_refused() -> None:
    with pytest.raises(ValueError, match=r"faces have shape \(1, 4\)"):
        Mesh(VERTICES, np.array([[0, 1, 2, 3]]))


def test_that_the_content_hash_is_of_the_shape_and_not_of_its_writing(
    tetrahedron: Mesh,
) -> None:
    order = np.array([2, 0, 3, 1])
    renumbered = Mesh(VERTICES[order], np.argsort(order)[FACES])
    reordered = Mesh(VERTICES, FACES[::-1])
    rotated = Mesh(VERTICES, np.roll(FACES, 1, axis=1))
    turned_inside_out = Mesh(VERTICES, FACES[:, ::-1])
    soup = Mesh(VERTICES[FACES].reshape(-1, 3), np.arange(12).reshape(-1, 3))
    with_unused_vertex = Mesh(np.concatenate([VERTICES, [[9.0, 9, 9]]]), FACES)
    with_collapsed_face = Mesh(VERTICES, np.concatenate([FACES, [[1, 1, 2]]]))
    negative_zero = Mesh(np.where(VERTICES == 0, -0.0, VERTICES), FACES)

    for same in (
        renumbered,
        reordered,
        rotated,
        turned_inside_out,
        soup,
        with_unused_vertex,
        with_collapsed_face,
        negative_zero,
    ):
        assert same.content_hash == tetrahedron.content_hash


def test_that_the_content_hash_is_the_same_after_saving_as_float32(tetrahedron: Mesh) -> None:
    uneven = VERTICES / 3
    assert (
        Mesh(uneven, FACES).content_hash
        == Mesh(uneven.astype(np.float32).astype(np.float64), FACES).content_hash
    )


def test_that_the_content_hash_tells_shapes_apart(tetrahedron: Mesh) -> None:
    moved = VERTICES.copy()
    moved[3, 2] += 1e-3
    axes_swapped = VERTICES[:, [1, 0, 2]]
    hashes = {
        tetrahedron.content_hash,
        Mesh(moved, FACES).content_hash,
        Mesh(axes_swapped, FACES).content_hash,
        Mesh(VERTICES, FACES[:3]).content_hash,
        Mesh(VERTICES, np.concatenate([FACES, FACES[:1]])).content_hash,
        Mesh(2 * VERTICES, FACES).content_hash,
    }
    assert len(hashes) == 6


def test_that_an_empty_mesh_has_a_hash_and_no_area() -> None:
    empty = Mesh(np.zeros((0, 3)), np.zeros((0, 3), dtype=np.int64))
    assert len(empty.content_hash) == 32
    assert empty.area == 0
