"""PLY, OBJ, OFF, XYZ, PTS, PCD, NPY and NPZ as clouds, written and read."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.errors import ShapeFileError
from core.shape_files import WRITTEN_SUFFIXES, read_shape, write_cloud

CLOUD = np.random.default_rng(0).normal(size=(100, 3)).astype(np.float32)


def read_points(path: Path, content: str | bytes | None = None) -> np.ndarray:
    if isinstance(content, str):
        path.write_text(content)
    elif content is not None:
        path.write_bytes(content)
    shape = read_shape(path)
    assert shape.mesh is None
    assert shape.points is not None
    return shape.points


# Beyond 1e15 no coordinate is taken for a length.
coordinates = st.floats(-(2.0**49), 2.0**49, width=32)


@settings(max_examples=60, deadline=None)
@given(
    points=arrays(np.float32, st.tuples(st.integers(4, 40), st.just(3)), elements=coordinates),
    suffix=st.sampled_from(WRITTEN_SUFFIXES),
)
def test_that_a_written_cloud_is_read_back_identically(
    tmp_path_factory: pytest.TempPathFactory, points: np.ndarray, suffix: str
) -> None:
    points[0], points[1] = (0, 0, 0), (1, 2, 3)  # not all in one place
    path = tmp_path_factory.mktemp("cloud") / f"cloud{suffix}"
    write_cloud(path, points)
    np.testing.assert_array_equal(read_points(path).astype(np.float32), points)


def test_that_every_format_of_the_export_dialog_can_be_written() -> None:
    assert set(WRITTEN_SUFFIXES) == {
        ".ply", ".obj", ".off", ".xyz", ".pts", ".pcd", ".npy", ".npz"
    }  # fmt: skip


@pytest.mark.parametrize("suffix", [".ply", ".xyz", ".off"])
def test_that_trimesh_reads_what_was_written(tmp_path: Path, suffix: str) -> None:
    import trimesh

    path = tmp_path / f"cloud{suffix}"
    write_cloud(path, CLOUD)
    vertices = next(iter(trimesh.load_scene(path, process=False).geometry.values())).vertices
    np.testing.assert_array_equal(np.asarray(vertices, dtype=np.float32), CLOUD)


@pytest.mark.parametrize(
    "content",
    [
        "0 0 0\n1 2 3\n4 5 6\n",
        "3\n0 0 0\n1 2 3\n4 5 6\n",
        "0,0,0\r\n1,2,3\r\n4,5,6",
        "x;y;z\n0;0;0\n1;2;3\n4;5;6\n",
        "# a scan\n// more\n  0 0 0 255 1 2 3\n1 2 3 7 1 2 3\n\n4 5 6 9 1 2 3\n",
        "2\n0 0 0\n1 2 3\n1\n4 5 6\n",  # two scans in one file
    ],
)
@pytest.mark.parametrize("suffix", [".xyz", ".pts"])
def test_that_text_clouds_are_read_in_all_their_spellings(
    tmp_path: Path, content: str, suffix: str
) -> None:
    points = read_points(tmp_path / f"a{suffix}", content)
    np.testing.assert_array_equal(points, [[0, 0, 0], [1, 2, 3], [4, 5, 6]])


def pcd_header(data: str, count: int) -> str:
    return (
        "# .PCD v.7 - Point Cloud Data file format\nVERSION .7\nFIELDS rgb x y z normal\n"
        "SIZE 4 4 4 8 4\nTYPE U F F F F\nCOUNT 1 1 1 1 3\n"
        f"WIDTH {count}\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS {count}\nDATA {data}\n"
    )


PCD_ROW = np.dtype([("rgb", "<u4"), ("x", "<f4"), ("y", "<f4"), ("z", "<f8"), ("n", "<f4", 3)])


def pcd_rows() -> np.ndarray:
    rows = np.zeros(len(CLOUD), dtype=PCD_ROW)
    for place, axis in enumerate("xyz"):
        rows[axis] = CLOUD[:, place]
    rows["rgb"] = 0xFF00FF
    return rows


def packed_lzf(content: bytes) -> bytes:
    """LZF that uses literals, and references where bytes repeat at once."""
    packed = bytearray()
    position = 0
    while position < len(content):
        run = 1
        while (
            run < 200
            and content[position : position + 1] * (run + 1)
            == content[position : position + run + 1]
        ):
            run += 1
        if run >= 10:
            length = run - 1 - 2  # one literal, then a reference to the byte before
            packed += bytes([0, content[position]])
            packed += bytes([length << 5, 0]) if length < 7 else bytes([7 << 5, length - 7, 0])
            position += run
        else:
            piece = content[position : position + 8]
            packed += bytes([len(piece) - 1]) + piece
            position += len(piece)
    return bytes(packed)


def test_that_binary_pcd_with_other_fields_is_read(tmp_path: Path) -> None:
    content = pcd_header("binary", 100).encode() + pcd_rows().tobytes()
    np.testing.assert_array_equal(read_points(tmp_path / "a.pcd", content), CLOUD)


def test_that_compressed_pcd_is_read(tmp_path: Path) -> None:
    rows = pcd_rows()
    fields = b"".join(np.ascontiguousarray(rows[name]).tobytes() for name in PCD_ROW.names or ())
    packed = packed_lzf(fields)
    assert len(packed) < len(fields)
    sizes = np.array([len(packed), len(fields)], dtype="<u4").tobytes()
    content = pcd_header("binary_compressed", 100).encode() + sizes + packed
    np.testing.assert_array_equal(read_points(tmp_path / "a.pcd", content), CLOUD)


def test_that_points_without_a_value_are_left_out_of_a_pcd(tmp_path: Path) -> None:
    lines = ["1 nan nan nan 0 0 0"] + [f"1 {x!r} {y!r} {z!r} 0 0 0" for x, y, z in CLOUD.tolist()]
    path = tmp_path / "a.pcd"
    path.write_text(pcd_header("ascii", 101) + "\n".join(lines))
    shape = read_shape(path)
    assert shape.points is not None
    np.testing.assert_array_equal(shape.points.astype(np.float32), CLOUD)
    assert "1 points without a value" in shape.notes[0]


@pytest.mark.parametrize(
    "array",
    [
        CLOUD,
        CLOUD.astype(np.float64),
        np.column_stack([CLOUD, CLOUD]),
        CLOUD[None],
        np.asfortranarray(CLOUD),
        CLOUD.T,
        CLOUD.astype(">f4"),
    ],
)
def test_that_arrays_of_many_layouts_are_read(tmp_path: Path, array: np.ndarray) -> None:
    np.save(tmp_path / "a.npy", array)
    np.testing.assert_array_equal(read_points(tmp_path / "a.npy"), CLOUD)


def test_that_an_npz_with_vertices_and_faces_is_a_mesh(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", vertices=CLOUD, faces=np.array([[0, 1, 2], [3, 4, 5]]))
    mesh = read_shape(tmp_path / "a.npz").mesh
    assert mesh is not None
    assert len(mesh.faces) == 2


@pytest.mark.parametrize("name", ["points", "xyz", "anything"])
def test_that_an_npz_is_searched_for_its_points(tmp_path: Path, name: str) -> None:
    np.savez(tmp_path / "a.npz", allow_pickle=False, **{name: CLOUD})
    np.testing.assert_array_equal(read_points(tmp_path / "a.npz"), CLOUD)


@pytest.mark.parametrize(
    ("name", "points", "words"),
    [
        ("a.txt", CLOUD, "Choose one of"),
        ("a.ply", CLOUD * np.nan, "point 1 of .* not a number.*Choose a code"),
        ("a.ply", CLOUD.astype(np.float64) * 1e300, "too large.*check the size"),
        ("a.ply", CLOUD[:, :2], r"\(points, 3\).*Give a row"),
        ("a.ply", CLOUD[:0], r"\(points, 3\)"),
    ],
)
def test_that_what_cannot_be_written_is_refused_and_leaves_nothing(
    tmp_path: Path, name: str, points: np.ndarray, words: str
) -> None:
    with pytest.raises(ShapeFileError, match=words):
        write_cloud(tmp_path / name, points)
    assert not list(tmp_path.iterdir())


def test_that_a_folder_that_cannot_be_written_gives_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ShapeFileError, match="could not be written"):
        write_cloud(tmp_path / "file" / "a.ply", CLOUD)
