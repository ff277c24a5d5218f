"""Each kind of bad file gives one sentence that says what, where and what to do."""

import os
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.errors import ShapeFileError
from core.shape_files import SUFFIXES, read_shape
from tests.small_shapes import chair_mesh, write_every_format


def refusal(path: Path) -> str:
    with pytest.raises(ShapeFileError) as caught:
        read_shape(path)
    sentence = str(caught.value)
    assert sentence.startswith(path.name[:10])
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    points = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    return write_every_format(tmp_path_factory.mktemp("whole"), chair_mesh(), points)


def test_that_every_suffix_has_a_whole_file_that_can_be_read(whole_files: dict[str, Path]) -> None:
    assert set(whole_files) == set(SUFFIXES)
    for path in whole_files.values():
        shape = read_shape(path)
        assert (shape.mesh is None) != (shape.points is None)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\x00" * 2000])
def test_that_an_empty_file_is_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    assert "the file is empty" in refusal(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "content",
    [
        b"Dear Sir,\n\nthis is a letter about chairs. It has 3 lines.\n",
        bytes(np.random.default_rng(1).integers(0, 256, 5000, dtype=np.uint8)),
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
        b"\xff" * 3000,
    ],
    ids=["letter", "random", "picture", "web page", "ones"],
)
def test_that_other_content_is_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    refusal(path)


# OBJ and XYZ declare no counts, so lines that are missing at the end cannot be missed.
DECLARING = tuple(suffix for suffix in SUFFIXES if suffix not in (".obj", ".xyz"))


@pytest.mark.parametrize("suffix", DECLARING)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_that_a_file_that_is_cut_short_is_refused(
    whole_files: dict[str, Path], tmp_path: Path, suffix: str, share: float
) -> None:
    content = whole_files[suffix].read_bytes()
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content[: int(len(content) * share)])
    refusal(path)


def test_that_the_suffix_of_another_format_is_refused(
    whole_files: dict[str, Path], tmp_path: Path
) -> None:
    for true_suffix, whole in whole_files.items():
        for suffix in SUFFIXES:
            alike = {true_suffix, suffix} <= {".xyz", ".pts"}
            if suffix == true_suffix or alike:
                continue
            path = tmp_path / f"a{suffix}"
            path.write_bytes(whole.read_bytes())
            refusal(path)


def test_that_an_unknown_suffix_names_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "chair.blend"
    path.write_text("x")
    assert "Known are .off, .obj" in refusal(path)
    path = tmp_path / "chair"
    path.write_text("x")
    assert "no suffix" in refusal(path)


def test_that_suffixes_are_known_in_capitals_too(
    whole_files: dict[str, Path], tmp_path: Path
) -> None:
    path = tmp_path / "CHAIR.OBJ"
    path.write_bytes(whole_files[".obj"].read_bytes())
    assert read_shape(path).mesh is not None


def test_that_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "there is no such file" in refusal(tmp_path / "missing.off")
    (tmp_path / "folder.off").mkdir()
    assert "this is a folder" in refusal(tmp_path / "folder.off")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_that_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.off")
    assert "no ordinary file" in refusal(tmp_path / "pipe.off")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied"), "you may not read this file"),
        (OSError(5, "Input/output error"), "Input/output error"),
    ],
)
def test_that_a_file_that_the_system_does_not_give_is_refused(
    whole_files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fail(_path: Path) -> bytes:
        raise error

    monkeypatch.setattr(Path, "read_bytes", fail)  # root may read everything
    assert words in refusal(whole_files[".off"])


def test_that_too_little_memory_is_a_sentence(
    whole_files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = {".off": _reader(MemoryError())}
    monkeypatch.setattr("core.shape_files.read._CONTENT_READERS", readers)
    assert "not enough memory" in refusal(whole_files[".off"])


def _reader(error: Exception) -> object:
    def read(_name: str, _content: bytes) -> None:
        raise error

    return read


def test_that_an_error_that_no_reader_foresees_is_a_sentence_and_is_logged(
    whole_files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    readers = {".off": _reader(ZeroDivisionError("division by zero"))}
    monkeypatch.setattr("core.shape_files.read._CONTENT_READERS", readers)
    assert "unforeseen" in refusal(whole_files[".off"])
    assert "ZeroDivisionError" in caplog.text


def test_that_a_huge_file_is_refused_before_it_is_read(
    whole_files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.shape_files.read.LARGEST_FILE", 100)
    assert "up to 100 can be read" in refusal(whole_files[".off"])


TEXT_CASES = {
    "off without faces or vertices": (".off", "OFF\n0 0 0\n", "no vertices"),
    "off with NaN": (".off", "OFF\n3 1 0\n0 0 0\nnan 0 0\n0 1 0\n3 0 1 2\n", "vertex 2 of 3"),
    "off with infinity": (".off", "OFF\n3 1 0\n0 0 0\n1 inf 0\n0 1 0\n3 0 1 2\n", "vertex 2 of 3"),
    "off with a word": (".off", "OFF\n3 1 0\n0 0 0\n1 0 O\n0 1 0\n3 0 1 2\n", "vertex line 2 of 3"),
    "off index too large": (
        ".off",
        "OFF\n3 2 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n3 0 1 3\n",
        "face 2 uses vertex 3, but the file has only 3 (0 to 2)",
    ),
    "off index below 0": (".off", "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 -1\n", "vertex -1"),
    "off with few lines": (
        ".off",
        "OFF\n3 9 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n",
        "only 4 lines follow",
    ),
    "off that declares a trillion": (
        ".off",
        "OFF\n1000000000000 1 0\n0 0 0\n",
        "only 1 lines follow",
    ),
    "off with negative counts": (".off", "OFF\n-3 1 0\n0 0 0\n", "-3 vertices"),
    "off without counts": (".off", "OFF\n", "counts"),
    "off whose counts are words": (".off", "OFF\nthree one\n0 0 0\n", "“three”"),
    "off face that counts wrong": (
        ".off",
        "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n7 0 1 2\n",
        "face line 1 of 1",
    ),
    "off that is binary": (".off", "OFF BINARY\nxxxx", "binary OFF"),
    "off in four dimensions": (".off", "4OFF\n1 0 0\n0 0 0 0\n", "more than 3 dimensions"),
    "off flattened to a line": (
        ".off",
        "OFF\n3 1 0\n0 0 0\n1 0 0\n2 0 0\n3 0 1 2\n",
        "has an area",
    ),
    "off all in one place": (".off", "OFF\n3 1 0\n1 1 1\n1 1 1\n1 1 1\n3 0 1 2\n", "one place"),
    "off of astronomic size": (
        ".off",
        "OFF\n3 1 0\n0 0 0\n1e300 0 0\n0 1 0\n3 0 1 2\n",
        "no size for a chair",
    ),
    "obj index too large": (
        ".obj",
        "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 4\n",
        "vertex 4, but the file has only 3 (1 to 3)",
    ),
    "obj index 0": (
        ".obj",
        "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\nf 0 1 2\n",
        "face 2 uses vertex 0",
    ),
    "obj index too far back": (".obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf -1 -2 -4\n", "uses vertex"),
    "obj with NaN": (".obj", "v 0 0 0\nv nan 0 0\nv 0 1 0\nf 1 2 3\n", "vertex 2 of 3"),
    "obj with a short vertex": (".obj", "v 0 0 0\nv 1 0\nv 0 1 0\nf 1 2 3\n", "vertex line 2 of 3"),
    "obj with words as indices": (".obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf a b c\n", "“a”"),
    "obj with a slash first": (".obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf /1 2 3\n", "slash"),
    "obj without vertices": (".obj", "o chair\nf 1 2 3\n", "no vertex line"),
    "ply without end of header": (".ply", "ply\nformat ascii 1.0\nelement vertex 1\n", "no end"),
    "ply without format": (".ply", "ply\nelement vertex 1\nend_header\n", "no format"),
    "ply with an unknown type": (
        ".ply",
        "ply\nformat ascii 1.0\nelement vertex 1\nproperty quad x\nend_header\n1\n",
        "“property quad x”",
    ),
    "ply without z": (
        ".ply",
        "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\n"
        "end_header\n1 2\n",
        "no z",
    ),
    "ply that declares a trillion": (
        ".ply",
        "ply\nformat ascii 1.0\nelement vertex 1000000000000\nproperty float x\nend_header\n1\n",
        "declares 1000000000000 vertex rows",
    ),
    "ply that declares a trillion in binary": (
        ".ply",
        "ply\nformat binary_little_endian 1.0\nelement vertex 1000000000000\n"
        "property float x\nend_header\n1",
        "declares 1000000000000 vertex rows",
    ),
    "ply with words": (
        ".ply",
        "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\n"
        "property float z\nend_header\n1 two 3\n",
        "no row of numbers",
    ),
    "stl without its end": (".stl", "solid a\nfacet\nvertex 0 0 0\n", "endsolid"),
    "stl without triangles": (".stl", "solid a\nendsolid a\n", "no triangles"),
    "stl with a triangle of two corners": (
        ".stl",
        "solid a\nvertex 0 0 0\nvertex 1 0 0\nendsolid a\n",
        "whole triangles",
    ),
    "xyz with two numbers": (".xyz", "1 2\n3 4\n", "line 1 of 2"),
    "xyz with NaN": (".xyz", "1 2 3\nnan 1 2\n", "point 2 of 2"),
    "pts with few lines": (".pts", "100\n1 2 3\n", "declares 100 points"),
    "pcd without data": (".pcd", "VERSION .7\nFIELDS x y z\n", "no DATA"),
    "pcd without y": (
        ".pcd",
        "FIELDS x z\nSIZE 4 4\nTYPE F F\nWIDTH 1\nHEIGHT 1\nPOINTS 1\nDATA ascii\n1 2\n",
        "not x, y and z",
    ),
    "pcd that declares a trillion": (
        ".pcd",
        "FIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nWIDTH 1\nPOINTS 1000000000000\nDATA binary\nxx",
        "more than the file can hold",
    ),
    "gltf that is other JSON": (".gltf", '{"chairs": 4}', "no glTF"),
    "gltf without geometry": (".gltf", '{"asset": {"version": "2.0"}}', "no mesh"),
    "dae without its end": (".dae", '<?xml version="1.0"?><COLLADA><asset>', "its end is missing"),
}


@pytest.mark.parametrize("case", TEXT_CASES)
def test_that_the_sentence_says_what_and_where(tmp_path: Path, case: str) -> None:
    suffix, content, words = TEXT_CASES[case]
    path = tmp_path / f"a{suffix}"
    path.write_text(content)
    assert words in refusal(path)


def npy_header(shape: str, kind: str = "<f4") -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (npy_header("(1000000000000, 3)") + b"\0" * 12, "the file has only"),
        (npy_header("(-4, 3)") + b"\0" * 48, "the file has only"),
        (npy_header("(4, 3)") + b"\0" * 40, "ends early"),
        (npy_header("(4, 3)", "|O") + b"\0" * 96, "never loaded"),
        (npy_header("(4, 2)") + b"\0" * 96, "one cloud is (points, 3)"),
        (npy_header("(2, 2, 3)") + b"\0" * 48, "one cloud is (points, 3)"),
        (npy_header("()") + b"\0" * 4, "one cloud is (points, 3)"),
        (npy_header("(4, 3)", "<c8") + b"\0" * 96, "not numbers"),
        (b"\x93NUMPY\x01\x00\xff\xff{", "no array of numpy"),
    ],
)
def test_that_an_array_that_is_no_cloud_is_refused(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(content)
    assert words in refusal(path)


class _RunsCode:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (os.mkdir, ("pickle was loaded",))


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_that_no_pickle_is_ever_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.chdir(tmp_path)
    array = np.array([_RunsCode()], dtype=object)
    path = tmp_path / f"a{suffix}"
    if suffix == ".npy":
        np.save(path, array, allow_pickle=True)
    else:
        np.savez(path, points=array)
    assert "never loaded" in refusal(path)
    assert not (tmp_path / "pickle was loaded").exists()


@pytest.mark.parametrize("suffix", [".npz", ".3mf"])
def test_that_an_archive_that_unpacks_to_gigabytes_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        name = "points.npy" if suffix == ".npz" else "3D/3dmodel.model"
        archive.writestr(name, b"x" * 3000)
    # The size that is declared is the largest that zip without extensions can hold.
    content = bytearray(path.read_bytes())
    directory = content.rfind(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", 0xFFFFFFF0)
    path.write_bytes(content)
    assert "unpacks to 4,294,967,280 bytes" in refusal(path)


def test_that_a_damaged_archive_member_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, points=np.random.default_rng(0).normal(size=(500, 3)))
    content = bytearray(path.read_bytes())
    content[3000:3060] = b"\xaa" * 60
    path.write_bytes(content)
    assert "no whole NPZ archive" in refusal(path)


def test_that_a_name_with_line_ends_and_marks_makes_a_plain_sentence(tmp_path: Path) -> None:
    path = tmp_path / "<b>\u202etwo\nlines.off"
    path.write_text("")
    with pytest.raises(ShapeFileError) as caught:
        read_shape(path)
    assert str(caught.value).startswith("<b> two lines.off: ")


def test_that_a_long_name_does_not_make_a_long_sentence(tmp_path: Path) -> None:
    with pytest.raises(ShapeFileError) as caught:
        read_shape(tmp_path / f"{'x' * 4000}.off")
    assert len(str(caught.value)) < 400


def test_that_a_polygon_of_very_many_corners_ends(tmp_path: Path) -> None:
    angles = np.linspace(0, 2 * np.pi, 30_000, endpoint=False)
    radii = np.where(np.arange(30_000) % 2, 1.0, 0.5)
    lines = [f"v {r * np.cos(a)} {r * np.sin(a)} 0" for a, r in zip(angles, radii, strict=True)]
    path = tmp_path / "star.obj"
    path.write_text("\n".join([*lines, "f " + " ".join(map(str, range(1, 30_001)))]))
    mesh = read_shape(path).mesh
    assert mesh is not None
    assert len(mesh.faces) == 29_998
