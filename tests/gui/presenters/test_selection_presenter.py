"""One selection for the library, the latent space, the evaluation table and the stage."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mogvae_gui.presenters.studio import Studio
from mogvae_gui.state.project_state import ChairFilter
from tests.gui.conftest import A_WHILE
from tests.gui.mouse import drag
from tests.small_project import scattered_codes


def draw_a_box_around_everything(
    studio: Studio, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    view = studio.window.latent.view
    drag(view.plotter, (1, 1), (view.width() - 2, view.height() - 2), keys)


@pytest.fixture
def active_studio(open_studio: Studio, qtbot: QtBot) -> Studio:
    """Its window hears keys."""
    open_studio.window.activateWindow()
    qtbot.waitUntil(open_studio.window.isActiveWindow)
    return open_studio


def dimmed(studio: Studio) -> list[bool]:
    """Which codes are dimmed, none where nothing is."""
    shown = studio.window.latent.view._dots._shown
    assert shown is not None
    return [] if shown[2] is None else shown[2].tolist()


def test_that_chosen_chairs_stay_the_same_chairs_when_others_are_listed_removed_or_sorted(
    open_studio: Studio,
) -> None:
    """Rows change their numbers with every filter; ids do not."""
    project, library = open_studio.project, open_studio.window.library
    chairs = project.chairs
    chosen = (chairs[7].id, chairs[10].id, chairs[2].id)
    project.selected = chosen

    project.chair_filter = ChairFilter(split="test")
    assert set(library.selected_ids()) == {i for i in chosen if project.chair(i).split == "test"}  # type: ignore[union-attr]
    assert project.selected == chosen
    library.remove_requested.emit([chairs[0].id, chairs[8].id])
    project.chair_filter = ChairFilter()
    assert project.selected == chosen
    assert set(library.selected_ids()) == set(chosen)
    open_studio.window.undo_action.trigger()
    assert project.selected == chosen
    assert [not dim for dim in dimmed(open_studio)] == [chair.id in chosen for chair in chairs]


def test_that_a_box_in_the_latent_space_chooses_in_the_library_and_dims_the_rest(
    active_studio: Studio,
) -> None:
    studio, window = active_studio, active_studio.window
    shown = studio.project.selected[0]
    assert dimmed(studio) == []
    assert studio.latent.map is not None
    codes = scattered_codes(len(studio.project.chairs))  # two epochs of training leave a clump
    studio.latent.map = dataclasses.replace(studio.latent.map, codes=codes)
    window.latent.view.reset_camera()
    window.latent.box_action.trigger()

    draw_a_box_around_everything(studio)
    assert len(studio.project.selected) == len(studio.project.chairs)
    assert studio.project.selected[0] == shown  # the stage keeps its chair
    assert set(window.library.selected_ids()) == {chair.id for chair in studio.project.chairs}

    view = window.latent.view
    pixels = view.pixels_of(view._positions)[0]
    x, y = pixels[0]
    there = np.abs(pixels - (x, y)).max(axis=1) <= 6
    drag(view.plotter, (x - 6, y - 6), (x + 6, y + 6), Qt.KeyboardModifier.ControlModifier)
    assert len(studio.project.selected) == int(np.count_nonzero(~there))
    assert dimmed(studio) == there.tolist()

    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert studio.project.selected == ()
    assert dimmed(studio) == []
    assert studio.stage.original is not None  # the stage keeps what it shows
    assert not window.choose_none_action.isEnabled()


def test_that_f3_walks_through_the_chosen_chairs_on_the_stage(
    active_studio: Studio, qtbot: QtBot
) -> None:
    studio = active_studio
    ids = [chair.id for chair in studio.project.chairs]
    studio.project.selected = (ids[4], ids[1], ids[9])
    for key, keys, expected in (
        (Qt.Key.Key_F3, Qt.KeyboardModifier.NoModifier, ids[1]),
        (Qt.Key.Key_F3, Qt.KeyboardModifier.NoModifier, ids[9]),
        (Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier, ids[1]),
    ):
        QTest.keyClick(studio.window, key, keys)
        assert studio.project.selected[0] == expected
        assert set(studio.project.selected) == {ids[4], ids[1], ids[9]}
    qtbot.waitUntil(
        lambda: (
            studio.stage.reconstruction is not None
            and studio.stage.reconstruction.chair_id == ids[1]
        ),
        timeout=A_WHILE,
    )


def test_that_the_letters_of_the_tools_are_heard_in_the_latent_space_alone(
    active_studio: Studio,
) -> None:
    window = active_studio.window
    window.library.search.setFocus()
    QTest.keyClicks(window.library.search, "bl")
    assert window.library.search.text() == "bl"
    assert not window.latent.box_action.isChecked()

    window.latent.view.plotter.setFocus()
    QTest.keyClick(window.latent.view.plotter, Qt.Key.Key_L)
    assert window.latent.lasso_action.isChecked()
    QTest.keyClick(window.latent.view.plotter, Qt.Key.Key_B)
    assert window.latent.box_action.isChecked()
    assert not window.latent.lasso_action.isChecked()
    QTest.keyClick(window.latent.view.plotter, Qt.Key.Key_B)
    assert not window.latent.box_action.isChecked()
