import os
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from core.errors import LibraryError
from core.importing import (
    FileImport,
    ImportProgress,
    ImportReport,
    ReadingProcesses,
    import_paths,
)
from core.library import Library
from tests.small_shapes import (
    box,
    chair_mesh,
    gltf_content,
    joined,
    moved,
    stool_mesh,
    write_every_format,
    write_obj,
    write_off,
)

Y_UP = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])  # z up, front -y -> y up, front +z


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.create(tmp_path / "library", 600)


@pytest.fixture(scope="module", autouse=True)
def reading() -> Iterator[ReadingProcesses]:
    """Processes for all tests of this file, for each takes half a second to start."""
    with ReadingProcesses(2) as processes:
        _READING.append(processes)
        yield processes
        _READING.clear()


_READING: list[ReadingProcesses] = []


def import_all(library: Library, paths: Iterable[Path], **options: object) -> ImportReport:
    *_, report = import_paths(library, paths, reading=_READING[0], **options)  # type: ignore[arg-type]
    assert isinstance(report, ImportReport)
    return report


def warnings_of(report: ImportReport, kind: str) -> list[str]:
    return [warning.warning for warning in report.warnings if warning.kind == kind]


def test_that_every_format_comes_in(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    for number, suffix in enumerate(
        (
            ".off",
            ".obj",
            ".ply",
            ".stl",
            ".glb",
            ".gltf",
            ".dae",
            ".3mf",
            ".xyz",
            ".pts",
            ".pcd",
            ".npy",
            ".npz",
        )
    ):
        mesh = moved(
            chair_mesh(0.4 + number / 50),
            Y_UP if suffix in (".glb", ".gltf", ".dae") else np.eye(3),
        )
        points = mesh.vertices.repeat(20, axis=0)
        points += np.random.default_rng(number).normal(scale=0.01, size=points.shape)
        files = write_every_format(tmp_path / f"{number}", mesh, points.astype(np.float32))
        folder.mkdir(exist_ok=True)
        files[suffix].rename(folder / f"chair{suffix}")
    report = import_all(library, [folder])
    assert not report.refused
    assert len(library) == len(report.added) == 13
    assert {chair.source for chair in library} == {path.name for path in folder.iterdir()}
    for chair in library.chairs:
        cloud = library.cloud(chair)
        np.testing.assert_allclose((cloud.min(0) + cloud.max(0)) / 2, 0, atol=1e-6)
        assert np.linalg.norm(cloud, axis=1).max() == pytest.approx(1, abs=1e-6)
        assert (library.mesh(chair) is not None) == (
            chair.source.split(".")[1] not in "xyz pts pcd npy npz"
        )


def test_that_progress_counts_every_file_and_the_report_comes_last(
    library: Library, tmp_path: Path
) -> None:
    write_off(tmp_path / "drop" / "a.off", chair_mesh(0.4))
    write_off(tmp_path / "drop" / "b.off", chair_mesh(0.5))
    (tmp_path / "drop" / "c.off").write_text("nothing")
    # A file that takes long brings the last step again.
    steps = [step for step, _ in groupby(import_paths(library, [tmp_path / "drop"]))]
    assert steps[:-1] == [
        ImportProgress(0, 3, ""),
        ImportProgress(1, 3, "a.off"),
        ImportProgress(2, 3, "b.off"),
        ImportProgress(3, 3, "c.off"),
    ]
    assert isinstance(steps[-1], ImportReport)
    assert [chair.name for chair in steps[-1].added] == ["a", "b"]


def test_that_the_report_is_also_the_value_of_the_generator(
    library: Library, tmp_path: Path
) -> None:
    write_off(tmp_path / "a.off", chair_mesh())

    def carrier() -> Iterable[object]:
        reports.append((yield from import_paths(library, [tmp_path / "a.off"])))

    reports: list[ImportReport] = []
    steps = list(carrier())
    assert reports == [steps[-1]]


def test_that_bad_files_are_named_and_the_rest_comes_in(library: Library, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    write_off(drop / "good.off", chair_mesh())
    (drop / "empty.obj").write_text("")
    (drop / "prose.obj").write_text("This is a letter, not a chair.\n")
    (drop / "cut.ply").write_bytes(b"ply\nformat ascii 1.0\nelement vertex 9\nproperty float x\n")
    report = import_all(library, [drop, tmp_path / "missing.stl", drop / "cut.ply"])
    assert [chair.name for chair in report.added] == ["good"]
    reasons = {Path(refusal.file).name: refusal.reason for refusal in report.refused}
    assert set(reasons) == {"empty.obj", "prose.obj", "cut.ply", "missing.stl"}
    for file, reason in reasons.items():
        assert reason.startswith(f"{file}: ")
        assert reason.endswith(".")
    assert "there is no such file" in reasons["missing.stl"]


@pytest.mark.parametrize("paths", [[], ["empty"], ["hidden"], ["other"]])
def test_that_a_drop_without_meshes_gives_a_clear_refusal(
    library: Library, tmp_path: Path, paths: list[str]
) -> None:
    (tmp_path / "empty").mkdir()
    write_off(tmp_path / "hidden" / ".git" / "a.off", chair_mesh())
    write_off(tmp_path / "hidden" / ".b.off", chair_mesh())
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("Hello")
    report = import_all(library, [tmp_path / path for path in paths])
    assert not report.added
    (refusal,) = report.refused
    assert "holds no mesh or cloud" in refusal.reason or "nothing to import" in refusal.reason


def test_that_a_file_of_an_unknown_kind_is_refused_only_where_it_was_given_itself(
    library: Library, tmp_path: Path
) -> None:
    write_off(tmp_path / "drop" / "a.off", chair_mesh())
    (tmp_path / "drop" / "letter.txt").write_text("Hello")
    assert not import_all(library, [tmp_path / "drop"]).refused
    (refusal,) = import_all(library, [tmp_path / "drop" / "letter.txt"]).refused
    assert "“.txt” is unknown" in refusal.reason


def test_that_a_folder_that_may_not_be_read_is_refused(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "drop" / "locked"
    write_off(tmp_path / "drop" / "a.off", chair_mesh())
    locked.mkdir()
    scandir = os.scandir

    def refuse(folder: str) -> object:  # root could read a folder without permissions
        if str(folder) == str(locked):
            raise PermissionError(13, "Permission denied", str(locked))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    report = import_all(library, [tmp_path / "drop"])
    assert "may not look into" in report.refused[0].reason
    assert len(report.added) == 1


def test_that_files_come_in_the_order_that_people_count_in(
    library: Library, tmp_path: Path
) -> None:
    for number in (10, 9, 1):
        write_off(tmp_path / "drop" / f"chair{number}.off", chair_mesh(0.3 + number / 100))
    names = [chair.name for chair in import_all(library, [tmp_path / "drop"]).added]
    assert names == ["chair1", "chair9", "chair10"]


def test_that_a_file_given_twice_comes_in_once(library: Library, tmp_path: Path) -> None:
    path = write_off(tmp_path / "drop" / "a.off", chair_mesh())
    report = import_all(library, [path, tmp_path / "drop", path])
    assert len(report.added) == 1
    assert not report.refused


def test_that_the_same_shape_is_refused_under_any_name_and_format(
    library: Library, tmp_path: Path
) -> None:
    write_off(tmp_path / "drop" / "a.off", chair_mesh())
    write_obj(tmp_path / "drop" / "b.obj", chair_mesh())
    report = import_all(library, [tmp_path / "drop"])
    assert [chair.name for chair in report.added] == ["a"]
    assert "the same shape as a" in report.refused[0].reason
    again = import_all(library, [tmp_path / "drop" / "b.obj"])
    assert "the same shape as a" in again.refused[0].reason


def test_that_a_removed_chair_can_be_imported_again(library: Library, tmp_path: Path) -> None:
    path = write_off(tmp_path / "a.off", chair_mesh())
    (chair,) = import_all(library, [path]).added
    library.remove([chair.id])
    assert len(import_all(library, [path]).added) == 1


def modelnet(folder: Path) -> Path:
    for number in range(4):
        side = "train" if number < 3 else "test"
        path = folder / "chair" / side / f"chair_{number:04d}.off"
        write_off(path, chair_mesh(0.4 + number / 50))
        path.write_text(path.read_text().replace("OFF\n", "OFF"))
    return folder


@pytest.mark.parametrize("part", ["", "chair"])
def test_that_a_modelnet_folder_keeps_its_split(
    library: Library, tmp_path: Path, part: str
) -> None:
    report = import_all(library, [modelnet(tmp_path / "ModelNet10") / part])
    assert {chair.name: chair.split for chair in report.added} == {
        "chair_0000": "train",
        "chair_0001": "train",
        "chair_0002": "train",
        "chair_0003": "test",
    }
    assert {chair.metadata["category"] for chair in report.added} == {"chair"}


def test_that_one_side_of_a_modelnet_folder_keeps_its_side(
    library: Library, tmp_path: Path
) -> None:
    report = import_all(library, [modelnet(tmp_path) / "chair" / "test"])
    assert [chair.split for chair in report.added] == ["test"]


def test_that_a_folder_named_train_without_a_test_beside_it_is_no_data_set(
    library: Library, tmp_path: Path
) -> None:
    write_off(tmp_path / "train" / "a.off", chair_mesh())
    (chair,) = import_all(library, [tmp_path / "train"]).added
    assert "category" not in chair.metadata


def test_that_a_modelnet_folder_keeps_its_facing(library: Library, tmp_path: Path) -> None:
    turned = moved(chair_mesh(), [[0, -1, 0], [1, 0, 0], [0, 0, 1]])
    write_off(tmp_path / "chair" / "train" / "a.off", turned)
    write_off(tmp_path / "chair" / "test" / "b.off", moved(turned, np.eye(3) * 2))
    for chair in import_all(library, [tmp_path]).added:
        assert chair.frame.rotation == ((1, 0, 0), (0, 1, 0), (0, 0, 1))


def test_that_other_categories_of_a_data_set_are_pointed_out(
    library: Library, tmp_path: Path
) -> None:
    root = modelnet(tmp_path / "ModelNet10")
    write_off(root / "desk" / "train" / "desk_0001.off", box((1, 2, 1)))
    write_off(root / "desk" / "test" / "desk_0002.off", box((1, 2, 1.5)))
    report = import_all(library, [root])
    assert "2 categories (chair, desk)" in warnings_of(report, "categories")[0]


def test_that_other_folders_get_a_seeded_split_by_content(library: Library, tmp_path: Path) -> None:
    for number in range(30):
        write_off(tmp_path / "drop" / f"{number}.off", chair_mesh(0.3 + number / 100))
    sides = {c.content_hash: c.split for c in import_all(library, [tmp_path / "drop"]).added}
    assert 1 <= sum(side == "test" for side in sides.values()) <= 14
    for path in (tmp_path / "drop").iterdir():
        path.rename(path.with_name(f"other {path.name}"))
    other = Library.create(tmp_path / "other", 600)
    again = import_all(other, [tmp_path / "drop"]).added
    assert {chair.content_hash: chair.split for chair in again} == sides


@pytest.mark.parametrize("up", ["x", "y", "z"])
def test_that_a_chair_stands_upright_and_looks_to_the_front_from_any_pose(
    library: Library, tmp_path: Path, up: str
) -> None:
    to_own = {"z": np.eye(3), "y": Y_UP, "x": np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])}[up]
    turned = moved(chair_mesh(), to_own @ [[0, -1, 0], [1, 0, 0], [0, 0, 1]], (5, 5, 5))
    report = import_all(library, [write_obj(tmp_path / "a.obj", turned)])
    (chair,) = report.added
    assert chair.frame.up == up
    assert report.up_reasons[chair.id].startswith(f"{up} points up: ")
    cloud = library.cloud(chair)
    top = cloud[cloud[:, 2] > 0.6]
    assert top[:, 1].mean() > 0.3  # the backrest is high and at the back
    own = chair.frame.to_own(cloud)
    assert (own >= turned.bounds[0] - 1e-4).all()
    assert (own <= turned.bounds[1] + 1e-4).all()


def test_that_up_and_facing_can_be_told(library: Library, tmp_path: Path) -> None:
    path = write_off(tmp_path / "a.off", chair_mesh())
    (chair,) = import_all(library, [path], up="y", facing="keep").added
    assert chair.frame.up == "y"
    assert chair.frame.rotation == ((1, 0, 0), (0, 0, -1), (0, 1, 0))


def test_that_the_up_axis_of_a_gltf_is_taken_from_the_format(
    library: Library, tmp_path: Path
) -> None:
    import json

    # It lies on its back by the format, however it looks.
    (tmp_path / "a.gltf").write_text(json.dumps(gltf_content(chair_mesh())))
    report = import_all(library, [tmp_path / "a.gltf"])
    assert report.added[0].frame.up == "y"
    assert not warnings_of(report, "up")
    assert report.added[0].metadata["metres_per_unit"] == 1.0


def test_that_an_uncertain_up_axis_is_pointed_out(library: Library, tmp_path: Path) -> None:
    report = import_all(library, [write_obj(tmp_path / "cube.obj", box())])
    assert "up axis is uncertain; it was taken to be y" in warnings_of(report, "up")[0]


def test_that_uncertain_chairs_follow_the_certain_ones_beside_them(
    library: Library, tmp_path: Path
) -> None:
    for number in range(4):
        write_obj(tmp_path / "drop" / f"{number}.obj", chair_mesh(0.4 + number / 50))
    write_obj(tmp_path / "drop" / "a cube.obj", box())
    report = import_all(library, [tmp_path / "drop"])
    (cube,) = [chair for chair in report.added if chair.name == "a cube"]
    assert cube.frame.up == "z"
    assert library.chair(cube.id) == cube
    assert "the other files beside it" in warnings_of(report, "up")[0]


def test_that_scale_outliers_of_a_drop_are_pointed_out(library: Library, tmp_path: Path) -> None:
    for number in range(5):
        size = 100.0 if number == 3 else 1.0
        mesh = moved(chair_mesh(0.4 + number / 50), np.eye(3) * size)
        write_off(tmp_path / "drop" / f"{number}.off", mesh)
    report = import_all(library, [tmp_path / "drop"])
    (warning,) = [each for each in report.warnings if each.kind == "scale"]
    assert warning.file.endswith("3.off")
    assert "times larger" in warning.warning
    assert warning.chair_id == report.added[3].id


def test_that_two_chairs_in_a_file_are_an_open_scene(library: Library, tmp_path: Path) -> None:
    pair = joined([chair_mesh(), moved(chair_mesh(), np.eye(3), (1.2, 0, 0))])
    report = import_all(library, [write_off(tmp_path / "pair.off", pair)])
    (warning,) = warnings_of(report, "open_scene")
    assert "2 separate objects" in warning
    assert "import each chair from a file of its own" in warning


def test_that_a_floor_is_an_open_scene(library: Library, tmp_path: Path) -> None:
    scene = joined([chair_mesh(), box((2, 2, 0.001), (-0.7, -0.7, -0.001))])
    report = import_all(library, [write_off(tmp_path / "scene.off", scene)])
    assert "floor" in warnings_of(report, "open_scene")[0]


@pytest.mark.parametrize("mesh", [chair_mesh(), stool_mesh()], ids=["chair", "stool"])
def test_that_a_plain_chair_gives_no_warning(
    library: Library, tmp_path: Path, mesh: object
) -> None:
    report = import_all(library, [write_off(tmp_path / "a.off", mesh)])  # type: ignore[arg-type]
    assert not report.warnings


def test_that_very_few_faces_are_pointed_out(library: Library, tmp_path: Path) -> None:
    report = import_all(library, [write_off(tmp_path / "cube.off", box())])
    (warning,) = warnings_of(report, "few_faces")
    assert "only 12 faces" in warning
    assert "export it again" in warning


def test_that_a_cloud_with_few_points_is_pointed_out(library: Library, tmp_path: Path) -> None:
    points = np.random.default_rng(0).uniform(size=(100, 3))
    np.save(tmp_path / "a.npy", points)
    report = import_all(library, [tmp_path / "a.npy"])
    assert "100 points and the library keeps 600" in warnings_of(report, "few_points")[0]


def test_that_a_mesh_file_with_a_handful_of_points_and_no_faces_is_refused(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "a.off").write_text("OFF\n4 0 0\n0 0 0\n1 0 0\n0 1 0\n0 0 1\n")
    (refusal,) = import_all(library, [tmp_path / "a.off"]).refused
    assert "no faces and only 4 points" in refusal.reason


def test_that_a_closed_import_keeps_and_reports_what_came_in(
    library: Library, tmp_path: Path
) -> None:
    for number in range(6):
        write_off(tmp_path / "drop" / f"{number}.off", chair_mesh(0.4 + number / 50))
    running = import_paths(library, [tmp_path / "drop"])
    for step in running:
        if isinstance(step, ImportProgress) and step.done == 3:
            break
    running.close()
    assert [chair.name for chair in running.report.added] == ["0", "1", "2"]
    assert Library.open(library.folder).chairs == running.report.added
    assert list(running) == []


def test_that_an_import_closed_before_it_starts_changes_nothing(
    library: Library, tmp_path: Path
) -> None:
    write_off(tmp_path / "a.off", chair_mesh())
    running = import_paths(library, [tmp_path / "a.off"])
    running.close()
    assert len(library) == 0
    assert running.report == ImportReport()


def test_that_chairs_come_into_the_library_by_groups_while_it_runs(
    library: Library, tmp_path: Path
) -> None:
    for number in range(40):
        write_off(tmp_path / "drop" / f"{number}.off", chair_mesh(0.3 + number / 100))
    sizes = {
        step.done: len(library)
        for step in import_paths(library, [tmp_path / "drop"])
        if isinstance(step, ImportProgress)
    }
    assert 0 < sizes[20] < sizes[39] < len(library) == 40


def test_that_what_is_known_of_a_file_becomes_metadata(library: Library, tmp_path: Path) -> None:
    path = write_off(tmp_path / "a.off", chair_mesh())
    report = import_all(
        library, [path], metadata_of=lambda file: {"creator": "A. Nobody", "file": file.name}
    )
    assert report.added[0].metadata["creator"] == "A. Nobody"
    assert report.added[0].metadata["file"] == "a.off"


def test_that_strange_file_names_are_harmless(library: Library, tmp_path: Path) -> None:
    path = write_off(tmp_path / "<b>bold\n\u202egnp.off", chair_mesh())
    bad = tmp_path / "bad\n<i>.off"
    bad.write_text("")
    report = import_all(library, [path, bad])
    assert report.added[0].name == "<b>bold gnp"
    assert "\n" not in report.refused[0].reason
    assert "\u202e" not in report.added[0].source


def test_that_an_import_can_be_iterated_and_closed_like_a_generator(library: Library) -> None:
    running = import_paths(library, [])
    assert isinstance(running, FileImport)
    assert iter(running) is running
    assert isinstance(next(running), ImportProgress)
    running.close()


@pytest.mark.parametrize("damage", ["truncated", "gone"])
def test_that_the_file_dropped_again_mends_a_stored_mesh(
    library: Library, tmp_path: Path, damage: str
) -> None:
    files = [tmp_path / "chair.off", tmp_path / "stool.off"]
    write_off(files[0], chair_mesh())
    write_off(files[1], stool_mesh())
    chair, stool = import_all(library, files).added
    meshes = library.folder / "meshes"
    stored = meshes / f"{chair.content_hash}.npz"
    whole = library.mesh(chair)
    content = stored.read_bytes()
    if damage == "truncated":
        stored.write_bytes(content[: len(content) // 2])
        with pytest.raises(LibraryError, match="import the file again"):
            library.mesh(chair)
    else:
        stored.unlink()
    assert library.mesh(stool) is not None

    report = import_all(library, files)

    mended, untouched = report.refused
    assert "is whole again" in mended.reason
    assert "Nothing needs to be done" in untouched.reason
    again = library.mesh(chair)
    assert whole is not None
    assert again is not None
    assert np.array_equal(again.vertices, whole.vertices)
    assert np.array_equal(again.faces, whole.faces)


def test_that_a_library_that_may_only_be_read_is_not_mended(
    library: Library, tmp_path: Path
) -> None:
    file = tmp_path / "chair.off"
    write_off(file, chair_mesh())
    (chair,) = import_all(library, [file]).added
    stored = library.folder / "meshes" / f"{chair.content_hash}.npz"
    stored.write_bytes(b"nothing")
    library.refuse_changes("Another window has this project.")

    with pytest.raises(LibraryError, match="Another window"):
        library.mend_mesh(chair, chair_mesh())
    assert stored.read_bytes() == b"nothing"
