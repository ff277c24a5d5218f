"""Shapes that leave: files that other programs read, with where they came from beside them."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import trimesh
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.errors import ShapeFileError, StudioError
from core.export import (
    Shape,
    export_shape,
    export_shapes,
    file_stem,
    free_path,
    read_exported_view,
)
from core.frame import UPRIGHT_ROTATIONS, Frame
from core.places import Showing

FRAME = Frame(centre=(10.0, -20.0, 30.0), scale=40.0, rotation=UPRIGHT_ROTATIONS["y"], up="y")


@pytest.fixture
def points() -> NDArray[np.float32]:
    return np.random.default_rng(3).uniform(-0.5, 0.5, size=(64, 3)).astype(np.float32)


def read_with_trimesh(path: Path) -> NDArray[np.float64]:
    return np.asarray(trimesh.load(path).vertices, dtype=np.float64)


@pytest.mark.parametrize("suffix", ["ply", "obj", "xyz"])
def test_that_a_cloud_in_own_units_lies_where_the_mesh_was(
    suffix: str, points: NDArray[np.float32], tmp_path: Path
) -> None:
    path, _ = export_shape(Shape("a", points, FRAME), tmp_path / f"a.{suffix}", own_units=True)

    read = read_with_trimesh(path)

    np.testing.assert_allclose(read, FRAME.to_own(points), atol=1e-4)
    np.testing.assert_allclose(FRAME.to_normalised(read), points, atol=1e-5)


@pytest.mark.parametrize("own_units", [True, False])
def test_that_a_cloud_without_a_frame_is_normalised_whatever_is_wished(
    own_units: bool, points: NDArray[np.float32], tmp_path: Path
) -> None:
    path, beside = export_shape(Shape("a", points), tmp_path / "a.ply", own_units=own_units)

    np.testing.assert_allclose(read_with_trimesh(path), points, atol=1e-6)
    content = json.loads(beside.read_text())
    assert content["units"] == "normalised"
    assert content["frame"] is None


def test_that_the_json_says_where_a_shape_came_from(
    points: NDArray[np.float32], tmp_path: Path
) -> None:
    shape = Shape(
        "Stuhl 7",
        points,
        FRAME,
        kind="reconstruction",
        chair="Stuhl 7",
        run="MoG-VAE",
        code=(0.5, -1.25, 2.0),
        component=3,
        seed=11,
        settings={"prior": "mog", "latent": 3},
    )

    path, beside = export_shape(shape, tmp_path / "a.npz", own_units=True)

    content = json.loads(beside.read_text())
    assert beside == path.with_suffix(".json")
    assert content["format"] == 2
    assert content["program"].startswith("MoG-VAE Studio ")
    assert content["file"] == "a.npz"
    assert content["kind"] == "reconstruction"
    assert content["chair"] == "Stuhl 7"
    assert content["run"] == "MoG-VAE"
    assert content["code"] == [0.5, -1.25, 2.0]
    assert content["component"] == 4  # 0 is the first in the program, 1 to people
    assert content["seed"] == 11
    assert content["points"] == 64
    assert content["units"] == "own"
    assert content["settings"] == {"prior": "mog", "latent": 3}
    # The frame is enough to go back to normalised points.
    frame = Frame.from_json(content["frame"])
    with np.load(path) as arrays:
        np.testing.assert_allclose(frame.to_normalised(arrays["points"]), points, atol=1e-5)


def test_that_nothing_is_overwritten(points: NDArray[np.float32], tmp_path: Path) -> None:
    (tmp_path / "chair.ply").write_text("mine")
    (tmp_path / "chair-2.json").write_text("also mine")

    shapes = [Shape("Chair", points), Shape("chair", points)]
    steps = export_shapes(shapes, 2, tmp_path, "ply", own_units=False)
    progress = []
    while True:
        try:
            progress.append(next(steps))
        except StopIteration as stop:
            written = stop.value
            break

    assert [path.name for path in written] == ["chair-3.ply", "chair-4.ply"]
    assert [(one.done, one.total, one.name) for one in progress] == [
        (1, 2, "Chair"),
        (2, 2, "chair"),
    ]
    assert (tmp_path / "chair.ply").read_text() == "mine"
    assert (tmp_path / "chair-2.json").read_text() == "also mine"


def test_that_the_folder_is_made_and_closing_keeps_what_was_written(
    points: NDArray[np.float32], tmp_path: Path
) -> None:
    folder = tmp_path / "far" / "away"
    made: list[str] = []

    def shapes() -> Iterator[Shape]:
        for name in "ab":
            made.append(name)
            yield Shape(name, points)

    steps = export_shapes(shapes(), 2, folder, ".xyz", own_units=False)

    next(steps)
    steps.close()

    assert sorted(path.name for path in folder.iterdir()) == ["a.json", "a.xyz"]
    assert made == ["a"]  # a shape is made when its turn comes


def test_that_an_unknown_format_is_refused_with_those_that_exist(
    points: NDArray[np.float32], tmp_path: Path
) -> None:
    with pytest.raises(ShapeFileError, match=r"\.ply"):
        export_shape(Shape("a", points), tmp_path / "a.docx", own_units=False)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Reconstruction of Kitchen Chair 07", "reconstruction-of-kitchen-chair-07"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\Windows\\system32", "c-windows-system32"),
        ("CON", "con-shape"),
        ("lpt1", "lpt1-shape"),
        ("...", "shape"),
        ("", "shape"),
        ("a\nb\tc\0d", "a-b-c-d"),
        ("Stühle – 椅子", "stühle-椅子"),
    ],
)
def test_that_hostile_names_become_plain_file_names(name: str, stem: str) -> None:
    assert file_stem(name) == stem


@given(st.text(max_size=300))
def test_that_every_name_becomes_a_file_name_of_one_folder(name: str) -> None:
    stem = file_stem(name)

    assert 1 <= len(stem) <= 86
    assert not set(stem) & set('/\\:*?"<>|\0\n\r\t .')
    assert not stem.startswith("-")
    assert len(f"{stem}-1000.json".encode()) <= 255


def test_that_a_shape_of_a_hostile_name_stays_in_its_folder(
    points: NDArray[np.float32], tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    long_letters = "𝐀" * 80  # four bytes each
    names = [long_letters, "../up", "/etc/passwd", "nul", "." * 5, "x" * 5000, "🪑" * 100]

    shapes = [Shape(name, points) for name in names]
    for _ in export_shapes(shapes, len(shapes), folder, "ply", own_units=False):
        pass

    assert [path for path in tmp_path.iterdir() if path != folder] == []
    assert len(list(folder.glob("*.ply"))) == len(names)


def test_that_a_free_path_counts_past_what_is_there(tmp_path: Path) -> None:
    for number in range(2, 6):
        (tmp_path / f"chair-{number}.ply").touch()

    assert free_path(tmp_path, "chair", "ply").name == "chair.ply"
    (tmp_path / "chair.ply").touch()
    assert free_path(tmp_path, "chair", ".ply").name == "chair-6.ply"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no name here")
def test_that_a_view_is_read_from_an_ordinary_file_of_a_size_that_a_view_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe, large = tmp_path / "pipe.json", tmp_path / "large.json"
    os.mkfifo(pipe)
    with pytest.raises(StudioError, match="no ordinary file"):
        read_exported_view(pipe)
    with pytest.raises(StudioError):
        read_exported_view(tmp_path)
    with pytest.raises(
        StudioError, match=r"gone\.json cannot be read.*Check that it is still there"
    ):
        read_exported_view(tmp_path / "gone.json")
    with large.open("wb") as handle:
        handle.truncate(5 * 2**30)  # of which nothing is on disk, and nothing comes into memory
    with pytest.raises(StudioError, match="more than the 16 MiB"):
        read_exported_view(large)
    monkeypatch.setattr("core.export.MOST_VIEW_BYTES", 63)
    large.write_text(json.dumps({"format": 1, "kind": "decoded", "units": "own", "code": [0.5]}))
    assert large.stat().st_size == 63
    assert read_exported_view(large).place.code == (0.5,)


@pytest.mark.parametrize("form", [1, 2])
def test_that_the_component_of_a_sample_is_read_as_it_was_counted(
    form: int, tmp_path: Path
) -> None:
    path = tmp_path / "sample.json"
    content = {"kind": "sample", "units": "normalised", "run": "a", "code": [0.5]}
    path.write_text(json.dumps(content | {"format": form, "component": form + 1}))

    view = read_exported_view(path)

    assert view.place.component is None  # it is no component's mean
    assert view.place.showing == Showing(component=2, seed=None)
    assert view.content["component"] == 3


def test_that_only_an_older_file_without_a_view_may_mean_a_mean(
    tmp_path: Path,
) -> None:
    path = tmp_path / "decoded.json"
    content = {"kind": "decoded", "units": "normalised", "run": "a", "code": [0.5], "component": 1}
    path.write_text(json.dumps(content | {"format": 1}))
    assert read_exported_view(path).place.showing == Showing(component=1)  # where it lies on it
    path.write_text(json.dumps(content | {"format": 2}))  # it only made the code most probably
    place = read_exported_view(path).place
    assert (place.component, place.showing) == (None, None)


def test_that_a_file_without_a_format_number_leads_to_no_view(tmp_path: Path) -> None:
    path = tmp_path / "decoded.json"
    path.write_text(json.dumps({"kind": "decoded", "units": "own", "code": [0.5]}))
    with pytest.raises(StudioError, match="no format number"):
        read_exported_view(path)
