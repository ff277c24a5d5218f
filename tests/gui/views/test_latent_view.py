"""The latent space in 3-D: what a click means, under any camera; dragging the probe."""

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.latent_axes import chosen_axes, principal_axes
from mogvae_gui.views.latent_view import GRAB_RADIUS_PX, Ellipsoid, LatentView
from mogvae_gui.views.theme import palette, theme
from tests.gui.mouse import LEFT, NO_KEY, click, double_click, drag, draw, move, wheel
from tests.gui.spies import said

BOUNDS = (-3.0, 3.0, -3.0, 3.0, -3.0, 3.0)
RED = np.array([200, 40, 40], dtype=np.uint8)
# The camera as it starts, from above and behind, and close by from below with a tilted head.
CAMERAS = {
    "first": None,
    "above": ((2.0, 9.0, 8.0), (0.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
    "askew": ((7.0, -4.0, -6.0), (0.5, -0.3, 0.2), (0.5, 0.4, 0.7)),
}


@pytest.fixture(params=list(CAMERAS))
def turned_view(request: pytest.FixtureRequest, view: LatentView) -> LatentView:
    """The view with one of several cameras."""
    camera = CAMERAS[request.param]
    if camera is not None:
        view.camera.position, view.camera.focal_point, view.camera.up = camera
        view.fit_camera()
    return view


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[LatentView]:
    view = LatentView()
    qtbot.addWidget(view)
    view.resize(420, 360)
    with qtbot.waitExposed(view):
        view.show()
    view.show_space(BOUNDS, ("z1", "z2", "z3"))
    view.reset_camera()
    yield view
    view.close()


def far_apart(view: LatentView, count: int = 6) -> np.ndarray:
    """Codes whose dots do not overlap on the screen."""
    generator = np.random.default_rng(4)
    chosen: list[np.ndarray] = []
    while len(chosen) < count:
        place = generator.uniform(-2.5, 2.5, size=3)
        pixels, _ = view.pixels_of(np.array([*chosen, place]))
        gaps = np.linalg.norm(pixels[:-1] - pixels[-1], axis=1)
        if not len(gaps) or gaps.min() > 30:
            chosen.append(place)
    return np.array(chosen, dtype=np.float32)


def show_codes(view: LatentView, positions: np.ndarray) -> None:
    view.show_codes(positions.astype(np.float32), np.tile(RED, (len(positions), 1)))


def ellipsoid(component: int, mean: tuple[float, float, float], size: float = 0.4) -> Ellipsoid:
    covariance = np.diag([size, 0.6 * size, 0.8 * size]) ** 2
    return Ellipsoid(component, np.array(mean), covariance, 0.5, (40, 200, 40))


def pixel_of(view: LatentView, place: np.ndarray) -> tuple[float, float]:
    x, y = view.pixels_of(place[None])[0][0]
    return float(x), float(y)


# Picking


def test_that_a_click_on_a_dot_picks_its_code(turned_view: LatentView) -> None:
    codes = far_apart(turned_view)
    show_codes(turned_view, codes)
    picked = QSignalSpy(turned_view.code_picked)
    elsewhere = QSignalSpy(turned_view.place_picked)

    for place in codes:
        x, y = pixel_of(turned_view, place)
        click(turned_view.plotter, x + 2, y - 2)

    assert [args[0] for args in said(picked)] == list(range(len(codes)))
    assert elsewhere.count() == 0


def test_that_a_click_on_an_ellipsoid_picks_the_one_in_front(turned_view: LatentView) -> None:
    view = turned_view
    towards = np.array(view.camera.position) - np.array(view.camera.focal_point)
    towards /= np.linalg.norm(towards)
    focus = np.array(view.camera.focal_point)
    behind, front = focus - 1.5 * towards, focus + 1.5 * towards
    aside = focus + 2.0 * np.cross(towards, np.array(view.camera.up))
    view.show_components(
        (
            ellipsoid(7, tuple(behind)),
            ellipsoid(2, tuple(front)),
            ellipsoid(5, tuple(aside), size=0.3),
        )
    )
    picked = QSignalSpy(view.component_picked)

    click(view.plotter, *pixel_of(view, front))
    click(view.plotter, *pixel_of(view, aside))

    assert [args[0] for args in said(picked)] == [2, 5]


def test_that_a_dot_inside_an_ellipsoid_is_picked_before_it(view: LatentView) -> None:
    view.show_components((ellipsoid(0, (0.0, 0.0, 0.0), size=1.5),))
    show_codes(view, np.array([[0.1, 0.0, 0.0]]))
    codes, components = QSignalSpy(view.code_picked), QSignalSpy(view.component_picked)

    click(view.plotter, *pixel_of(view, np.array([0.1, 0.0, 0.0])))

    assert (codes.count(), components.count()) == (1, 0)


def test_that_a_click_on_nothing_picks_the_place_at_the_depth_of_the_probe(
    turned_view: LatentView,
) -> None:
    view = turned_view
    probe = np.array([0.8, -0.6, 0.5])
    view.show_probe(probe.astype(np.float32))
    picked = QSignalSpy(view.place_picked)
    # A place in the plane of the probe that faces the eye, well away from the probe.
    right = np.cross(np.array(view.camera.direction), np.array(view.camera.up))
    wanted = probe + 0.9 * right / np.linalg.norm(right)

    click(view.plotter, *pixel_of(view, wanted))

    assert picked.count() == 1
    # Within the pixel that a click is rounded to.
    assert np.linalg.norm(said(picked)[0][0] - wanted) < 0.03
    assert said(picked)[0][0].dtype == np.float32


def test_that_a_place_without_a_probe_lies_at_the_depth_of_the_focus(view: LatentView) -> None:
    picked = QSignalSpy(view.place_picked)

    click(view.plotter, *pixel_of(view, np.array(view.camera.focal_point)))

    np.testing.assert_allclose(said(picked)[0][0], view.camera.focal_point, atol=0.03)


def test_that_a_click_beyond_the_drawn_box_stays_on_its_wall(view: LatentView) -> None:
    view.fit(tuple(5.0 * np.array(BOUNDS)))
    picked = QSignalSpy(view.place_picked)

    click(view.plotter, 2, 2)

    place = said(picked)[0][0]
    assert (np.abs(place) <= 3.0).all()
    assert np.abs(place).max() == pytest.approx(3.0)


def test_that_turning_the_view_picks_nothing(view: LatentView) -> None:
    show_codes(view, np.zeros((1, 3)))
    view.show_components((ellipsoid(0, (0.0, 0.0, 0.0)),))
    signals = [
        QSignalSpy(signal)
        for signal in (view.code_picked, view.component_picked, view.place_picked)
    ]
    x, y = pixel_of(view, np.zeros(3))

    drag(view.plotter, (x, y), (x + 80, y + 30))

    assert [signal.count() for signal in signals] == [0, 0, 0]


def test_that_hidden_and_removed_things_cannot_be_picked(view: LatentView) -> None:
    show_codes(view, np.array([[0.0, 0.0, 0.0], [np.nan, np.nan, np.nan]]))
    view.show_components((ellipsoid(0, (0.0, 0.0, 0.0)),))
    show_codes(view, np.full((2, 3), np.nan))
    view.show_components(())
    codes, places = QSignalSpy(view.code_picked), QSignalSpy(view.place_picked)

    click(view.plotter, *pixel_of(view, np.zeros(3)))

    assert (codes.count(), places.count()) == (0, 1)


def test_that_codes_of_removed_chairs_leave_a_picture_that_can_be_seen(view: LatentView) -> None:
    positions = np.random.default_rng(0).normal(size=(40, 3))
    positions[::2] = np.nan
    show_codes(view, positions)
    near, far = view.camera.clipping_range

    assert np.isfinite((near, far)).all()
    picture = view.picture()
    reds = sum(
        picture.pixelColor(x, y).red() > picture.pixelColor(x, y).green() + 80
        for x in range(0, picture.width(), 4)
        for y in range(0, picture.height(), 4)
    )
    assert reds > 20


def test_that_a_flat_component_can_be_picked(view: LatentView) -> None:
    """A latent space of two dimensions gives covariances without depth."""
    flat = Ellipsoid(3, np.zeros(3), np.diag([0.5, 0.5, 0.0]), 1.0, (1, 2, 3))
    view.show_components((flat,))
    picked = QSignalSpy(view.component_picked)

    click(view.plotter, *pixel_of(view, np.zeros(3)))

    assert picked.count() == 1


def outer_radius_px(view: LatentView, shown: Ellipsoid) -> float:
    """How far from its middle the outline of a round ellipsoid is seen, to the right."""
    right = np.cross(np.array(view.camera.direction), np.array(view.camera.up))
    eye = float(np.linalg.norm(np.array(view.camera.position) - shown.mean))
    radius = 2.0 * float(np.sqrt(shown.covariance[0, 0]))
    edge = shown.mean + right / np.linalg.norm(right) * radius / np.sqrt(1 - (radius / eye) ** 2)
    return pixel_of(view, edge)[0] - pixel_of(view, shown.mean)[0]


def test_that_an_ellipsoid_is_picked_within_one_sigma_and_at_its_outline_and_not_between(
    turned_view: LatentView,
) -> None:
    view = turned_view
    ball = Ellipsoid(4, np.array([0.2, 0.1, -0.1]), 0.36 * np.eye(3), 0.5, (40, 200, 40))
    view.show_components((ball,))
    x, y = pixel_of(view, ball.mean)
    outline = outer_radius_px(view, ball)
    assert outline > 40
    picked, places = QSignalSpy(view.component_picked), QSignalSpy(view.place_picked)

    for share in (0.0, 0.4, 0.98):
        click(view.plotter, x + share * outline, y)
    assert [args[0] for args in said(picked)] == [4, 4, 4]
    assert places.count() == 0
    for share in (0.7, 1.0 + 4 / outline):
        click(view.plotter, x + share * outline, y)
    assert picked.count() == 3
    assert places.count() == 2


def test_that_an_inner_shell_is_picked_before_an_outline_in_front_of_it(view: LatentView) -> None:
    towards = np.array(view.camera.position) - np.array(view.camera.focal_point)
    towards /= np.linalg.norm(towards)
    large = Ellipsoid(0, 1.5 * towards, 0.25 * np.eye(3), 0.5, (40, 200, 40))
    view.show_components((large,))
    x, y = pixel_of(view, large.mean)
    place = (x + outer_radius_px(view, large) - 2, y)
    ray = view.ray_through(QPointF(*place))
    behind = ray.start + ray.direction * float((-towards * 1.0 - ray.start) @ ray.direction)
    small = Ellipsoid(1, behind, 0.04 * np.eye(3), 0.5, (1, 2, 3))
    picked = QSignalSpy(view.component_picked)
    click(view.plotter, *place)
    view.show_components((large, small))
    click(view.plotter, *place)

    assert [args[0] for args in said(picked)] == [0, 1]


def test_that_two_clicks_on_an_ellipsoid_open_it_and_on_a_code_in_it_do_not(
    turned_view: LatentView,
) -> None:
    view = turned_view
    shown = ellipsoid(3, (0.0, 0.0, 0.0), size=0.8)
    view.show_components((shown,))
    show_codes(view, np.array([[0.3, 0.0, 0.0]]))
    opened = QSignalSpy(view.component_opened)
    x, y = pixel_of(view, shown.mean)
    for place in ((x, y), pixel_of(view, np.array([0.3, 0.0, 0.0])), (5.0, 5.0)):
        double_click(view.plotter, *place)

    assert said(opened) == [[3]]


# The probe


def test_that_a_click_on_a_code_beside_the_probe_is_about_the_code(
    turned_view: LatentView,
) -> None:
    view = turned_view
    show_codes(view, np.array([[0.0, 0.0, 0.0]]))
    x, y = pixel_of(view, np.zeros(3))
    beside = view.ray_through(QPointF(x + GRAB_RADIUS_PX - 2, y))
    ahead = np.array(view.camera.direction)
    way = -float(beside.start @ ahead) / float(beside.direction @ ahead)
    view.show_probe((beside.start + way * beside.direction).astype(np.float32))
    picked, dragged = QSignalSpy(view.code_picked), QSignalSpy(view.probe_dragged)

    click(view.plotter, x, y)
    assert said(picked) == [[0]]
    assert dragged.count() == 0

    show_codes(view, np.zeros((0, 3)))
    click(view.plotter, x, y)  # on the probe alone: nothing to go to
    assert picked.count() == 1


def test_that_the_probe_is_dragged_in_the_plane_that_faces_the_eye(
    turned_view: LatentView,
) -> None:
    view = turned_view
    start = np.array([0.3, 0.2, -0.4])
    view.show_probe(start.astype(np.float32))
    view.probe_dragged.connect(view.show_probe)  # as the presenters do
    dragged, picked = QSignalSpy(view.probe_dragged), QSignalSpy(view.place_picked)
    position = np.array(view.camera.position)
    x, y = pixel_of(view, start)

    drag(view.plotter, (x + 3, y + 3), (x + 63, y - 37))

    assert dragged.count() == 4
    assert picked.count() == 0
    np.testing.assert_array_equal(view.camera.position, position)
    end = said(dragged)[3][0]
    np.testing.assert_allclose(pixel_of(view, end), (x + 63, y - 37), atol=1.0)
    assert (end - start) @ np.array(view.camera.direction) == pytest.approx(0.0, abs=1e-4)


def test_that_a_press_beside_the_probe_turns_the_view(view: LatentView) -> None:
    view.show_probe(np.zeros(3, dtype=np.float32))
    dragged, position = QSignalSpy(view.probe_dragged), np.array(view.camera.position)
    x, y = pixel_of(view, np.zeros(3))

    drag(view.plotter, (x + 30, y), (x + 90, y))

    assert dragged.count() == 0
    assert np.linalg.norm(np.array(view.camera.position) - position) > 0.1


def test_that_a_press_on_the_probe_alone_moves_nothing(view: LatentView) -> None:
    view.show_probe(np.zeros(3, dtype=np.float32))
    signals = [QSignalSpy(s) for s in (view.probe_dragged, view.place_picked, view.code_picked)]

    click(view.plotter, *pixel_of(view, np.zeros(3)))

    assert [signal.count() for signal in signals] == [0, 0, 0]


def test_that_a_dragged_probe_that_goes_away_ends_the_drag_in_peace(view: LatentView) -> None:
    view.show_probe(np.zeros(3, dtype=np.float32))
    x, y = (round(value) for value in pixel_of(view, np.zeros(3)))
    QTest.mousePress(view.plotter, LEFT, NO_KEY, QPoint(x, y))
    view.show_probe(None)
    move(view.plotter, x + 20, y, LEFT)
    QTest.mouseRelease(view.plotter, LEFT, NO_KEY, QPoint(x + 20, y))
    clicked = QSignalSpy(view.clicked)

    click(view.plotter, x, y)

    assert clicked.count() == 1


# Hovering


def test_that_the_code_under_the_pointer_is_told_once_and_its_end_too(view: LatentView) -> None:
    show_codes(view, np.zeros((1, 3)))
    hovered = QSignalSpy(view.code_hovered)
    x, y = (round(value) for value in pixel_of(view, np.zeros(3)))
    for dx in (40, 1, 0, -1, -40, -50):
        move(view.plotter, x + dx, y)

    assert [args[0] for args in said(hovered)] == [0, -1]


def test_that_the_card_stands_beside_the_pointer_and_goes_with_it(view: LatentView) -> None:
    show_codes(view, np.zeros((1, 3)))
    hovered = QSignalSpy(view.code_hovered)
    x, y = (round(value) for value in pixel_of(view, np.zeros(3)))
    move(view.plotter, x, y)
    for place in ((x, y), (view.width() - 3, view.height() - 3)):
        view._pointer = QPointF(*place)
        view.show_hover_card("armchair 3", "train")
        card = view.hover_card
        assert card.isVisible()
        assert view.rect().contains(card.geometry())
        assert not card.geometry().contains(QPoint(*place))
    QApplication.sendEvent(view.plotter, QEvent(QEvent.Type.Leave))
    assert [args[0] for args in said(hovered)] == [0, -1]

    view.show_hover_card("", "")
    assert not view.hover_card.isVisible()


def test_that_the_component_that_a_click_would_pick_is_told_and_lights_up(
    view: LatentView,
) -> None:
    shown = Ellipsoid(4, np.zeros(3), 0.36 * np.eye(3), 0.5, (40, 200, 40))
    view.show_components((shown, ellipsoid(1, (2.5, 2.5, 2.5))))
    show_codes(view, np.array([[0.1, 0.0, 0.0]]))
    told, codes = QSignalSpy(view.component_hovered), QSignalSpy(view.code_hovered)
    solid = [actor.prop.opacity for actor in view._shells[:4]]
    x, y = pixel_of(view, shown.mean)
    outline = outer_radius_px(view, shown)

    move(view.plotter, x + 0.35 * outline, y + 10)
    lit = [actor.prop.opacity for actor in view._shells[:4]]
    assert (lit[0] > solid[0], lit[1] > 1.5 * solid[1]) == (True, True)
    assert lit[2:] == solid[2:]
    move(view.plotter, *pixel_of(view, np.array([0.1, 0.0, 0.0])))
    assert [actor.prop.opacity for actor in view._shells[:4]] == solid
    move(view.plotter, x + 0.7 * outline, y)  # between the shells: a place
    move(view.plotter, x + 0.98 * outline, y)
    QApplication.sendEvent(view.plotter, QEvent(QEvent.Type.Leave))

    assert [args[0] for args in said(told)] == [4, -1, 4, -1]
    assert [args[0] for args in said(codes)] == [0, -1]


# Keys


@pytest.mark.parametrize(
    ("key", "seen", "ahead"),
    [
        (Qt.Key.Key_Right, (1, 0), 0),
        (Qt.Key.Key_Left, (-1, 0), 0),
        (Qt.Key.Key_Up, (0, -1), 0),
        (Qt.Key.Key_Down, (0, 1), 0),
        (Qt.Key.Key_PageUp, (0, 0), 1),
        (Qt.Key.Key_PageDown, (0, 0), -1),
    ],
)
def test_that_keys_move_the_probe_as_it_is_seen_and_never_the_camera(
    turned_view: LatentView, key: Qt.Key, seen: tuple[int, int], ahead: int
) -> None:
    view, start = turned_view, np.array([0.3, 0.2, -0.4], dtype=np.float32)
    view.show_probe(start)
    view.probe_dragged.connect(view.show_probe)
    dragged, pose = QSignalSpy(view.probe_dragged), view.pose
    before = np.array(pixel_of(view, start))

    QTest.keyClick(view.plotter, key)
    QTest.keyClick(view.plotter, key, Qt.KeyboardModifier.ShiftModifier)

    (short,), (end,) = said(dragged)
    assert view.pose == pose
    moved = np.array(pixel_of(view, end)) - before
    depth = (end - start) @ np.array(view.camera.direction)
    assert depth == pytest.approx(ahead * 0.12 * 6.0, abs=1e-4)
    assert np.linalg.norm(short - start) == pytest.approx(0.02 * 6.0, rel=1e-4)
    if ahead == 0:
        assert moved / np.linalg.norm(moved) == pytest.approx(seen, abs=0.02)
        assert np.linalg.norm(end - start) == pytest.approx(0.12 * 6.0, rel=1e-4)


def test_that_keys_stop_at_the_wall_and_other_keys_and_letters_do_nothing(
    view: LatentView,
) -> None:
    view.probe_dragged.connect(view.show_probe)
    dragged, pose = QSignalSpy(view.probe_dragged), view.pose
    QTest.keyClick(view.plotter, Qt.Key.Key_Right)  # no probe, nothing to move
    view.show_probe(np.zeros(3, dtype=np.float32))
    for key in (Qt.Key.Key_Q, Qt.Key.Key_W, Qt.Key.Key_R, Qt.Key.Key_E, Qt.Key.Key_Plus):
        QTest.keyClick(view.plotter, key)
    QTest.keyClick(view.plotter, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)  # goes back
    assert dragged.count() == 0
    assert view.pose == pose
    assert not view.is_closed

    for _ in range(40):
        QTest.keyClick(view.plotter, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ShiftModifier)
    assert dragged.count() < 40
    assert np.abs(said(dragged)[-1][0]).max() == pytest.approx(3.0)


def test_that_keys_and_drags_go_on_from_a_probe_beyond_the_wall_and_lead_no_farther_out(
    view: LatentView,
) -> None:
    view.camera.position, view.camera.up = (0.0, -20.0, 0.0), (0.0, 0.0, 1.0)  # x right, z up
    view.camera.focal_point = (0.0, 0.0, 0.0)
    view.fit(tuple(4.0 * np.array(BOUNDS)))
    view.probe_dragged.connect(view.show_probe)
    dragged = QSignalSpy(view.probe_dragged)
    start = np.array([0.1, 0.2, 8.0], dtype=np.float32)
    view.show_probe(start)

    QTest.keyClick(view.plotter, Qt.Key.Key_Left)
    QTest.keyClick(view.plotter, Qt.Key.Key_Up)  # out: not from there
    QTest.keyClick(view.plotter, Qt.Key.Key_Down)

    (left,), (down,) = said(dragged)
    assert left == pytest.approx([0.1 - 0.12, 0.2, 8.0])
    assert down == pytest.approx([0.1 - 0.12, 0.2, 8.0 - 0.12])
    view.show_probe(start)
    x, y = pixel_of(view, start)
    QTest.mousePress(view.plotter, LEFT, NO_KEY, QPoint(round(x), round(y)))
    for place in ((x, y + 60), (x, y - 60), (x + 5, y)):  # towards the box, out, and back
        move(view.plotter, *place, LEFT)
    QTest.mouseRelease(view.plotter, LEFT, NO_KEY, QPoint(round(x + 5), round(y)))
    inwards, outwards, back = (args[0] for args in said(dragged)[2:])
    assert pixel_of(view, inwards) == pytest.approx((x, y + 60), abs=1.5)
    assert outwards == pytest.approx(start, abs=0.1)
    assert pixel_of(view, back) == pytest.approx((x + 5, y), abs=1.5)


def test_that_the_view_shows_that_it_has_the_keys_but_not_in_pictures(
    view: LatentView, qtbot: QtBot
) -> None:
    accent = palette().colour("accent")
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.plotter.clearFocus()

    def ring() -> bool:
        corner = view._markers.grab().toImage().pixelColor(2, view.height() // 2)
        return abs(corner.red() - accent.red()) + abs(corner.blue() - accent.blue()) < 60

    assert not ring()
    view.plotter.setFocus()
    qtbot.waitUntil(view.plotter.hasFocus)
    assert ring()
    assert view.picture().pixelColor(4, view.height()) != accent


# Choosing

KEYS = Qt.KeyboardModifier


@pytest.mark.parametrize(
    ("keys", "joining"),
    [
        (KEYS.NoModifier, "replace"),
        (KEYS.ShiftModifier, "add"),
        (KEYS.ControlModifier, "remove"),
        (KEYS.AltModifier, "remove"),
    ],
)
def test_that_a_box_encloses_the_codes_that_are_seen_in_it(
    view: LatentView, keys: Qt.KeyboardModifier, joining: str
) -> None:
    codes = far_apart(view, 8)
    show_codes(view, codes)
    view.use_tool("box")
    enclosed, position = QSignalSpy(view.codes_enclosed), np.array(view.camera.position)
    pixels = view.pixels_of(codes)[0]
    (left, top), (right, bottom) = pixels[:4].min(axis=0) - 5, pixels[:4].max(axis=0) + 5

    drag(view.plotter, (right, top), (left, bottom), keys)

    inside = (pixels >= (left, top)).all(axis=1) & (pixels <= (right, bottom)).all(axis=1)
    ((rows, how),) = said(enclosed)
    assert sorted(rows) == np.flatnonzero(inside).tolist()
    assert how == joining
    np.testing.assert_array_equal(view.camera.position, position)


def test_that_a_lasso_leaves_out_what_lies_in_its_bay(view: LatentView) -> None:
    show_codes(view, np.array([[-1.5, 0, 0], [0, 0, 0], [1.5, 0, 0]]))
    (first, _), (middle, y), (last, _) = view.pixels_of(view._positions)[0]
    view.use_tool("lasso")
    enclosed = QSignalSpy(view.codes_enclosed)
    outline = [(first - 12, y + 40), (first - 12, y - 40), (last + 12, y - 40), (last + 12, y + 40)]
    bay = [
        (middle + 12, y + 40),
        (middle + 12, y - 20),
        (middle - 12, y - 20),
        (middle - 12, y + 40),
    ]

    draw(view.plotter, outline + bay)

    assert [sorted(rows) for rows, _ in said(enclosed)] == [[0, 2]]


def test_that_shift_draws_a_line_without_any_tool_and_ctrl_still_turns(view: LatentView) -> None:
    show_codes(view, np.zeros((1, 3)))
    x, y = pixel_of(view, np.zeros(3))
    enclosed, position = QSignalSpy(view.codes_enclosed), np.array(view.camera.position)

    around = [(x - 20, y - 20), (x + 20, y - 20), (x + 20, y + 20), (x - 20, y + 20)]
    draw(view.plotter, around, KEYS.ShiftModifier)

    assert [(list(rows), how) for rows, how in said(enclosed)] == [([0], "add")]
    np.testing.assert_array_equal(view.camera.position, position)


def test_that_a_click_is_a_click_with_every_tool_and_keys_join_it(view: LatentView) -> None:
    show_codes(view, np.zeros((1, 3)))
    x, y = pixel_of(view, np.zeros(3))
    picked, enclosed = QSignalSpy(view.code_picked), QSignalSpy(view.codes_enclosed)
    for tool in ("walk", "box", "lasso"):
        view.use_tool(tool)
        click(view.plotter, x, y)
    assert said(picked) == [[0], [0], [0]]

    for keys in (KEYS.ShiftModifier, KEYS.ControlModifier):
        QTest.mouseClick(view.plotter, LEFT, keys, QPoint(round(x), round(y)))
    assert [(list(rows), how) for rows, how in said(enclosed)] == [([0], "add"), ([0], "remove")]


def test_that_removed_codes_are_not_enclosed(view: LatentView) -> None:
    show_codes(view, np.array([[0.0, 0.0, 0.0], [np.nan, np.nan, np.nan]]))
    view.use_tool("box")
    enclosed = QSignalSpy(view.codes_enclosed)
    drag(view.plotter, (2, 2), (view.width() - 2, view.height() - 2))

    assert [list(rows) for rows, _ in said(enclosed)] == [[0]]


def test_that_a_line_that_is_given_up_encloses_nothing(view: LatentView) -> None:
    show_codes(view, np.zeros((1, 3)))
    view.use_tool("box")
    enclosed = QSignalSpy(view.codes_enclosed)
    QTest.mousePress(view.plotter, LEFT, NO_KEY, QPoint(5, 5))
    move(view.plotter, 400, 340, LEFT)
    assert view.forget_outline()
    move(view.plotter, 410, 350, LEFT)
    QTest.mouseRelease(view.plotter, LEFT, NO_KEY, QPoint(410, 350))

    assert enclosed.count() == 0
    assert not view.forget_outline()


# Flat spaces


@pytest.fixture
def flat_view(view: LatentView) -> LatentView:
    """A space of two axes."""
    view.show_space((-3.0, 3.0, -2.0, 2.0, -1.0, 1.0), ("z1", "z2", ""))
    view.reset_camera()
    return view


def test_that_a_flat_space_is_a_map_with_z1_to_the_right_and_z2_up(flat_view: LatentView) -> None:
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=float)
    origin, right, up = flat_view.pixels_of(corners)[0]
    assert right - origin == pytest.approx((right[0] - origin[0], 0.0), abs=0.5)
    assert up - origin == pytest.approx((0.0, up[1] - origin[1]), abs=0.5)
    assert right[0] > origin[0] + 20
    assert up[1] < origin[1] - 20


def test_that_keys_move_the_probe_over_a_map(flat_view: LatentView) -> None:
    view = flat_view
    view.show_probe(np.zeros(3, dtype=np.float32))
    dragged = QSignalSpy(view.probe_dragged)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_PageUp):
        QTest.keyClick(view.plotter, key)
    np.testing.assert_allclose([args[0] for args in said(dragged)], [[0.12, 0, 0], [0, 0.12, 0]])


def test_that_a_map_is_moved_by_dragging_and_never_turned(flat_view: LatentView) -> None:
    view = flat_view
    show_codes(view, np.array([[0.5, 0.2, 0.0]]))
    place, direction = np.array([0.5, 0.2, 0.0]), view.camera.direction
    x, y = pixel_of(view, place)
    picked = QSignalSpy(view.place_picked)

    drag(view.plotter, (x + 40, y), (x + 100, y + 30))

    assert pixel_of(view, place) == pytest.approx((x + 60, y + 30), abs=1.5)
    assert view.camera.direction == pytest.approx(direction)
    assert picked.count() == 0
    click(view.plotter, x + 150, y + 60)
    assert picked.count() == 1
    assert said(picked)[0][0][2] == pytest.approx(0.0, abs=1e-4)


def test_that_the_wheel_zooms_on_a_map_as_it_does_in_a_space(flat_view: LatentView) -> None:
    view = flat_view
    middle, place = np.array([[0.0, 0.0, 0.0], [1.0, 0.5, 0.0]])

    def away() -> float:
        return float(np.hypot(*np.subtract(pixel_of(view, place), pixel_of(view, middle))))

    before, eye = away(), view.camera.position
    for _ in range(3):
        wheel(view.plotter, 1)
    assert away() == pytest.approx(1.15**3 * before)
    assert view.camera.position == eye
    for _ in range(5):
        wheel(view.plotter, -1)
    assert away() == pytest.approx(1.15**-2 * before)

    view.show_space(BOUNDS, ("z1", "z2", "z3"))
    view.reset_camera()
    far = np.linalg.norm(view.camera.position)
    wheel(view.plotter, 1)
    assert np.linalg.norm(view.camera.position) < 0.95 * far


def test_that_a_pose_of_a_map_holds_its_zoom_and_one_without_leaves_it(
    flat_view: LatentView,
) -> None:
    view, place = flat_view, np.array([1.0, 0.5, 0.0])
    wheel(view.plotter, 1)
    near, pixel = view.pose, pixel_of(view, place)
    view.reset_camera()
    assert view.pose.parallel_scale != near.parallel_scale

    view.show_pose(near)

    assert view.pose == near
    assert pixel_of(view, place) == pytest.approx(pixel)
    view.show_pose(dataclasses.replace(near, parallel_scale=None))
    assert view.pose == near
    view.show_space(BOUNDS, ("z1", "z2", "z3"))
    assert view.pose.parallel_scale is None


def test_that_the_probe_is_dragged_over_a_map(flat_view: LatentView) -> None:
    view = flat_view
    view.show_probe(np.zeros(3, dtype=np.float32))
    dragged = QSignalSpy(view.probe_dragged)
    x, y = pixel_of(view, np.zeros(3))
    drag(view.plotter, (x, y), (x + 40, y - 20))
    end = said(dragged)[-1][0]
    assert pixel_of(view, end) == pytest.approx((x + 40, y - 20), abs=1.0)
    assert end[2] == pytest.approx(0.0, abs=1e-4)


# What is drawn


def test_that_codes_that_are_not_chosen_are_dimmed_but_seen(view: LatentView) -> None:
    positions = far_apart(view, 2)
    colours = np.tile(RED, (2, 1))
    show_codes(view, positions)
    bright = colour_count(view, 200, 40, 40)
    background = view.picture().pixelColor(*(2 * int(v) + 40 for v in pixel_of(view, positions[1])))

    view.show_codes(positions, colours, dimmed=np.array([False, True]))

    assert 0.3 * bright < colour_count(view, 200, 40, 40) < 0.7 * bright
    x, y = pixel_of(view, positions[1])
    dot = view.picture().pixelColor(round(2 * x), round(2 * y))
    assert dot.red() - dot.green() > 15  # still red
    assert abs(dot.red() - background.red()) < 60


def test_that_dots_have_their_sizes_and_change_them(view: LatentView) -> None:
    positions = far_apart(view, 4)
    colours = np.tile(RED, (4, 1))
    counts = []
    for size in (1, 0, 2, 3):
        view.show_codes(positions, colours, sizes=np.full(4, size))
        counts.append(colour_count(view, 200, 40, 40))
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]

    view.show_codes(positions, colours, sizes=np.array([1, 1, 3, 0]))
    assert counts[0] < colour_count(view, 200, 40, 40) < counts[-1]
    view.show_codes(positions, colours)
    assert colour_count(view, 200, 40, 40) == counts[1]


def drawn_things(view: LatentView) -> int:
    props = view.plotter.renderer.GetViewProps()
    return sum(bool(props.GetItemAsObject(i).GetVisibility()) for i in range(len(list(props))))


def colour_count(view: LatentView, red: int, green: int, blue: int) -> int:
    """Pixels near a colour."""
    image = view.picture().convertToFormat(QImage.Format.Format_RGB888)
    content = np.frombuffer(image.constBits(), dtype=np.uint8)
    rows = content.reshape(image.height(), image.bytesPerLine())[:, : 3 * image.width()]
    pixels = rows.reshape(-1, 3).astype(int)
    return int((np.abs(pixels - (red, green, blue)).max(axis=1) < 40).sum())


def test_that_codes_are_drawn_in_their_colours_and_replaced(view: LatentView) -> None:
    positions = far_apart(view, 4)
    show_codes(view, positions)
    assert colour_count(view, 200, 40, 40) > 50

    view.show_codes(positions, np.tile(np.array([30, 30, 220], dtype=np.uint8), (4, 1)))
    assert colour_count(view, 200, 40, 40) == 0
    assert colour_count(view, 30, 30, 220) > 50

    view.show_codes(positions[:0], np.zeros((0, 3), dtype=np.uint8))
    assert colour_count(view, 30, 30, 220) == 0


def test_that_components_are_replaced_not_heaped_up(view: LatentView) -> None:
    before = drawn_things(view)
    for _ in range(5):
        view.show_components((ellipsoid(0, (0, 0, 0)), ellipsoid(1, (1, 1, 1))))
    two = drawn_things(view)
    view.show_components(())

    assert two - before == 4  # one and two sigma of each
    assert drawn_things(view) == before


@pytest.mark.parametrize("latent", [2, 3, 8, 64])
@pytest.mark.parametrize("ways", ["chosen", "principal"])
def test_that_ellipsoids_are_drawn_along_the_eigenvectors_of_the_covariance_that_is_seen(
    view: LatentView, latent: int, ways: str
) -> None:
    generator = np.random.default_rng(latent)
    roots = generator.normal(size=(2, latent, latent)) / np.sqrt(latent)
    covariances = roots @ np.swapaxes(roots, 1, 2) + 0.05 * np.eye(latent)
    axes = chosen_axes(latent, tuple(range(latent))[-3:][::-1])
    if ways == "principal":
        axes = principal_axes(generator.normal(size=(50, latent)).astype(np.float32))
    means = axes.positions(generator.normal(size=(2, latent)))
    view.show_components(
        tuple(
            Ellipsoid(k, means[k], axes.covariance(covariances[k]), 0.5, (40, 200, 40))
            for k in range(2)
        )
    )

    for number, actor in enumerate(view._shells[:4]):
        component, sigmas = divmod(number, 2)
        sigmas += 1
        matrix = np.asarray(actor.user_matrix)
        seen = axes.basis.astype(float).T @ covariances[component] @ axes.basis.astype(float)
        seen += 1e-4 * np.trace(seen) * np.eye(3)  # the depth that makes a flat one seen
        values, vectors = np.linalg.eigh(seen)
        half_axes = matrix[:3, :3]
        lengths = np.linalg.norm(half_axes, axis=0)
        order = np.argsort(lengths)
        np.testing.assert_allclose(lengths[order], sigmas * np.sqrt(values), rtol=1e-4)
        aligned = np.abs((half_axes[:, order] / lengths[order] * vectors).sum(axis=0))
        np.testing.assert_allclose(aligned, 1.0, atol=1e-5)
        assert np.linalg.det(half_axes) > 0  # else its faces are turned inside out
        np.testing.assert_allclose(matrix[:3, 3], means[component], atol=1e-6)
        # And what is drawn lies so many standard deviations from the mean.
        drawn = np.asarray(actor.mapper.dataset.points, dtype=float) @ half_axes.T
        far = np.sqrt(np.einsum("ni,ij,nj->n", drawn, np.linalg.inv(seen), drawn))
        np.testing.assert_allclose(far, sigmas, rtol=1e-3)


def test_that_fewer_components_are_seen_where_there_were_more(view: LatentView) -> None:
    red = ellipsoid(0, (0.0, 0.0, 0.0), size=2.0)
    before = drawn_things(view)
    view.show_components((red, ellipsoid(1, (1, 1, 1))))
    view.show_components((red,))

    assert drawn_things(view) - before == 2


def test_that_warming_up_shows_nothing_and_takes_nothing_away(view: LatentView) -> None:
    before = drawn_things(view)
    view.warm_up()
    assert drawn_things(view) == before

    view.show_components((ellipsoid(0, (0.0, 0.0, 0.0)),))
    view.warm_up()
    assert drawn_things(view) == before + 2


def test_that_the_probe_is_drawn_over_everything(view: LatentView) -> None:
    view.show_components((ellipsoid(0, (0.0, 0.0, 0.0), size=2.0),))
    accent = palette().colour("accent")
    wanted = (accent.red(), accent.green(), accent.blue())
    before = colour_count(view, *wanted)

    view.show_probe(np.zeros(3, dtype=np.float32))

    assert colour_count(view, *wanted) > before + 100


def test_that_the_theme_reaches_box_and_labels_and_keeps_the_camera(view: LatentView) -> None:
    view.camera.position = (4.0, -6.0, 2.0)
    show_codes(view, np.zeros((1, 3)))
    view.show_probe(np.zeros(3, dtype=np.float32))
    count = drawn_things(view)

    theme().choose("dark")

    assert drawn_things(view) == count
    assert view.camera.position == (4.0, -6.0, 2.0)
    assert view.picture().pixelColor(2, 2).lightness() < 80


def test_that_a_closed_view_still_takes_what_comes_late(view: LatentView) -> None:
    view.close_view()

    show_codes(view, np.zeros((3, 3)))
    view.show_components((ellipsoid(0, (0, 0, 0)),))
    view.show_probe(np.zeros(3, dtype=np.float32))
    view.show_marked(np.zeros((1, 3), dtype=np.float32))
    view.show_space(BOUNDS, ("a", "b", "c"))
    view.reset_camera()


def test_that_right_clicks_pick_nothing(view: LatentView) -> None:
    show_codes(view, np.zeros((1, 3)))
    picked = QSignalSpy(view.code_picked)
    x, y = (round(value) for value in pixel_of(view, np.zeros(3)))

    QTest.mouseClick(view.plotter, Qt.MouseButton.RightButton, NO_KEY, QPoint(x, y))

    assert picked.count() == 0
