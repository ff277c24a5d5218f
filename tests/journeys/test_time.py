"""A run's epochs, played by the mouse: what was learnt is seen being learnt."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from pytestqt.qtbot import QtBot

from core.project import Project
from core.training.snapshots import list_snapshots
from mogvae_gui.presenters.studio import Studio
from tests.gui.menus import choose_from_list
from tests.journeys.hands import button_of, click_chair, click_middle, drag_handle
from tests.journeys.waiting import A_MINUTE, settled, shown
from tests.small_project import quick_settings, train_run

RUN = "Six epochs"
PLAY, NOW = "Play the run's epochs", "Now"


def test_that_a_hand_plays_the_epochs_of_a_run_stops_them_and_comes_back_to_now(
    studio: Studio, own_project: Project, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    run = train_run(own_project, RUN, quick_settings(epochs=6))
    kept = [snapshot.epoch for snapshot in list_snapshots(run.folder)]
    assert kept == [1, 2, 3, 4, 5, 6]
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_MINUTE)
    if studio.latent.run_name != RUN:
        choose_from_list(studio.window.latent.runs, RUN)
    qtbot.waitUntil(lambda: studio.latent.run_name == RUN, timeout=A_MINUTE)
    click_chair(studio, 2)
    settled(studio, qtbot)
    time, latent = studio.window.latent.time, studio.latent
    play, now = button_of(time, PLAY), button_of(time, NOW)
    assert not now.isEnabled()

    # It plays from the first kept epoch to the last, and ends where it is now.
    epochs: list[int | None] = []
    codes: dict[int, np.ndarray] = {}
    chairs: dict[int, np.ndarray] = {}

    def note_codes() -> None:
        if latent.epoch is not None and latent.map is not None:
            codes[latent.epoch] = latent.map.codes

    def note_chair() -> None:
        if latent.epoch is not None and studio.stage.reconstruction is not None:
            chairs[latent.epoch] = studio.stage.reconstruction.points

    latent.events.epoch.connect(epochs.append)
    latent.events.map.connect(note_codes)
    studio.stage.events.reconstruction.connect(note_chair)
    click_middle(play)
    qtbot.waitUntil(lambda: latent.epoch == 3, timeout=A_MINUTE)
    assert time.epoch.text() == "epoch 3"
    assert time.slider.value() == 2
    picture("time-1-playing")
    qtbot.waitUntil(lambda: not play.isChecked() and latent.epoch is None, timeout=A_MINUTE)
    assert epochs == [*kept, None]
    assert list(codes) == kept
    assert list(chairs) == kept
    for before, after in pairwise(kept):
        assert not np.array_equal(codes[before], codes[after])
        assert not np.array_equal(chairs[before], chairs[after])
    assert time.epoch.text() == "now"

    # A second click on the button holds it where it is.
    played = dict(chairs)
    click_middle(play)
    qtbot.waitUntil(lambda: latent.epoch == 2, timeout=A_MINUTE)
    click_middle(play)
    assert not play.isChecked()
    qtbot.waitUntil(lambda: np.array_equal(chairs[2], played[2]), timeout=A_MINUTE)
    shown(studio, qtbot)
    assert latent.epoch == 2
    picture("time-2-held")

    # The handle is dragged back, and the button at the end leads to now.
    drag_handle(time.slider, 0.0)
    qtbot.waitUntil(lambda: latent.epoch == 1, timeout=A_MINUTE)
    click_middle(now)
    qtbot.waitUntil(lambda: latent.epoch is None, timeout=A_MINUTE)
    assert latent.map is not None
    np.testing.assert_allclose(latent.map.codes, codes[6], atol=0.05)
