"""A failure between any two steps of a change leaves the library of before, whole."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from core.errors import LibraryError
from core.library import Library
from tests.core.library.small_libraries import POINTS, mesh_number, new_chair


class PowerCut(BaseException):
    """Nothing may catch this."""


@contextmanager
def failing_at(step: int, error: BaseException) -> Iterator[list[str]]:
    """Let the `step`-th call that touches the disk fail; yields the calls that were made."""
    calls: list[str] = []
    real: dict[str, Callable[..., object]] = {
        "os.fsync": os.fsync,
        "pathlib.Path.replace": Path.replace,
        "tempfile.mkstemp": __import__("tempfile").mkstemp,
        "pathlib.Path.open": Path.open,
    }

    def counting(name: str) -> Callable[..., object]:
        def call(*args: object, **keywords: object) -> object:
            mode = next((arg for arg in args if isinstance(arg, str)), "r")
            if name == "pathlib.Path.open" and mode == "r":
                return real[name](*args, **keywords)
            calls.append(name)
            if len(calls) - 1 == step:
                raise error
            return real[name](*args, **keywords)

        return call

    patches = [mock.patch(name, counting(name)) for name in real]
    for patch in patches:
        patch.start()
    try:
        yield calls
    finally:
        for patch in patches:
            patch.stop()


def change_everything(library: Library) -> None:
    added = library.add(
        [new_chair(number, name=f"new {number}", mesh=mesh_number(number)) for number in (10, 11)]
    )
    library.rename(added[0].id, "other")
    library.set_split([added[1].id], "test")
    cloud = library.cloud(added[0])
    library.replace_cloud(added[0].id, cloud[::-1], added[0].frame)
    library.restore(library.remove([library.chairs[0].id, added[1].id]))
    library.remove([library.chairs[1].id])


def steps_of_all_changes(folder: Path) -> int:
    library = fresh_library(folder)
    with failing_at(-1, PowerCut()) as calls:
        change_everything(library)
    return len(calls)


def fresh_library(folder: Path) -> Library:
    library = Library.create(folder, POINTS)
    library.add([new_chair(number, name=f"old {number}") for number in range(3)])
    return library


def check_whole(folder: Path) -> None:
    """It opens, each chair has its own cloud, and work goes on."""
    library = Library.open(folder)
    assert not library.damage
    assert len(library) >= 2
    assert len({chair.name for chair in library.chairs}) == len(library)
    for chair in library.chairs:
        number = int(chair.content_hash, 16) if chair.name.startswith("old") else None
        if number is not None:
            np.testing.assert_array_equal(library.cloud(chair), new_chair(number).cloud)
        if not chair.name.startswith("old"):
            assert library.mesh(chair) is not None
            assert np.isfinite(library.cloud(chair)).all()
    (late,) = library.add([new_chair(50, name="late")])
    np.testing.assert_array_equal(Library.open(folder).cloud(late), new_chair(50).cloud)


@pytest.mark.parametrize(
    "error", [PowerCut(), OSError(errno.ENOSPC, "No space left on device")], ids=["power", "full"]
)
def test_that_a_failure_at_any_step_leaves_a_whole_library(
    tmp_path: Path, error: BaseException
) -> None:
    steps = steps_of_all_changes(tmp_path / "counted")
    assert steps > 30
    for step in range(steps):
        folder = tmp_path / f"step {step}"
        library = fresh_library(folder)
        with (
            failing_at(step, error),
            pytest.raises((PowerCut, LibraryError), match=r"^$|could not be written"),
        ):
            change_everything(library)
        check_whole(folder)


def test_that_a_full_disk_leaves_the_open_library_as_it_was(tmp_path: Path) -> None:
    library = fresh_library(tmp_path / "library")
    before = library.chairs
    for step in range(4):
        with (
            failing_at(step, OSError(errno.ENOSPC, "No space left on device")),
            pytest.raises(LibraryError, match="No space left"),
        ):
            library.add([new_chair(10)])
        assert library.chairs == before
    library.add([new_chair(10)])
    np.testing.assert_array_equal(library.cloud(3), new_chair(10).cloud)


def test_that_rows_left_behind_by_a_crash_are_written_over(tmp_path: Path) -> None:
    library = fresh_library(tmp_path / "library")
    with (tmp_path / "library" / "clouds.f32").open("ab") as file:
        file.write(b"\xff" * 1000)
    library.add([new_chair(10)])
    again = Library.open(library.folder)
    np.testing.assert_array_equal(again.cloud(3), new_chair(10).cloud)
    assert (tmp_path / "library" / "clouds.f32").stat().st_size == 4 * POINTS * 12


def test_that_no_temporary_file_stays_after_an_error(tmp_path: Path) -> None:
    library = fresh_library(tmp_path / "library")
    with failing_at(-1, PowerCut()) as calls:
        library.add([new_chair(19, mesh=mesh_number(19))])
    # The last step flushes the folder, when the new index is in place already.
    for step in range(len(calls) - 1):
        new = new_chair(20 + step, mesh=mesh_number(20 + step))
        with (
            failing_at(step, OSError(errno.EIO, "Input/output error")),
            pytest.raises(LibraryError, match="Input/output error"),
        ):
            library.add([new])
    assert not [path for path in (tmp_path / "library").rglob("*") if path.suffix == ".tmp"]
