"""The JSON of an exported walk refills the Walk dock, that of a sheet draws the sheet again."""

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.sheet_export_dialog import SheetExportChoice
from mogvae_gui.views.walk_export_dialog import WalkExportChoice
from tests.gui.conftest import A_WHILE
from tests.gui.presenters.test_find_presenter import drop_at
from tests.gui.presenters.test_history_presenter import choose, wait_until_decoded
from tests.gui.presenters.test_time_presenter import (
    RUN_OF_FOUR,
    go_to_step,
    timely,  # noqa: F401 - a fixture
)
from tests.small_project import RUN

PLACE = (0.25, -0.5, 0.75)


def export_walk(studio: Studio, qtbot: QtBot, folder: Path) -> Path:
    """A chair, a component's mean and a place, walked straight; the JSON among the clouds."""
    choose(studio, 4)
    wait_until_decoded(studio, qtbot)
    studio.walks.add_chairs()
    studio.walks.add_component(2)
    studio.probe.go_to(PLACE)
    studio.walks.add_probe()
    studio.walk.way, studio.walk.steps = "straight", 3
    qtbot.waitUntil(lambda: studio.walk.walked is not None, timeout=A_WHILE)
    choice = WalkExportChoice("clouds", folder / "walk", "npy", (64, 48), 12)
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.walk_exports.export(choice)
    return folder / "walk" / "walk.json"


def leave(studio: Studio, qtbot: QtBot) -> None:
    """Look at another run, with another walk, and another dock in front."""
    studio.window.latent.run_chosen.emit(RUN)
    qtbot.waitUntil(lambda: studio.latent.run_name == RUN, timeout=A_WHILE)
    studio.walk.stops = ()
    studio.walk.way, studio.walk.steps = "both", 60
    studio.window.training_dock.raise_()
    qtbot.waitUntil(lambda: not is_in_front(studio.window.walk_dock), timeout=A_WHILE)


def is_in_front(dock: QDockWidget) -> bool:
    """Qt calls a dock visible that lies behind another in its tabs."""
    return not dock.visibleRegion().isEmpty()


def test_that_the_json_of_a_walk_leads_to_its_epoch_and_refills_its_stops(
    timely: Studio,  # noqa: F811
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    studio = timely
    epoch = go_to_step(studio, 1, qtbot)
    file = export_walk(studio, qtbot, tmp_path)
    before = studio.walk.stops
    leave(studio, qtbot)

    drop_at(studio, studio.window.stage, [file])
    qtbot.waitUntil(lambda: len(studio.walk.stops) == 3, timeout=A_WHILE)

    assert (studio.latent.run_name, studio.latent.epoch) == (RUN_OF_FOUR, epoch)
    for stop, was in zip(studio.walk.stops, before, strict=True):
        assert (stop.label, stop.chair_id, stop.component) == (
            was.label,
            was.chair_id,
            was.component,
        )
        np.testing.assert_allclose(stop.code, was.code, atol=1e-6)
    assert (studio.walk.way, studio.walk.steps) == ("straight", 3)
    qtbot.waitUntil(lambda: is_in_front(studio.window.walk_dock), timeout=A_WHILE)
    qtbot.waitUntil(lambda: studio.walk.walked is not None, timeout=A_WHILE)


def test_that_a_stop_whose_chair_is_gone_stays_as_a_place(
    timely: Studio,  # noqa: F811
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    studio = timely
    file = export_walk(studio, qtbot, tmp_path)
    content = json.loads(file.read_text())
    content["stop_places"][0]["chair"] = "of another library"
    file.write_text(json.dumps(content))
    studio.window.walk.clear_requested.emit()

    drop_at(studio, studio.window.latent.view, [file])
    qtbot.waitUntil(lambda: len(studio.walk.stops) == 3, timeout=A_WHILE)

    first = studio.walk.stops[0]
    assert first.chair_id is None
    assert first.label == content["stops"][0]
    assert list(first.code) == content["stop_places"][0]["code"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stop_places": None}, "earlier version"),
        ({"run": "elsewhere"}, "elsewhere"),
        ({"format": 99}, "newer version"),
        (
            {"stop_places": [{"label": "a", "code": [0.0], "chair": None, "component": None}] * 2},
            "axes",
        ),
    ],
)
def test_that_a_walk_that_cannot_be_walked_is_a_true_sentence(
    timely: Studio,  # noqa: F811
    qtbot: QtBot,
    tmp_path: Path,
    change: dict[str, object],
    words: str,
) -> None:
    studio = timely
    file = export_walk(studio, qtbot, tmp_path)
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    before = studio.walk.stops

    drop_at(studio, studio.window.stage, [file])
    banners = studio.window.banners
    qtbot.waitUntil(
        lambda: any(words in banner.sentence for banner in banners.banners), timeout=A_WHILE
    )
    assert studio.walk.stops == before


@pytest.mark.parametrize("through", ["mean", "probe"])
def test_that_the_json_of_a_sheet_draws_it_again(
    timely: Studio,  # noqa: F811
    qtbot: QtBot,
    tmp_path: Path,
    through: str,
) -> None:
    studio = timely
    epoch = go_to_step(studio, 1, qtbot)
    panel, dock = studio.window.sheet, studio.window.sheet_dock
    dock.show()
    dock.raise_()
    qtbot.waitUntil(lambda: studio.sheet.sheet is not None, timeout=A_WHILE)
    studio.probe.go_to(PLACE)
    panel.value_edited.emit("cells", 4)
    panel.value_edited.emit("basis", "principal")
    panel.through_chosen.emit(through)
    before = studio.sheet.sheet
    assert before is not None
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.sheet_exports.export(SheetExportChoice("slide", 72, tmp_path / "sheet.png"))
    panel.value_edited.emit("cells", 5)
    leave(studio, qtbot)
    assert not panel.is_seen

    drop_at(studio, studio.window.stage, [tmp_path / "sheet.json"])
    qtbot.waitUntil(
        lambda: (
            studio.latent.epoch == epoch
            and studio.sheet.sheet is not None
            and studio.sheet.sheet.settings == before.settings
        ),
        timeout=A_WHILE,
    )

    assert panel.is_seen
    assert studio.sheet.through == through
    assert studio.sheet.sheet is not None
    np.testing.assert_allclose(studio.sheet.sheet.codes, before.codes, atol=1e-5)
