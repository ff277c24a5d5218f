"""Runs of a project: listed as a family, renamed, deleted and brought back, forked."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from core.errors import RunError, SettingsError
from core.project import Project
from core.run_edits import (
    GIVEN_UP,
    clear_given_up,
    delete_run,
    deleted_runs,
    fork_run,
    forking,
    give_up_trash,
    link_run,
    rename_run,
    restore_run,
)
from core.run_list import RunEntry, generations, list_runs
from core.training.about import read_about, write_notes
from core.training.claim import is_trained_now
from core.training.reports import TrainingRequest
from core.training.run import Run
from core.training.snapshots import load_snapshot
from core.training.train import train
from tests.small_project import RUN, quick_settings, train_run


def entry_of(project: Project, name: str = RUN) -> RunEntry:
    return next(entry for entry in list_runs(project) if entry.name == name)


def test_that_a_trained_run_is_listed_with_what_is_known_of_it(own_project: Project) -> None:
    entry = entry_of(own_project)
    assert entry.settings == quick_settings()
    assert (entry.standing, entry.epochs_done, entry.epochs_planned) == ("done", 2, 2)
    assert entry.kept_epochs == (1, 2)
    assert entry.has_weights
    assert entry.parent is None
    assert entry.cd_1 is None
    assert entry.started_at is not None
    assert entry.started_at.tzinfo is not None


def test_that_an_evaluation_is_listed_until_the_weights_change(own_project: Project) -> None:
    folder = own_project.run_folder(RUN)
    path = folder / "evaluation-test.json"
    path.write_text(json.dumps({"designs": [{"cd_1": 0.1}, {"cd_1": 0.4}]}))
    assert entry_of(own_project).cd_1 == pytest.approx(0.25)
    run = Run.open(folder)
    for _ in train(TrainingRequest(folder, own_project.library.folder, 3, resume=True)):
        pass
    assert run.state.epochs_done == 3
    assert entry_of(own_project).cd_1 is None


def test_that_each_way_a_run_stands_is_told(own_project: Project) -> None:
    new = Run.create(own_project.run_folder("new"), quick_settings())
    failed = Run.create(own_project.run_folder("failed"), quick_settings())
    failed.write_state("error", 0, "The loss is no number.")
    killed = Run.create(own_project.run_folder("killed"), quick_settings())
    killed.write_state("running", 0)
    damaged = own_project.run_folder("damaged")
    damaged.mkdir()
    (damaged / "settings.json").write_text("{")
    standings = {entry.name: entry.standing for entry in list_runs(own_project)}
    assert standings == {
        RUN: "done",
        "new": "new",
        "failed": "failed",
        "killed": "killed",
        "damaged": "damaged",
    }
    assert new.state.stopped_by == ""
    assert entry_of(own_project, "failed").message == "The loss is no number."
    assert "cannot be read" in entry_of(own_project, "damaged").message


def test_that_a_run_is_claimed_while_it_trains_and_by_one_alone(own_project: Project) -> None:
    run = Run.create(own_project.run_folder("second"), quick_settings())
    request = TrainingRequest(run.folder, own_project.library.folder, resume=True)
    first = train(request)
    next(first)
    assert is_trained_now(run.folder)
    assert entry_of(own_project, "second").standing == "training"
    with pytest.raises(RunError, match="being trained by another window or program"):
        next(train(request))
    with pytest.raises(RunError, match="being trained and cannot be renamed"):
        rename_run(own_project, "second", "third")
    with pytest.raises(RunError, match="being trained and cannot be deleted"):
        delete_run(own_project, "second")
    assert is_trained_now(run.folder)
    first.close()
    assert not is_trained_now(run.folder)
    assert entry_of(own_project, "second").standing == "stopped"
    next(train(request))


def test_that_a_run_on_another_machine_counts_as_training_while_its_state_moves(
    own_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run.create(own_project.run_folder("far"), quick_settings())
    monkeypatch.setattr("platform.node", lambda: "cluster-7")
    run.write_state("running", 0)
    monkeypatch.undo()
    assert is_trained_now(run.folder)
    state = run.folder / "state.json"
    os.utime(state, (state.stat().st_mtime - 3600,) * 2)
    assert not is_trained_now(run.folder)


def test_that_a_renamed_run_is_the_same_run(own_project: Project) -> None:
    before = Run.open(own_project.run_folder(RUN)).model()
    other = Run.create(own_project.run_folder("taken"), quick_settings())
    assert rename_run(own_project, RUN, "Best / so far") == "Best-so-far"
    assert own_project.run_names()[0] == "Best-so-far"
    code = np.ones((1, 3), dtype=np.float32)
    after = Run.open(own_project.run_folder("Best-so-far")).model()
    np.testing.assert_array_equal(after.decode(code), before.decode(code))
    assert rename_run(own_project, "Best-so-far", "taken") == "taken-2"
    assert rename_run(own_project, "taken-2", "TAKEN-2") == "TAKEN-2"
    assert rename_run(own_project, "TAKEN-2", "TAKEN-2") == "TAKEN-2"
    assert other.folder.exists()


def test_that_a_deleted_run_comes_back_whole(own_project: Project) -> None:
    folder = own_project.run_folder(RUN)
    content = {path.name: path.read_bytes() for path in folder.glob("*.safetensors")}
    place = delete_run(own_project, RUN)
    assert own_project.run_names() == ()
    assert deleted_runs(own_project) == (place,)
    Run.create(folder, quick_settings())  # another takes its name meanwhile
    assert restore_run(own_project, place) == f"{RUN}-2"
    back = own_project.run_folder(f"{RUN}-2")
    assert {path.name: path.read_bytes() for path in back.glob("*.safetensors")} == content
    assert deleted_runs(own_project) == ()


def test_that_two_deleted_runs_of_one_name_do_not_meet(own_project: Project) -> None:
    delete_run(own_project, RUN)
    train_run(own_project, RUN, quick_settings(epochs=1))
    delete_run(own_project, RUN)
    assert len(deleted_runs(own_project)) == 2
    give_up_trash(own_project)
    for _ in clear_given_up(own_project):
        pass
    assert deleted_runs(own_project) == ()
    assert own_project.run_names() == ()
    assert list(own_project.runs_folder.iterdir()) == []


def test_that_a_trash_that_was_given_up_is_removed_bit_by_bit_and_the_rest_the_next_time(
    own_project: Project, tmp_path: Path
) -> None:
    elsewhere = Run.create(tmp_path / "far", quick_settings())
    linked = link_run(own_project, elsewhere.folder)
    for name in (RUN, linked):
        delete_run(own_project, name)
    give_up_trash(own_project)
    assert deleted_runs(own_project) == ()
    assert own_project.run_names() == ()
    (given_up,) = own_project.runs_folder.glob(f"{GIVEN_UP}*")
    files = sum(len(names) for _, _, names in os.walk(given_up))

    steps = clear_given_up(own_project)
    next(steps)
    steps.close()
    assert sum(len(names) for _, _, names in os.walk(given_up)) == files - 1

    for _ in clear_given_up(own_project):
        pass
    assert list(own_project.runs_folder.iterdir()) == []
    assert Run.open(elsewhere.folder).settings == quick_settings()


def test_that_a_fork_goes_on_from_a_kept_epoch_with_other_settings(own_project: Project) -> None:
    settings = quick_settings(epochs=4).with_changes(beta=0.01, seed=9)
    fork = fork_run(own_project, RUN, 1, settings, "bolder")
    assert fork.name == "bolder"
    assert (fork.state.epochs_done, fork.state.epochs_planned) == (1, 4)
    parent = Run.open(own_project.run_folder(RUN))
    code = np.ones((1, 3), dtype=np.float32)
    np.testing.assert_array_equal(fork.model().decode(code), load_snapshot(parent, 1).decode(code))
    for _ in train(TrainingRequest(fork.folder, own_project.library.folder, resume=True)):
        pass
    records = fork.metrics()
    assert [record["epoch"] for record in records] == [1, 2, 3, 4]
    assert records[0] == parent.metrics()[0]
    assert records[1]["loss"] != parent.metrics()[1]["loss"]
    assert not any("optimiser" in alarm for record in records for alarm in record["alarms"])
    entry = entry_of(own_project, "bolder")
    assert (entry.parent, entry.parent_epoch, entry.settings) == (RUN, 1, settings)


def test_that_a_fork_from_the_last_checkpoint_has_its_very_weights(own_project: Project) -> None:
    fork = fork_run(own_project, RUN, None, quick_settings(epochs=3))
    assert fork.name == f"{RUN}-fork"
    assert fork.state.epochs_done == 2
    code = np.ones((1, 3), dtype=np.float32)
    parent = Run.open(own_project.run_folder(RUN)).model()
    np.testing.assert_array_equal(fork.model().decode(code), parent.decode(code))
    np.testing.assert_array_equal(fork.model().log_density(code), parent.log_density(code))


def test_that_a_fork_with_another_prior_places_it_on_the_chairs(own_project: Project) -> None:
    settings = quick_settings(epochs=3).with_changes(components=5)
    fork = fork_run(own_project, RUN, None, settings)
    for _ in train(TrainingRequest(fork.folder, own_project.library.folder, resume=True)):
        pass
    codes, components = fork.codes(), fork.model().components()
    assert codes is not None
    assert components is not None
    assert len(components.weights) == 5
    spread = codes.codes.std(axis=0)
    distance = np.abs(components.means[:, None] - codes.codes).min(axis=1)
    assert (distance < 2 * spread + 0.1).all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"latent": 4}, r"Latent size cannot be 4 in a fork of MoG-VAE"),
        ({"decoder": "article"}, "Decoder cannot be article"),
        ({"epochs": 2}, r"Epochs \(2\) must be more than the 2"),
        ({"kl": "article-b"}, "article-b"),
    ],
)
def test_that_a_fork_that_cannot_be_is_refused_and_leaves_nothing(
    own_project: Project, changes: dict[str, object], words: str
) -> None:
    settings = quick_settings(epochs=3).with_changes(**changes)
    with pytest.raises(SettingsError, match=words):
        fork_run(own_project, RUN, None, settings)
    assert [path.name for path in own_project.runs_folder.iterdir()] == [RUN]


@pytest.mark.parametrize("pauses", [1, 2, 3])
def test_that_a_fork_that_is_cancelled_leaves_nothing(own_project: Project, pauses: int) -> None:
    steps = forking(own_project, RUN, None, quick_settings(epochs=3), "child")
    for _ in range(pauses):
        next(steps)
    steps.close()

    assert [path.name for path in own_project.runs_folder.iterdir()] == [RUN]


def test_that_a_fork_stands_under_its_parent_whatever_that_is_called(own_project: Project) -> None:
    fork_run(own_project, RUN, 1, quick_settings(epochs=3), "child")
    fork_run(own_project, "child", None, quick_settings(epochs=4), "grandchild")
    rename_run(own_project, RUN, "renamed")
    family = generations(list_runs(own_project))
    assert [entry.name for entry in family[None]] == ["renamed"]
    assert [entry.name for entry in family["renamed"]] == ["child"]
    assert [entry.name for entry in family["child"]] == ["grandchild"]
    place = delete_run(own_project, "renamed")
    family = generations(list_runs(own_project))
    assert [entry.name for entry in family[None]] == ["child"]
    assert family[None][0].parent_name == RUN
    restore_run(own_project, place)
    assert [entry.name for entry in generations(list_runs(own_project))["renamed"]] == ["child"]


def test_that_runs_that_claim_to_be_each_others_parents_are_listed_all_the_same() -> None:
    entries = (
        RunEntry("a", "done", parent="b"),
        RunEntry("b", "done", parent="a"),
        RunEntry("c", "done", parent="b"),
        RunEntry("d", "done", parent="d"),
    )
    family = generations(entries)
    listed = [entry.name for children in family.values() for entry in children]
    assert sorted(listed) == ["a", "b", "c", "d"]
    assert {entry.name for entry in family[None]} >= {"a", "b", "d"}


def test_that_notes_are_kept_and_belong_to_the_run(own_project: Project, tmp_path: Path) -> None:
    folder = own_project.run_folder(RUN)
    write_notes(folder, "First try.\nLegs are thin. “Ä”")
    assert entry_of(own_project).notes == "First try.\nLegs are thin. “Ä”"
    identifier = read_about(folder).id
    write_notes(folder, "")
    assert read_about(folder).id == identifier
    copied = shutil.copytree(folder, tmp_path / "copied")
    assert read_about(copied) == read_about(folder)


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 9}', '{"format": 1, "parent": 3}'])
def test_that_damaged_notes_are_told_and_the_others_are_listed(
    own_project: Project, content: str
) -> None:
    train_run(own_project, "other", quick_settings(epochs=1))
    (own_project.run_folder(RUN) / "about.json").write_text(content)
    assert entry_of(own_project).standing == "damaged"
    assert "about.json" in entry_of(own_project).message
    assert entry_of(own_project, "other").standing == "done"


def test_that_a_run_of_an_older_program_can_be_forked(own_project: Project) -> None:
    (own_project.run_folder(RUN) / "about.json").unlink()
    assert entry_of(own_project).started_at is not None
    fork_run(own_project, RUN, None, quick_settings(epochs=3), "child")
    assert entry_of(own_project, "child").parent == RUN
