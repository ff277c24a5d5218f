"""The hint of the first minute: there until a person has done what it tells, and never again."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mogvae_gui.presenters.hint_presenter import HintPresenter
from mogvae_gui.state.preferences import Preferences
from mogvae_gui.views.latent_panel import LatentPanel
from tests.gui.mouse import click, drag

BOUNDS = (-3.0, 3.0, -3.0, 3.0, -3.0, 3.0)


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[LatentPanel]:
    panel = LatentPanel()
    qtbot.addWidget(panel)
    panel.resize(372, 590)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.show_model_there(True)
    panel.view.show_space(BOUNDS, ("z1", "z2", "z3"))
    panel.view.reset_camera()
    panel.view.show_probe(np.zeros(3, dtype=np.float32))
    yield panel
    panel.view.close_view()


def click_anywhere(panel: LatentPanel) -> None:
    click(panel.view.plotter, 30, 30)


def drag_the_probe(panel: LatentPanel) -> None:
    ((x, y),) = panel.view.pixels_of(np.zeros((1, 3)))[0]
    drag(panel.view.plotter, (x, y), (x + 40, y + 10))


def close_it(panel: LatentPanel) -> None:
    QTest.mouseClick(panel.hint.close_button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("do", [click_anywhere, drag_the_probe, close_it])
def test_that_the_hint_goes_once_a_person_has_done_it_and_does_not_come_back(
    panel: LatentPanel, qtbot: QtBot, do: Callable[[LatentPanel], None]
) -> None:
    preferences = Preferences()
    presenter = HintPresenter(preferences, panel)
    assert panel.hint.isVisible()
    assert "Drag the blue dot" in panel.hint.words.text()
    view, hint = panel.view.geometry(), panel.hint.geometry()
    assert not view.intersects(hint)  # no code lies under it

    with qtbot.waitSignal(presenter.learnt):
        do(panel)

    assert preferences.knows_latent_space
    if do is not close_it:  # a double click meets twice the same
        assert panel.hint.isVisible()
        assert panel.view.geometry() == view
    qtbot.waitUntil(lambda: not panel.hint.isVisible())
    HintPresenter(preferences, panel)
    assert not panel.hint.isVisible()


def test_that_a_turned_view_and_a_pressed_probe_teach_nothing(panel: LatentPanel) -> None:
    preferences = Preferences()
    HintPresenter(preferences, panel)
    drag(panel.view.plotter, (20, 20), (80, 40))
    ((x, y),) = panel.view.pixels_of(np.zeros((1, 3)))[0]
    click(panel.view.plotter, x, y)

    assert panel.hint.isVisible()
    assert not preferences.knows_latent_space


def test_that_the_hint_is_whole_in_a_narrow_dock(panel: LatentPanel, qtbot: QtBot) -> None:
    HintPresenter(Preferences(), panel)
    qtbot.waitUntil(panel.hint.isVisible)
    words = panel.hint.words

    assert words.heightForWidth(words.width()) <= words.height()
    assert panel.width() == 372


def test_that_nothing_waits_where_the_hint_is_gone_or_the_window_closes(
    panel: LatentPanel,
) -> None:
    known = HintPresenter(Preferences(knows_latent_space=True), panel)
    click_anywhere(panel)
    assert not known._leaves.isActive()

    shown = HintPresenter(Preferences(), panel)
    click_anywhere(panel)
    assert shown._leaves.isActive()
    shown.stop()
    assert not shown._leaves.isActive()
    known.stop()
