"""The Runs dock in the real window: one truth with the project's folder and the run in view."""

import shutil
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from core.errors import RunError
from core.project import Project
from core.run_edits import GIVEN_UP, TRASH_FOLDER, fork_run
from core.training.about import read_about
from core.training.checkpoint import read_weights, write_checkpoint
from core.training.reports import TrainingRequest
from core.training.run import Run
from core.training.train import train
from mogvae_gui.presenters import run_edits_presenter
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.state.preferences import Preferences
from mogvae_gui.views.fork_dialog import ForkDialog
from mogvae_gui.views.run_tree import RunRow
from tests.gui.conftest import A_WHILE, close_studio
from tests.small_project import RUN, quick_settings

CHILD = "child"


@pytest.fixture
def family(own_project: Project) -> Project:
    """A run and its fork, which is trained for an epoch more."""
    run = fork_run(own_project, RUN, 1, quick_settings(epochs=3), CHILD)
    for _ in train(TrainingRequest(run.folder, own_project.library.folder, resume=True)):
        pass
    return own_project


@pytest.fixture
def dock(studio: Studio, family: Project, qtbot: QtBot) -> Studio:
    """The window with the family open, the Runs dock in front and the newest run in view."""
    studio.projects.open_folder(family.folder)
    qtbot.waitUntil(lambda: studio.latent.run_name == CHILD, timeout=A_WHILE)
    studio.window.runs_dock.raise_()
    qtbot.waitUntil(lambda: len(rows(studio)) == 2, timeout=A_WHILE)
    return studio


def rows(studio: Studio) -> dict[str, RunRow]:
    return {row.name: row for row in studio.window.runs.tree._rows}


def choose(studio: Studio, qtbot: QtBot, name: str) -> None:
    """Click a run's row and wait until it is in view."""
    tree = studio.window.runs.tree
    item = tree._items()[name]
    tree.scrollToItem(item)
    place = tree.visualItemRect(item).center()
    QTest.mouseClick(
        tree.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place
    )
    qtbot.waitUntil(lambda: studio.latent.run_name == name, timeout=A_WHILE)


def test_that_a_fork_stands_under_its_parent_and_says_what_it_is(dock: Studio) -> None:
    listed = rows(dock)
    assert listed[CHILD].parent == RUN
    assert listed[RUN].parent is None
    assert listed[RUN].model == "MoG 3 · d 3"
    assert listed[RUN].course.startswith("2 epochs · today ")
    assert [row.in_view for row in listed.values()] == [False, True]
    items = dock.window.runs.tree._items()
    assert items[CHILD].parent() is items[RUN]
    words = dock.window.runs.words.text()
    assert f"Forked at epoch 1 of {RUN}" in words
    assert "Mixture of 3 Gaussians" in words


def test_that_dock_and_chooser_show_the_same_run(dock: Studio, qtbot: QtBot) -> None:
    panel, chooser = dock.window.runs, dock.window.latent.runs
    assert panel.tree.chosen == CHILD
    choose(dock, qtbot, RUN)
    assert chooser.currentText() == RUN
    assert rows(dock)[RUN].in_view
    chooser.setCurrentText(CHILD)
    chooser.textActivated.emit(CHILD)
    qtbot.waitUntil(lambda: panel.tree.chosen == CHILD, timeout=A_WHILE)
    assert "Forked" in panel.words.text()


def test_that_a_run_is_renamed_in_its_row_and_undo_takes_it_back(
    dock: Studio, family: Project, qtbot: QtBot
) -> None:
    tree = dock.window.runs.tree
    tree.setFocus()
    dock.window.runs.rename.trigger()
    editor = tree.findChild(QLineEdit)
    assert editor is not None
    editor.setText("Best so far")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Best-so-far" in rows(dock), timeout=A_WHILE)
    assert dock.latent.run_name == "Best-so-far"
    assert dock.window.latent.runs.currentText() == "Best-so-far"
    assert family.run_names() == (RUN, "Best-so-far")
    assert rows(dock)["Best-so-far"].parent == RUN
    assert tree.chosen == "Best-so-far"
    dock.window.undo_action.trigger()
    qtbot.waitUntil(lambda: CHILD in rows(dock), timeout=A_WHILE)
    assert dock.latent.run_name == CHILD


def test_that_a_deleted_run_comes_back_with_undo(
    dock: Studio, family: Project, qtbot: QtBot
) -> None:
    dock.window.runs.delete.trigger()
    qtbot.waitUntil(lambda: CHILD not in rows(dock), timeout=A_WHILE)
    assert family.run_names() == (RUN,)
    qtbot.waitUntil(lambda: dock.latent.run_name == RUN, timeout=A_WHILE)
    assert dock.window.undo_action.text() == f"Undo deleting {CHILD}"
    dock.window.undo_action.trigger()
    qtbot.waitUntil(lambda: dock.latent.run_name == CHILD, timeout=A_WHILE)
    assert Run.open(family.run_folder(CHILD)).model().latent == 3
    dock.window.redo_action.trigger()
    qtbot.waitUntil(lambda: CHILD not in rows(dock), timeout=A_WHILE)
    assert dock.window.runs.restore.isEnabled()
    dock.window.runs.restore.trigger()
    qtbot.waitUntil(lambda: CHILD in rows(dock), timeout=A_WHILE)


def test_that_the_trash_is_emptied_when_the_project_closes(
    dock: Studio, family: Project, qtbot: QtBot, small_project_folder: object
) -> None:
    dock.window.runs.delete.trigger()
    trash = family.runs_folder / TRASH_FOLDER
    assert trash.exists()
    other = shutil.copytree(str(small_project_folder), family.folder.parent / "Other")
    dock.projects.open_folder(type(family.folder)(other))
    qtbot.waitUntil(lambda: not trash.exists(), timeout=A_WHILE)
    qtbot.waitUntil(lambda: not list(family.runs_folder.glob(f"{GIVEN_UP}*")), timeout=A_WHILE)
    assert family.run_names() == (RUN,)


def test_that_closing_does_not_wait_for_a_large_trash_and_the_rest_goes_the_next_time(
    dock: Studio, family: Project, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()
    cleared: list[int] = []

    def slow(project: Project) -> Generator[None, None, None]:
        yield
        cleared.append(threading.get_ident())
        while not let_go.is_set():  # as if there were gigabytes
            yield

    monkeypatch.setattr(run_edits_presenter, "clear_given_up", slow)
    monkeypatch.setattr(run_edits_presenter, "CLEARING_MS", 50)
    dock.window.runs.delete.trigger()

    dock.window.close()

    assert not dock.window.isVisible()
    assert cleared != [threading.get_ident()]
    assert not (family.runs_folder / TRASH_FOLDER).exists()  # nothing of it comes back half
    left = family.runs_folder.glob(f"{GIVEN_UP}*")
    assert len(list(left)) == 1
    monkeypatch.undo()
    again = Studio(Preferences())
    again.projects.open_folder(family.folder)
    qtbot.waitUntil(lambda: again.project.project is not None, timeout=A_WHILE)
    qtbot.waitUntil(lambda: not list(family.runs_folder.glob(f"{GIVEN_UP}*")), timeout=A_WHILE)
    close_studio(again)


def test_that_notes_are_kept_in_the_run_they_were_written_on(
    dock: Studio, family: Project, qtbot: QtBot
) -> None:
    notes = dock.window.runs.notes
    notes.setPlainText("Legs are thin.")
    choose(dock, qtbot, RUN)  # at once: nothing waits for a timer
    assert read_about(family.run_folder(CHILD)).notes == "Legs are thin."
    assert read_about(family.run_folder(RUN)).notes == ""
    assert notes.toPlainText() == ""
    choose(dock, qtbot, CHILD)
    qtbot.waitUntil(lambda: notes.toPlainText() == "Legs are thin.", timeout=A_WHILE)


def test_that_notes_that_are_being_written_are_not_overwritten_by_a_look(
    dock: Studio, qtbot: QtBot
) -> None:
    notes = dock.window.runs.notes
    notes.setPlainText("Half a sen")
    with qtbot.waitSignal(dock.run_list._worker.answered, timeout=A_WHILE):
        dock.run_list.look()
    assert notes.toPlainText() == "Half a sen"


def test_that_a_run_that_was_stopped_goes_on_to_its_end(
    dock: Studio, family: Project, qtbot: QtBot
) -> None:
    run = Run.create(family.run_folder("halted"), quick_settings(epochs=3))
    session = train(TrainingRequest(run.folder, family.library.folder))
    next(session)
    session.close()
    dock.run_list.look()
    qtbot.waitUntil(lambda: "halted" in rows(dock), timeout=A_WHILE)
    assert rows(dock)["halted"].course.startswith("stopped at 0 of 3")
    choose(dock, qtbot, "halted")
    panel = dock.window.runs
    assert panel.resume.isEnabled()
    assert not panel.more.isEnabled()
    with qtbot.waitSignal(dock.trainings.run_ended, timeout=A_WHILE):
        panel.resume.trigger()
        assert not panel.delete.isEnabled() or rows(dock)["halted"].standing != "training"
    assert run.state.epochs_done == 3
    qtbot.waitUntil(lambda: panel.more.isEnabled(), timeout=A_WHILE)
    assert not panel.resume.isEnabled()


def test_that_another_run_is_looked_at_while_one_trains(dock: Studio, qtbot: QtBot) -> None:
    dock.training.settings = quick_settings(epochs=100_000)
    dock.training.run_name = "long"
    dock.trainings.start()
    qtbot.waitUntil(lambda: dock.latent.run_name == "long", timeout=A_WHILE)
    qtbot.waitUntil(lambda: "long" in rows(dock), timeout=A_WHILE)

    choose(dock, qtbot, RUN)
    assert dock.training.is_busy
    choose(dock, qtbot, "long")

    with qtbot.waitSignal(dock.trainings.run_ended, timeout=A_WHILE):
        dock.trainings.stop()


def test_that_a_run_trains_on_for_as_many_epochs_as_are_asked_for(
    dock: Studio, family: Project, qtbot: QtBot
) -> None:
    dock.window.runs.more.trigger()
    dialog = dock.window.findChild(QInputDialog)
    assert dialog is not None
    assert CHILD in dialog.labelText()
    dialog.setIntValue(2)
    with qtbot.waitSignal(dock.trainings.run_ended, timeout=A_WHILE):
        dialog.accept()
    assert Run.open(family.run_folder(CHILD)).state.epochs_done == 5


def test_that_a_run_is_forked_from_a_kept_epoch_with_other_settings(
    dock: Studio, family: Project, qtbot: QtBot
) -> None:
    choose(dock, qtbot, RUN)
    qtbot.waitUntil(lambda: dock.window.runs.fork.isEnabled(), timeout=A_WHILE)
    dock.window.runs.fork.trigger()
    dialog = dock.window.findChild(ForkDialog)
    assert dialog is not None
    offered = [dialog.epoch.itemText(index) for index in range(dialog.epoch.count())]
    assert offered == ["Epoch 1", "Epoch 2, the last"]
    dialog.epoch.setCurrentIndex(0)
    dialog.name.setText("bolder")
    dialog.value_edited.emit("epochs", 1)
    dialog.fork.click()
    assert "must be more than the 1" in dialog.problem.text()
    dialog.value_edited.emit("epochs", 3)
    dialog.value_edited.emit("beta", 0.5)
    with qtbot.waitSignal(dock.trainings.run_ended, timeout=A_WHILE):
        dialog.fork.click()
    bolder = Run.open(family.run_folder("bolder"))
    assert bolder.settings.beta == 0.5
    assert bolder.state.epochs_done == 3
    qtbot.waitUntil(lambda: "bolder" in rows(dock), timeout=A_WHILE)
    assert rows(dock)["bolder"].parent == RUN
    assert dock.window.runs.tree.chosen == "bolder"


def ask_for_fork(dock: Studio, qtbot: QtBot) -> ForkDialog:
    qtbot.waitUntil(lambda: dock.window.runs.fork.isEnabled(), timeout=A_WHILE)
    dock.window.runs.fork.trigger()
    dialog = dock.window.findChild(ForkDialog)
    assert dialog is not None
    return dialog


def test_that_of_two_fork_dialogs_each_is_for_its_own_run(
    dock: Studio, family: Project, qtbot: QtBot
) -> None:
    first = ask_for_fork(dock, qtbot)
    dock.run_forks.ask(RUN)
    second = next(d for d in dock.window.findChildren(ForkDialog) if d is not first)
    second.value_edited.emit("beta", 0.25)
    first.value_edited.emit("epochs", 4)
    first.name.setText("of-the-child")
    with qtbot.waitSignal(dock.trainings.run_ended, timeout=A_WHILE):
        first.fork.click()
    made = Run.open(family.run_folder("of-the-child"))
    assert made.settings.beta != 0.25
    qtbot.waitUntil(lambda: "of-the-child" in rows(dock), timeout=A_WHILE)
    assert rows(dock)["of-the-child"].parent == CHILD
    assert second.isVisible()
    second.reject()


def test_that_a_fork_dialog_does_nothing_once_another_project_is_open(
    dock: Studio, family: Project, tmp_path: Path, qtbot: QtBot
) -> None:
    names = family.run_names()
    dialog = ask_for_fork(dock, qtbot)
    dock.projects.make(tmp_path / "Other")
    dialog.fork.click()
    assert not dialog.isVisible()
    assert not dock.jobs.is_busy
    assert family.run_names() == names


def test_that_a_fork_reads_and_writes_off_the_gui_thread(
    dock: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[int] = set()

    def noted(work: Callable[..., Any]) -> Callable[..., Any]:
        def do(*arguments: Any) -> Any:
            threads.add(threading.get_ident())
            return work(*arguments)

        return do

    monkeypatch.setattr("core.run_edits.read_weights", noted(read_weights))
    monkeypatch.setattr("core.run_edits.write_checkpoint", noted(write_checkpoint))
    dialog = ask_for_fork(dock, qtbot)

    with qtbot.waitSignal(dock.trainings.run_ended, timeout=A_WHILE):
        dialog.value_edited.emit("epochs", 4)
        dialog.fork.click()
        assert not dialog.isVisible()
        assert dock.window.task_bar._label.text().startswith(f"Forking {CHILD}")

    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_that_a_fork_that_fails_comes_back_with_the_reason(
    dock: Studio, family: Project, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise RunError("The weights are damaged.")

    names = family.run_names()
    dialog = ask_for_fork(dock, qtbot)
    with monkeypatch.context() as patch, qtbot.waitSignal(dock.jobs.all_done, timeout=A_WHILE):
        patch.setattr("core.run_edits.read_weights", damaged)
        dialog.fork.click()

    assert dialog.isVisible()
    assert dialog.problem.text() == "The weights are damaged."
    assert family.run_names() == names
    with qtbot.waitSignal(dock.trainings.run_ended, timeout=A_WHILE):
        dialog.fork.click()
    assert len(family.run_names()) == len(names) + 1


def test_that_the_chosen_run_is_compared_with_another(dock: Studio) -> None:
    menu = dock.window.runs.compare_menu
    assert [action.text() for action in menu.actions()] == [RUN]
    menu.actions()[0].trigger()
    assert dock.evaluation.against == RUN
    dock.evaluations.compare_with(None)


def test_that_a_failed_run_says_its_sentence_and_can_be_trained_again(
    dock: Studio, family: Project, qtbot: QtBot
) -> None:
    sentence = "The KL is not a finite number any more."
    Run.open(family.run_folder(CHILD)).write_state("error", 3, sentence)
    dock.run_list.look()
    qtbot.waitUntil(lambda: rows(dock)[CHILD].standing == "failed", timeout=A_WHILE)
    assert sentence in rows(dock)[CHILD].course
    assert dock.window.runs.words.text().startswith(sentence)
    assert dock.window.runs.resume.isEnabled()


def test_that_an_empty_project_says_how_runs_come_about(
    studio: Studio, own_project: Project
) -> None:
    shutil.rmtree(own_project.run_folder(RUN))
    studio.projects.make(own_project.folder.parent / "Empty")
    panel = studio.window.runs
    assert panel._stack.currentWidget() is panel.empty
    assert not any(action.isEnabled() for action in panel.actions_by_name.values())


def test_that_a_project_that_is_read_only_lets_no_run_be_changed(
    dock: Studio, family: Project
) -> None:
    dock.project.read_only = "This project is open in another window."
    dock.project.project.refuse_changes("It is open elsewhere.")  # type: ignore[union-attr]
    dock.window.changing.show_reason(dock.project.read_only)
    assert dock.window.runs.notes.isReadOnly()
    assert not any(action.isEnabled() for action in dock.window.runs.changing_actions)
    dock.run_edits.delete(CHILD)
    assert CHILD in family.run_names()
    assert "open elsewhere" in dock.window.banners.banners[-1].sentence
    assert not dock.window.undo_action.isEnabled()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "the memory of this computer is full"),
        (OSError(28, "No space left on device"), "The disk is full: make room"),
        (RuntimeError("CUDA error: device lost"), "does not answer any more"),
    ],
)
def test_that_the_window_trains_again_after_a_training_failed(
    open_studio: Studio,
    own_project: Project,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    words: str,
) -> None:
    studio = open_studio

    def fail(*_: object, **__: object) -> None:
        raise error

    studio.training.settings = quick_settings()
    studio.training.run_name = "unlucky"
    with monkeypatch.context() as patch:
        patch.setattr("core.training.session.reconstruction_loss", fail)
        with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_WHILE):
            studio.trainings.start()
    assert studio.training.status == "failed"
    assert words in studio.window.banners.banners[-1].sentence
    studio.window.runs_dock.raise_()
    qtbot.waitUntil(lambda: rows(studio)["unlucky"].standing == "failed", timeout=A_WHILE)
    assert words in rows(studio)["unlucky"].course
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_WHILE):
        studio.run_edits.resume("unlucky")
    assert Run.open(own_project.run_folder("unlucky")).state.finished
    qtbot.waitUntil(lambda: studio.latent.run_name == "unlucky", timeout=A_WHILE)
