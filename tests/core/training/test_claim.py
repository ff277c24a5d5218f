"""One process at a time trains a run, and whoever only asks is not taken for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from core.errors import RunError
from core.project import Project
from core.project_lock import LOCK_FILE as PROJECT_LOCK_FILE
from core.project_lock import ProjectLock
from core.training.claim import LOCK_FILE, Claim, is_trained_now
from tests.small_project import RUN


@contextmanager
def asked_by_another(path: Path) -> Iterator[None]:
    """Another thread asks whether the lock is free: it holds it for an instant."""
    lock = FileLock(path, thread_local=False)
    lock.acquire()
    letting_go = threading.Timer(0.03, lock.release)
    letting_go.start()
    yield
    letting_go.join()


def test_that_a_training_can_begin_while_somebody_asks_whether_one_goes_on(
    own_project: Project,
) -> None:
    folder = own_project.run_folder(RUN)
    with asked_by_another(folder / LOCK_FILE):
        claim = Claim(folder)
    with pytest.raises(RunError, match="being trained"):
        Claim(folder)
    claim.release()


def test_that_two_who_ask_at_once_do_not_take_each_other_for_a_training(
    own_project: Project,
) -> None:
    folder = own_project.run_folder(RUN)
    own_project.run_folder(RUN).joinpath("state.json").write_text(
        '{"format": 1, "stopped_by": "running", "epochs_done": 1}'
    )
    with asked_by_another(folder / LOCK_FILE):
        assert not is_trained_now(folder)
    claim = Claim(folder)
    assert is_trained_now(folder)
    claim.release()


def test_that_a_project_can_be_taken_while_somebody_asks_whether_it_is_free(
    own_project: Project,
) -> None:
    with asked_by_another(own_project.folder / PROJECT_LOCK_FILE):
        ProjectLock.take(own_project.folder, "a test").release()
