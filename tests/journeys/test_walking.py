"""A walk in the latent space with the mouse: choose, count, reckon, sample, steer."""

from collections.abc import Callable

import numpy as np
import pytest
from jaxtyping import Float
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.code_groups import analogy, mean_code
from core.steering import Gaussians
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.component_gallery import ComponentGallery
from tests.gui.menus import choose_from_list, choose_from_menu
from tests.gui.mouse import double_click, draw
from tests.journeys.hands import (
    button_of,
    click_card,
    click_chair,
    click_middle,
    click_tab,
    drag_handle,
)
from tests.journeys.waiting import A_MINUTE, settled, shown

RADIUS_PX = 26.0


def draw_a_lasso(studio: Studio, middle: Float[np.ndarray, " 2"]) -> tuple[str, ...]:
    """Around a place of the view, as a hand does; the chairs that it chose."""
    angles = np.linspace(0, 2 * np.pi, 24)
    circle = middle + RADIUS_PX * np.column_stack([np.cos(angles), np.sin(angles)])
    draw(studio.window.latent.view.plotter, [(float(x), float(y)) for x, y in circle])
    return studio.project.selected


def middle_of(studio: Studio, chair_ids: tuple[str, ...]) -> tuple[float, ...]:
    """The middle of their codes, reckoned here."""
    latent_map = studio.latent.map
    assert latent_map is not None
    rows = [latent_map.chair_ids.index(chair_id) for chair_id in chair_ids]
    return mean_code(latent_map.codes[rows])


def test_that_a_hand_reckons_with_two_groups_and_a_chair(
    demo: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    studio, view, panel = demo, demo.window.latent.view, demo.window.selection
    click_tab(studio, "Selection")
    click_middle(button_of(studio.window.latent, "Lasso select"))
    pixels = view.pixels_of(view._positions)[0]
    places = [np.quantile(pixels, share, axis=0, method="nearest") for share in (0.5, 0.12)]
    middles = [pixels[np.abs(pixels[:, 0] - place[0]).argmin()] for place in places]

    # Two groups: each is drawn around, and put into a slot.
    first = draw_a_lasso(studio, middles[0])
    inside = np.hypot(*(pixels - middles[0]).T) <= RADIUS_PX
    assert abs(len(first) - int(inside.sum())) <= 6  # a circle of 24 corners
    assert len(first) > 3
    assert len(studio.window.library.selected_ids()) == len(first)
    picture("reckoning-1-lasso")
    choose_from_menu(panel.slots["A"], f"The middle of the {len(first)} chosen chairs")
    second = draw_a_lasso(studio, middles[1])
    assert len(second) > 3
    assert not set(first) & set(second)
    choose_from_menu(panel.slots["B"], f"The middle of the {len(second)} chosen chairs")
    qtbot.waitUntil(
        lambda: all(panel.slots[letter]._picture is not None for letter in "AB"), timeout=A_MINUTE
    )

    # How the one becomes the other: colours and arrows on the decoded A.
    assert not panel.analogy_button.isEnabled()
    click_middle(panel.difference_button)
    stage, labels = studio.window.stage, [panel.slots[letter]._label for letter in "AB"]
    title = f"From {labels[0]} to {labels[1]}"
    qtbot.waitUntil(lambda: stage.reconstruction.title.text() == title, timeout=A_MINUTE)
    decoded = studio.stage.reconstruction
    assert decoded is not None
    assert decoded.code == pytest.approx(middle_of(studio, first), abs=1e-5)
    assert decoded.arrows is not None
    assert decoded.displacement is not None
    assert decoded.displacement.max() > 0.1
    settled(studio, qtbot)
    assert stage._colour_bar.words[0] == "stays"
    assert button_of(stage, "Save picture…").isVisible()  # all of the bar still has room
    assert button_of(stage, "Shape").isVisible()
    picture("reckoning-2-difference")

    # What A has and B has not, given to a chair.
    chair_id = click_chair(studio, 5)
    settled(studio, qtbot)
    chair = studio.project.current
    assert chair is not None
    choose_from_menu(panel.slots["C"], chair.name)
    qtbot.waitUntil(lambda: panel.slots["C"]._picture is not None, timeout=A_MINUTE)
    click_middle(panel.analogy_button)
    title = f"{labels[0]} − {labels[1]} + {chair.name}"
    qtbot.waitUntil(lambda: stage.reconstruction.title.text() == title, timeout=A_MINUTE)
    expected = analogy(*(middle_of(studio, group) for group in (first, second, (chair_id,))))
    assert studio.latent.probe is not None
    assert studio.latent.probe.code == pytest.approx(expected, abs=1e-5)
    settled(studio, qtbot)
    picture("reckoning-3-analogy")

    # The average of what is chosen; Esc lets go of it.
    third = draw_a_lasso(studio, middles[0])
    click_middle(panel.average_button)
    shown(studio, qtbot)
    assert studio.latent.probe.code == pytest.approx(middle_of(studio, third), abs=1e-5)
    assert stage.reconstruction.title.text().startswith("Average of")
    QTest.keyClick(studio.window, Qt.Key.Key_Escape)
    assert studio.project.selected == ()


def test_that_a_hand_opens_samples_of_a_component_and_steers_towards_another(
    demo: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    studio, panel, latent = demo, demo.window.latent, demo.latent
    click_tab(studio, "Components")
    components = panel.components
    item = components.topLevelItem(0)
    assert item is not None
    place = components.visualItemRect(item).center()
    double_click(components.viewport(), place.x(), place.y())
    gallery = studio.window.findChild(ComponentGallery)
    assert gallery is not None
    qtbot.waitUntil(lambda: gallery.samples.count() == 24, timeout=A_MINUTE)
    click_card(gallery.samples, 3)
    assert latent.probe is not None
    assert latent.probe.showing is not None
    assert latent.probe.showing.component is not None  # a sample of it, not its mean
    gallery.close()

    click_tab(studio, "Probe")
    choose_from_list(panel.steering.towards, "Component 3")
    assert latent.map is not None
    assert latent.map.components is not None
    mean, mixture = latent.map.components.means[2], Gaussians.of(latent.map.components)
    before = mixture.responsibility(np.array([latent.probe.code]), 2)[0]
    drag_handle(panel.steering.slider, 1.0)
    shown(studio, qtbot)
    assert panel.steering.slider.value() == 100
    after = mixture.responsibility(np.array([latent.probe.code]), 2)[0]
    assert before < 0.5 < after
    assert panel.steering.share.text() == f"{after:.0%}"
    assert latent.probe.code == pytest.approx(mean, abs=0.05)  # where it is surest, not the mean
    settled(studio, qtbot)
    picture("reckoning-4-steered")
