"""Small meshes and files for tests: a box, a plain chair, and a whole file of every format."""

import base64
import json
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.mesh import Mesh
from core.shape_files import write_cloud

BOX_CORNERS = np.array(
    [[x, y, z] for x in (0.0, 1.0) for y in (0.0, 1.0) for z in (0.0, 1.0)], dtype=np.float64
)
BOX_QUADS = np.array(
    [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
)


def box(size: ArrayLike = (1.0, 1.0, 1.0), corner: ArrayLike = (0.0, 0.0, 0.0)) -> Mesh:
    """12 triangles."""
    faces = np.concatenate([BOX_QUADS[:, [0, 1, 2]], BOX_QUADS[:, [0, 2, 3]]])
    return Mesh(BOX_CORNERS * np.asarray(size) + np.asarray(corner), faces)


def joined(meshes: Iterable[Mesh]) -> Mesh:
    vertices: list[NDArray[np.float64]] = []
    faces: list[NDArray[np.int64]] = []
    for mesh in meshes:
        faces.append(mesh.faces + sum(map(len, vertices)))
        vertices.append(mesh.vertices)
    return Mesh(np.concatenate(vertices), np.concatenate(faces))


def chair_mesh(seat_height: float = 0.45, width: float = 0.45) -> Mesh:
    """Four legs, a seat and a backrest: metres, z up, front towards -y."""
    leg, depth, thickness = 0.04, 0.42, 0.03
    legs = [
        box((leg, leg, seat_height), (x, y, 0.0))
        for x in (0.0, width - leg)
        for y in (0.0, depth - leg)
    ]
    seat = box((width, depth, thickness), (0.0, 0.0, seat_height))
    back = box((width, thickness, 0.45), (0.0, depth - thickness, seat_height + thickness))
    return joined([*legs, seat, back])


def stool_mesh() -> Mesh:
    """A chair without its backrest, of a square plan."""
    legs = [box((0.04, 0.04, 0.6), (x, y, 0.0)) for x in (0.0, 0.31) for y in (0.0, 0.31)]
    return joined([*legs, box((0.35, 0.35, 0.03), (0.0, 0.0, 0.6))])


def moved(mesh: Mesh, matrix: ArrayLike, offset: ArrayLike = (0.0, 0.0, 0.0)) -> Mesh:
    return Mesh(mesh.vertices @ np.asarray(matrix).T + np.asarray(offset), mesh.faces)


def write_off(path: Path, mesh: Mesh) -> Path:
    lines = ["OFF", f"{len(mesh.vertices)} {len(mesh.faces)} 0"]
    lines += [" ".join(map(repr, vertex)) for vertex in mesh.vertices.tolist()]
    lines += [f"3 {a} {b} {c}" for a, b, c in mesh.faces.tolist()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    return path


def write_obj(path: Path, mesh: Mesh) -> Path:
    lines = [f"v {x!r} {y!r} {z!r}" for x, y, z in mesh.vertices.tolist()]
    lines += [f"f {a + 1} {b + 1} {c + 1}" for a, b, c in mesh.faces.tolist()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    return path


def write_with_trimesh(path: Path, mesh: Mesh) -> Path:
    """PLY, STL, GLB, DAE or 3MF by its suffix."""
    import trimesh

    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        written = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
        holder = trimesh.Scene([written]) if path.suffix == ".3mf" else written
        content = holder.export(file_type=path.suffix[1:])
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def gltf_content(mesh: Mesh, **node: object) -> dict[str, object]:
    """A glTF with its data inside, one node with the given transform."""
    vertices = mesh.vertices.astype("<f4").tobytes()
    data = vertices + mesh.faces.astype("<u4").tobytes()
    uri = "data:application/octet-stream;base64," + base64.b64encode(data).decode()
    return {
        "asset": {"version": "2.0"},
        "buffers": [{"uri": uri, "byteLength": len(data)}],
        "bufferViews": [
            {"buffer": 0, "byteLength": len(vertices)},
            {"buffer": 0, "byteOffset": len(vertices), "byteLength": len(data) - len(vertices)},
        ],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": len(mesh.vertices), "type": "VEC3"},
            {"bufferView": 1, "componentType": 5125, "count": mesh.faces.size, "type": "SCALAR"},
        ],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "nodes": [{"mesh": 0, **node}],
        "scenes": [{"nodes": [0]}],
        "scene": 0,
    }


def write_3mf(path: Path, model: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("3D/3dmodel.model", model)
    return path


def write_every_format(folder: Path, mesh: Mesh, points: NDArray[np.float32]) -> dict[str, Path]:
    """One whole file of each suffix that can be read: a mesh where the format can hold one."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        ".off": write_off(folder / "whole.off", mesh),
        ".obj": write_obj(folder / "whole.obj", mesh),
        ".gltf": folder / "whole.gltf",
    }
    files[".gltf"].write_text(json.dumps(gltf_content(mesh)))
    for suffix in (".ply", ".stl", ".glb", ".dae", ".3mf"):
        files[suffix] = write_with_trimesh(folder / f"whole{suffix}", mesh)
    for suffix in (".xyz", ".pts", ".pcd", ".npy", ".npz"):
        files[suffix] = folder / f"whole{suffix}"
        write_cloud(files[suffix], points)
    return files
