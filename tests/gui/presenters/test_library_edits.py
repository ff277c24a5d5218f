"""Edits of the library: each can be undone to exactly what was before, and done again."""

import stat
import threading
from collections.abc import Iterator
from typing import Any, cast
from unittest.mock import create_autospec

import numpy as np
import pytest
from PySide6.QtGui import QAction, QUndoCommand
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core import posing
from core.library import Library
from core.project import Project
from mogvae_gui.presenters import library_edits
from mogvae_gui.presenters.jobs import Jobs
from mogvae_gui.presenters.library_edits import LibraryEditPresenter
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.library_panel import LibraryPanel
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.views.task_bar import TaskBar
from tests.gui.conftest import A_WHILE
from tests.small_project import CHAIRS, add_chairs


class EditWindow(QWidget):
    """As much of the window as edits need."""

    def __init__(self) -> None:
        super().__init__()
        self.library = LibraryPanel(self)
        self.undo_action, self.redo_action = QAction(self), QAction(self)


@pytest.fixture
def window(qtbot: QtBot) -> EditWindow:
    window = EditWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def state(own_project: Project) -> ProjectState:
    return ProjectState(project=own_project, chairs=own_project.library.chairs)


@pytest.fixture
def notices() -> Any:
    return create_autospec(NoticePresenter, instance=True)


@pytest.fixture
def jobs(window: EditWindow, notices: Any) -> Iterator[Jobs]:
    jobs = Jobs(TaskBar(window), notices)
    yield jobs
    jobs.stop_all()


@pytest.fixture
def edits(
    state: ProjectState, window: EditWindow, jobs: Jobs, notices: Any
) -> LibraryEditPresenter:
    return LibraryEditPresenter(state, cast(MainWindow, window), jobs, notices)


def remove(window: EditWindow, ids: list[str]) -> None:
    window.library.remove_requested.emit(ids)


def rename(window: EditWindow, ids: list[str]) -> None:
    window.library.rename_requested.emit(ids[0], "Throne")


def to_test(window: EditWindow, ids: list[str]) -> None:
    window.library.split_requested.emit(ids, "test")


def to_train(window: EditWindow, ids: list[str]) -> None:
    window.library.split_requested.emit(ids, "train")


def turn(window: EditWindow, ids: list[str]) -> None:
    window.library.turn_requested.emit(ids, 1)


def stand_up(window: EditWindow, ids: list[str]) -> None:
    window.library.stand_up_requested.emit(ids, "y")


def on_disk(project: Project) -> tuple[Any, list[np.ndarray]]:
    """Chairs and clouds as another program would find them."""
    library = Library.open(project.library.folder)
    return library.chairs, [library.cloud(chair) for chair in library.chairs]


@pytest.mark.parametrize("edit", [remove, rename, to_test, to_train, turn, stand_up])
def test_that_undo_and_redo_lead_to_exactly_the_states_of_before_and_after(
    edit: Any,
    edits: LibraryEditPresenter,
    window: EditWindow,
    state: ProjectState,
    own_project: Project,
) -> None:
    chosen = [state.chairs[index].id for index in (1, 4, CHAIRS - 1)]
    before, clouds_before = on_disk(own_project)

    edit(window, chosen)
    after, clouds_after = on_disk(own_project)
    assert after != before
    assert state.chairs == after

    for _ in range(2):
        window.undo_action.trigger()
        assert state.chairs == before
        restored, clouds = on_disk(own_project)
        assert restored == before
        np.testing.assert_array_equal(clouds, clouds_before)

        window.redo_action.trigger()
        assert state.chairs == on_disk(own_project)[0]
        # A turned chair's cloud is made anew, in another row of the file.
        assert [(c.id, c.name, c.split, c.frame) for c in state.chairs] == [
            (c.id, c.name, c.split, c.frame) for c in after
        ]
        np.testing.assert_array_equal(on_disk(own_project)[1], clouds_after)


@pytest.mark.parametrize("edit", [turn, stand_up])
def test_that_many_chairs_are_posed_off_the_gui_thread_and_undo_is_as_exact(
    edit: Any,
    edits: LibraryEditPresenter,
    window: EditWindow,
    state: ProjectState,
    own_project: Project,
    jobs: Jobs,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: set[int] = set()
    compute = posing.reposed

    def noted(*arguments: Any) -> Any:
        threads.add(threading.get_ident())
        return compute(*arguments)

    monkeypatch.setattr(posing, "reposed", noted)
    monkeypatch.setattr(library_edits, "MANY", 3)
    ids = [chair.id for chair in state.chairs]
    rename(window, ids)
    before, clouds_before = on_disk(own_project)

    with qtbot.waitSignal(jobs.all_done, timeout=A_WHILE):
        edit(window, ids)
        assert not window.undo_action.isEnabled()  # there would be nothing to take back yet
        edit(window, ids[:1])  # small, but it begins where the other ends
        window.library.rename_requested.emit(ids[1], "Stool")  # waits for nobody

    assert threading.get_ident() not in threads
    after, clouds_after = on_disk(own_project)
    assert state.chairs == after
    assert after[1].name == "Stool"
    assert [chair.frame for chair in after] != [chair.frame for chair in before]
    for _ in range(2):
        for _ in range(3):
            window.undo_action.trigger()
        assert state.chairs == before
        restored, clouds = on_disk(own_project)
        assert restored == before
        np.testing.assert_array_equal(clouds, clouds_before)
        for _ in range(3):
            window.redo_action.trigger()
        assert state.chairs == after
        np.testing.assert_array_equal(on_disk(own_project)[1], clouds_after)


def test_that_posing_many_chairs_can_be_cancelled_and_is_no_step_then(
    edits: LibraryEditPresenter,
    window: EditWindow,
    state: ProjectState,
    own_project: Project,
    jobs: Jobs,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(library_edits, "MANY", 3)
    before = on_disk(own_project)[0]
    rename(window, [state.chairs[0].id])
    with qtbot.waitSignal(jobs.all_done, timeout=A_WHILE):
        turn(window, [chair.id for chair in state.chairs])
        jobs.cancel()

    assert window.undo_action.text().startswith("Undo renaming")
    assert window.undo_action.isEnabled()
    window.undo_action.trigger()
    assert on_disk(own_project)[0] == before


class Look(QUndoCommand):
    """A step that changes nothing on disk."""


def test_that_where_nothing_may_be_changed_steps_of_the_view_are_undone_and_edits_are_not(
    edits: LibraryEditPresenter, window: EditWindow, state: ProjectState, own_project: Project
) -> None:
    rename(window, [state.chairs[0].id])
    edits.push_step(Look("turning the view"))
    after = state.chairs

    state.read_only = "This project is open in another window."

    assert window.undo_action.isEnabled()
    window.undo_action.trigger()
    assert window.undo_action.text().startswith("Undo renaming")
    assert not window.undo_action.isEnabled()
    assert window.redo_action.isEnabled()
    window.undo_action.trigger()
    assert state.chairs == after
    state.read_only = ""
    assert window.undo_action.isEnabled()


def test_that_many_edits_are_undone_one_by_one(
    edits: LibraryEditPresenter, window: EditWindow, state: ProjectState
) -> None:
    ids = [chair.id for chair in state.chairs]
    steps = [state.chairs]
    for edit, chosen in (
        (rename, ids[:1]),
        (to_test, ids[:3]),
        (remove, ids[2:4]),
        (turn, ids[5:6]),
    ):
        edit(window, chosen)
        steps.append(state.chairs)

    for expected in reversed(steps[:-1]):
        window.undo_action.trigger()
        assert state.chairs == expected
    assert not window.undo_action.isEnabled()


def test_that_the_menu_says_what_would_be_undone(
    edits: LibraryEditPresenter, window: EditWindow, state: ProjectState
) -> None:
    name = state.chairs[0].name
    assert not window.undo_action.isEnabled()
    assert window.undo_action.text() == "Undo"

    rename(window, [state.chairs[0].id])
    assert window.undo_action.text() == f"Undo renaming {name}"
    assert not window.redo_action.isEnabled()

    window.undo_action.trigger()
    assert window.redo_action.text() == f"Redo renaming {name}"
    assert not window.undo_action.isEnabled()


def test_that_chairs_that_came_in_can_be_taken_out_and_back(
    edits: LibraryEditPresenter, window: EditWindow, state: ProjectState, own_project: Project
) -> None:
    before = state.chairs
    add_chairs(own_project.library, count=2, seed=50)
    after = own_project.library.chairs
    state.chairs = after
    edits.chairs_came_in(after[CHAIRS:])
    assert state.chairs == after
    assert window.undo_action.text() == "Undo adding 2 chairs"

    window.undo_action.trigger()
    assert state.chairs == before
    window.redo_action.trigger()
    assert state.chairs == after


def test_that_nothing_came_in_is_no_step(edits: LibraryEditPresenter, window: EditWindow) -> None:
    edits.chairs_came_in(())

    assert not window.undo_action.isEnabled()


def test_that_removed_chairs_are_no_longer_chosen(
    edits: LibraryEditPresenter, window: EditWindow, state: ProjectState
) -> None:
    first, second, third = (chair.id for chair in state.chairs[:3])
    state.selected = (second, first, third)

    remove(window, [second])

    assert list(state.selected) == [first, third]


def test_that_taking_out_several_says_how_to_get_them_back(
    edits: LibraryEditPresenter, window: EditWindow, state: ProjectState, notices: Any
) -> None:
    remove(window, [state.chairs[0].id])
    notices.say.assert_not_called()

    remove(window, [chair.id for chair in state.chairs[:2]])
    ((kind, words), _) = notices.say.call_args
    assert kind == "info"
    assert "2 chairs removed. Undo" in words


def test_that_an_edit_that_changes_nothing_is_no_step(
    edits: LibraryEditPresenter, window: EditWindow, state: ProjectState
) -> None:
    train = [chair.id for chair in state.chairs if chair.split == "train"][:2]

    to_train(window, train)
    window.library.remove_requested.emit([])

    assert not window.undo_action.isEnabled()


def test_that_a_name_that_cannot_be_is_refused_with_a_sentence_and_is_no_step(
    edits: LibraryEditPresenter, window: EditWindow, state: ProjectState, notices: Any
) -> None:
    before = state.chairs
    rename(window, [state.chairs[1].id])
    renamed = state.chairs
    window.library.rename_requested.emit(before[0].id, "\u200b")

    assert notices.say_error.call_count == 1
    assert state.chairs == renamed
    # What was done before can still be undone.
    window.undo_action.trigger()
    assert state.chairs == before


def test_that_an_edit_that_the_disk_refuses_is_told_and_changes_nothing(
    edits: LibraryEditPresenter,
    window: EditWindow,
    state: ProjectState,
    own_project: Project,
    notices: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    before = state.chairs
    monkeypatch.setattr("core.library.library.write_index", full)

    remove(window, [state.chairs[0].id])

    assert "No space left" in str(notices.say_error.call_args.args[0])
    assert state.chairs == before
    assert on_disk(own_project)[0] == before
    assert own_project.library.folder.stat().st_mode & stat.S_IWUSR


def test_that_another_project_begins_without_steps(
    edits: LibraryEditPresenter, window: EditWindow, state: ProjectState, small_project: Project
) -> None:
    rename(window, [state.chairs[0].id])

    state.chairs = small_project.library.chairs
    state.project = small_project

    assert not window.undo_action.isEnabled()


def test_that_without_a_project_nothing_is_edited(
    edits: LibraryEditPresenter, window: EditWindow, state: ProjectState
) -> None:
    state.project = None

    for edit in (remove, rename, to_test, turn, stand_up):
        edit(window, ["c000001"])

    assert not window.undo_action.isEnabled()
