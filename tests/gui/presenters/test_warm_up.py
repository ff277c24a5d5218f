"""What the first epoch would have to make is there before it, and nothing of it is seen."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from mogvae_gui.presenters import warm_up
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.presenters.warm_up import WarmUp
from mogvae_gui.views.turns import turns
from tests.gui.conftest import A_WHILE


@pytest.fixture
def warmed(studio: Studio, qtbot: QtBot) -> Studio:
    """An idle window, a while after it came up."""
    made = WarmUp(studio.window)
    made._timer.setInterval(0)
    made._timer.start()
    curves = studio.window.training.curves
    qtbot.waitUntil(lambda: curves._plots.is_made, timeout=A_WHILE)
    qtbot.waitUntil(lambda: not turns()._waiting, timeout=A_WHILE)
    made.stop()
    return studio


def test_that_plots_and_sliders_are_made_while_the_window_is_idle(warmed: Studio) -> None:
    window = warmed.window
    assert len(window.latent.sliders.sliders) == 3
    assert window.training.curves._plots.is_made


def test_that_nothing_of_the_warming_up_stays_to_be_seen(warmed: Studio) -> None:
    curves = warmed.window.training.curves
    assert curves._stack.currentWidget() is curves._empty
    assert len(curves.loss.shown_values("loss")[0]) == 0
    assert len(curves.usage.usage) == 0


def test_that_the_library_of_the_plots_is_imported_beside_the_window(
    studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported_in: list[threading.Thread] = []
    monkeypatch.setattr(
        warm_up, "import_plots", lambda: imported_in.append(threading.current_thread())
    )
    made = WarmUp(studio.window)
    made._on_idle()
    qtbot.waitUntil(lambda: bool(imported_in), timeout=A_WHILE)
    made.stop()

    assert imported_in[0] is not threading.main_thread()


def test_that_a_window_that_closes_is_not_warmed_up_any_more(studio: Studio) -> None:
    made = WarmUp(studio.window)
    made._on_idle()
    made.stop()
    assert not [key for key in turns()._waiting if isinstance(key, tuple) and key[0] is made]
