"""What every 3-D view does: clicks and drags, rays and pixels, linked cameras, themes, closing."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QImage, QImageWriter, QKeySequence, QSurface
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import getAllValidWrappers

from core.picking import plane_hit
from mogvae_gui.views.scene_view import SceneView
from mogvae_gui.views.theme import palette, theme
from tests.gui.mouse import click, drag, move
from tests.gui.spies import said


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[SceneView]:
    view = SceneView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    with qtbot.waitExposed(view):
        view.show()
    view.look_from((-0.6, -1.3, 0.5), bounds=(-1, 1, -1, 1, -1, 1))
    yield view
    view.close()


def turned(view: SceneView) -> SceneView:
    """The same view from a camera that looks askew, off the centre."""
    view.camera.position = (2.1, -3.3, 1.7)
    view.camera.focal_point = (0.2, -0.1, 0.15)
    view.camera.up = (0.2, 0.1, 1.0)
    view.camera.Zoom(1.2)
    view.plotter.renderer.ResetCameraClippingRange(-2, 2, -2, 2, -2, 2)
    return view


def spots(count: int = 40, seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.8, 0.8, size=(count, 3))


def frames_until_idle(view: SceneView) -> int:
    """How many frames are drawn for what was asked so far."""
    drawn = QSignalSpy(view.plotter.frameSwapped)
    for _ in range(5):
        QApplication.processEvents()
    return drawn.count()


# Where things are seen, and the way back


def test_that_a_ray_through_the_pixel_of_a_place_meets_the_place(view: SceneView) -> None:
    for seen in (view, turned(view)):
        places = spots()
        pixels, _ = seen.pixels_of(places)
        for place, (x, y) in zip(places, pixels, strict=True):
            ray = seen.ray_through(QPointF(x, y))
            assert np.linalg.norm(ray.direction) == pytest.approx(1.0)
            np.testing.assert_allclose(np.cross(place - ray.start, ray.direction), 0, atol=1e-6)
            found = plane_hit(ray, place, np.array(seen.camera.direction))
            assert found is not None
            np.testing.assert_allclose(found, place, atol=1e-6)


def test_that_pixels_agree_with_the_toolkits_own(view: SceneView) -> None:
    renderer = turned(view).plotter.renderer
    places = spots(10)
    ratio = view.devicePixelRatioF()

    pixels, depths = view.pixels_of(places)

    for place, pixel in zip(places, pixels, strict=True):
        renderer.SetWorldPoint(*place, 1.0)
        renderer.WorldToDisplay()
        x, y, _ = renderer.GetDisplayPoint()
        assert pixel == pytest.approx((x / ratio, view.height() - y / ratio), abs=1.0)
    towards = np.array(view.camera.position) - places
    assert (np.argsort(depths) == np.argsort(np.linalg.norm(towards, axis=1))).mean() > 0.6
    nearer = places[0] + 0.1 * towards[0]
    assert view.pixels_of(nearer[None])[1][0] < depths[0]


def test_that_what_is_behind_the_eye_is_seen_nowhere(view: SceneView) -> None:
    behind = np.array(view.camera.position) - np.array(view.camera.direction)

    pixels, _ = view.pixels_of(behind[None])

    assert np.isinf(pixels).all()


# Hands


def test_that_a_click_is_told_where_it_was(view: SceneView) -> None:
    clicked = QSignalSpy(view.clicked)
    click(view.plotter, 120, 80)

    assert clicked.count() == 1
    assert said(clicked)[0][0] == QPointF(120, 80)


def test_that_a_drag_turns_the_camera_and_is_no_click(view: SceneView) -> None:
    clicked, before = QSignalSpy(view.clicked), np.array(view.camera.position)

    drag(view.plotter, (120, 80), (220, 120))

    assert clicked.count() == 0
    assert np.linalg.norm(np.array(view.camera.position) - before) > 0.1


def test_that_a_hand_that_shakes_a_little_still_clicks(view: SceneView) -> None:
    clicked = QSignalSpy(view.clicked)

    drag(view.plotter, (120, 80), (122, 81))

    assert clicked.count() == 1


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_that_other_buttons_do_not_click(view: SceneView, button: Qt.MouseButton) -> None:
    clicked = QSignalSpy(view.clicked)

    QTest.mouseClick(view.plotter, button, Qt.KeyboardModifier.NoModifier, QPoint(120, 80))

    assert clicked.count() == 0


def test_that_hovering_is_told_only_while_no_button_is_down(view: SceneView) -> None:
    hovered = QSignalSpy(view.hovered)
    move(view.plotter, 60, 60)
    move(view.plotter, 70, 60)
    there = hovered.count()
    assert there == 2

    drag(view.plotter, (70, 60), (90, 80))

    assert hovered.count() == there


def test_that_keys_of_the_toolkit_do_nothing_and_shortcuts_of_the_window_do(
    view: SceneView, qtbot: QtBot
) -> None:
    heard: list[str] = []
    view.activateWindow()
    with qtbot.waitActive(view):
        view.raise_()
    for key in ("Q", "W", "R", "Up"):
        action = QAction(key, view)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _=False, key=key: heard.append(key))
        view.addAction(action)
    view.plotter.setFocus()
    before = view.camera.position
    QTest.keyClicks(view.plotter, "qwrsvbC+-3")
    QTest.keyClick(view.plotter, Qt.Key.Key_Up)

    assert not view.is_closed
    assert view.camera.position == before
    assert set(heard) == {"Q", "W", "R", "Up"}


def test_that_files_dragged_over_a_view_go_on_to_the_window(view: SceneView) -> None:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile("/tmp/chair.obj")])
    event = QDragEnterEvent(
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        content,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )

    assert not view.plotter.acceptDrops()
    event.ignore()
    QApplication.sendEvent(view.plotter, event)
    assert not event.isAccepted()


# Cameras


@pytest.fixture
def pair(qtbot: QtBot) -> Iterator[tuple[SceneView, SceneView]]:
    window = QWidget()
    qtbot.addWidget(window)
    first, second = SceneView(), SceneView()
    layout = QVBoxLayout(window)
    layout.addWidget(first)
    layout.addWidget(second)
    window.resize(300, 500)
    with qtbot.waitExposed(window):
        window.show()
    for view in (first, second):
        view.look_from(bounds=(-1, 1, -1, 1, -1, 1))
    yield first, second
    first.close_view()
    second.close_view()


def test_that_a_shared_camera_is_seen_through_by_both(pair: tuple[SceneView, SceneView]) -> None:
    first, second = pair
    second.share_camera(first)

    first.camera.position = (3.0, 3.0, 3.0)

    assert second.camera.position == (3.0, 3.0, 3.0)


def test_that_a_camera_of_its_own_starts_from_where_the_shared_one_looked(
    pair: tuple[SceneView, SceneView],
) -> None:
    first, second = pair
    second.share_camera(first)
    first.camera.position = (3.0, 3.0, 3.0)
    second.own_camera()
    moved = QSignalSpy(second.camera_moved)

    assert second.camera.position == (3.0, 3.0, 3.0)
    second.camera.position = (-3.0, -3.0, 1.0)

    assert first.camera.position == (3.0, 3.0, 3.0)
    assert moved.count() >= 1


def test_that_sharing_and_parting_many_times_leaves_one_observer(
    pair: tuple[SceneView, SceneView],
) -> None:
    first, second = pair
    for _ in range(3):
        second.share_camera(first)
        second.share_camera(first)
        second.own_camera()
        second.own_camera()
    moved = QSignalSpy(second.camera_moved)

    second.camera.SetViewAngle(20.0)

    assert moved.count() == 1


# Drawing


def test_that_many_changes_draw_one_frame(view: SceneView) -> None:
    frames_until_idle(view)
    drawn = QSignalSpy(view.plotter.frameSwapped)
    for _ in range(10):
        view.refresh()
    for _ in range(5):
        QApplication.processEvents()

    assert drawn.count() <= 2


def test_that_nothing_is_drawn_while_nothing_changes(view: SceneView, qtbot: QtBot) -> None:
    frames_until_idle(view)
    drawn = QSignalSpy(view.plotter.frameSwapped)

    qtbot.wait(300)  # the toolkit's own timer would draw every 200 ms

    assert drawn.count() == 0


def test_that_the_theme_reaches_an_open_view(view: SceneView) -> None:
    assert view.plotter.renderer.GetBackground() == pytest.approx(palette().rgb("view_bottom"))
    theme().choose("dark")
    assert palette().name == "dark"

    assert view.plotter.renderer.GetBackground() == pytest.approx(palette().rgb("view_bottom"))
    assert view.plotter.renderer.GetBackground2() == pytest.approx(palette().rgb("view_top"))
    picture = view.picture()
    corner = picture.pixelColor(3, picture.height() - 4)
    assert corner.lightness() < 60


def test_that_a_picture_is_twice_as_fine_as_the_view_and_saved(
    view: SceneView, tmp_path: Path
) -> None:
    ratio = view.devicePixelRatioF()
    assert view.picture(2).width() == round(2 * ratio * view.width())

    view.save_picture(tmp_path / "view.png")

    assert (tmp_path / "view.png").stat().st_size > 500


def test_that_a_picture_that_cannot_be_saved_is_an_error_of_the_disk(
    view: SceneView, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        view.save_picture(tmp_path / "file" / "view.png")


def test_that_a_picture_that_fails_half_way_leaves_the_one_before(
    view: SceneView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "view.png"
    path.write_text("before")

    def cut_short(writer: QImageWriter, _: QImage) -> bool:
        Path(writer.fileName()).write_bytes(b"half")
        return False

    monkeypatch.setattr(QImageWriter, "write", cut_short)
    with pytest.raises(OSError, match="could not be written"):
        view.save_picture(path)

    assert path.read_text() == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["view.png"]


# The end


def test_that_a_closed_view_may_be_asked_to_draw_and_closed_again(view: SceneView) -> None:
    view.close_view()
    view.close_view()
    view.refresh()
    theme().choose("dark")

    assert view.is_closed


def test_that_a_closed_view_holds_nothing_of_qts_that_ends_without_a_word(view: SceneView) -> None:
    view.draw()
    assert surfaces()

    view.close_view()

    assert not surfaces()


def surfaces() -> list[QSurface]:
    return [thing for thing in getAllValidWrappers() if type(thing) is QSurface]
