"""Archives, scenes and XML that reach for other files, for the network, or for all memory."""

import base64
import io
import json
import os
import socket
import struct
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import ShapeFileError
from core.importing import ReadingProcesses
from core.importing.limits import MIB, Limits
from core.importing.prepare import Job
from core.shape_files import read_shape
from tests.small_shapes import box, chair_mesh, gltf_content, write_3mf, write_with_trimesh


def refusal(path: Path) -> str:
    with pytest.raises(ShapeFileError) as caught:
        read_shape(path)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.fixture
def port() -> Iterator[int]:
    """A port of this machine at which nobody may knock."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server.getsockname()[1]
        with pytest.raises(BlockingIOError):
            server.accept()


# glTF


def buffer_of(path: Path) -> bytes:
    """What the box of `gltf_content` keeps in its buffer, at `path`."""
    buffers: Any = gltf_content(box())["buffers"]
    content = base64.b64decode(buffers[0]["uri"].partition(",")[2])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return content


def gltf_naming(path: Path, uri: str, size: int) -> Path:
    content = gltf_content(box())
    content["buffers"] = [{"uri": uri, "byteLength": size}]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize(
    "uri",
    [
        "../secret.bin",
        "%2e%2e/secret.bin",
        "below/../../secret.bin",
        "..\\secret.bin",
        "{outside}/secret.bin",
        "/{outside}/secret.bin",
        "file://{outside}/secret.bin",
        "file:{outside}/secret.bin",
        "FILE://{outside}/secret.bin",
        "http://127.0.0.1:{port}/secret.bin",
        "https://127.0.0.1:{port}/secret.bin",
        "ftp://127.0.0.1:{port}/secret.bin",
        "//127.0.0.1:{port}/secret.bin",
        "\\\\127.0.0.1\\share\\secret.bin",
        "C:\\secret.bin",
        "C:secret.bin",
        "data:application/octet-stream,{outside}",
        "link.bin",
        "linked/secret.bin",
    ],
)
@pytest.mark.parametrize("suffix", [".gltf", ".glb"])
def test_that_a_gltf_reaches_neither_the_network_nor_out_of_its_folder(
    tmp_path: Path, port: int, uri: str, suffix: str
) -> None:
    inside = tmp_path / "inside"
    (inside / "below").mkdir(parents=True)
    size = len(buffer_of(tmp_path / "secret.bin"))
    try:
        (inside / "link.bin").symlink_to(tmp_path / "secret.bin")
        (inside / "linked").symlink_to(tmp_path)
    except OSError:
        pytest.skip("this system gives no links")
    path = gltf_naming(inside / "a.gltf", uri.format(outside=tmp_path, port=port), size)
    if suffix == ".glb":
        path = as_glb(path)
    sentence = refusal(path)
    assert "outside its own folder" in sentence


def as_glb(path: Path) -> Path:
    header = path.read_bytes()
    header += b" " * (-len(header) % 4)
    chunk = struct.pack("<II", len(header), 0x4E4F534A) + header
    glb = path.with_suffix(".glb")
    glb.write_bytes(b"glTF" + struct.pack("<II", 2, 12 + len(chunk)) + chunk)
    return glb


def test_that_a_gltf_reads_links_and_folders_within_its_own(tmp_path: Path) -> None:
    size = len(buffer_of(tmp_path / "below" / "box.bin"))
    for uri in ("below/box.bin", "./below/box.bin", "below/./box.bin"):
        mesh = read_shape(gltf_naming(tmp_path / "a.gltf", uri, size)).mesh
        assert mesh is not None
        assert mesh.area == pytest.approx(6)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_that_a_gltf_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.bin")
    assert "missing" in refusal(gltf_naming(tmp_path / "a.gltf", "pipe.bin", 240))


def test_that_a_gltf_that_names_a_large_file_often_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.shape_files.scenes._OwnFolder.LARGEST", 1000)
    size = len(buffer_of(tmp_path / "box.bin"))
    content = gltf_content(box())
    content["buffers"] = [{"uri": "box.bin", "byteLength": size}] * 20
    (tmp_path / "a.gltf").write_text(json.dumps(content))
    assert size * 20 > 1000
    assert "too large" in refusal(tmp_path / "a.gltf")


# XML

LAUGHS = "".join(
    f'<!ENTITY l{level} "{f"&l{level - 1};" * 10 if level else "ha" * 10}">' for level in range(10)
)


def dae_with(path: Path, doctype: str, text: str = "", encoding: str = "utf-8") -> Path:
    content = write_with_trimesh(path, chair_mesh()).read_text()
    start = content.index("<COLLADA")
    body = content[start:].replace("<asset>", f"<asset><keywords>{text}</keywords>", 1)
    xml = f'<?xml version="1.0" encoding="{encoding}"?>\n{doctype}\n{body}'
    path.write_bytes(xml.encode(encoding))
    return path


def test_that_a_dae_without_entities_is_read(tmp_path: Path) -> None:
    for encoding in ("utf-8", "ISO-8859-1"):
        assert read_shape(dae_with(tmp_path / "a.dae", "", "Stühle", encoding)).mesh is not None


@pytest.mark.parametrize(
    ("doctype", "text"),
    [
        (f"<!DOCTYPE COLLADA [{LAUGHS}]>", "&l9;"),
        ('<!DOCTYPE COLLADA [<!ENTITY secret SYSTEM "{uri}/secret.txt">]>', "&secret;"),
        ('<!DOCTYPE COLLADA SYSTEM "{uri}/a.dtd">', ""),
        ('<!DOCTYPE COLLADA [<!ENTITY % all SYSTEM "{uri}/a.dtd">%all;]>', ""),
        ('<!DOCTYPE COLLADA [<!ENTITY secret SYSTEM "http://127.0.0.1:{port}/">]>', "&secret;"),
        ('<!DOCTYPE COLLADA PUBLIC "a" "http://127.0.0.1:{port}/a.dtd">', ""),
    ],
    ids=["laughs", "file", "dtd", "parameter", "network", "network dtd"],
)
def test_that_a_dae_with_entities_of_its_own_is_refused(
    tmp_path: Path, port: int, doctype: str, text: str
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    doctype = doctype.replace("{uri}", tmp_path.as_uri()).replace("{port}", str(port))
    path = dae_with(tmp_path / "a.dae", doctype, text)
    assert "never followed" in refusal(path)
    # The same in encodings that hide the words from a search for them.
    for encoding in ("utf-16", "utf-16-be", "utf-7", "cp037"):
        hidden = path.read_text().replace('encoding="utf-8"', f'encoding="{encoding}"')
        bait = "<!-- <COLLADA -->" if encoding == "utf-7" else ""
        data = hidden.replace("\n", f"\n{bait}", 1).encode(encoding)
        path.with_name("b.dae").write_bytes(data + b"<!-- <COLLADA </COLLADA -->")
        refusal(path.with_name("b.dae"))


def test_that_an_archive_that_calls_itself_dae_is_refused(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.dae", write_with_trimesh(tmp_path / "in.dae", box()).read_bytes())
        archive.comment = b"</COLLADA>"
    path = tmp_path / "a.dae"
    path.write_bytes(b"<COLLADA>" + inner.getvalue())
    assert "it is an archive" in refusal(path)


MODEL = """{doctype}<model xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
 unit="millimeter"><metadata name="Title">{text}</metadata><resources><object id="1"><mesh>
<vertices><vertex x="0" y="0" z="0"/><vertex x="1" y="0" z="0"/><vertex x="0" y="1" z="0"/>
<vertex x="0" y="0" z="1"/></vertices><triangles><triangle v1="0" v2="1" v3="2"/>
<triangle v1="0" v2="1" v3="3"/></triangles></mesh></object></resources>
<build><item objectid="1"/></build></model>"""


def test_that_entities_of_a_3mf_are_not_followed(tmp_path: Path, port: int) -> None:
    path = write_3mf(
        tmp_path / "a.3mf", MODEL.format(doctype=f"<!DOCTYPE model [{LAUGHS}]>", text="&l9;")
    )
    assert "entity amplification" in refusal(path)
    for doctype, text in (
        (f'<!DOCTYPE model [<!ENTITY s SYSTEM "http://127.0.0.1:{port}/">]>', "&s;"),
        (f'<!DOCTYPE model SYSTEM "http://127.0.0.1:{port}/a.dtd">', ""),
    ):
        path = write_3mf(tmp_path / "a.3mf", MODEL.format(doctype=doctype, text=text))
        with little_memory(64) as reading:
            chair = reading.read(Job(path, 100)).chair  # what is not followed does not matter
        assert chair.mesh is not None
        assert len(chair.mesh.faces) == 2


# Archives


@contextmanager
def little_memory(mib: int) -> Iterator[ReadingProcesses]:
    with ReadingProcesses(1, Limits(memory_bytes=mib * MIB, memory_per_byte=0)) as reading:
        yield reading


def test_that_members_that_point_out_of_the_archive_write_nothing(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    array = io.BytesIO()
    np.save(array, np.random.default_rng(0).normal(size=(50, 3)))
    with zipfile.ZipFile(inside / "a.npz", "w") as archive:
        for name in ("../../out.npy", "/out.npy", "points.npy"):
            archive.writestr(name, array.getvalue())
    with zipfile.ZipFile(inside / "a.3mf", "w") as archive:
        archive.writestr("../../out.txt", "out")
        archive.writestr("/tmp/out.txt", "out")
        archive.writestr("3D/3dmodel.model", MODEL.format(doctype="", text=""))
    before = sorted(tmp_path.rglob("*"))
    points = read_shape(inside / "a.npz").points
    assert points is not None
    assert len(points) == 50
    assert read_shape(inside / "a.3mf").mesh is not None
    assert sorted(tmp_path.rglob("*")) == before


def test_that_a_member_that_holds_more_than_it_declares_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, points=np.zeros((100_000, 3)) + np.arange(3))
    content = bytearray(path.read_bytes())
    directory = content.rfind(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", 5000)
    path.write_bytes(content)
    assert "has only 5,000 bytes" in refusal(path)


@pytest.mark.parametrize("suffix", [".npz", ".3mf"])
def test_that_many_members_over_the_same_bytes_are_refused(tmp_path: Path, suffix: str) -> None:
    """After Fifield, "A better zip bomb" (WOOT 2019): each entry unpacks the one kernel again."""
    path = tmp_path / f"a{suffix}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("3D/3dmodel.model" if suffix == ".3mf" else "points.npy", bytes(20 * MIB))
    content = path.read_bytes()
    start = content.rfind(b"PK\x01\x02")
    end = content.rfind(b"PK\x05\x06")
    entry, count = content[start:end], 60
    tail = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, start, 0
    )
    path.write_bytes(content[:start] + entry * count + tail)
    with little_memory(200) as reading, pytest.raises(ShapeFileError) as caught:
        reading.read(Job(path, 100))
    assert "is damaged in an unforeseen" not in str(caught.value)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")
def test_that_a_bomb_within_the_declared_sizes_meets_the_limit_of_memory(tmp_path: Path) -> None:
    paths = [tmp_path / "a.npz", tmp_path / "a.3mf"]
    rows = 160 * MIB // 12
    np.savez_compressed(paths[0], points=np.broadcast_to(np.float32(0), (rows, 3)))
    with zipfile.ZipFile(paths[1], "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("3D/3dmodel.model", MODEL.format(doctype="", text=" " * 160 * MIB))
    assert all(path.stat().st_size < MIB for path in paths)
    with little_memory(80) as reading:
        for path in paths:
            with pytest.raises(ShapeFileError, match="memory"):
                reading.read(Job(path, 100))


# Sizes that headers declare

DECLARED = {
    "stl": (b"\0" * 80 + struct.pack("<I", 4_000_000_000) + bytes(50), "4,000,000,000 triangles"),
    "pcd": (
        b"FIELDS x y z\nSIZE 8 8 8\nTYPE F F F\nWIDTH 100000\nPOINTS 90000\n"
        b"DATA binary_compressed\n" + struct.pack("<II", 4_000_000_000, 2_160_000) + bytes(900),
        "compressed bytes follow",
    ),
    "npy": (
        b"\x93NUMPY\x01\x00v\x00"
        + b"{'descr': '<f8', 'fortran_order': False, 'shape': (9000000000000, 3), }".ljust(117)
        + b"\n"
        + bytes(24),
        "has only",
    ),
    "off": (b"OFF\n900000000000 900000000000 0\n0 0 0\n", "only 1 lines follow"),
    "pts": (b"900000000000\n0 0 0\n", "only 1 lines follow"),
    "ply": (
        b"ply\nformat binary_little_endian 1.0\nelement vertex 1\nproperty float x\n"
        b"property float y\nproperty float z\nelement face 1\n"
        b"property list uint int vertex_indices\nend_header\n"
        + bytes(12)
        + b"\xff" * 4
        + bytes(40),
        "the file ends before",
    ),
}


@pytest.mark.parametrize("suffix", DECLARED)
def test_that_a_declared_size_is_checked_before_memory_is_taken(
    tmp_path: Path, suffix: str, limited: ReadingProcesses
) -> None:
    content, words = DECLARED[suffix]
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(content)
    with pytest.raises(ShapeFileError) as caught:
        limited.read(Job(path, 100))
    assert words in str(caught.value)


@pytest.fixture(scope="module")
def limited() -> Iterator[ReadingProcesses]:
    with little_memory(16) as reading:
        yield reading
