"""One cloud in 3-D: shown, replaced, cleared, shaded."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mogvae_gui import scenery
from mogvae_gui.views.cloud_view import CloudView
from mogvae_gui.views.theme import theme
from mogvae_gui.views.turns import turns

GREEN = (20, 220, 20)


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[CloudView]:
    view = CloudView()
    qtbot.addWidget(view)
    view.resize(240, 240)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.close()


def cloud(count: int, seed: int = 0) -> np.ndarray:
    points = np.random.default_rng(seed).uniform(-0.6, 0.6, size=(count, 3))
    return np.asarray(points, dtype=np.float32)


def green(count: int) -> np.ndarray:
    return np.tile(np.array(GREEN, dtype=np.uint8), (count, 1))


def greens_in(view: CloudView) -> int:
    image = view.picture()
    return sum(
        image.pixelColor(x, y).green() > image.pixelColor(x, y).red() + 100
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    )


def things(view: CloudView) -> int:
    return int(view.plotter.renderer.GetViewProps().GetNumberOfItems())


def test_that_a_cloud_is_seen_and_cleared(view: CloudView) -> None:
    floor_only = view.picture()
    assert greens_in(view) == 0

    view.show_cloud(cloud(300), green(300))
    assert greens_in(view) > 200

    view.clear_cloud()
    assert view.picture() == floor_only


@pytest.mark.parametrize("count", [300, 120])
def test_that_another_cloud_takes_the_place_of_the_last(view: CloudView, count: int) -> None:
    view.show_cloud(cloud(300), green(300))
    one = things(view)

    view.show_cloud(cloud(count, seed=1), np.zeros((count, 3), dtype=np.uint8))

    assert things(view) == one
    assert greens_in(view) == 0


def test_that_showing_a_cloud_keeps_the_camera(view: CloudView) -> None:
    view.camera.position = (1.0, 2.0, 3.0)

    view.show_cloud(cloud(50), green(50))
    view.show_cloud(cloud(60), green(60))

    assert view.camera.position == (1.0, 2.0, 3.0)
    view.reset_camera()
    assert view.camera.position[1] < 0  # from the front


def test_that_the_arrays_of_the_caller_stay_as_they_are(view: CloudView) -> None:
    first, second = cloud(50), cloud(50, seed=1)
    kept = first.copy()
    view.show_cloud(first, green(50))

    view.show_cloud(second, green(50))

    np.testing.assert_array_equal(first, kept)


def test_that_normals_darken_what_turns_from_the_light() -> None:
    light = scenery.LIGHT.astype(np.float32)
    aside = np.cross(light, [0.0, 0.0, 1.0]).astype(np.float32)
    aside /= np.linalg.norm(aside)
    colours = np.full((3, 3), 200, dtype=np.uint8)

    bright, reverse, dark = scenery.shaded(colours, np.array([light, -light, aside]))[:, 0]

    assert bright == pytest.approx(200, abs=2)
    assert reverse == bright
    assert dark == pytest.approx(200 * scenery.SHADE, abs=2)


def test_that_the_theme_reaches_the_floor(view: CloudView) -> None:
    before = things(view)
    view.show_cloud(cloud(20), green(20))

    theme().choose("dark")

    assert things(view) == before + 1
    assert view.picture().pixelColor(3, 470).lightness() < 60


def test_that_the_same_cloud_in_the_same_colours_is_not_drawn_again(
    view: CloudView, qtbot: QtBot
) -> None:
    points = cloud(300)
    view.show_cloud(points, green(300))
    for _ in range(5):
        QApplication.processEvents()
    drawn = QSignalSpy(view.plotter.frameSwapped)

    view.show_cloud(points, green(300))
    qtbot.wait(50)
    assert drawn.count() == 0

    view.show_cloud(points, np.zeros((300, 3), dtype=np.uint8))
    qtbot.waitUntil(lambda: drawn.count() == 1)
    assert greens_in(view) == 0


def test_that_a_cleared_view_makes_way_for_another_number_of_points(view: CloudView) -> None:
    view.show_cloud(cloud(300), green(300))
    one = things(view)
    view.clear_cloud()
    view.show_cloud(cloud(120), green(120))

    assert greens_in(view) > 80
    assert things(view) == one


def test_that_there_is_no_point_under_the_pointer_in_a_cleared_view(view: CloudView) -> None:
    middle = QPointF(120, 120)
    view.show_cloud(np.zeros((3, 3), dtype=np.float32), green(3))
    view.look_from(bounds=(-1, 1, -1, 1, -1, 1))
    assert view.point_under(middle) is not None
    view.clear_cloud()
    assert view.point_under(middle) is None


def test_that_a_frame_that_was_painted_anyway_is_not_drawn_twice(
    view: CloudView, qtbot: QtBot
) -> None:
    view.show_cloud(cloud(300), green(300))
    assert view in turns()._waiting
    turns()._next.stop()  # no turn comes
    view.plotter.update()  # as Qt does where the view has come into sight
    qtbot.waitUntil(lambda: view not in turns()._waiting)


def test_that_a_cleared_cloud_is_drawn_when_it_comes_back(view: CloudView) -> None:
    points = cloud(300)
    view.show_cloud(points, green(300))
    view.clear_cloud()
    view.show_cloud(points, green(300))

    assert greens_in(view) > 200


def test_that_warming_up_leaves_nothing_behind(view: CloudView) -> None:
    floor_only = view.picture()
    view.warm_up()
    assert view.picture() == floor_only

    view.show_cloud(cloud(300), green(300))
    view.warm_up()
    assert greens_in(view) > 200
