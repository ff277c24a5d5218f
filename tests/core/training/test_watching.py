"""A look at a run that another process writes sees what is new, and changes nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import RunError
from core.training.reports import TrainingRequest
from core.training.run import Run
from core.training.train import train
from core.training.watching import RunWatcher
from tests.core.training.small_runs import train_all, train_and_stop

MakeRun = Callable[..., Run]


def epochs(watcher: RunWatcher) -> tuple[list[int], bool]:
    look = watcher.look()
    return [record["epoch"] for record in look.records], look.begins_anew


def test_that_each_look_has_the_epochs_and_checkpoints_since_the_last(
    new_run: MakeRun, boxes: Path
) -> None:
    run = new_run(checkpoint_every_s=0.0)
    watcher = RunWatcher(run.folder)
    first = watcher.look()
    assert (first.records, first.begins_anew, first.has_new_model) == ((), True, False)
    assert not first.is_trained_now
    session = train(TrainingRequest(run.folder, boxes))
    for _ in range(5):  # an epoch of three steps and its report, then a step
        next(session)
    look = watcher.look()
    assert [record["epoch"] for record in look.records] == [1]
    assert look.has_new_model
    assert look.is_trained_now
    assert look.state is not None
    assert (look.state.epochs_done, look.state.epochs_planned) == (1, 4)
    nothing = watcher.look()
    assert (nothing.records, nothing.begins_anew, nothing.has_new_model) == ((), False, False)
    for _ in session:
        pass
    last = watcher.look()
    assert [record["epoch"] for record in last.records] == [2, 3, 4]
    assert not last.begins_anew
    assert not last.is_trained_now
    assert last.state is not None
    assert last.state.stopped_by == "end"


def test_that_a_line_that_is_being_written_is_told_when_it_is_whole(
    new_run: MakeRun, boxes: Path
) -> None:
    run = new_run(epochs=1)
    train_all(run, boxes)
    log = run.folder / "metrics.jsonl"
    watcher = RunWatcher(run.folder)
    assert epochs(watcher) == ([1], True)
    with log.open("a", encoding="utf-8") as file:
        file.write('{"epoch": 2, "lo')
        file.flush()
        assert epochs(watcher) == ([], False)
        file.write('ss": 1.0}\n{"epoch": 3}\n')
    assert epochs(watcher) == ([2, 3], False)


def test_that_a_run_that_goes_on_from_an_earlier_epoch_is_told_anew(
    new_run: MakeRun, boxes: Path
) -> None:
    run = new_run()
    train_and_stop(run, boxes, 4)
    watcher = RunWatcher(run.folder)
    assert epochs(watcher) == ([1], True)
    with (run.folder / "metrics.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"epoch": 2}\n')  # of a future that a kill lost
    assert epochs(watcher) == ([2], False)
    train_all(run, boxes, resume=True)
    assert epochs(watcher) == ([1, 2, 3, 4], True)


def test_that_watching_writes_nothing(new_run: MakeRun, boxes: Path) -> None:
    run = new_run(epochs=1)
    train_all(run, boxes)
    before = {path: path.stat().st_mtime_ns for path in run.folder.rglob("*")}
    watcher = RunWatcher(run.folder)
    for _ in range(3):
        watcher.look()
    assert {path: path.stat().st_mtime_ns for path in run.folder.rglob("*")} == before


def test_that_a_folder_that_is_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not a run"):
        RunWatcher(tmp_path).look()
