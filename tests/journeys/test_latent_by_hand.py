"""The latent space as a hand uses it: ellipsoids, sliders, components, boxes, colours, cards."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMenu,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QTreeWidgetItem,
)
from pytestqt.qtbot import QtBot

from core.project import Project
from core.steering import way_to_component
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.component_gallery import ComponentGallery
from mogvae_gui.views.component_list import COMPONENT
from tests.gui.menus import choose_from_list
from tests.gui.mouse import LEFT, NO_KEY, click, drag, move
from tests.gui.views.test_component_list import check_box
from tests.journeys.waiting import A_MINUTE, shown


@pytest.fixture
def opened(studio: Studio, own_project: Project, qtbot: QtBot) -> Studio:
    """The small project with its first chair on the stage."""
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_MINUTE)
    shown(studio, qtbot)
    return studio


def pixel_over_component(studio: Studio) -> tuple[float, float, int]:
    """A pixel at which an ellipsoid is under the pointer and no code, and which one it is."""
    view = studio.window.latent.view
    for x in range(10, view.width() - 10, 5):
        for y in range(10, view.height() - 10, 5):
            place = QPointF(x, y)
            component = view._component_under(place)
            if component is not None and view._code_under(place) is None:
                return float(x), float(y), component
    raise AssertionError("No ellipsoid can be pointed at.")


def handle_of(slider: QSlider) -> tuple[float, float]:
    """The middle of a slider's handle."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    part = QStyle.SubControl.SC_SliderHandle
    complex_control = QStyle.ComplexControl.CC_Slider
    middle = slider.style().subControlRect(complex_control, option, part, slider).center()
    return middle.x(), middle.y()


def item_of(studio: Studio, component: int) -> QTreeWidgetItem:
    components = studio.window.latent.components
    for position in range(components.topLevelItemCount()):
        item = components.topLevelItem(position)
        if item is not None and item.data(0, COMPONENT) == component:
            return item
    raise AssertionError(f"Component {component} is not listed.")


def choose_from_context_menu(studio: Studio, component: int, text: str) -> None:
    """Right click a component and click an entry of what opens; Qt waits inside the menu."""
    components = studio.window.latent.components
    place = components.visualItemRect(item_of(studio, component)).center()
    QTest.mouseClick(components.viewport(), Qt.MouseButton.RightButton, NO_KEY, place)
    found: list[str] = []

    def look() -> None:
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            timer.stop()
            actions = {action.text(): action for action in menu.actions()}
            found.extend(actions)
            QTest.mouseClick(menu, LEFT, NO_KEY, menu.actionGeometry(actions[text]).center())

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(30)
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, place, components.viewport().mapToGlobal(place))
    QApplication.sendEvent(components.viewport(), event)
    assert text in found


def choose_from_menu_bar(studio: Studio, title: str, text: str) -> None:
    bar = studio.window.menuBar()
    (opens,) = [one for one in bar.actions() if one.text().replace("&", "") == title]
    QTest.mouseClick(bar, LEFT, NO_KEY, bar.actionGeometry(opens).center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    (action,) = [one for one in menu.actions() if one.text().replace("&", "") == text]
    QTest.mouseClick(menu, LEFT, NO_KEY, menu.actionGeometry(action).center())


def test_that_a_hand_points_at_an_ellipsoid_clicks_it_and_opens_its_samples(
    opened: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    studio, view, latent = opened, opened.window.latent.view, opened.latent
    x, y, component = pixel_over_component(studio)
    move(view.plotter, x, y)
    assert view.hover_card.isVisible()
    assert view.hover_card.title.text() == latent.name_of(component)
    picture("latent-1-ellipsoid")

    click(view.plotter, x, y)
    shown(studio, qtbot)
    assert latent.map is not None
    assert latent.map.components is not None
    assert latent.probe is not None
    assert latent.probe.component == component
    assert latent.probe.code == pytest.approx(latent.map.components.means[component])
    assert studio.window.stage.reconstruction.title.text() == latent.name_of(component)

    # The probe lies on the mean now, so beside it: a second click soon after is a double click.
    QTest.mouseDClick(view.plotter, LEFT, NO_KEY, QPoint(round(x), round(y)))
    gallery = studio.window.findChild(ComponentGallery)
    assert gallery is not None
    qtbot.waitUntil(lambda: gallery.samples.count() == 24, timeout=A_MINUTE)
    assert latent.name_of(component) in gallery.windowTitle()
    gallery.close()


def test_that_a_hand_drags_a_slider_types_a_number_and_steers(
    opened: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    studio, panel, latent = opened, opened.window.latent, opened.latent
    assert latent.probe is not None
    before = latent.probe.code
    (handle,) = panel.sliders.sliders[1].findChildren(QSlider)
    x, y = handle_of(handle)
    drag(handle, (x, y), (x + 30, y))
    shown(studio, qtbot)
    after = latent.probe.code
    assert after[1] > before[1] + 0.05
    assert (after[0], after[2]) == (before[0], before[2])

    field = panel.sliders.sliders[2].findChild(QLineEdit)
    assert field is not None
    click(field, field.width() / 2, field.height() / 2)
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "6.125")
    QTest.keyClick(field, Qt.Key.Key_Return)
    shown(studio, qtbot)
    assert latent.probe.code == pytest.approx((after[0], after[1], 6.125))
    assert panel.sliders.sliders[2].value() == 6.125
    assert "least usual chair" in panel.density.text

    choose_from_list(panel.steering.towards, "Component 2")
    assert latent.map is not None
    assert latent.map.components is not None
    way = way_to_component(latent.probe.code, latent.map.components, 1)
    assert np.linalg.norm(way[-1] - way[0]) > 0.5
    slider = panel.steering.slider
    x, y = handle_of(slider)
    drag(slider, (x, y), (slider.width() - 4, y))
    shown(studio, qtbot)
    assert slider.value() == 100
    assert latent.probe.code == pytest.approx(way[-1], abs=1e-4)
    picture("latent-2-steered")


def test_that_a_hand_hides_shows_alone_and_names_a_component(
    opened: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    studio, panel, latent = opened, opened.window.latent, opened.latent
    click(panel.tabs.tabBar(), *_middle_of_tab(studio, "Components"))
    components = panel.components
    role, first = item_of(studio, 2), components.topLevelItem(0)
    assert first is not None
    position = components.indexOfTopLevelItem(role)
    QTest.mouseClick(components.viewport(), LEFT, NO_KEY, check_box(components, position))
    assert latent.hidden_components == {2}
    assert {each.component for each in panel.view._ellipsoids} == {0, 1}

    choose_from_context_menu(studio, 1, "Show only this")
    assert latent.hidden_components == {0, 2}
    choose_from_context_menu(studio, 1, "Show all")
    assert latent.hidden_components == frozenset()

    place = components.visualItemRect(item_of(studio, 1)).center()
    QTest.mouseClick(components.viewport(), LEFT, NO_KEY, place)
    QTest.keyClick(components, Qt.Key.Key_F2)
    editor = components.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "Stools")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: latent.component_names == {1: "Stools"}, timeout=A_MINUTE)
    assert item_of(studio, 1).text(0) == "Stools"
    assert panel.steering.towards.itemText(1) == "Stools"
    picture("latent-3-named")


def _middle_of_tab(studio: Studio, title: str) -> tuple[float, float]:
    bar = studio.window.latent.tabs.tabBar()
    (place,) = [place for place in range(bar.count()) if bar.tabText(place) == title]
    middle = bar.tabRect(place).center()
    return middle.x(), middle.y()


def test_that_a_hand_draws_a_box_colours_and_points_at_codes(
    studio: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    studio.projects.open_demo()
    qtbot.waitUntil(lambda: studio.latent.map is not None, timeout=A_MINUTE)
    panel, latent, view = studio.window.latent, studio.latent, studio.window.latent.view
    assert latent.map is not None

    # A card for the code under the pointer.
    pixels = view.pixels_of(view._positions)[0]
    x, y = pixels[0]
    row = view._code_under(QPointF(round(x), round(y)))
    assert row is not None
    move(view.plotter, x, y)
    chair = studio.project.chair(latent.map.chair_ids[row])
    assert chair is not None
    assert view.hover_card.isVisible()
    assert view.hover_card.title.text() == chair.name
    picture("latent-4-card")
    move(view.plotter, 3, 3)
    assert not view.hover_card.isVisible()

    # A box around a part of the codes, by the key and the mouse.
    view.plotter.setFocus()
    QTest.keyClick(view.plotter, Qt.Key.Key_B)
    assert panel.box_action.isChecked()
    middle = round(float(np.median(pixels[:, 0])))
    drag(view.plotter, (2, 2), (middle, view.height() - 2))
    inside = (pixels > 2).all(axis=1) & (pixels < (middle, view.height() - 2)).all(axis=1)
    expected = {latent.map.chair_ids[row] for row in np.flatnonzero(inside)}
    assert 20 < len(expected) < len(pixels) - 20
    assert set(studio.project.selected) == expected
    assert set(studio.window.library.selected_ids()) == expected
    QTest.keyClick(view.plotter, Qt.Key.Key_B)

    QTest.keyClick(studio.window, Qt.Key.Key_Escape)
    assert studio.project.selected == ()

    choose_from_list(panel.colouring, "Family")
    assert latent.colouring == "family"
    assert "armchair" in panel.legend.words
    picture("latent-5-families")

    # As large as their errors, which an evaluation takes minutes to find.
    latent.errors = {one: 0.01 * place for place, one in enumerate(latent.map.chair_ids)}
    choose_from_list(panel.colouring, "Error")
    before = view.picture()
    choose_from_menu_bar(studio, "View", "Size codes by error")
    assert latent.sized_by_error
    assert view.picture() != before
    picture("latent-6-errors")
