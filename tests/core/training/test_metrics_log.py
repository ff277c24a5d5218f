"""The log of figures on disks that fail, and after power cuts."""

import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import atomic
from core.components import Components
from core.training import events, metrics_log
from core.training.checkpoint import write_checkpoint
from core.training.claim import is_trained_now
from core.training.metrics_log import METRICS_FILE, MetricsLog, last_epoch, read_metrics
from core.training.reports import EpochReport
from core.training.run import Run
from tests.core.training.small_runs import train_all, train_and_stop

MakeRun = Callable[..., Run]

needs_full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")


def report(epoch: int) -> EpochReport:
    return EpochReport(
        epoch=epoch,
        epochs=100,
        loss=1.0 / epoch,
        reconstruction=0.5,
        kl=2.0,
        beta=0.1,
        learning_rate=1e-3,
        active_units=2,
        latent=3,
        component_usage=np.array([0.25, 0.75]),
        test_reconstruction=None,
        elapsed_s=1.0,
        remaining_s=1.0,
        chairs_per_s=10.0,
        device="CPU",
        alarms=("The posterior collapses.",) if epoch == 2 else (),
        chair_ids=("one",),
        codes=np.zeros((1, 3), np.float32),
        responsibilities=np.zeros((1, 2), np.float32),
        components=Components(np.zeros((2, 3)), np.stack([np.eye(3)] * 2), np.full(2, 0.5)),
        model_state=None,
    )


def in_time(work: Callable[[], object]) -> None:
    """Do it in a thread, so that what hangs fails a test and not the suite."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(60.0)
    assert not thread.is_alive(), "it hangs"


@pytest.fixture
def full_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """The curves for TensorBoard go to a disk that is full."""
    monkeypatch.setattr(metrics_log, "new_events_path", lambda _folder: Path("/dev/full"))


@needs_full_device
@pytest.mark.usefixtures("full_events")
def test_that_a_full_disk_costs_the_curves_for_tensorboard_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def write() -> None:
        log = MetricsLog(tmp_path, 0)
        for epoch in range(1, 51):
            log.write(report(epoch))

    with caplog.at_level(logging.WARNING):
        in_time(write)
    assert [record["epoch"] for record in read_metrics(tmp_path)] == list(range(1, 51))
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1
    assert "TensorBoard cannot be written (No space left on device)" in said[0]


@needs_full_device
@pytest.mark.usefixtures("full_events")
def test_that_a_training_whose_events_meet_a_full_disk_comes_to_its_end_and_lets_go(
    new_run: MakeRun, boxes: Path
) -> None:
    run = new_run(epochs=12)
    in_time(lambda: train_all(run, boxes))
    assert run.state.epochs_done == 12
    assert not is_trained_now(run.folder)
    assert len(train_all(run, boxes, until_epoch=13, resume=True)) == 1


def test_that_a_disk_that_fails_once_gets_no_more_events_behind_half_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "events"
    file = events.EventsFile(path, 1)
    whole = path.read_bytes()

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        file.write(1, {"loss": 1.0}, ())
    file.write(2, {"loss": 1.0}, ())
    assert path.read_bytes() == whole


def test_that_events_are_those_of_tensorboards_format(tmp_path: Path) -> None:
    """Read as a reader of the format does: length, its checksum, content, its checksum."""
    from tensorboardX.proto.event_pb2 import Event
    from tensorboardX.record_writer import RecordWriter

    log = MetricsLog(tmp_path, 3)
    for epoch in (4, 5):
        log.write(report(epoch))
    (path,) = (tmp_path / metrics_log.EVENTS_FOLDER).iterdir()
    assert path.name.startswith("events.out.tfevents.")
    content = path.read_bytes()
    read, at = [], 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 8], "little")
        read.append(Event.FromString(content[at + 12 : at + 12 + length]))
        at += length + 16
    other = RecordWriter(str(tmp_path / "other"))
    for event in read:
        other.write(event.SerializeToString())
    other.close()
    assert (tmp_path / "other").read_bytes() == content
    assert read[0].file_version == "brain.Event:2"
    assert read[1].step == 4  # what earlier files say of epoch 4 and later is of a lost future
    assert read[1].session_log.status == 1
    losses = {
        event.step: value.simple_value
        for event in read
        for value in event.summary.value
        if value.tag == "loss"
    }
    assert losses == {4: 0.25, 5: pytest.approx(0.2)}


def test_that_no_checkpoint_is_written_before_the_figures_of_its_epochs_are_on_the_disk(
    new_run: MakeRun, boxes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = new_run(checkpoint_every_s=0.0)
    log = run.folder / METRICS_FILE
    safe: list[bytes] = [b""]  # what a power cut leaves for certain
    flush, write = atomic.flush_to_disk, write_checkpoint
    checkpoints = []

    def flushed(path: Path) -> None:
        flush(path)
        if path == log:
            safe.append(path.read_bytes())

    def written(*arguments: Any) -> None:
        checkpoints.append(len(safe[-1].splitlines()))
        write(*arguments)

    monkeypatch.setattr(atomic, "flush_to_disk", flushed)
    monkeypatch.setattr("core.training.session.write_checkpoint", written)
    train_all(run, boxes)
    assert checkpoints == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "wrong",
    ["\0\0\0\0", '{"epoch": 2, "lo', "[1]", '{"loss": 1.0}', '{"epoch": "two"}', "[" * 9999],
)
def test_that_a_bad_line_costs_itself_alone(tmp_path: Path, wrong: str) -> None:
    (tmp_path / METRICS_FILE).write_text('{"epoch": 1}\n' + wrong + '\n{"epoch": 3}\n')
    assert [record["epoch"] for record in read_metrics(tmp_path)] == [1, 3]
    assert last_epoch(tmp_path) == 3
    (tmp_path / METRICS_FILE).write_text('{"epoch": 1}\n' + wrong + "\n")
    assert last_epoch(tmp_path) == 1


def test_that_a_log_that_lost_epochs_is_kept_aside_when_a_run_goes_on(
    new_run: MakeRun, boxes: Path
) -> None:
    run = new_run()
    train_and_stop(run, boxes, 8)  # two epochs
    path = run.folder / METRICS_FILE
    lines = path.read_bytes().splitlines(keepends=True)
    damaged = [b"\0" * 200 + b"\n" + lines[1], lines[0] + lines[1][:30] + b"\n"]
    for content in damaged:
        path.write_bytes(content)
        train_and_stop(run, boxes, 1, resume=True)
    path.write_bytes(damaged[0])
    train_and_stop(run, boxes, 1, resume=True)  # known already
    kept = {each.name: each.read_bytes() for each in run.folder.glob("*.damaged*")}
    assert kept == {"metrics.damaged.jsonl": damaged[0], "metrics.damaged-2.jsonl": damaged[1]}
    assert [record["epoch"] for record in run.metrics()] == [2]
    train_all(run, boxes, resume=True)
    assert [record["epoch"] for record in run.metrics()] == [2, 3, 4]


def test_that_a_line_that_a_kill_cut_short_is_no_damage_worth_keeping(
    new_run: MakeRun, boxes: Path
) -> None:
    run = new_run()
    train_and_stop(run, boxes, 4)
    with (run.folder / METRICS_FILE).open("a", encoding="utf-8") as file:
        file.write('{"epoch": 2, "lo')
    train_all(run, boxes, resume=True)
    assert not list(run.folder.glob("*.damaged*"))
    lines = (run.folder / METRICS_FILE).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == [1, 2, 3, 4]
