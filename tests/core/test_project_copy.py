"""A copied project is the project; a copy that is not finished is nothing."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
import pytest

from core import project_copy
from core.errors import ProjectError
from core.project import Project
from core.project_copy import CopyProgress, copy_project
from core.project_lock import LOCK_FILES, ProjectLock
from core.training.claim import Claim
from core.training.run import Run
from tests.small_project import CHAIRS, POINTS, RUN, add_chairs


def run_to_end(source: Path, target: Path) -> tuple[list[CopyProgress], Path]:
    steps, copying = [], copy_project(source, target)
    while True:
        try:
            steps.append(next(copying))
        except StopIteration as stop:
            return steps, stop.value


def content_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in LOCK_FILES)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_that_a_copy_has_every_byte_and_counts_them(own_project: Project, tmp_path: Path) -> None:
    source, target = own_project.folder, tmp_path / "deep" / "Copy"
    with ProjectLock.take(source, "another window"):
        steps, copied = run_to_end(source, target)
    assert copied == target
    assert content_of(target) == content_of(source)
    assert not [name for name in LOCK_FILES if (target / name).exists()]
    sizes = sum(len(content) for content in content_of(source).values())
    assert steps[0].done_bytes == 0
    assert steps[-1].done_bytes == steps[-1].total_bytes == sizes
    assert [path.name for path in target.parent.iterdir()] == ["Copy"]


def test_that_the_original_can_go_and_the_copy_works_on(
    own_project: Project, tmp_path: Path
) -> None:
    _, target = run_to_end(own_project.folder, tmp_path / "Copy")
    shutil.rmtree(own_project.folder)
    again = Project.open(target)
    assert again.problems == ()
    assert len(again.library) == CHAIRS
    assert np.isfinite(again.library.cloud(CHAIRS - 1)).all()
    assert Run.open(again.run_folder(RUN)).model().decode(np.zeros((1, 3), np.float32)).shape == (
        1,
        POINTS,
        3,
    )
    again.library.rename(again.library.chairs[0].id, "Throne")


def test_that_runs_keep_their_age(own_project: Project, tmp_path: Path) -> None:
    shutil.copytree(own_project.run_folder(RUN), own_project.run_folder("a newer one"))
    os.utime(own_project.run_folder(RUN) / "settings.json", (1e9, 1e9))
    _, target = run_to_end(own_project.folder, tmp_path / "Copy")
    assert Project.open(target).run_names() == (RUN, "a newer one")


def test_that_a_cancelled_copy_leaves_nothing_at_any_step(
    own_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_copy, "_CHUNK", 20_000)
    steps, _ = run_to_end(own_project.folder, tmp_path / "whole")
    there = sorted(tmp_path.iterdir())
    for stop in range(1, len(steps), 7):
        copying = copy_project(own_project.folder, tmp_path / "Copy")
        for _ in range(stop):
            next(copying)
        copying.close()
        assert sorted(tmp_path.iterdir()) == there


def test_that_a_full_disk_is_a_sentence_and_leaves_nothing(
    own_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(project_copy, "flush_to_disk", full)
    there = sorted(tmp_path.iterdir())
    with pytest.raises(ProjectError, match=r"No space left on device.*nothing was left behind"):
        run_to_end(own_project.folder, tmp_path / "Copy")
    assert sorted(tmp_path.iterdir()) == there


def test_that_chairs_that_come_in_meanwhile_are_not_half_in_the_copy(
    own_project: Project, tmp_path: Path
) -> None:
    copying = copy_project(own_project.folder, tmp_path / "Copy")
    while next(copying).file == "library/index.json":
        pass  # the index is copied first
    add_chairs(own_project.library, 2, seed=5)
    for _ in copying:
        pass
    again = Project.open(tmp_path / "Copy")
    assert again.problems == ()
    assert len(again.library) == CHAIRS
    add_chairs(again.library, 2, seed=5)
    added = Project.open(tmp_path / "Copy").library.cloud(CHAIRS)
    np.testing.assert_array_equal(added, own_project.library.cloud(CHAIRS))


def test_that_what_is_there_is_never_copied_over(own_project: Project, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "broken link").symlink_to(tmp_path / "nowhere")
    for target in (tmp_path / "there", tmp_path / "broken link"):
        with pytest.raises(ProjectError, match="is there already"):
            run_to_end(own_project.folder, target)
    with pytest.raises(ProjectError, match="within the project itself"):
        run_to_end(own_project.folder, own_project.folder / "runs" / "Copy")


def test_that_linked_folders_are_copied_and_circles_end(
    own_project: Project, tmp_path: Path
) -> None:
    runs = tmp_path / "large disk" / "runs"
    runs.parent.mkdir()
    shutil.move(own_project.runs_folder, runs)
    own_project.runs_folder.symlink_to(runs)
    (runs / "circle").symlink_to(own_project.folder)
    _, target = run_to_end(own_project.folder, tmp_path / "Copy")
    assert not (target / "runs").is_symlink()
    assert (target / "runs" / RUN / "weights.safetensors").exists()
    assert Project.open(target).problems == ()


@pytest.fixture
def trained_elsewhere(own_project: Project) -> Callable[[], AbstractContextManager[None]]:
    """Has a run as a program has it that trains it, for a while."""

    @contextmanager
    def trained() -> Iterator[None]:
        folder = own_project.run_folder(RUN)
        claim = Claim(folder)
        Run.open(folder).write_state("running", 1)
        try:
            yield
        finally:
            Run.open(folder).write_state("stop", 1)
            claim.release()

    return trained


def test_that_a_project_that_is_trained_in_another_program_is_not_copied(
    own_project: Project,
    tmp_path: Path,
    trained_elsewhere: Callable[[], AbstractContextManager[None]],
) -> None:
    target = tmp_path / "copies" / "Copy"
    with (
        trained_elsewhere(),
        pytest.raises(ProjectError, match=f"{RUN} is being trained now.*Stop it or wait"),
    ):
        run_to_end(own_project.folder, target)
    assert not target.parent.exists()
    run_to_end(own_project.folder, target)  # and afterwards it is
    assert Project.open(target).run_names() == (RUN,)


def test_that_a_training_that_begins_while_it_is_copied_leaves_no_copy(
    own_project: Project,
    tmp_path: Path,
    trained_elsewhere: Callable[[], AbstractContextManager[None]],
) -> None:
    target = tmp_path / "copies" / "Copy"
    copying = copy_project(own_project.folder, target)
    next(copying)
    with trained_elsewhere(), pytest.raises(ProjectError, match="is being trained now"):
        list(copying)
    assert list(target.parent.iterdir()) == []
