"""Whole files of every format and variant, and ways to damage them that a seed repeats."""

import io
import random
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.mesh import Mesh
from tests.small_shapes import chair_mesh, write_every_format

PIECES = (
    b"nan", b"inf", b"-1", b"99999999999", b"1e999", b"\n\n", b" ", b"0", b"-", b"/",
    b"\xff\xff\xff\x7f", b"\x00" * 8, b'"', b"<", b"{",
)  # fmt: skip
NUMBERS = (b"0", b"-5", b"4294967295", b"1000000000000", b"7", b"1e5", b"nan")


def mutated(content: bytes, draw: random.Random) -> bytes:
    """`content` with a few changes: bytes, cuts, insertions, swaps, other numbers."""
    changed = bytearray(content)
    for _ in range(draw.choice([1, 1, 1, 2, 5])):
        if not changed:
            break
        place = draw.randrange(len(changed))
        match draw.randrange(7):
            case 0:
                changed[place] = draw.randrange(256)
            case 1:
                del changed[place:]
            case 2:
                del changed[place : place + draw.randrange(1, 50)]
            case 3:
                changed[place:place] = draw.randbytes(draw.randrange(1, 20))
            case 4:
                changed[place:place] = draw.choice(PIECES)
            case 5:
                other, length = draw.randrange(len(changed)), draw.randrange(1, 100)
                changed[place : place + length] = changed[other : other + length]
            case _:
                numbers = list(re.finditer(rb"\d+", bytes(changed)))
                if numbers:
                    number = draw.choice(numbers)
                    changed[number.start() : number.end()] = draw.choice(NUMBERS)
    return bytes(changed)


def whole_variants(folder: Path) -> dict[str, tuple[str, bytes]]:
    """Label -> suffix and content: every suffix, and the other ways some formats are written."""
    mesh = chair_mesh()
    points = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    files = write_every_format(folder, mesh, points)
    variants = {suffix[1:]: (suffix, path.read_bytes()) for suffix, path in files.items()}
    variants["dae"] = (".dae", repeatable(variants["dae"][1]))
    variants["3mf"] = (".3mf", repeatable_3mf(variants["3mf"][1]))
    arrays = folder / "mesh.npz"
    np.savez_compressed(arrays, vertices=mesh.vertices, faces=mesh.faces)
    return variants | {
        "ply, text": (".ply", text_ply(mesh.vertices.tolist(), mesh.faces.tolist())),
        "ply, polygons": (".ply", text_ply(*quads_and_triangles(mesh))),
        "ply, cloud": (".ply", text_ply(points.tolist(), [])),
        "stl, text": (".stl", text_stl(mesh)),
        "pcd, text": (".pcd", pcd(points, "ascii")),
        "pcd, compressed": (".pcd", pcd(points, "binary_compressed")),
        "npz, mesh": (".npz", arrays.read_bytes()),
    }


# What the writers of these formats take from clock and chance.
_DATE = rb"\d{4}-\d\d-\d\dT[\d:.]+"
_UUID = rb"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"


def repeatable(content: bytes) -> bytes:
    """A text with the same dates and ids each time."""
    found: dict[bytes, bytes] = {}
    numbered = re.sub(
        _UUID, lambda match: found.setdefault(match[0], b"%032d" % len(found)), content
    )
    return re.sub(_DATE, b"2024-01-01T00:00:00", numbered)


def repeatable_3mf(content: bytes) -> bytes:
    """A 3MF with its model alone, whose parts have the same ids each time."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        model = archive.read("3D/3dmodel.model")
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w") as archive:
        info = zipfile.ZipInfo("3D/3dmodel.model")  # dated 1980
        archive.writestr(info, repeatable(model), zipfile.ZIP_DEFLATED)
    return again.getvalue()


def text_ply(vertices: Sequence[Sequence[float]], faces: Sequence[Sequence[int]]) -> bytes:
    lines = ["ply", "format ascii 1.0", f"element vertex {len(vertices)}"]
    lines += [f"property float {axis}" for axis in "xyz"]
    if faces:
        lines += [f"element face {len(faces)}", "property list uchar int vertex_indices"]
    lines += ["end_header", *(" ".join(map(str, vertex)) for vertex in vertices)]
    lines += [f"{len(face)} {' '.join(map(str, face))}" for face in faces]
    return ("\n".join(lines) + "\n").encode()


def quads_and_triangles(mesh: Mesh) -> tuple[list[list[float]], list[list[int]]]:
    """A mesh whose first faces are polygons of four and five corners."""
    faces: list[list[int]] = mesh.faces.tolist()
    return mesh.vertices.tolist(), [[0, 1, 2, 3], [4, 5, 6, 7, 0], *faces]


def text_stl(mesh: Mesh) -> bytes:
    lines = ["solid chair"]
    for triangle in mesh.triangles.tolist():
        corners = [f"vertex {x} {y} {z}" for x, y, z in triangle]
        lines += ["facet normal 0 0 0", "outer loop", *corners, "endloop", "endfacet"]
    return ("\n".join([*lines, "endsolid chair"]) + "\n").encode()


def pcd(points: np.ndarray, data: str) -> bytes:
    count = len(points)
    header = (
        "VERSION .7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\n"
        f"WIDTH {count}\nHEIGHT 1\nPOINTS {count}\nDATA {data}\n"
    ).encode()
    if data == "ascii":
        return header + "\n".join(f"{x} {y} {z}" for x, y, z in points.tolist()).encode() + b"\n"
    whole = points.T.astype("<f4").tobytes()
    packed = b"".join(  # LZF that only ever says "the next 32 bytes as they are"
        bytes([len(piece) - 1]) + piece
        for piece in (whole[start : start + 32] for start in range(0, len(whole), 32))
    )
    sizes = np.array([len(packed), len(whole)], dtype="<u4").tobytes()
    return header + sizes + packed
