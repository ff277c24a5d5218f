"""The sheet: every cell is asked for once and drawn, whatever one looks at meanwhile."""

from typing import Any
from unittest.mock import create_autospec

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.presenters.sheet_presenter import SheetPresenter
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.sheet_state import SheetState
from mogvae_gui.views.latent_tracks import LatentTracks
from mogvae_gui.views.sheet_panel import SheetPanel
from mogvae_gui.workers.model_worker import DrawCells
from tests.gui.presenters.fakes import FakeModel, latent_map

IDS = tuple(f"c{number}" for number in range(20))


@pytest.fixture
def model() -> FakeModel:
    return FakeModel()


@pytest.fixture
def panel(qtbot: QtBot, model: FakeModel) -> SheetPanel:
    """Of a run in view, with the dock in front."""
    panel = SheetPanel()
    qtbot.addWidget(panel)
    latent = LatentState()
    SheetPresenter(
        SheetState(),
        latent,
        panel,
        create_autospec(LatentTracks, instance=True),
        model.as_link(),
        create_autospec(ProbePresenter, instance=True),
        create_autospec(NoticePresenter, instance=True),
    )
    panel.note_seen(True)
    latent.run_name = "run"
    latent.map = latent_map(IDS)
    return panel


def answer(model: FakeModel, question: Any) -> None:
    assert isinstance(question, DrawCells)
    picture = np.zeros((question.size, question.size, 4), dtype=np.uint8)
    model.answered.emit(question, [picture] * len(question.codes))


def test_that_a_sheet_is_whole_after_a_look_at_another_dock_while_it_was_drawn(
    panel: SheetPanel, model: FakeModel
) -> None:
    answer(model, model.asked[0])
    under_way = model.asked[-1]

    panel.note_seen(False)
    panel.note_seen(True)
    assert model.asked[-1] is under_way  # a newer question would overtake it, and its cells be lost
    answered = None
    while model.asked[-1] is not answered:
        answered = model.asked[-1]
        answer(model, answered)

    assert panel.grid.drawn == 49
    assert panel._words.text() == ""


def test_that_a_sheet_that_was_left_between_two_rows_goes_on_when_it_is_seen_again(
    panel: SheetPanel, model: FakeModel
) -> None:
    panel.note_seen(False)
    answer(model, model.asked[-1])
    assert len(model.asked) == 1  # nobody looks

    panel.note_seen(True)

    assert len(model.asked) == 2
