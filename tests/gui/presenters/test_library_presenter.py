"""The library dock and the project's chairs in step: listed, chosen, filtered, pictured."""

import dataclasses
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.project import Project
from core.thumbnails import thumbnail
from mogvae_gui.presenters import library_presenter
from mogvae_gui.presenters.library_presenter import LibraryPresenter
from mogvae_gui.state.project_state import ChairFilter, ProjectState
from mogvae_gui.views.library_model import CHAIR_ID
from mogvae_gui.views.library_panel import LibraryPanel
from mogvae_gui.workers import thumbnail_worker
from tests.gui.mouse import LEFT, NO_KEY
from tests.small_project import CHAIRS, TEST_CHAIRS

A_WHILE = 10_000


@pytest.fixture(autouse=True)
def quick_thumbnails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_presenter, "THUMBNAIL_PX", 16)


@pytest.fixture
def panel(qtbot: QtBot) -> LibraryPanel:
    panel = LibraryPanel()
    qtbot.addWidget(panel)
    panel.resize(240, 900)  # all twelve chairs are in sight
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


@pytest.fixture
def state(small_project: Project) -> ProjectState:
    return ProjectState(project=small_project, chairs=small_project.library.chairs)


@pytest.fixture
def presenter(state: ProjectState, panel: LibraryPanel) -> Iterator[LibraryPresenter]:
    presenter = LibraryPresenter(state, panel)
    QApplication.processEvents()
    yield presenter
    presenter.stop()


def listed(panel: LibraryPanel) -> list[str]:
    return [panel.model.index(row).data(CHAIR_ID) for row in range(panel.model.rowCount())]


def ids(state: ProjectState) -> list[str]:
    return [chair.id for chair in state.chairs]


def click(panel: LibraryPanel, chair_id: str, keys: Qt.KeyboardModifier = NO_KEY) -> None:
    place = panel.list.visualRect(panel.model.index_of(chair_id)).center()
    QTest.mouseClick(panel.list.viewport(), LEFT, keys, place)


def test_that_all_chairs_are_listed_with_their_split(
    presenter: LibraryPresenter, panel: LibraryPanel, state: ProjectState
) -> None:
    assert listed(panel) == ids(state)
    train = CHAIRS - TEST_CHAIRS
    assert panel.counts.text() == f"{CHAIRS} chairs · {train} train · {TEST_CHAIRS} test"
    tooltip = panel.model.index(0).data(int(Qt.ItemDataRole.ToolTipRole))
    assert "family: " in tooltip
    assert "split: train" in tooltip


def test_that_the_list_follows_the_chairs(
    presenter: LibraryPresenter, panel: LibraryPanel, state: ProjectState
) -> None:
    first = dataclasses.replace(state.chairs[0], name="Throne", split="test")

    state.chairs = (first, *state.chairs[2:])

    assert listed(panel) == [first.id, *ids(state)[1:]]
    assert panel.model.index(0).data() == "Throne"


def test_that_typing_filters_and_the_filter_is_shown(
    presenter: LibraryPresenter, panel: LibraryPanel, state: ProjectState
) -> None:
    name = state.chairs[3].name
    QTest.keyClicks(panel.search, name)
    assert state.chair_filter == ChairFilter(name, "all")
    assert state.chairs[3].id in listed(panel)
    assert len(listed(panel)) < CHAIRS

    state.chair_filter = ChairFilter("", "test")

    assert panel.search.text() == ""
    assert panel.split.currentData() == "test"
    assert len(listed(panel)) == TEST_CHAIRS


def test_that_typing_keeps_the_cursor_where_it_is(
    presenter: LibraryPresenter, panel: LibraryPanel
) -> None:
    QTest.keyClicks(panel.search, "chr")
    panel.search.setCursorPosition(2)

    QTest.keyClicks(panel.search, "ai")

    assert panel.search.text() == "chair"
    assert panel.search.cursorPosition() == 4


def test_that_selection_goes_both_ways_and_comes_to_rest(
    presenter: LibraryPresenter, panel: LibraryPanel, state: ProjectState
) -> None:
    heard: list[Any] = []
    state.events.selected.connect(heard.append)
    first, second, third = ids(state)[:3]

    click(panel, first)
    click(panel, third, Qt.KeyboardModifier.ControlModifier)
    assert heard == [(first,), (third, first)]

    state.selected = (second,)
    assert panel.selected_ids() == [second]
    assert heard[2:] == [(second,)]


def test_that_the_selection_outlives_a_change_of_the_list(
    presenter: LibraryPresenter, panel: LibraryPanel, state: ProjectState
) -> None:
    chosen = tuple(ids(state)[:2])
    state.selected = chosen
    state.chairs = state.chairs[:8]
    assert panel.selected_ids() == list(chosen)

    state.chair_filter = ChairFilter("", "test")  # none of the chosen is listed
    assert panel.selected_ids() == []
    assert state.selected == chosen

    state.chair_filter = ChairFilter()
    assert set(panel.selected_ids()) == set(chosen)


def test_that_pictures_arrive_for_chairs_in_sight_alone(
    presenter: LibraryPresenter, panel: LibraryPanel, state: ProjectState, qtbot: QtBot
) -> None:
    qtbot.waitUntil(
        lambda: all(panel.model.thumbnail(i) is not None for i in ids(state)), timeout=A_WHILE
    )


def test_that_chairs_out_of_sight_are_not_drawn(
    panel: LibraryPanel,
    state: ProjectState,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[int] = []

    def counting(cloud: np.ndarray, size: int) -> np.ndarray:
        drawn.append(1)
        return thumbnail(cloud, size)

    monkeypatch.setattr(thumbnail_worker, "thumbnail", counting)
    panel.resize(240, 330)  # four chairs and a part of two
    QApplication.processEvents()
    presenter = LibraryPresenter(state, panel)
    qtbot.waitUntil(lambda: panel.model.thumbnail(ids(state)[0]) is not None, timeout=A_WHILE)
    QApplication.processEvents()
    presenter.stop()

    assert len(drawn) <= 8
    assert panel.model.thumbnail(ids(state)[-1]) is None


def test_that_a_late_picture_of_another_project_is_not_shown(
    presenter: LibraryPresenter,
    panel: LibraryPanel,
    state: ProjectState,
    small_project: Project,
    qtbot: QtBot,
) -> None:
    other = Project.open(small_project.folder)
    qtbot.waitUntil(
        lambda: all(panel.model.thumbnail(i) is not None for i in ids(state)), timeout=A_WHILE
    )
    state.project = other
    shown = panel.model.thumbnail(ids(state)[0])
    assert shown is None  # its pictures are drawn anew

    late = np.zeros((4, 4, 4), dtype=np.uint8)
    presenter._on_drawn(ids(state)[0], late, small_project.library)

    assert panel.model.thumbnail(ids(state)[0]) is None


def test_that_a_turned_chair_is_drawn_anew(
    presenter: LibraryPresenter,
    panel: LibraryPanel,
    state: ProjectState,
    qtbot: QtBot,
) -> None:
    first = state.chairs[0]
    qtbot.waitUntil(lambda: panel.model.thumbnail(first.id) is not None, timeout=A_WHILE)
    before = panel.model.thumbnail(first.id)

    state.chairs = (dataclasses.replace(first, row=5), *state.chairs[1:])
    QApplication.processEvents()
    qtbot.waitUntil(lambda: panel.model.thumbnail(first.id) not in (None, before), timeout=A_WHILE)
    other_id = state.chairs[5].id
    qtbot.waitUntil(lambda: panel.model.thumbnail(other_id) is not None, timeout=A_WHILE)

    other = panel.model.thumbnail(other_id)
    drawn = panel.model.thumbnail(first.id)
    assert drawn is not None
    assert other is not None
    assert drawn.toImage() == other.toImage()


def test_that_stopping_ends_the_thread_in_the_middle_of_much_to_draw(
    panel: LibraryPanel, state: ProjectState, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def slow(cloud: np.ndarray, size: int) -> np.ndarray:
        begun.set()
        return np.zeros((size, size, 4), dtype=np.uint8)

    monkeypatch.setattr(thumbnail_worker, "thumbnail", slow)
    presenter = LibraryPresenter(state, panel)
    QApplication.processEvents()
    assert begun.wait(10)

    presenter.stop()

    assert not presenter._thread.isRunning()


def test_that_no_project_lists_nothing(
    presenter: LibraryPresenter, panel: LibraryPanel, state: ProjectState
) -> None:
    state.chairs = ()
    state.project = None

    assert listed(panel) == []
    assert panel.empty.isVisible()
