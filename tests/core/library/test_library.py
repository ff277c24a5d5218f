import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import LibraryError
from core.frame import Frame
from core.library import Chair, Library, cloud_file
from tests.core.library.small_libraries import POINTS, mesh_number, new_chair


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.create(tmp_path / "library", POINTS)


def ids(library: Library) -> list[str]:
    return [chair.id for chair in library.chairs]


def test_that_a_new_library_is_empty(library: Library) -> None:
    assert len(library) == 0
    assert library.clouds.shape == (0, POINTS, 3)
    assert library.indices("train").shape == (0,)


def test_that_chairs_are_there_after_opening_again(library: Library) -> None:
    made = [new_chair(number, name=f"chair {number}", legs=4, family="club") for number in range(3)]
    added = library.add(made)
    again = Library.open(library.folder)
    assert again.chairs == added == library.chairs
    assert again.chairs[1].metadata == {"legs": 4, "family": "club"}
    for chair, new in zip(again.chairs, made, strict=True):
        np.testing.assert_array_equal(again.cloud(chair), new.cloud)
        assert chair.frame == new.frame


def test_that_clouds_are_a_read_only_map_of_the_file(library: Library) -> None:
    library.add([new_chair(1), new_chair(2)])
    assert isinstance(library.clouds, np.memmap)
    assert library.clouds.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        library.clouds[0, 0, 0] = 1.0
    library.cloud(0)[:] = 0  # a copy
    assert library.clouds[0].any()


def test_that_the_mesh_of_a_chair_is_kept_exactly(library: Library) -> None:
    mesh = mesh_number(1)
    first, second = library.add([new_chair(1, mesh=mesh), new_chair(2)])
    kept = Library.open(library.folder).mesh(first)
    assert kept is not None
    np.testing.assert_array_equal(kept.vertices, mesh.vertices)
    np.testing.assert_array_equal(kept.faces, mesh.faces)
    assert library.mesh(second) is None


def test_that_a_taken_name_gets_a_number(library: Library) -> None:
    library.add([new_chair(1, name="oak"), new_chair(2, name="oak"), new_chair(3, name="oak 2")])
    library.add([new_chair(4, name="oak")])
    assert [chair.name for chair in library.chairs] == ["oak", "oak 2", "oak 2 2", "oak 3"]


def test_that_names_are_made_harmless(library: Library) -> None:
    (chair, nameless) = library.add(
        [new_chair(1, name="a\n\u202eb" * 200), new_chair(2, name="\x00")]
    )
    assert "\n" not in chair.name
    assert len(chair.name) == 120
    assert nameless.name == "chair"


def test_that_sides_of_the_split_are_found_and_changed(library: Library) -> None:
    library.add([new_chair(0), new_chair(1, split="test"), new_chair(2)])
    np.testing.assert_array_equal(library.indices("train"), [0, 2])
    np.testing.assert_array_equal(library.indices("test"), [1])
    library.set_split([ids(library)[2]], "test")
    np.testing.assert_array_equal(Library.open(library.folder).indices("test"), [1, 2])


def test_that_equal_shapes_never_sit_on_both_sides(library: Library) -> None:
    first, twin = library.add([new_chair(7), new_chair(7, split="test")])
    assert twin.split == first.split == "train"
    library.set_split([twin.id], "test")
    assert {chair.split for chair in library.chairs} == {"test"}
    library.remove([first.id])
    library.set_split([twin.id], "train")
    (back,) = library.restore([first])
    assert back.split == "train"
    assert library.same_shape(first.content_hash) is not None
    assert library.same_shape("0") is None


def test_that_removing_is_undone_by_restoring(library: Library) -> None:
    before = library.add([new_chair(number, name=f"chair {number}") for number in range(4)])
    clouds = [library.cloud(chair) for chair in before]
    gone = library.remove([before[2].id, before[0].id])
    assert len(library) == 2
    assert before[2].id not in library
    library.add([new_chair(9, name="late")])
    library.restore(gone)
    assert library.chairs[:4] == before
    for chair, cloud in zip(before, clouds, strict=True):
        np.testing.assert_array_equal(library.cloud(chair), cloud)


def test_that_a_removed_chair_can_be_restored_after_opening_again(library: Library) -> None:
    before = library.add([new_chair(1), new_chair(2)])
    library.remove([before[0].id])
    again = Library.open(library.folder)
    again.restore([before[0]])
    assert again.chairs == before


def test_that_an_id_is_never_used_again(library: Library) -> None:
    (first,) = library.add([new_chair(1)])
    library.remove([first.id])
    (second,) = Library.open(library.folder).add([new_chair(2)])
    assert second.id != first.id


def test_that_a_restored_chair_whose_name_was_taken_gets_a_number(library: Library) -> None:
    (first,) = library.add([new_chair(1, name="oak")])
    library.remove([first.id])
    library.add([new_chair(2, name="oak")])
    assert library.restore([first])[0].name == "oak 2"


def test_that_renaming_keeps_names_unique_and_visible(library: Library) -> None:
    first, second = library.add([new_chair(1, name="oak"), new_chair(2, name="elm")])
    assert library.rename(second.id, "oak").name == "oak 2"
    assert library.rename(second.id, "oak 2").name == "oak 2"
    with pytest.raises(LibraryError, match="visible letter"):
        library.rename(first.id, " \n")


def test_that_a_replaced_cloud_can_be_put_back(library: Library) -> None:
    before = library.add([new_chair(1), new_chair(2)])
    old_cloud = library.cloud(0)
    turned = (old_cloud @ np.diag([-1, -1, 1])).astype(np.float32)
    changed = library.replace_cloud(before[0].id, turned, Frame.identity())
    assert library.chairs[0] == changed
    np.testing.assert_array_equal(library.cloud(0), turned)
    library.put_back(before)
    assert library.chairs == before
    np.testing.assert_array_equal(library.cloud(0), old_cloud)


def test_that_a_chair_of_another_library_cannot_be_put_back(
    library: Library, tmp_path: Path
) -> None:
    other = Library.create(tmp_path / "other", POINTS)
    (stranger,) = other.add([new_chair(1, name="stranger")])
    with pytest.raises(LibraryError, match="stranger cannot be put back"):
        library.restore([stranger])


def test_that_rows_lead_from_positions_to_clouds(library: Library) -> None:
    chairs = library.add([new_chair(number) for number in range(4)])
    library.remove([chairs[0].id])
    np.testing.assert_array_equal(library.rows(), [1, 2, 3])
    np.testing.assert_array_equal(library.rows([2, 0]), [3, 1])
    np.testing.assert_array_equal(library.clouds[library.rows([2])[0]], library.cloud(2))
    assert library.position(chairs[3].id) == 2


def test_that_a_change_by_another_program_is_noticed(library: Library) -> None:
    other = Library.open(library.folder)
    other.add([new_chair(1)])
    with pytest.raises(LibraryError, match="another program"):
        library.add([new_chair(2)])
    library.reload()
    library.add([new_chair(2)])
    assert len(Library.open(library.folder)) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cloud": np.zeros((POINTS - 1, 3), np.float32)}, "keeps"),
        ({"cloud": np.full((POINTS, 3), np.nan, np.float32)}, "NaN"),
        ({"split": "both"}, "train or test"),
    ],
)
def test_that_a_chair_that_does_not_fit_is_refused_with_all_others(
    library: Library, change: dict[str, object], words: str
) -> None:
    from dataclasses import replace

    with pytest.raises(LibraryError, match=words):
        library.add([new_chair(1), replace(new_chair(2), **change)])  # type: ignore[arg-type]
    assert len(library) == 0


def test_that_metadata_keeps_text_and_numbers_and_refuses_the_rest(library: Library) -> None:
    (chair,) = library.add([new_chair(1, width=np.float32(0.5), legs=np.int64(4), note="ok")])
    kept = Library.open(library.folder).chair(chair.id).metadata
    assert kept == {"width": 0.5, "legs": 4, "note": "ok"}
    for value in (float("nan"), float("inf"), [1], None):
        with pytest.raises(LibraryError, match="“width”"):
            library.add([new_chair(2, width=value)])
    assert len(library) == 1


def test_that_an_unknown_id_is_a_clear_error(library: Library) -> None:
    with pytest.raises(LibraryError, match="no chair c000009"):
        library.chair("c000009")
    with pytest.raises(LibraryError, match="no chair c000009"):
        library.remove(["c000009"])


def test_that_a_folder_that_holds_a_library_is_not_made_anew(library: Library) -> None:
    with pytest.raises(LibraryError, match="a library already"):
        Library.create(library.folder)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged"),
        (b"{}", "damaged"),
        (b"[1]", "damaged"),
        (b'{"format": 2}', "newer version"),
        (b'{"format": 1, "points": 20}', "damaged"),
        (b"\xff\xfe", "damaged"),
    ],
)
def test_that_a_damaged_index_is_named(library: Library, content: bytes, words: str) -> None:
    (library.folder / "index.json").write_bytes(content)
    with pytest.raises(LibraryError, match=words):
        Library.open(library.folder)


@pytest.mark.parametrize(
    "change",
    [
        {"clouds": "../clouds.f32"},
        {"rows": 1},
        {"rows": -1},
        {"points": 0},
        {"next": 1},
        {"chairs": [{}]},
        {"chairs": 3},
    ],
)
def test_that_an_index_that_contradicts_itself_is_damaged(
    library: Library, change: dict[str, object]
) -> None:
    library.add([new_chair(1), new_chair(2)])
    path = library.folder / "index.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(LibraryError, match="damaged"):
        Library.open(library.folder)


def test_that_a_missing_index_says_that_this_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"index.json is missing"):
        Library.open(tmp_path)


def test_that_chairs_whose_clouds_are_cut_off_are_left_out_and_the_rest_opens(
    library: Library,
) -> None:
    chairs = library.add([new_chair(number) for number in range(3)])
    path = library.folder / "clouds.f32"
    path.write_bytes(path.read_bytes()[:-100])
    again = Library.open(library.folder)
    assert again.chairs == chairs[:2]
    assert "1 of 3 chairs" in again.damage[0]
    again.add([new_chair(5)])
    np.testing.assert_array_equal(Library.open(library.folder).cloud(2), new_chair(5).cloud)


def test_that_a_damaged_mesh_is_named_and_its_cloud_still_there(library: Library) -> None:
    (chair,) = library.add([new_chair(1, mesh=mesh_number(1))])
    (path,) = (library.folder / "meshes").iterdir()
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(LibraryError, match="damaged"):
        library.mesh(chair)
    assert library.cloud(chair).shape == (POINTS, 3)


def test_that_a_reader_keeps_the_chairs_and_clouds_that_it_took(library: Library) -> None:
    library.add([new_chair(1), new_chair(2)])
    chairs, clouds = library.chairs, library.clouds
    first = clouds[0].copy()
    library.add([new_chair(3)])
    library.remove([chairs[0].id])
    assert len(chairs) == len(clouds) == 2
    np.testing.assert_array_equal(clouds[0], first)


def test_that_chairs_are_renamed_and_removed_while_the_clouds_of_others_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.create(tmp_path / "library", POINTS)
    first, second = library.add([new_chair(0, name="first"), new_chair(1, name="second")])
    is_writing, go_on = threading.Event(), threading.Event()
    write = cloud_file.append

    def slow(*arguments: Any) -> None:
        is_writing.set()
        assert go_on.wait(10)
        write(*arguments)

    monkeypatch.setattr(cloud_file, "append", slow)
    added: list[Chair] = []
    coming = [new_chair(2, name="coming"), new_chair(3, name="late")]
    thread = threading.Thread(target=lambda: added.extend(library.add(coming)))
    thread.start()
    assert is_writing.wait(10)

    library.rename(first.id, "coming")  # waits for nobody: it would wait for ever here
    library.remove([second.id])

    go_on.set()
    thread.join()
    again = Library.open(library.folder)
    assert again.chairs == library.chairs
    assert [chair.name for chair in again.chairs] == ["coming", "coming 2", "late"]
    for chair, number in zip(again.chairs, (0, 2, 3), strict=True):
        np.testing.assert_array_equal(again.cloud(chair), new_chair(number).cloud)
    (back,) = again.restore([second])
    np.testing.assert_array_equal(again.cloud(back), new_chair(1).cloud)
