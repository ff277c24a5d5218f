"""Chosen chairs are the same everywhere; codes tell by their colours what the library knows."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.colours import colours_of
from core.project import Project
from core.project_lock import LOCK_FILES
from mogvae_gui.presenters.code_colouring import UNKNOWN
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.library_model import CHAIR_ID
from tests.gui.menus import choose_from_list
from tests.gui.mouse import LEFT, NO_KEY, drag, wheel
from tests.gui.views.test_component_list import check_box
from tests.journeys.hands import (
    button_of,
    click_card,
    click_middle,
    click_tab,
)
from tests.journeys.waiting import A_MINUTE, settled, shown
from tests.small_project import RUN, TEST_CHAIRS, quick_settings, train_run

LEFT_OUT = ("runs", "window.json", "first-look.npz", *LOCK_FILES)  # by windows that looked at it
CONTROL = Qt.KeyboardModifier.ControlModifier


def rows_of(studio: Studio) -> dict[str, int]:
    """The rows of the evaluation's table by the ids of their chairs."""
    return {row.chair_id: at for at, row in enumerate(studio.window.evaluation.table.model.rows)}


def marked_rows(studio: Studio) -> set[str]:
    """The chairs whose rows are marked in the evaluation's table."""
    table = studio.window.evaluation.table.table
    return {index.data(CHAIR_ID) for index in table.selectionModel().selectedRows()}


def chosen_codes(studio: Studio) -> set[str]:
    """The chairs whose codes are seen to be chosen: ringed, or all that are not dimmed."""
    latent_map, view = studio.latent.map, studio.window.latent.view
    assert latent_map is not None
    assert view._dots._shown is not None
    dimmed, rings = view._dots._shown[2], view._markers.marked
    if dimmed is not None:
        return {latent_map.chair_ids[row] for row in np.flatnonzero(~dimmed)}
    return {
        chair_id
        for chair_id, position in zip(latent_map.chair_ids, view._positions, strict=True)
        if len(rings) and np.linalg.norm(rings - position, axis=1).min() < 1e-6
    }


@pytest.fixture(scope="module")
def grown_folder(small_project_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project with a model that tells its chairs apart; not to be changed."""
    folder = tmp_path_factory.mktemp("grown") / "Grown project"
    shutil.copytree(small_project_folder, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    settings = quick_settings("standard", epochs=40).with_changes(beta=0.0005, learning_rate=5e-3)
    train_run(Project.open(folder), RUN, settings)
    return folder


@pytest.fixture
def grown(studio: Studio, grown_folder: Path, tmp_path: Path, qtbot: QtBot) -> Studio:
    """A copy of it in the window, looked at from so near that codes do not hide one another."""
    shutil.copytree(grown_folder, tmp_path / "Grown")
    studio.projects.open_folder(tmp_path / "Grown")
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_MINUTE)
    view = studio.window.latent.view
    size = np.array([view.width(), view.height()])
    while True:
        shares = view.pixels_of(view._positions)[0] / size
        if shares.min() < 0.1 or shares.max() > 0.9:
            break
        wheel(view.plotter, 1)
    settled(studio, qtbot)
    return studio


def test_that_chairs_chosen_in_the_latent_space_are_marked_in_the_table_and_the_other_way_round(
    grown: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    studio, view = grown, grown.window.latent.view
    click_tab(studio, "Evaluation")
    click_middle(studio.window.evaluation.empty.button("evaluate"))
    qtbot.waitUntil(lambda: studio.evaluation.table is not None, timeout=A_MINUTE)
    assert len(rows_of(studio)) == TEST_CHAIRS

    # The one ellipsoid is taken out of the way, then a box is drawn around a part of the codes.
    click_tab(studio, "Components")
    components = studio.window.latent.components
    QTest.mouseClick(components.viewport(), LEFT, NO_KEY, check_box(components, 0))
    click_middle(button_of(studio.window.latent, "Box select"))
    pixels = view.pixels_of(view._positions)[0]
    latent_map = studio.latent.map
    assert latent_map is not None
    middle = float(np.median(pixels[:, 0]))
    drag(view.plotter, (2, 2), (round(middle), view.height() - 2))
    inside = (pixels > 2).all(axis=1) & (pixels < (round(middle), view.height() - 2)).all(axis=1)
    chosen = {latent_map.chair_ids[row] for row in np.flatnonzero(inside)}
    assert 1 < len(chosen) < len(pixels)
    assert set(studio.project.selected) == chosen
    assert set(studio.window.library.selected_ids()) == chosen
    assert chosen_codes(studio) == chosen
    assert marked_rows(studio) == chosen & set(rows_of(studio))
    settled(studio, qtbot)
    picture("choosing-1-box")

    # Rows that are clicked in the table are the chosen codes.
    table = studio.window.evaluation.table.table
    first, second, _ = rows_of(studio)
    click_card(table, rows_of(studio)[first])
    assert studio.project.selected == (first,)
    assert chosen_codes(studio) == {first}
    click_card(table, rows_of(studio)[second], CONTROL)
    assert set(studio.project.selected) == {first, second}
    assert chosen_codes(studio) == {first, second}
    assert set(studio.window.library.selected_ids()) == {first, second}
    settled(studio, qtbot)
    assert studio.stage.original is not None
    assert studio.stage.original.chair_id == second  # the newest choice is on the stage
    picture("choosing-2-table")
    QTest.keyClick(studio.window, Qt.Key.Key_Escape)
    assert marked_rows(studio) == set()
    assert chosen_codes(studio) == set()


def test_that_a_click_on_a_neighbour_of_the_probe_puts_that_chair_on_the_stage(
    demo: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    studio, strip = demo, demo.window.selection.neighbours
    click_tab(studio, "Selection")
    latent_map, probe = studio.latent.map, studio.latent.probe
    assert latent_map is not None
    assert probe is not None
    distances = np.linalg.norm(latent_map.codes - np.array(probe.code), axis=1)
    nearest = [latent_map.chair_ids[row] for row in np.argsort(distances, kind="stable")]
    listed = strip.shown_ids()
    assert listed == [one for one in nearest if one != probe.chair_id][:8]
    qtbot.waitUntil(
        lambda: all(strip.rows.thumbnail(one) is not None for one in listed[:4]), timeout=A_MINUTE
    )
    picture("choosing-3-neighbours")

    click_card(strip, 1)
    shown(studio, qtbot)
    chair = studio.project.chair(listed[1])
    assert chair is not None
    assert studio.project.selected == (chair.id,)
    assert studio.window.stage.original.title.text() == chair.name
    assert studio.window.stage.reconstruction.title.text() == f"Reconstruction of {chair.name}"
    assert studio.latent.probe is not None
    assert studio.latent.probe.code == pytest.approx(latent_map.code_of(chair.id), abs=1e-4)
    assert chosen_codes(studio) == {chair.id}
    assert chair.id not in strip.shown_ids()  # they are its neighbours now
    assert strip.shown_ids() != listed
    settled(studio, qtbot)
    picture("choosing-4-went-there")


def test_that_codes_take_the_colours_of_a_measure_of_the_made_chairs(
    demo: Studio, picture: Callable[[str], None]
) -> None:
    studio, panel = demo, demo.window.latent
    choose_from_list(panel.colouring, "Seat height")
    assert studio.latent.colouring == "column:seat_height"
    latent_map = studio.latent.map
    assert latent_map is not None
    found = [studio.project.chair(chair_id) for chair_id in latent_map.chair_ids]
    heights = [chair.metadata.get("seat_height") for chair in found if chair is not None]
    values = np.array([np.nan if height is None else float(height) for height in heights])
    known = np.isfinite(values)
    assert 10 < np.count_nonzero(known) < len(known) - 10  # nobody measured the sample chairs
    lowest, highest = values[known].min(), values[known].max()
    assert panel.legend.words == [f"{lowest:.3g}", f"{highest:.3g}", "grey: not known"]

    # Each dot has the colour that the legend gives its chair's height.
    ((dots, _),) = panel.view._dots._drawn.values()
    colours = dots.point_data["colour"]
    expected = colours_of(values[known], "height", lowest, highest)
    np.testing.assert_array_equal(colours[known], expected)
    assert (colours[~known] == UNKNOWN).all()
    picture("choosing-5-seat-height")
