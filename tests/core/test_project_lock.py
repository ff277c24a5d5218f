"""One program changes a project at a time; a killed one is in nobody's way."""

import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import LibraryError, ProjectError
from core.project import Project
from core.project_lock import LOCK_FILES, ProjectInUseError, ProjectLock, is_free, read_owner
from tests.core.library.small_libraries import POINTS, new_chair

HOLDER = """
import sys
from core.project_lock import ProjectLock
lock = ProjectLock.take(sys.argv[1], "mogvae train")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Project.create(tmp_path / "project", POINTS).folder


def other_program(folder: Path) -> "subprocess.Popen[str]":
    """Another process that holds the project until its standard input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_that_a_project_is_held_by_one_and_free_afterwards(folder: Path) -> None:
    assert is_free(folder)
    with ProjectLock.take(folder, "the first") as lock:
        assert lock.folder == folder.resolve()
        assert not is_free(folder)
        with pytest.raises(ProjectInUseError, match="open in the first") as caught:
            ProjectLock.take(folder, "the second")
        assert caught.value.owner is not None
        assert caught.value.owner.pid == os.getpid()
        assert caught.value.owner.host == platform.node()
    assert is_free(folder)
    assert read_owner(folder) is None
    lock.release()  # the second time does nothing
    ProjectLock.take(folder, "the second").release()


def test_that_another_process_is_named_and_kill_9_frees_what_it_held(folder: Path) -> None:
    with other_program(folder) as process:
        with pytest.raises(ProjectInUseError, match=rf"mogvae train \(process {process.pid} on"):
            ProjectLock.take(folder, "the window")
        process.send_signal(signal.SIGKILL)
        process.wait()
        owner = read_owner(folder)
        assert owner is not None  # what the dead one said of itself stays, and decides nothing
        assert owner.pid == process.pid
        with ProjectLock.take(folder, "the window"):
            taken = read_owner(folder)
            assert taken is not None
            assert (taken.program, taken.pid) == ("the window", os.getpid())


def test_that_an_end_in_order_frees_it_too(folder: Path) -> None:
    with other_program(folder) as process:
        process.communicate(timeout=60)
    assert is_free(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"program": 1}', '{"pid": "x"}', "\0" * 9])
def test_that_an_unreadable_owner_is_still_an_owner(folder: Path, content: str) -> None:
    with ProjectLock.take(folder, "the first"):
        (folder / LOCK_FILES[1]).write_text(content)
        with pytest.raises(ProjectInUseError, match="open in another program"):
            ProjectLock.take(folder, "the second")


def test_that_the_owners_words_cannot_carry_marks_or_lines(folder: Path) -> None:
    with ProjectLock.take(folder, "a\nb\u202e" + "x" * 500), pytest.raises(ProjectInUseError) as e:
        ProjectLock.take(folder, "the second")
    assert "\n" not in str(e.value)
    assert "\u202e" not in str(e.value)
    assert len(str(e.value)) < 400 + len(str(folder))


def test_that_a_moved_project_with_a_dead_owner_is_free(folder: Path, tmp_path: Path) -> None:
    with other_program(folder) as process:
        process.kill()
        process.wait()
    folder.rename(tmp_path / "moved")
    assert is_free(tmp_path / "moved")


def test_that_a_folder_that_cannot_be_locked_is_a_sentence(folder: Path) -> None:
    (folder / LOCK_FILES[0]).unlink(missing_ok=True)
    (folder / LOCK_FILES[0]).mkdir()
    with pytest.raises(ProjectError, match="can be looked at but not changed"):
        ProjectLock.take(folder, "the window")


def test_that_a_project_for_reading_refuses_every_change_and_stays_as_it_was(folder: Path) -> None:
    Project.open(folder).library.add([new_chair(1), new_chair(2)])
    project = Project.open(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    project.refuse_changes("It is another's.")
    library, first = project.library, project.library.chairs[0]
    for change in (
        lambda: library.add([new_chair(3)]),
        lambda: library.remove([first.id]),
        lambda: library.restore([first]),
        lambda: library.rename(first.id, "Throne"),
        lambda: library.set_split([first.id], "test"),
        lambda: library.replace_cloud(first.id, library.cloud(first), first.frame),
        lambda: library.put_back([first]),
        lambda: project.write_document("window", {"a": 1}),
        project.check_may_change,
    ):
        with pytest.raises((LibraryError, ProjectError), match="It is another's"):
            change()
    assert project.refusal == "It is another's."
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert len(library.cloud(first)) == POINTS
