"""Reconstruction in depth: partners, worst regions, and both clouds in one view."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QVariantAnimation
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.colours import ORIGINAL_COLOUR, RECONSTRUCTION_COLOUR
from core.frame import Frame
from core.nearest import nearest
from mogvae_gui.presenters.colouring import overlay_colours
from mogvae_gui.presenters.stage_tools import StageToolsPresenter
from mogvae_gui.state.stage_state import ShownCloud, StageState
from mogvae_gui.views import stage_view
from mogvae_gui.views.stage_view import PaneContent, StageView
from tests.gui.mouse import drag, move

FRAME = Frame(centre=(1.0, 2.0, 3.0), scale=10.0)


@pytest.fixture
def view(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[StageView]:
    monkeypatch.setattr(stage_view, "GLIDE_MS", 0)
    view = StageView()
    qtbot.addWidget(view)
    view.resize(800, 480)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.close_views()


@pytest.fixture
def state() -> StageState:
    return StageState()


@pytest.fixture
def tools(state: StageState, view: StageView) -> StageToolsPresenter:
    return StageToolsPresenter(state, view)


def clouds() -> tuple[np.ndarray, np.ndarray]:
    """A plate with an armrest, and one with a knob where there is none."""
    random = np.random.default_rng(0)
    plates = random.uniform(-0.6, 0.6, size=(2, 1500, 3)) * [1, 1, 0.02]
    armrest = random.normal((0.4, -0.3, 0.5), 0.03, size=(80, 3))
    knob = random.normal((-0.5, 0.4, -0.4), 0.03, size=(80, 3))
    original, other = np.concatenate([plates[0], armrest]), np.concatenate([plates[1], knob])
    return original.astype(np.float32), other.astype(np.float32)


def show_pair(state: StageState, view: StageView) -> None:
    """As the stage's own presenter does."""
    original, other = clouds()
    up = np.tile(np.array([0, 0, 1], dtype=np.float32), (len(original), 1))
    first = ShownCloud("a", original, up, nearest(original, other)[1], "c1", frame=FRAME)
    second = ShownCloud("b", other, up, nearest(other, original)[1], "c1", (0.5,), frame=FRAME)
    for shown, show in ((first, view.show_original), (second, view.show_reconstruction)):
        colours = np.full((len(shown.points), 3), 200, dtype=np.uint8)
        show(PaneContent(shown.title, "", shown.points, colours, shown.normals))
    state.original, state.reconstruction = first, second
    QApplication.processEvents()


def test_that_a_hovered_point_is_linked_to_its_nearest_partner_and_back(
    tools: StageToolsPresenter, state: StageState, view: StageView
) -> None:
    show_pair(state, view)
    assert state.original is not None
    assert state.reconstruction is not None
    pixels, depths = view.original.view.pixels_of(state.original.points)
    row = int(depths.argmin())  # the front one is the one that is seen
    move(view.original.view.plotter, *pixels[row])

    link, back = view.original.marks.link, view.reconstruction.marks.link
    assert link is not None
    assert back is not None
    np.testing.assert_allclose(link.point, state.original.points[row])
    # The slow, obvious twin.
    distances = np.linalg.norm(state.reconstruction.points - state.original.points[row], axis=1)
    np.testing.assert_allclose(link.partner, state.reconstruction.points[distances.argmin()])
    np.testing.assert_allclose(back.point, link.partner)
    np.testing.assert_allclose(back.partner, link.point)
    note = view.original.note.text()
    assert note == view.reconstruction.note.text()
    assert note.startswith(f"{distances.min():.4f} to its partner")
    assert f"{10 * distances.min():.3g} in its own units" in note

    move(view.original.view.plotter, 1, 1)
    assert view.original.marks.link is None
    assert view.reconstruction.marks.link is None
    assert not view.original.note.isVisible()


def test_that_another_cloud_takes_the_marks_away(
    tools: StageToolsPresenter, state: StageState, view: StageView
) -> None:
    show_pair(state, view)
    view.point_hovered.emit("reconstruction", 5)
    assert view.original.marks.link is not None
    view.next_region_action.trigger()
    assert view.original.marks.ball is not None

    state.reconstruction = None

    assert view.original.marks.link is None
    assert view.original.marks.ball is None
    assert not view.next_region_action.isEnabled()


def test_that_worst_regions_are_gone_through_and_the_camera_goes_there(
    tools: StageToolsPresenter, state: StageState, view: StageView, qtbot: QtBot
) -> None:
    assert not view.next_region_action.isEnabled()
    show_pair(state, view)
    start = view.original.view.pose

    view.next_region_action.trigger()
    first = view.original.marks.ball
    assert first is not None
    np.testing.assert_allclose(first.centre, [0.4, -0.3, 0.5], atol=0.05)
    assert "1 of 2: missing in the reconstruction" in view.original.note.text()
    assert view.reconstruction.note.text() == ""
    finish_glide(view, qtbot)
    np.testing.assert_allclose(view.original.view.pose.focal_point, first.centre)

    view.next_region_action.trigger()
    second = view.original.marks.ball
    assert second is not None
    np.testing.assert_allclose(second.centre, [-0.5, 0.4, -0.4], atol=0.05)
    assert "2 of 2: not in the original" in view.reconstruction.note.text()
    finish_glide(view, qtbot)

    view.next_region_action.trigger()
    assert "1 of 2" in view.original.note.text()
    view.previous_region_action.trigger()
    assert "2 of 2" in view.reconstruction.note.text()
    finish_glide(view, qtbot)
    assert view.original.view.pose != start


def finish_glide(view: StageView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not view.is_gliding)


def test_that_a_hand_on_the_view_ends_a_glide(
    tools: StageToolsPresenter, state: StageState, view: StageView
) -> None:
    show_pair(state, view)
    view._glide.setDuration(600_000)
    view.next_region_action.trigger()

    drag(view.original.view.plotter, (40, 40), (60, 50))

    assert view._glide.state() == QVariantAnimation.State.Stopped


def test_that_a_decoded_place_that_is_no_chairs_has_no_worst_region(
    tools: StageToolsPresenter, state: StageState, view: StageView
) -> None:
    show_pair(state, view)
    assert view.next_region_action.isEnabled()
    assert state.reconstruction is not None

    state.reconstruction = replace(state.reconstruction, chair_id=None, error=None)

    assert not view.next_region_action.isEnabled()
    view.region_requested.emit(1)
    assert view.original.marks.ball is None


def test_that_both_clouds_come_into_one_view_and_part_again(
    tools: StageToolsPresenter, state: StageState, view: StageView
) -> None:
    show_pair(state, view)
    blend = next(action for action in view.overlay_actions if action.data() == "blend")

    blend.trigger()

    assert state.overlay == "blend"
    assert not view.reconstruction.isVisible()
    assert view.mixer.isVisible()
    assert view.overlay.second is not None
    assert state.reconstruction is not None
    np.testing.assert_array_equal(view.overlay.second.points, state.reconstruction.points)
    first, second = view.original.view.actor, view.overlay._actor
    assert first is not None
    assert second is not None
    for value, opacities in ((0, (1, 0)), (50, (1, 0.5)), (100, (1, 1)), (150, (0.5, 1))):
        view.mixer.setValue(value)
        assert state.mix == value / 200
        assert (first.prop.GetOpacity(), second.prop.GetOpacity()) == opacities
    view.mixer.setValue(200)
    assert not first.GetVisibility()

    next(action for action in view.overlay_actions if action.data() == "off").trigger()
    assert view.reconstruction.isVisible()
    assert not view.mixer.isVisible()
    assert view.overlay.second is None
    assert (first.prop.GetOpacity(), first.GetVisibility()) == (1, 1)


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_that_a_wipe_keeps_the_original_left_of_the_line_and_the_other_right_of_it(
    tools: StageToolsPresenter, state: StageState, view: StageView, share: float
) -> None:
    show_pair(state, view)
    state.overlay, state.mix = "wipe", share
    drag(view.original.view.plotter, (60, 60), (140, 90))  # the line stays where the screen has it
    scene = view.original.view
    for actor, is_left in ((scene.actor, True), (view.overlay._actor, False)):
        assert actor is not None
        (plane,) = (actor.mapper.GetClippingPlanes().GetItem(0),)
        points = np.asarray(actor.mapper.dataset.points, dtype=np.float64)
        kept = np.array([plane.EvaluateFunction(*point) > 0 for point in points])
        pixels, _ = scene.pixels_of(points)
        left = pixels[:, 0] < share * scene.width()
        assert 0 < kept.sum() < len(kept)
        np.testing.assert_array_equal(kept, left if is_left else ~left)
    assert view.original.marks.wipe == share


def test_that_colours_tell_the_clouds_apart_but_errors_stay_errors(
    tools: StageToolsPresenter, state: StageState, view: StageView
) -> None:
    show_pair(state, view)
    assert state.original is not None
    assert state.reconstruction is not None
    assert tuple(overlay_colours(state.original, "height")[0]) == ORIGINAL_COLOUR
    assert tuple(overlay_colours(state.reconstruction, "normals")[0]) == RECONSTRUCTION_COLOUR
    assert len(np.unique(overlay_colours(state.original, "error"), axis=0)) > 5
