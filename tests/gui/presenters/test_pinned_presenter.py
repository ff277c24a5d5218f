"""Pinned chairs follow the model in view, are drawn one by one, and only while they are seen."""

from typing import Any, cast
from unittest.mock import create_autospec

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from core.evaluation import Design, Evaluation
from core.evaluation_table import EvaluationTable
from core.project import Project
from mogvae_gui.presenters import pinned_presenter
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.pinned_presenter import PinnedPresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.evaluation_state import EvaluationState
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.pin_state import PinState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.pinned_panel import PinnedPanel
from mogvae_gui.workers.model_worker import DrawnPair, DrawPair, LoadEpoch
from tests.gui.mouse import LEFT, NO_KEY, click
from tests.gui.presenters.fakes import FakeModel
from tests.small_evaluations import made_metrics


@pytest.fixture
def project(small_project: Project) -> ProjectState:
    return ProjectState(project=small_project, chairs=small_project.library.chairs)


@pytest.fixture
def panel(qtbot: QtBot) -> PinnedPanel:
    panel = PinnedPanel()
    qtbot.addWidget(panel)
    panel.resize(700, 200)
    return panel


@pytest.fixture
def model(qtbot: QtBot) -> FakeModel:
    return FakeModel()


@pytest.fixture
def evaluation() -> EvaluationState:
    return EvaluationState()


@pytest.fixture
def probe() -> Any:
    return create_autospec(ProbePresenter, instance=True)


@pytest.fixture
def notices() -> Any:
    return create_autospec(NoticePresenter, instance=True)


@pytest.fixture
def pins(
    project: ProjectState,
    panel: PinnedPanel,
    model: FakeModel,
    evaluation: EvaluationState,
    probe: Any,
    notices: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> PinnedPresenter:
    monkeypatch.setattr(pinned_presenter, "PATIENCE_MS", 0)
    latent = LatentState(run_name="MoG-VAE")
    return PinnedPresenter(
        PinState(),
        project,
        latent,
        TrainingState(),
        evaluation,
        panel,
        model.as_link(),
        cast(ProbePresenter, probe),
        cast(NoticePresenter, notices),
    )


def answer(model: FakeModel, value: int) -> None:
    picture = np.full((8, 8, 4), value, dtype=np.uint8)
    model.answered.emit(model.asked[-1], DrawnPair(picture, picture, value / 1000))


def pin(project: ProjectState, panel: PinnedPanel, *rows: int) -> list[str]:
    ids = [project.chairs[row].id for row in rows]
    project.selected = tuple(ids)
    panel.pin_action.trigger()
    return ids


def test_that_pinned_chairs_are_drawn_one_after_the_other_and_in_sight_only(
    pins: PinnedPresenter, project: ProjectState, panel: PinnedPanel, model: FakeModel, qtbot: QtBot
) -> None:
    ids = pin(project, panel, 2, 5)
    assert [card.row.chair_id for card in panel.cards] == ids
    qtbot.waitUntil(lambda: not pins._soon.isActive())
    assert model.asked == []

    with qtbot.waitExposed(panel):
        panel.show()
    qtbot.waitUntil(lambda: len(model.asked) == 1)
    question = model.asked[0]
    assert isinstance(question, DrawPair)
    assert question.chair_id == ids[0]
    answer(model, 40)
    assert [one.chair_id for one in model.asked] == ids
    answer(model, 60)
    assert len(model.asked) == 2
    assert [card.figure.text() for card in panel.cards] == ["CD 0.040", "CD 0.060"]
    assert all(not picture.pixmap().isNull() for picture in panel.cards[1].pictures)


def test_that_another_epoch_draws_all_again_and_keeps_the_cards(
    pins: PinnedPresenter, project: ProjectState, panel: PinnedPanel, model: FakeModel, qtbot: QtBot
) -> None:
    pin(project, panel, 2, 5)
    with qtbot.waitExposed(panel):
        panel.show()
    qtbot.waitUntil(lambda: len(model.asked) == 1)
    answer(model, 40)
    answer(model, 40)
    cards = list(panel.cards)
    before = len(model.asked)

    opened = project.project
    assert opened is not None
    model.answered.emit(LoadEpoch(opened.folder, 3, opened.library, ()), object())
    qtbot.waitUntil(lambda: len(model.asked) == before + 1)

    assert panel.cards == cards


def test_that_best_median_and_worst_stand_beside_the_pinned(
    pins: PinnedPresenter,
    project: ProjectState,
    panel: PinnedPanel,
    evaluation: EvaluationState,
) -> None:
    (pinned,) = pin(project, panel, 1)
    values = (0.3, 0.1, 0.2, 0.5, 0.4)
    designs = tuple(
        Design(chair, made_metrics(value))
        for chair, value in zip(project.chairs[3:], values, strict=False)
    )
    evaluation.table = EvaluationTable.of_run("test", "MoG-VAE", Evaluation(256, designs))

    roles = {card.row.role: card.row.chair_id for card in panel.cards}
    expected = {"pinned": pinned} | {
        role: project.chairs[3 + row].id for role, row in (("best", 1), ("median", 0), ("worst", 3))
    }
    assert roles == expected

    panel.unpin_action.trigger()
    assert "pinned" not in {card.row.role for card in panel.cards}
    assert not panel.unpin_action.isEnabled()


def test_that_twelve_pins_leave_room_for_best_median_and_worst(
    pins: PinnedPresenter,
    project: ProjectState,
    panel: PinnedPanel,
    evaluation: EvaluationState,
) -> None:
    pinned = pin(project, panel, *range(pinned_presenter.MOST))
    assert len(pinned) == pinned_presenter.MOST
    designs = tuple(
        Design(chair, made_metrics(value))
        for chair, value in zip(project.chairs, (0.3, 0.1, 0.2), strict=False)
    )
    evaluation.table = EvaluationTable.of_run("test", "MoG-VAE", Evaluation(256, designs))

    roles = [card.row.role for card in panel.cards]
    assert roles.count("pinned") == pinned_presenter.MOST
    assert set(roles) == {"pinned", "best", "median", "worst"}


def test_that_chairs_for_which_there_is_no_room_are_counted_aloud(
    pins: PinnedPresenter,
    project: ProjectState,
    panel: PinnedPanel,
    notices: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pinned_presenter, "MOST", 4)
    pin(project, panel, 0, 1, 2, 3)
    notices.say.assert_not_called()

    pin(project, panel, 3, 4, 5)  # one is pinned already

    (kind, text), _ = notices.say.call_args
    assert kind == "info"
    assert text.startswith("4 chairs can be pinned at once; 2 of those chosen were left out.")
    assert len(panel.cards) == 4


def test_that_one_chair_is_unpinned_by_delete_or_from_its_menu(
    pins: PinnedPresenter, project: ProjectState, panel: PinnedPanel, probe: Any, qtbot: QtBot
) -> None:
    ids = pin(project, panel, 1, 4, 7, 9)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)

    def shown() -> list[str]:
        return [card.row.chair_id for card in panel.cards]

    panel.cards[1].setFocus()
    QTest.keyClick(panel.cards[1], Qt.Key.Key_Delete)
    assert shown() == [ids[0], *ids[2:]]
    assert panel.cards[1].hasFocus()  # the next one is at hand
    QTest.keyClick(panel.cards[1], Qt.Key.Key_Return)
    probe.go_to_chair.assert_called_once_with(ids[2])

    card = panel.cards[0]
    place = card.rect().center()
    QApplication.sendEvent(
        card,
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, card.mapToGlobal(place)),
    )
    menu = card.findChild(QMenu)
    assert menu is not None
    action = menu.actions()[-1]
    QTest.mouseClick(menu, LEFT, NO_KEY, menu.actionGeometry(action).center())
    assert shown() == ids[2:]


def test_that_best_median_and_worst_cannot_be_unpinned(
    pins: PinnedPresenter,
    project: ProjectState,
    panel: PinnedPanel,
    evaluation: EvaluationState,
    qtbot: QtBot,
) -> None:
    designs = tuple(
        Design(chair, made_metrics(value))
        for chair, value in zip(project.chairs, (0.3, 0.1, 0.2), strict=False)
    )
    evaluation.table = EvaluationTable.of_run("test", "MoG-VAE", Evaluation(256, designs))
    before = [card.row for card in panel.cards]
    for card in panel.cards:
        with qtbot.assertNotEmitted(panel.unpin_one_requested):
            QTest.keyClick(card, Qt.Key.Key_Delete)
    assert [card.row for card in panel.cards] == before


def test_that_a_click_on_a_card_goes_to_its_chair(
    pins: PinnedPresenter, project: ProjectState, panel: PinnedPanel, probe: Any, qtbot: QtBot
) -> None:
    (chair_id,) = pin(project, panel, 4)
    with qtbot.waitExposed(panel):
        panel.show()

    card = panel.cards[0]
    assert isinstance(card.pictures[0], QLabel)
    click(card, card.width() / 2, card.height() / 2)

    probe.go_to_chair.assert_called_once_with(chair_id)


def test_that_chairs_that_go_take_their_cards_with_them(
    pins: PinnedPresenter, project: ProjectState, panel: PinnedPanel
) -> None:
    pin(project, panel, 0, 1)
    project.chairs = project.chairs[1:]

    assert [card.row.chair_id for card in panel.cards] == [project.chairs[0].id]
    project.selected = ()
    assert not panel.pin_action.isEnabled()
