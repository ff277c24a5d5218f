"""The stops of a walk follow the model in view, and wait where they have no place in it."""

import dataclasses
from collections.abc import Iterator
from typing import Any
from unittest.mock import create_autospec

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from core.project import Project
from mogvae_gui.presenters import walk_presenter
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.walk_presenter import WalkPresenter
from mogvae_gui.state.bookmark_state import BookmarkState
from mogvae_gui.state.latent_state import LatentMap, LatentState, Probe
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.walk_state import WalkState
from mogvae_gui.views.latent_tracks import LatentTracks
from mogvae_gui.views.walk_panel import WalkPanel
from tests.gui.conftest import A_WHILE
from tests.gui.presenters.fakes import FakeModel, latent_map


class ProbeStandIn(QObject):
    """Notes where it was sent."""

    chair_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[object] = []

    def go_to(self, code: tuple[float, ...], component: int | None = None) -> None:
        self.sent.append(code)

    def go_to_chair(self, chair_id: str) -> None:
        self.sent.append(chair_id)


@pytest.fixture
def project(small_project: Project) -> ProjectState:
    return ProjectState(project=small_project, chairs=small_project.library.chairs)


@pytest.fixture
def now(project: ProjectState) -> LatentMap:
    """The run as it is now: it knows all chairs."""
    return latent_map(tuple(chair.id for chair in project.chairs))


@pytest.fixture
def earlier(now: LatentMap) -> LatentMap:
    """A kept epoch: all lies elsewhere, and the last chair had not come yet."""
    return dataclasses.replace(
        now,
        chair_ids=now.chair_ids[:-1],
        codes=now.codes[:-1] + np.float32(0.5),
        responsibilities=now.responsibilities[:-1],
    )


@pytest.fixture
def latent(now: LatentMap) -> LatentState:
    return LatentState(run_name="run", map=now)


@pytest.fixture
def state() -> WalkState:
    return WalkState()


@pytest.fixture
def panel(qtbot: QtBot) -> WalkPanel:
    panel = WalkPanel()
    qtbot.addWidget(panel)
    return panel


@pytest.fixture
def probe() -> ProbeStandIn:
    return ProbeStandIn()


@pytest.fixture
def walks(
    state: WalkState,
    project: ProjectState,
    latent: LatentState,
    panel: WalkPanel,
    probe: Any,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[WalkPresenter]:
    """With ways that are looked for as soon as a stop has moved."""
    monkeypatch.setattr(walk_presenter, "SETTLED_MS", 0)
    walks = WalkPresenter(
        state,
        project,
        latent,
        BookmarkState(),
        panel,
        create_autospec(LatentTracks, instance=True),
        FakeModel().as_link(),
        probe,
        create_autospec(NoticePresenter, instance=True),
    )
    yield walks
    walks.stop()


def choose(project: ProjectState, *rows: int) -> tuple[str, ...]:
    project.selected = tuple(project.chairs[row].id for row in rows)
    return project.selected


def test_that_stops_wait_at_an_epoch_that_does_not_know_their_chairs(
    walks: WalkPresenter,
    state: WalkState,
    project: ProjectState,
    latent: LatentState,
    panel: WalkPanel,
    now: LatentMap,
    earlier: LatentMap,
    qtbot: QtBot,
) -> None:
    first, late, other = choose(project, 0, -1, 3)
    walks.add_chairs()
    before = state.stops
    qtbot.waitUntil(lambda: state.paths is not None, timeout=A_WHILE)

    latent.map = earlier

    assert [stop.chair_id for stop in state.stops] == [first, late, other]
    assert [stop.chair_id for stop in state.placed] == [first, other]
    assert [bool(card.left_out) for card in panel.strip.cards] == [False, True, False]
    codes = np.array([earlier.code_of(first), earlier.code_of(other)])
    qtbot.waitUntil(
        lambda: (
            state.paths is not None
            and len(state.paths.straight.stop_rows) == 2
            and np.allclose(state.paths.straight.points[[0, -1]], codes)
        ),
        timeout=A_WHILE,
    )

    latent.map = now

    assert state.stops == before
    assert not any(card.left_out for card in panel.strip.cards)


def test_that_a_walk_of_which_one_stop_has_a_place_is_none(
    walks: WalkPresenter,
    state: WalkState,
    project: ProjectState,
    latent: LatentState,
    panel: WalkPanel,
    earlier: LatentMap,
    qtbot: QtBot,
) -> None:
    choose(project, 0, -1)
    walks.add_chairs()
    qtbot.waitUntil(lambda: state.paths is not None, timeout=A_WHILE)

    latent.map = earlier

    assert state.walked is None  # so that nothing plays or leaves
    assert not panel.play_action.isEnabled()
    assert len(state.stops) == 2


def test_that_places_of_another_run_wait_until_it_is_in_view_again(
    walks: WalkPresenter,
    state: WalkState,
    latent: LatentState,
    panel: WalkPanel,
    now: LatentMap,
    probe: ProbeStandIn,
) -> None:
    latent.probe = Probe((1.0, 2.0, 3.0))
    walks.add_probe()
    (before,) = state.stops

    latent.run_name = "other"
    latent.map = dataclasses.replace(now)
    assert not state.placed
    assert "place of run," in state.stops[0].left_out
    panel.strip.stop_chosen.emit(before.number)
    assert probe.sent == []  # there it would be another chair

    walks.follow_rename("run", "renamed")
    latent.run_name = "renamed"
    latent.map = now
    assert state.placed == (dataclasses.replace(before, run="renamed"),)


def test_that_a_mean_waits_where_there_are_fewer_components(
    walks: WalkPresenter, state: WalkState, latent: LatentState, now: LatentMap
) -> None:
    walks.add_component(2)
    (before,) = state.stops

    latent.map = dataclasses.replace(now, components=None)
    assert not state.placed

    latent.map = now
    assert state.stops == (before,)


def test_that_stops_that_wait_are_kept_with_the_project(
    walks: WalkPresenter, state: WalkState, latent: LatentState, now: LatentMap
) -> None:
    latent.probe = Probe((1.0, 2.0, 3.0))
    walks.add_probe()
    latent.run_name, latent.map = "other", dataclasses.replace(now)
    kept = walks.kept()

    latent.map = None
    walks.restore(kept)
    latent.map = now  # of the other run still
    assert not state.placed
    latent.run_name, latent.map = "run", dataclasses.replace(now)

    assert [stop.code for stop in state.placed] == [(1.0, 2.0, 3.0)]


def test_that_the_card_of_a_stop_that_waits_says_why(
    walks: WalkPresenter,
    project: ProjectState,
    latent: LatentState,
    panel: WalkPanel,
    earlier: LatentMap,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choose(project, 0, -1)
    walks.add_chairs()
    latent.map = earlier
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, words, *_rest: said.append(words))
    strip = panel.strip

    middle = strip.card_rectangle(1).center()
    event = QHelpEvent(QHelpEvent.Type.ToolTip, middle, strip.mapToGlobal(middle))
    QApplication.sendEvent(strip, event)

    assert len(said) == 1
    assert "did not know this chair yet" in said[0]
