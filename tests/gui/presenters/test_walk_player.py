"""The walker: where it is follows from the time, and what it asks never queues."""

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from core.paths.path import Path, PathPair
from mogvae_gui.presenters.walk_player import STEPS_PER_S, WalkPlayer
from mogvae_gui.state.latent_state import LatentState, Probe
from mogvae_gui.state.walk_state import WalkState
from mogvae_gui.views.walk_panel import WalkPanel
from mogvae_gui.workers.model_worker import Decode
from mogvae_gui.workers.newest_first import NewestFirstWorker
from tests.gui.presenters.fakes import latent_map

A_WHILE = 20_000


class LateModel(NewestFirstWorker):
    """Answers when the test lets it: it lives in the test's own thread."""

    def __init__(self) -> None:
        super().__init__()
        self.computed: list[Decode] = []
        self.answer_with(Decode, self.computed.append)


class ProbeStandIn(QObject):
    """Moves the probe and asks, as the probe's presenter does."""

    chair_asked = Signal(str)

    def __init__(self, latent: LatentState, model: NewestFirstWorker | None = None) -> None:
        super().__init__()
        self.asked: list[tuple[float, ...]] = []
        self._latent = latent
        self._model = model

    def go_to(self, code: tuple[float, ...], component: int | None = None) -> None:
        self._latent.probe = Probe(code, component=component)
        self.asked.append(code)
        if self._model is not None:
            self._model.ask(Decode(code))


def pair() -> PathPair:
    """Straight along the first axis; the other way is twice as long."""
    ends = np.array([[0.0, 0, 0], [1, 0, 0]])
    bent = np.array([[0.0, 0, 0], [0.5, 0.866, 0], [1, 0, 0]])
    straight = Path(ends, np.array([-1.0, -2.0]), (0, 1))
    return PathPair(straight, Path(bent, np.array([-1.0, -1.5, -1.5]), (0, 2)), np.zeros(0))


def walker(
    qtbot: QtBot, model: NewestFirstWorker | None = None
) -> tuple[WalkState, ProbeStandIn, WalkPlayer]:
    latent, state, panel = LatentState(), WalkState(steps=11), WalkPanel()
    qtbot.addWidget(panel)
    latent.map = latent_map(("a", "b"))
    probe = ProbeStandIn(latent, model)
    player = WalkPlayer(state, latent, panel, probe)  # type: ignore[arg-type]
    state.paths = pair()
    return state, probe, player


def test_that_the_step_follows_from_time_and_speed_and_begins_again_in_a_loop(
    qtbot: QtBot,
) -> None:
    state, _, player = walker(qtbot)
    state.speed = 2.0
    assert player.step_at(5 / (2 * STEPS_PER_S) + 1e-6) == 5
    assert player.step_at(11 / (2 * STEPS_PER_S) + 1e-6) == 0
    state.loops = False
    assert player.step_at(11 / (2 * STEPS_PER_S) + 1e-6) is None


def test_that_the_way_that_is_chosen_is_walked(qtbot: QtBot) -> None:
    state, probe, player = walker(qtbot)
    player._on_step_edited(5)
    assert probe.asked[-1] == pytest.approx((0.5, 0.866, 0.0), abs=1e-6)
    state.way = "straight"
    player._on_step_edited(2)
    assert probe.asked[-1] == pytest.approx((0.2, 0.0, 0.0), abs=1e-6)


def test_that_a_probe_moved_by_somebody_else_ends_the_walk(qtbot: QtBot) -> None:
    state, probe, _ = walker(qtbot)
    state.is_playing = True
    probe.go_to((7.0, 0.0, 0.0))
    assert not state.is_playing
    state.is_playing = True
    probe.chair_asked.emit("id")
    assert not state.is_playing


def test_that_no_queue_builds_up_while_the_model_is_slower_than_the_walk(qtbot: QtBot) -> None:
    model = LateModel()
    _, probe, player = walker(qtbot, model)
    for step in range(1, 11):
        player._on_step_edited(step)
    with qtbot.waitSignal(model.answered, timeout=A_WHILE):
        pass
    assert len(probe.asked) == 10
    assert model.dropped == 9
    assert model.computed == [Decode(probe.asked[-1])]
