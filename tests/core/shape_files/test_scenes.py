"""GLB, glTF, COLLADA and 3MF: parts where they belong, nothing from outside the folder."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.errors import ShapeFileError
from core.mesh import Mesh
from core.shape_files import Shape, read_shape
from tests.small_shapes import (
    box,
    chair_mesh,
    gltf_content,
    write_3mf,
    write_every_format,
    write_with_trimesh,
)


def mesh_of(shape: Shape) -> Mesh:
    assert shape.mesh is not None
    return shape.mesh


@pytest.mark.parametrize("suffix", [".glb", ".dae", ".3mf", ".gltf"])
def test_that_a_mesh_comes_out_of_a_scene_as_it_went_in(tmp_path: Path, suffix: str) -> None:
    points = np.zeros((20, 3), dtype=np.float32)
    points[1] = 1
    path = write_every_format(tmp_path, chair_mesh(), points)[suffix]
    assert mesh_of(read_shape(path)).content_hash == chair_mesh().content_hash


def write_gltf(path: Path, content: dict[str, object]) -> Path:
    path.write_text(json.dumps(content))
    return path


def test_that_gltf_nodes_move_and_scale_their_meshes(tmp_path: Path) -> None:
    content = gltf_content(box(), scale=[1, 2, 3], translation=[10, 0, 0])
    content["nodes"] = [
        *content["nodes"],  # type: ignore[misc]
        {"mesh": 0, "rotation": [0, 0, np.sqrt(0.5), np.sqrt(0.5)], "name": "turned"},
        {"children": [0, 1], "translation": [0, 0, 5]},
    ]
    content["scenes"] = [{"nodes": [2]}]
    shape = read_shape(write_gltf(tmp_path / "a.gltf", content))
    mesh = mesh_of(shape)
    assert len(mesh.faces) == 24
    np.testing.assert_allclose(mesh.bounds, [[-1, 0, 5], [11, 2, 8]], atol=1e-6)
    assert (shape.up, shape.metres_per_unit) == ("y", 1.0)
    assert "definition" in shape.up_reason


def test_that_a_mirrored_part_keeps_its_outside_outside(tmp_path: Path) -> None:
    mirrored = mesh_of(
        read_shape(write_gltf(tmp_path / "a.gltf", gltf_content(box(), scale=[-1, 1, 1])))
    )
    plain = mesh_of(read_shape(write_gltf(tmp_path / "b.gltf", gltf_content(box()))))

    def volume(mesh: Mesh) -> float:
        first, second, third = np.moveaxis(mesh.triangles, 1, 0)
        return float(np.einsum("fi,fi->f", first, np.cross(second, third)).sum() / 6)

    assert volume(mirrored) == pytest.approx(volume(plain))


def test_that_a_gltf_reads_the_files_beside_it(tmp_path: Path) -> None:
    content = gltf_content(box())
    vertices = box().vertices.astype("<f4").tobytes()
    (tmp_path / "my box.bin").write_bytes(vertices + box().faces.astype("<u4").tobytes())
    content["buffers"] = [{"uri": "my%20box.bin", "byteLength": 96 + 144}]
    assert mesh_of(read_shape(write_gltf(tmp_path / "a.gltf", content))).area == pytest.approx(6)


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("../secret.bin", "outside its own folder"),
        ("%2e%2e/secret.bin", "outside its own folder"),
        ("/etc/hostname", "outside its own folder"),
        ("file:///etc/hostname", "nothing outside its own folder is read"),
        ("http://127.0.0.1:9/a.bin", "nothing outside its own folder is read"),
        ("missing.bin", "missing"),
        ("link.bin", "outside its own folder"),
    ],
)
def test_that_a_gltf_reaches_nothing_outside_its_folder(
    tmp_path: Path, uri: str, words: str
) -> None:
    (tmp_path / "secret.bin").write_bytes(b"x" * 240)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.bin").symlink_to(tmp_path / "secret.bin")
    content = gltf_content(box())
    content["buffers"] = [{"uri": uri, "byteLength": 240}]
    with pytest.raises(ShapeFileError, match=words):
        read_shape(write_gltf(inside / "a.gltf", content))


def test_that_an_accessor_larger_than_the_file_is_refused_before_memory_is_taken(
    tmp_path: Path,
) -> None:
    content = gltf_content(box())
    content["accessors"] = [{"componentType": 5126, "count": 2**40, "type": "VEC3"}]
    with pytest.raises(ShapeFileError, match="more than the file can hold"):
        read_shape(write_gltf(tmp_path / "a.gltf", content))


def test_that_a_compressed_gltf_says_what_to_do(tmp_path: Path) -> None:
    content = gltf_content(box())
    content["extensionsRequired"] = ["KHR_draco_mesh_compression"]
    with pytest.raises(ShapeFileError, match="Export it without compression"):
        read_shape(write_gltf(tmp_path / "a.gltf", content))


def test_that_a_tree_that_holds_itself_is_refused(tmp_path: Path) -> None:
    content = gltf_content(box())
    content["nodes"] = [{"children": [1]}, {"children": [0], "mesh": 0}]
    with pytest.raises(ShapeFileError, match="tree of its scene"):
        read_shape(write_gltf(tmp_path / "a.gltf", content))


@pytest.mark.parametrize(
    ("declared", "up", "unit"),
    [
        ("<unit name='centimeter' meter='0.01'/><up_axis>Z_UP</up_axis>", "z", 0.01),
        ("<up_axis>X_UP</up_axis>", "x", 1.0),
        ("", "y", 1.0),
    ],
)
def test_that_a_collada_file_says_its_up_axis_and_unit(
    tmp_path: Path, declared: str, up: str, unit: float
) -> None:
    path = write_with_trimesh(tmp_path / "a.dae", box((1, 2, 3)))
    text = path.read_text()
    for element in ("<up_axis>Y_UP</up_axis>", '<unit name="meter" meter="1"/>'):
        text = text.replace(element, "")
    path.write_text(text.replace("<asset>", f"<asset>{declared}", 1))
    shape = read_shape(path)
    assert (shape.up, shape.metres_per_unit) == (up, unit)
    # Own units are the numbers in the file; the unit is kept beside them.
    np.testing.assert_allclose(mesh_of(shape).bounds, [[0, 0, 0], [1, 2, 3]], atol=1e-6)


MODEL_3MF = """<model xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02" unit="inch">
<resources><object id="1"><mesh><vertices><vertex x="0" y="0" z="0"/><vertex x="1" y="0" z="0"/>
<vertex x="0" y="1" z="0"/></vertices><triangles><triangle v1="0" v2="1" v3="2"/></triangles></mesh>
</object><object id="2"><components><component objectid="1"/>
<component objectid="1" transform="1 0 0 0 1 0 0 0 1 5 0 0"/></components></object></resources>
<build><item objectid="2" transform="2 0 0 0 2 0 0 0 2 0 0 7"/></build></model>"""


def test_that_the_parts_of_a_3mf_are_put_in_their_places(tmp_path: Path) -> None:
    shape = read_shape(write_3mf(tmp_path / "a.3mf", MODEL_3MF))
    np.testing.assert_allclose(mesh_of(shape).bounds, [[0, 0, 7], [12, 2, 7]])
    assert shape.metres_per_unit == pytest.approx(0.0254)


def test_that_entities_of_a_collada_file_are_not_expanded_without_end(tmp_path: Path) -> None:
    layers = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    (tmp_path / "a.dae").write_text(
        f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "xxxxxxxxxx">{layers}]><COLLADA '
        'xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1"><asset>'
        "<title>&a11;</title></asset></COLLADA>"
    )
    with pytest.raises(ShapeFileError, match="defines entities of its own"):
        read_shape(tmp_path / "a.dae")
