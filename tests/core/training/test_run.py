"""A run's folder: complete in itself, and clear about what is wrong with it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from core.errors import RunError
from core.library import Library
from core.training.checkpoint import (
    Checkpoint,
    Position,
    delete_optimiser,
    read_optimiser,
    read_weights,
    write_checkpoint,
)
from core.training.run import Run
from core.training.weights_file import write_tensors
from tests.core.training.small_runs import small_settings, train_all, train_and_stop

MakeRun = Callable[..., Run]


@pytest.fixture(scope="module")
def trained(boxes: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of two epochs; tests work on copies."""
    run = Run.create(
        tmp_path_factory.mktemp("runs") / "trained", small_settings(epochs=2, pretraining_epochs=1)
    )
    train_all(run, boxes)
    return run.folder


@pytest.fixture
def copied(trained: Path, tmp_path: Path) -> Run:
    """A copy of the trained run, in a folder without any library near it."""
    shutil.copytree(trained, tmp_path / "copied")
    return Run.open(tmp_path / "copied")


def test_that_a_run_holds_all_its_files(trained: Path) -> None:
    names = {path.name for path in trained.iterdir()}
    assert names == {
        ".lock",
        "settings.json",
        "about.json",
        "state.json",
        "weights.safetensors",
        "optimiser",
        "metrics.jsonl",
        "events",
        "snapshots",
        "codes.npz",
    }
    assert {path.suffix for path in (trained / "optimiser").iterdir()} == {".json", ".safetensors"}
    events = list((trained / "events").iterdir())
    assert len(events) == 1
    assert b"test_reconstruction" in events[0].read_bytes()


def test_that_a_run_can_be_used_without_its_library(copied: Run) -> None:
    model = copied.model()
    assert model.settings == copied.settings
    assert model.points == 48
    clouds = np.random.default_rng(0).normal(size=(2, 48, 3)).astype(np.float32)
    assert model.reconstruct(clouds).shape == (2, 48, 3)
    assert copied.state.finished
    assert copied.state.stopped_by == "end"
    assert copied.state.epochs_done == 2
    assert [record["epoch"] for record in copied.metrics()] == [1, 2]
    codes = copied.codes()
    assert codes is not None
    assert len(codes.ids) == 25


def test_that_saved_codes_are_those_of_the_saved_model(copied: Run, boxes: Path) -> None:
    library = Library.open(boxes)
    codes, model = copied.codes(), copied.model()
    assert codes is not None
    assert codes.exact
    assert codes.ids == tuple(chair.id for chair in library.chairs)
    means, log_vars = model.encode(library.clouds[library.rows()])
    np.testing.assert_allclose(codes.codes, means, atol=1e-5)
    np.testing.assert_allclose(codes.log_vars, log_vars, atol=1e-5)
    np.testing.assert_allclose(codes.responsibilities, model.responsibilities(means), atol=1e-4)
    np.testing.assert_array_equal(codes.code(codes.ids[3]), codes.codes[3])
    assert codes.code("no such chair") is None
    assert codes.posed_hashes == tuple(chair.posed_hash for chair in library.chairs)


def test_that_a_new_run_says_that_it_was_not_trained(new_run: MakeRun) -> None:
    run = new_run()
    assert run.name == "run 0"
    assert not run.has_weights
    assert run.metrics() == []
    assert run.codes() is None
    assert (run.state.epochs_done, run.state.epochs_planned, run.state.stopped_by) == (0, 4, "")
    with pytest.raises(RunError, match=r"no weights yet.*Train it"):
        run.model()


def test_that_a_run_is_not_made_over_another(new_run: MakeRun) -> None:
    run = new_run()
    with pytest.raises(RunError, match="Choose another name"):
        Run.create(run.folder, small_settings())


def test_that_settings_are_kept_as_they_were_made(new_run: MakeRun) -> None:
    run = new_run("vamp", beta=0.1234, seed=99)
    assert Run.open(run.folder).settings == run.settings


def test_that_a_folder_that_is_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"not a run, for settings\.json is missing"):
        Run.open(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "cannot be read"),
        ("[]", "damaged"),
        ('{"format": 1}', "damaged"),
        ('{"format": 99, "settings": {}}', "Update the program"),
        ('{"format": 1, "settings": {"latent": -3}}', "Latent size"),
    ],
)
def test_that_damaged_settings_are_told(new_run: MakeRun, content: str, words: str) -> None:
    run = new_run()
    (run.folder / "settings.json").write_text(content)
    with pytest.raises(RunError, match=words):
        Run.open(run.folder)


@pytest.mark.parametrize("damage", ["flipped", "cut", "empty", "foreign", "text"])
def test_that_damaged_weights_are_told(copied: Run, damage: str) -> None:
    path = copied.folder / "weights.safetensors"
    content = bytearray(path.read_bytes())
    if damage == "flipped":
        content[-5] ^= 0x40
    elif damage == "cut":
        del content[len(content) // 2 :]
    elif damage == "empty":
        content.clear()
    elif damage == "text":
        content = bytearray(b"not weights at all" * 10)
    path.write_bytes(content)
    if damage == "foreign":
        save_file({"a": torch.zeros(2)}, path)
    with pytest.raises(RunError, match=r"weights\.safetensors: the file is damaged.*Copy"):
        copied.model()


def test_that_weights_of_other_settings_are_told(copied: Run) -> None:
    content = json.loads((copied.folder / "settings.json").read_text())
    content["settings"]["latent"] = 5
    (copied.folder / "settings.json").write_text(json.dumps(content))
    with pytest.raises(RunError, match=r"settings do not belong together.*shape"):
        Run.open(copied.folder).model()


def test_that_weights_of_a_newer_format_are_told(copied: Run) -> None:
    path = copied.folder / "weights.safetensors"
    save_file(load_file(path), path, metadata={"format": "7", "facts": "{}"})
    with pytest.raises(RunError, match=r"format 7.*update"):
        copied.model()


def test_that_damaged_codes_are_told(copied: Run) -> None:
    (copied.folder / "codes.npz").write_bytes(b"PK nothing")
    with pytest.raises(RunError, match=r"codes\.npz.*Delete the file"):
        copied.codes()


def test_that_a_line_of_metrics_that_was_cut_short_is_left_out(copied: Run) -> None:
    path = copied.folder / "metrics.jsonl"
    path.write_text(path.read_text() + '{"epoch": 3, "lo')
    assert [record["epoch"] for record in copied.metrics()] == [1, 2]


def test_that_a_crash_between_the_files_of_a_checkpoint_leaves_the_one_before(
    copied: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights, before = read_weights(copied.folder)
    optimiser = read_optimiser(copied.folder, before)
    assert optimiser is not None

    def crash_at_weights(path: Path, *arguments: object) -> None:
        if path.name == "weights.safetensors":
            raise OSError(28, "No space left on device")
        write_tensors(path, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("core.training.checkpoint.write_tensors", crash_at_weights)
    later = Checkpoint(Position(points=48, epochs_done=3), weights, {"x": torch.zeros(1)})
    with pytest.raises(RunError, match=r"could not be written.*is kept"):
        write_checkpoint(copied.folder, later)
    again, position = read_weights(copied.folder)
    assert position == before
    kept = read_optimiser(copied.folder, position)
    assert kept is not None
    assert all(torch.equal(kept[name], optimiser[name]) for name in optimiser)
    assert all(torch.equal(again[name], weights[name]) for name in weights)


def test_that_a_checkpoint_removes_the_optimiser_state_of_the_one_before(
    new_run: MakeRun, boxes: Path
) -> None:
    run = new_run()
    train_and_stop(run, boxes, 2)
    train_and_stop(run, boxes, 3, resume=True)
    names = sorted(path.name for path in (run.folder / "optimiser").iterdir())
    assert names == ["000001-000001.json", "000001-000001.safetensors"]


def test_that_a_run_without_optimiser_state_is_smaller_and_still_a_model(copied: Run) -> None:
    delete_optimiser(copied.folder)
    assert not (copied.folder / "optimiser").exists()
    assert copied.model().latent == 2
