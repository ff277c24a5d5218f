"""OFF, OBJ, PLY and STL: what is in use in the wild is read right."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ShapeFileError
from core.mesh import Mesh
from core.shape_files import read_shape
from tests.small_shapes import (
    box,
    chair_mesh,
    write_obj,
    write_off,
    write_with_trimesh,
)


def read_mesh(path: Path, content: str | bytes | None = None) -> Mesh:
    if isinstance(content, str):
        path.write_text(content, newline="")
    elif content is not None:
        path.write_bytes(content)
    mesh = read_shape(path).mesh
    assert mesh is not None
    return mesh


TRIANGLE_OFF = "3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n"


@pytest.mark.parametrize(
    "content",
    [
        "OFF\n" + TRIANGLE_OFF,
        "OFF" + TRIANGLE_OFF,  # ModelNet: header and counts on one line
        "OFF " + TRIANGLE_OFF,
        ("OFF\n" + TRIANGLE_OFF).replace("\n", "\r\n"),
        ("OFF\n" + TRIANGLE_OFF).replace("\n", "  \t\n"),
        "# made by hand\nOFF # comment\n\n" + TRIANGLE_OFF.replace("\n", " # more\n\n"),
        "\ufeffOFF\n" + TRIANGLE_OFF,
        "off\n3 1\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2",
        "COFF\n3 1 0\n0 0 0 1 0 0 1\n1 0 0 1 0 0 1\n0 1 0 1 0 0 1\n3 0 1 2 255 0 0\n",
        "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2 0.5 0.5 0.5\n",
    ],
)
def test_that_off_is_read_in_all_its_spellings(tmp_path: Path, content: str) -> None:
    mesh = read_mesh(tmp_path / "a.off", content)
    np.testing.assert_array_equal(mesh.vertices, [[0, 0, 0], [1, 0, 0], [0, 1, 0]])
    np.testing.assert_array_equal(mesh.faces, [[0, 1, 2]])


def test_that_negative_counts_of_an_off_file_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ShapeFileError, match=r"-3 vertices and 1 faces.*export it again"):
        read_mesh(tmp_path / "a.off", "OFF\n-3 1 0\n0 0 0\n3 0 1 2\n")


def test_that_off_polygons_are_triangulated_and_their_colours_passed_over(tmp_path: Path) -> None:
    content = "OFF\n5 2 0\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n0.5 2 0\n4 0 1 2 3 9 9 9\n3 3 2 4\n"
    mesh = read_mesh(tmp_path / "a.off", content)
    assert len(mesh.faces) == 3
    assert mesh.area == pytest.approx(1.5)


def test_that_obj_groups_materials_and_slashes_do_not_matter(tmp_path: Path) -> None:
    content = (
        "mtllib missing.mtl\no left\nv 0 0 0\nv 1 0 0 1.0\nv 0 1 0 0.5 0.5 0.5\nvt 0 0\nvn 0 0 1\n"
        "usemtl red\ns 1\nf 1/1/1 2//1 3/1\ng right\n  v 0 0 1\nv 1 0 1\nv 0 1 1\n"
        "f -3 -2 \\\n -1\nl 1 2\np 1\n"
    )
    mesh = read_mesh(tmp_path / "a.obj", content)
    np.testing.assert_array_equal(mesh.faces, [[0, 1, 2], [3, 4, 5]])
    assert mesh.area == pytest.approx(1.0)


def test_that_negative_obj_indices_count_back_from_their_face(tmp_path: Path) -> None:
    content = "v 0 0 0\nv 1 0 0\nv 0 1 0\nf -3 -2 -1\nv 5 5 5\nv 6 5 5\nv 5 6 5\nf -3 -2 -1\n"
    mesh = read_mesh(tmp_path / "a.obj", content)
    np.testing.assert_array_equal(mesh.faces, [[0, 1, 2], [3, 4, 5]])


def test_that_a_concave_obj_polygon_keeps_its_area(tmp_path: Path) -> None:
    corners = [(0, 0), (3, 0), (3, 1), (1, 1), (1, 3), (0, 3)]
    content = "".join(f"v {x} {y} 0\n" for x, y in corners) + "f 2 3 4 5 6 1\n"
    assert read_mesh(tmp_path / "a.obj", content).area == pytest.approx(5.0)


def ply_header(kind: str, faces: int, vertex_extra: str = "") -> str:
    return (
        f"ply\nformat {kind} 1.0\ncomment TextureFile missing.png\nobj_info x\n"
        "element vertex 4\nproperty float x\nproperty float y\nproperty double z\n"
        f"{vertex_extra}element face {faces}\nproperty list uchar int vertex_indices\n"
        "property uchar red\nelement edge 1\nproperty int a\nend_header\n"
    )


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    "polygons", [[[0, 1, 2], [0, 2, 3]], [[0, 1, 2, 3]], [[0, 1, 2], [0, 1, 2, 3]]]
)
def test_that_binary_ply_is_read_in_both_byte_orders(
    tmp_path: Path, order: str, polygons: list[list[int]]
) -> None:
    kind = "binary_little_endian" if order == "<" else "binary_big_endian"
    content = ply_header(kind, len(polygons), "property uchar alpha\n").encode()
    for x, y in [(0, 0), (2, 0), (2, 1), (0, 1)]:
        content += struct.pack(order + "ffdB", x, y, 7, 255)
    for polygon in polygons:
        content += struct.pack(f"{order}B{len(polygon)}iB", len(polygon), *polygon, 9)
    content += struct.pack(order + "i", 3)
    mesh = read_mesh(tmp_path / "a.ply", content)
    np.testing.assert_array_equal(mesh.bounds, [[0, 0, 7], [2, 1, 7]])
    assert mesh.area == pytest.approx(sum(1 if len(polygon) == 3 else 2 for polygon in polygons))


@pytest.mark.parametrize("faces", ["3 0 1 2 9\n3 0 2 3 9\n", "4 0 1 2 3 9\n3 0 1 2 9\n"])
def test_that_ascii_ply_is_read(tmp_path: Path, faces: str) -> None:
    content = ply_header("ascii", 2) + "0 0 7\n2 0 7\n2 1 7\n0 1 7\n" + faces + "3\n"
    mesh = read_mesh(tmp_path / "a.ply", content)
    assert mesh.area == pytest.approx(2.0 if faces.startswith("3") else 3.0)


def test_that_stl_text_and_binary_give_the_same_mesh_with_joined_corners(tmp_path: Path) -> None:
    mesh = box((1, 2, 3))
    binary = read_mesh(write_with_trimesh(tmp_path / "b.stl", mesh))
    lines = ["solid box"]
    for triangle in mesh.triangles:
        lines += ["facet normal 0 0 0", " outer loop"]
        lines += [f"  vertex {x:e} {y:e} {z:e}" for x, y, z in triangle]
        lines += [" endloop", "endfacet"]
    text = read_mesh(tmp_path / "t.stl", "\r\n".join([*lines, "endsolid box"]))
    assert len(text.vertices) == len(binary.vertices) == 8
    assert text.content_hash == binary.content_hash == mesh.content_hash


def test_that_a_binary_stl_may_begin_with_solid(tmp_path: Path) -> None:
    path = write_with_trimesh(tmp_path / "a.stl", box())
    path.write_bytes(b"solid from a program".ljust(80) + path.read_bytes()[80:])
    assert len(read_mesh(path).faces) == 12


@pytest.mark.parametrize("suffix", [".off", ".obj", ".ply", ".stl"])
def test_that_a_mesh_has_the_same_content_in_every_format(tmp_path: Path, suffix: str) -> None:
    mesh = chair_mesh()
    path = tmp_path / f"chair{suffix}"
    if suffix == ".off":
        write_off(path, mesh)
    elif suffix == ".obj":
        write_obj(path, mesh)
    else:
        write_with_trimesh(path, mesh)
    assert read_mesh(path).content_hash == mesh.content_hash


@settings(max_examples=40, deadline=None)
@given(
    vertices=st.lists(
        st.tuples(*[st.floats(-1e6, 1e6, allow_subnormal=False)] * 3), min_size=3, max_size=12
    ),
    seed=st.integers(0, 1000),
)
def test_that_off_and_obj_bring_any_mesh_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, vertices: list[tuple[float, ...]], seed: int
) -> None:
    generator = np.random.default_rng(seed)
    faces = np.array([generator.choice(len(vertices), 3, replace=False) for _ in range(5)])
    mesh = Mesh(np.array(vertices), faces)
    folder = tmp_path_factory.mktemp("exact")
    for path in (write_off(folder / "a.off", mesh), write_obj(folder / "a.obj", mesh)):
        if not mesh.area > 0:
            with pytest.raises(ShapeFileError, match=r"has an area|in one place"):
                read_mesh(path)
            continue
        back = read_mesh(path)
        np.testing.assert_array_equal(back.vertices, mesh.vertices)
        np.testing.assert_array_equal(back.faces, mesh.faces)
