"""Kept epochs: the model as it was, within the room there is, and the same after a kill."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import RunError
from core.library import Library
from core.shape_model import ShapeModel
from core.training.reports import EpochReport, TrainingRequest
from core.training.run import Run
from core.training.snapshots import (
    is_kept,
    list_snapshots,
    load_snapshot,
    read_moment,
    read_snapshot,
)
from core.training.train import train
from tests.core.training.small_runs import train_all, train_and_stop

MakeRun = Callable[..., Run]


def epochs_of(run: Run) -> list[int]:
    return [snapshot.epoch for snapshot in list_snapshots(run.folder)]


def reports_of(run: Run, library: Path) -> list[EpochReport]:
    """Train to the end, with the weights of every epoch."""
    request = TrainingRequest(run.folder, library, snapshot_every_s=0.0)
    return [report for report in train(request) if isinstance(report, EpochReport)]


def test_that_a_kept_epoch_is_the_model_as_it_was(new_run: MakeRun, boxes: Path) -> None:
    run = new_run()
    reports = reports_of(run, boxes)
    assert epochs_of(run) == [1, 2, 3, 4]
    clouds = np.array(Library.open(boxes).clouds[:6])
    codes = reports[1].codes[:6]
    for report in reports:
        assert report.model_state is not None
        live = ShapeModel(run.settings, 48, report.model_state)
        kept = load_snapshot(run, report.epoch)
        np.testing.assert_allclose(kept.decode(codes), live.decode(codes), atol=2e-3)
        np.testing.assert_allclose(kept.encode(clouds)[0], live.encode(clouds)[0], atol=2e-2)
        density = live.log_density(codes)
        np.testing.assert_array_equal(kept.log_density(codes), density)  # the prior is not rounded
    last = reports[3].model_state
    assert last is not None
    others = ShapeModel(run.settings, 48, last)
    assert np.abs(others.decode(codes) - load_snapshot(run, 1).decode(codes)).max() > 2e-2


def test_that_a_kept_epoch_tells_where_chairs_and_components_lay(
    new_run: MakeRun, boxes: Path
) -> None:
    run = new_run()
    reports = reports_of(run, boxes)
    for report in reports:
        moment = read_moment(run.folder, report.epoch)
        assert moment.ids == tuple(chair.id for chair in Library.open(boxes).chairs)
        assert moment.codes.dtype == np.float32
        np.testing.assert_array_equal(moment.codes, report.codes)
        np.testing.assert_allclose(moment.responsibilities, report.responsibilities, atol=1e-3)
        assert report.components is not None
        np.testing.assert_array_equal(moment.components.means, report.components.means)
        np.testing.assert_array_equal(moment.components.covariances, report.components.covariances)
        np.testing.assert_array_equal(moment.components.weights, report.components.weights)
    assert not np.array_equal(reports[0].codes, reports[3].codes)


def test_that_a_copy_is_about_half_as_large_as_the_weights(new_run: MakeRun, boxes: Path) -> None:
    run = new_run()
    train_all(run, boxes)
    weights = (run.folder / "weights.safetensors").stat().st_size
    assert all(snapshot.bytes < 0.56 * weights for snapshot in list_snapshots(run.folder))
    assert all(s.bytes == s.path.stat().st_size for s in list_snapshots(run.folder))


@pytest.mark.parametrize(
    ("planned", "at_most", "kept"),
    [
        (4, 64, [1, 2, 3, 4]),
        (150, 20, [1, *range(10, 151, 10)]),
        (150, 6, [1, 50, 100, 150]),
        (7, 5, [1, 2, 4, 6, 7]),
        (7, 3, [1, 5, 7]),
        (7, 2, [1, 7]),
        (7, 1, [7]),
        (7, 0, []),
        (1, 64, [1]),
    ],
)
def test_that_kept_epochs_are_even_and_include_both_ends(
    planned: int, at_most: int, kept: list[int]
) -> None:
    assert [epoch for epoch in range(1, planned + 1) if is_kept(epoch, planned, at_most)] == kept


@pytest.mark.parametrize("planned", [3, 10, 99, 150, 1234])
@pytest.mark.parametrize("at_most", [3, 4, 9, 64])
def test_that_no_more_epochs_are_kept_than_have_room(planned: int, at_most: int) -> None:
    kept = sum(is_kept(epoch, planned, at_most) for epoch in range(1, planned + 1))
    assert 1 < kept <= at_most


def test_that_kept_epochs_stay_within_their_room(new_run: MakeRun, boxes: Path) -> None:
    run = new_run(epochs=9, kept_epochs_mb=10)
    train_all(run, boxes)
    sizes = [snapshot.bytes for snapshot in list_snapshots(run.folder)]
    assert 3 <= len(sizes) < 9
    assert sum(sizes) <= 10e6
    assert {1, 9} <= set(epochs_of(run))


def test_that_training_on_thins_what_was_kept(new_run: MakeRun, boxes: Path) -> None:
    run = new_run(epochs=4, kept_epochs_mb=10)
    train_all(run, boxes)
    assert epochs_of(run) == [1, 2, 4]
    train_all(run, boxes, until_epoch=12, resume=True)
    assert epochs_of(run) == [1, 5, 10, 12]


@pytest.mark.parametrize("room_mb", [0, 1])
def test_that_nothing_is_kept_where_there_is_no_room(
    new_run: MakeRun, boxes: Path, room_mb: int
) -> None:
    run = new_run(epochs=2, kept_epochs_mb=room_mb)
    train_all(run, boxes)
    assert list_snapshots(run.folder) == ()
    with pytest.raises(RunError, match=r"epoch 1 is not kept\. Choose one of the kept epochs"):
        load_snapshot(run, 1)


def test_that_a_killed_run_keeps_the_same_epochs_as_one_that_ran_through(
    new_run: MakeRun, boxes: Path, tmp_path: Path
) -> None:
    through, killed = new_run(), new_run()
    train_all(through, boxes)
    train_and_stop(killed, boxes, 4)  # the checkpoint is of epoch 1
    session = train(TrainingRequest(killed.folder, boxes, resume=True))
    for _ in range(9):  # two epochs more, and into the next
        next(session)
    left = Run.open(shutil.copytree(killed.folder, tmp_path / "left"))  # what a kill would leave
    session.close()
    assert epochs_of(left) == [1, 2, 3]
    resumed = train(TrainingRequest(left.folder, boxes, resume=True))
    next(resumed)
    assert epochs_of(left) == [1]  # the others were of a future that is lost
    resumed.close()
    train_all(left, boxes, resume=True)
    assert epochs_of(left) == epochs_of(through) == [1, 2, 3, 4]
    for epoch in (1, 2, 3, 4):
        weights, _ = read_snapshot(left.folder, epoch)
        others, _ = read_snapshot(through.folder, epoch)
        assert all(torch.equal(weights[name], others[name]) for name in others)


def test_that_a_full_disk_costs_kept_epochs_and_not_the_training(
    new_run: MakeRun, boxes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.training.snapshots.write_tensors", full)
    run = new_run()
    reports = train_all(run, boxes)
    assert len(reports) == 4
    assert [alarm for report in reports for alarm in report.alarms if "kept" in alarm] == [
        "Epoch 1 could not be kept (No space left on device), so no more epochs are kept in this "
        "session."
    ]
    assert epochs_of(run) == []


@pytest.mark.parametrize("damage", ["flipped", "cut", "foreign"])
def test_that_a_damaged_copy_is_told_and_harms_nothing_else(
    new_run: MakeRun, boxes: Path, damage: str
) -> None:
    run = new_run(epochs=2)
    train_all(run, boxes)
    first, second = (snapshot.path for snapshot in list_snapshots(run.folder))
    content = bytearray(first.read_bytes())
    if damage == "flipped":
        content[-5] ^= 0x40
    elif damage == "cut":
        del content[len(content) // 2 :]
    first.write_bytes((run.folder / "weights.safetensors").read_bytes())
    if damage != "foreign":
        first.write_bytes(content)
    with pytest.raises(RunError, match=r"000001\.safetensors|does not belong"):
        load_snapshot(run, 1)
    if damage != "flipped":
        with pytest.raises(RunError, match="damaged"):
            read_moment(run.folder, 1)
    assert load_snapshot(run, 2).latent == 2
    assert second.exists()
