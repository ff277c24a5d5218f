"""The latent space as a hand uses it: ellipsoids, sliders, components, boxes, colours, cards."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QSlider, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from core.steering import way_to_component
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.component_gallery import ComponentGallery
from mogvae_gui.views.component_list import COMPONENT
from tests.gui.menus import choose_from_context_menu, choose_from_list, choose_from_menu_bar
from tests.gui.mouse import LEFT, NO_KEY, click, double_click, drag, move
from tests.gui.views.test_component_list import check_box
from tests.journeys.hands import button_of, click_middle, click_tab, drag_handle, handle_of
from tests.journeys.waiting import A_MINUTE, shown


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


def item_of(studio: Studio, component: int) -> QTreeWidgetItem:
    components = studio.window.latent.components
    for position in range(components.topLevelItemCount()):
        item = components.topLevelItem(position)
        if item is not None and item.data(0, COMPONENT) == component:
            return item
    raise AssertionError(f"Component {component} is not listed.")


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
    double_click(view.plotter, x, y)
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
    drag_handle(panel.steering.slider, 1.0)
    shown(studio, qtbot)
    assert panel.steering.slider.value() == 100
    assert latent.probe.code == pytest.approx(way[-1], abs=1e-4)
    picture("latent-2-steered")


def test_that_a_hand_hides_shows_alone_and_names_a_component(
    opened: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    studio, panel, latent = opened, opened.window.latent, opened.latent
    click_tab(studio, "Components")
    components = panel.components
    role, first = item_of(studio, 2), components.topLevelItem(0)
    assert first is not None
    position = components.indexOfTopLevelItem(role)
    QTest.mouseClick(components.viewport(), LEFT, NO_KEY, check_box(components, position))
    assert latent.hidden_components == {2}
    assert {each.component for each in panel.view._ellipsoids} == {0, 1}

    middle = components.visualItemRect(item_of(studio, 1)).center()
    choose_from_context_menu(components, middle, "Show only this")
    assert latent.hidden_components == {0, 2}
    choose_from_context_menu(components, middle, "Show all")
    assert latent.hidden_components == frozenset()

    # The same and more by the buttons beside the tabs, which are about the chosen one.
    tools = panel.component_tools
    middle = components.visualItemRect(item_of(studio, 0)).center()
    click(components.viewport(), middle.x(), middle.y())
    shown(studio, qtbot)
    assert not button_of(tools, "Show all").isEnabled()
    click_middle(button_of(tools, "Show only this"))
    assert latent.hidden_components == {1, 2}
    picture("latent-3-alone")
    click_middle(button_of(tools, "Show all"))
    assert latent.hidden_components == frozenset()
    click_middle(button_of(tools, "Gallery of samples"))
    gallery = studio.window.findChild(ComponentGallery)
    assert gallery is not None
    assert gallery.windowTitle() == "Samples of Component 1"
    gallery.close()

    middle = components.visualItemRect(item_of(studio, 1)).center()
    click(components.viewport(), middle.x(), middle.y())
    click_middle(button_of(tools, "Rename"))
    editor = components.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "Stools")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: latent.component_names == {1: "Stools"}, timeout=A_MINUTE)
    assert item_of(studio, 1).text(0) == "Stools"
    assert panel.steering.towards.itemText(1) == "Stools"
    picture("latent-3-named")


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
    choose_from_menu_bar(studio.window.menuBar(), "View", "Size codes by error")
    assert latent.sized_by_error
    assert view.picture() != before
    picture("latent-6-errors")
