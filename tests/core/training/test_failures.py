"""Disk, memory and device fail at any place: a sentence, the last good weights, and on again."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from core import atomic
from core.errors import StudioError, TrainingError
from core.losses import reconstruction_loss
from core.training import session as session_module
from core.training.checkpoint import read_weights
from core.training.claim import is_trained_now
from core.training.reports import TrainingRequest
from core.training.run import Run
from core.training.train import train
from tests.core.training.small_runs import small_settings, train_all, train_and_stop
from tests.core.training.test_train import assert_same

MakeRun = Callable[..., Run]

EVERY_EPOCH: dict[str, Any] = {"checkpoint_every_s": 0.0}


@pytest.fixture(scope="module")
def through(boxes: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that nothing happened to."""
    run = Run.create(tmp_path_factory.mktemp("through") / "run", small_settings(**EVERY_EPOCH))
    train_all(run, boxes)
    return run


def errors_at_a_step() -> Iterator[tuple[Exception, str]]:
    kept = "last checkpoint is kept"
    allocator = "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9"
    yield MemoryError(), rf"memory of this computer is full.*smaller batch \(now 7\).*{kept}"
    yield RuntimeError(allocator), rf"memory of this computer is full.*points per step.*{kept}"
    yield torch.OutOfMemoryError("CUDA out of memory"), rf"memory of .* is full.*{kept}"
    lost = "CUDA error: unspecified launch failure\nCompile with TORCH_USE_CUDA_DSA"
    yield RuntimeError(lost), rf"does not answer any more \(CUDA error: unspec.*failure\).*{kept}"
    yield OSError(errno.EIO, "Input/output error"), rf"The disk fails: copy the project.*{kept}"


@pytest.mark.parametrize(
    ("error", "words"), list(errors_at_a_step()), ids=lambda value: str(value)[:30]
)
def test_that_a_failing_step_is_told_and_the_run_goes_on_as_if_nothing_had_been(
    new_run: MakeRun,
    boxes: Path,
    through: Run,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    words: str,
) -> None:
    calls = 0

    def failing(*arguments: Any, **keywords: Any) -> torch.Tensor:
        nonlocal calls
        calls += 1
        if calls == 10:  # in the second epoch, for each has three steps and a look at test chairs
            raise error
        return reconstruction_loss(*arguments, **keywords)

    monkeypatch.setattr("core.training.session.reconstruction_loss", failing)
    run = new_run(**EVERY_EPOCH)
    with pytest.raises(TrainingError, match=words) as raised:
        train_all(run, boxes)
    monkeypatch.undo()
    assert run.state.stopped_by == "error"
    assert run.state.message == str(raised.value)
    assert run.state.epochs_done == 3
    assert not is_trained_now(run.folder)
    train_all(run, boxes, resume=True)
    assert_same(run, through)


def test_that_an_error_nobody_expects_is_noted_in_the_run(
    new_run: MakeRun, boxes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("oops")

    monkeypatch.setattr("core.training.session.reconstruction_loss", broken)
    run = new_run()
    with pytest.raises(KeyError):
        train_all(run, boxes)
    assert run.state.stopped_by == "error"
    assert "failed unexpectedly ('oops')" in run.state.message


class FailingDisk:
    """Fails at the n-th flush, and at all that follow: a full disk stays full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fails_from: int, number: int) -> None:
        self.flushes = 0
        self._fails_from = fails_from
        self._error = OSError(number, os.strerror(number))
        real = atomic.flush_to_disk

        def flush(path: Path) -> None:
            self.flushes += 1
            if self.flushes >= self._fails_from:
                raise self._error
            real(path)

        monkeypatch.setattr(atomic, "flush_to_disk", flush)


def test_that_a_disk_that_fails_at_any_write_leaves_a_run_to_go_on_from(
    new_run: MakeRun, boxes: Path, through: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = new_run(**EVERY_EPOCH)
    with monkeypatch.context() as patch:
        counting = FailingDisk(patch, 10**9, errno.ENOSPC)
        train_all(counted, boxes)
        writes = counting.flushes
    assert writes > 20
    for fails_from in [*range(1, writes, 8), writes - 1, writes]:
        number = errno.ENOSPC if fails_from % 2 else errno.EROFS
        run = new_run(**EVERY_EPOCH)
        with monkeypatch.context() as patch:
            FailingDisk(patch, fails_from, number)
            with pytest.raises(StudioError, match=r"[Mm]ake room|read-only|check permissions"):
                train_all(run, boxes)
        assert not is_trained_now(run.folder)
        if run.has_weights:
            run.model()
        train_all(run, boxes, resume=True)
        assert_same(run, through)


def test_that_a_disk_that_fails_while_stopping_is_told(
    new_run: MakeRun, boxes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = new_run()
    train_and_stop(run, boxes, 4)
    weights, _ = read_weights(run.folder)
    session = train(TrainingRequest(run.folder, boxes, resume=True))
    next(session)
    with monkeypatch.context() as patch:
        FailingDisk(patch, 1, errno.ENOSPC)
        with pytest.raises(StudioError, match=r"No space left.*checkpoint is kept"):
            session.close()
    kept, position = read_weights(run.folder)
    assert position.epochs_done == 1
    assert all(torch.equal(kept[name], weights[name]) for name in weights)
    assert not is_trained_now(run.folder)


def test_that_an_epoch_that_takes_long_has_checkpoints_within(
    new_run: MakeRun, boxes: Path, through: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(session_module, "SHORTEST_BETWEEN_STEPS_S", 0.0)
    run = new_run(**EVERY_EPOCH)
    session = train(TrainingRequest(run.folder, boxes))
    for _ in range(5):  # an epoch of three steps and its report, then one step
        next(session)
    assert (run.state.epochs_done, run.state.step_in_epoch) == (1, 1)
    left = Run.open(shutil.copytree(run.folder, tmp_path / "left"))  # what a kill would leave
    session.close()
    train_all(left, boxes, resume=True)
    assert_same(left, through)
