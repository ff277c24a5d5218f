"""The stage: two sides, one camera, the colouring and what is said about them."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mogvae_gui.views.stage_view import PaneContent, StageView
from tests.gui.mouse import drag
from tests.gui.spies import said


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[StageView]:
    stage = StageView()
    qtbot.addWidget(stage)
    stage.resize(700, 400)
    with qtbot.waitExposed(stage):
        stage.show()
    yield stage
    stage.close_views()


def content(title: str = "armchair 1", count: int = 40) -> PaneContent:
    points = np.random.default_rng(0).uniform(-0.6, 0.6, size=(count, 3)).astype(np.float32)
    normals = np.tile(np.array([0, 0, 1], dtype=np.float32), (count, 1))
    return PaneContent(title, "40 points", points, np.zeros((count, 3), np.uint8), normals)


def let_draw() -> None:
    for _ in range(6):
        QApplication.processEvents()


def test_that_an_empty_side_says_what_to_do_and_a_full_one_what_it_shows(stage: StageView) -> None:
    pane = stage.original
    assert not pane.view.isVisible()
    assert pane.title.text() == "Original"

    stage.show_original(content())

    assert pane.view.isVisible()
    assert pane.title.text() == "armchair 1"
    assert pane.caption.text() == "40 points"

    stage.show_original(None)

    assert not pane.view.isVisible()
    assert pane.title.text() == "Original"
    assert pane.caption.text() == ""


def test_that_names_are_shown_as_they_are_and_never_as_markup(stage: StageView) -> None:
    stage.show_original(content("<b>bold</b> & <img src=x>"))
    let_draw()

    assert stage.original.title.text() == "<b>bold</b> & <img src=x>"
    assert stage.original.title.textFormat().name == "PlainText"


def test_that_a_long_name_does_not_widen_the_stage(stage: StageView) -> None:
    before = stage.minimumSizeHint().width()

    stage.show_original(content("chair " * 200))

    assert stage.minimumSizeHint().width() == before


def test_that_turning_one_side_turns_and_repaints_both(stage: StageView, qtbot: QtBot) -> None:
    stage.show_original(content())
    stage.show_reconstruction(content("its reconstruction"))
    let_draw()
    left, right = stage.original.view, stage.reconstruction.view
    for turned, other in ((left, right), (right, left)):
        position = np.array(other.camera.position)
        drawn = QSignalSpy(other.plotter.frameSwapped)

        drag(turned.plotter, (100, 100), (160, 120))
        qtbot.waitUntil(lambda drawn=drawn: drawn.count() > 0)  # type: ignore[misc]

        assert np.linalg.norm(np.array(other.camera.position) - position) > 0.1
        assert left.camera.position == right.camera.position


def test_that_parted_cameras_turn_each_by_itself_and_meet_again(stage: StageView) -> None:
    stage.show_original(content())
    stage.show_reconstruction(content("its reconstruction"))
    let_draw()
    left, right = stage.original.view, stage.reconstruction.view

    stage.link_action.trigger()
    assert not stage.link_action.isChecked()
    before = right.camera.position
    drag(left.plotter, (100, 100), (160, 120))
    assert right.camera.position == before
    assert left.camera.position != before

    stage.link_action.trigger()
    assert stage.link_action.isChecked()
    assert right.camera.position == left.camera.position


@pytest.mark.parametrize("linked", [True, False])
def test_that_reset_looks_from_the_front_on_both_sides(stage: StageView, linked: bool) -> None:
    first = np.array(stage.original.view.camera.position)
    stage.show_cameras_linked(linked)
    for view in (stage.original.view, stage.reconstruction.view):
        view.camera.position = (4.0, 4.0, 4.0)

    stage.reset_action.trigger()

    for view in (stage.original.view, stage.reconstruction.view):
        np.testing.assert_allclose(view.camera.position, first, rtol=0.05, atol=0.05)


def test_that_repainting_for_the_other_side_comes_to_rest(stage: StageView) -> None:
    """Fitting the depth range moves the shared camera, which must not repaint for ever."""
    stage.show_original(content())
    stage.show_reconstruction(content())
    stage.original.view.camera.position = (2.0, -2.0, 1.0)
    for _ in range(20):
        QApplication.processEvents()
    frames = [
        QSignalSpy(s.view.plotter.frameSwapped) for s in (stage.original, stage.reconstruction)
    ]
    for _ in range(20):
        QApplication.processEvents()

    assert [frame.count() for frame in frames] == [0, 0]


def test_that_choosing_a_colouring_is_said_and_showing_one_is_not(stage: StageView) -> None:
    chosen = QSignalSpy(stage.colouring_chosen)
    stage.show_colouring("error")
    assert chosen.count() == 0
    assert [a.data() for a in stage.colouring_actions if a.isChecked()] == ["error"]

    stage.colouring_actions[0].trigger()

    assert chosen.count() == 1
    assert said(chosen)[0][0] == "height"


def test_that_the_colour_bar_says_what_colours_mean_or_is_gone(stage: StageView) -> None:
    bar = stage._colour_bar
    stage.show_scale("error", "0", "0.12 of the radius")
    assert bar.isVisible()
    assert bar._highest.text() == "0.12 of the radius"

    stage.show_scale("height", "", "")
    assert not bar.isVisible()


def test_that_a_picture_is_asked_for(stage: StageView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stage.picture_requested):
        stage.picture_action.trigger()


def test_that_one_view_for_both_clouds_shows_the_whole_chair(stage: StageView) -> None:
    """A side that is hidden is made narrow and shares the camera: it has no say in its angle."""
    stage.resize(700, 700)
    stage.show_original(content())
    stage.show_reconstruction(content())
    let_draw()
    view = stage.original.view
    assert view.width() < view.height()
    assert view.camera.GetUseHorizontalViewAngle()

    stage.show_overlay("blend", 0.5)
    let_draw()
    stage.grab()  # sends what Qt had kept back: that the hidden side is narrow now

    assert view.width() > view.height()
    assert not view.camera.GetUseHorizontalViewAngle()

    stage.show_overlay("off", 0.5)
    let_draw()

    assert view.camera.GetUseHorizontalViewAngle()
