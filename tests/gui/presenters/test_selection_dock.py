"""The Selection dock: chosen chairs, neighbours, averages, A − B + C, differences."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.training.run import Run
from mogvae_gui.presenters.colouring import displacement_range
from mogvae_gui.presenters.group_names import group_name
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.chair_strip import ChairStrip
from tests.gui.conftest import A_WHILE
from tests.gui.mouse import LEFT, NO_KEY
from tests.small_project import CHAIRS, RUN


@pytest.fixture
def studio_with_dock(open_studio: Studio, qtbot: QtBot) -> Studio:
    """The Selection dock in front."""
    open_studio.window.selection_dock.raise_()
    qtbot.waitUntil(open_studio.window.selection.isVisible)
    return open_studio


def click_card(strip: ChairStrip, row: int) -> None:
    place = strip.visualRect(strip.rows.index(row)).center()
    QTest.mouseClick(strip.viewport(), LEFT, NO_KEY, QPoint(place))


def decoded(studio: Studio, code: tuple[float, ...]) -> np.ndarray:
    """What the run decodes this code to."""
    project = studio.project.project
    assert project is not None
    model = Run.open(project.runs_folder / RUN).model()
    return np.asarray(model.decode(np.array([code], dtype=np.float32))[0])


def wait_for(studio: Studio, title: str, qtbot: QtBot) -> None:
    """Wait until the stage shows what is called so."""
    qtbot.waitUntil(
        lambda: (
            studio.stage.reconstruction is not None and studio.stage.reconstruction.title == title
        ),
        timeout=A_WHILE,
    )


@pytest.mark.usefixtures("paints")
def test_that_chosen_chairs_are_counted_and_shown_with_their_pictures(
    studio_with_dock: Studio, qtbot: QtBot
) -> None:
    studio, panel = studio_with_dock, studio_with_dock.window.selection
    chairs = studio.project.chairs
    chosen = (chairs[10], chairs[2], chairs[5])
    studio.project.selected = tuple(chair.id for chair in chosen)

    assert panel._count.text() == "3 chairs"
    assert "2 train, 1 test" in panel._breakdown.text()
    for chair in chosen:
        assert f"× {chair.metadata['family']}" in panel._breakdown.text()
    assert "× Component " in panel._breakdown.text()
    assert panel.chosen.shown_ids() == [chairs[2].id, chairs[5].id, chairs[10].id]
    qtbot.waitUntil(
        lambda: all(panel.chosen.rows.thumbnail(chair.id) for chair in chosen), timeout=A_WHILE
    )

    click_card(panel.chosen, 1)
    assert studio.project.selected == (chairs[5].id, chairs[10].id, chairs[2].id)
    wait_for(studio, f"Reconstruction of {chairs[5].name}", qtbot)
    studio.project.selected = ()
    assert panel._count.text() == "Chosen chairs"
    assert not panel.average_action.isEnabled()


def named(studio: Studio, rows: Sequence[int]) -> str:
    """What the chairs of these rows of the map are called together."""
    assert studio.latent.map is not None
    found = [studio.project.chair(studio.latent.map.chair_ids[row]) for row in rows]
    return group_name([chair for chair in found if chair is not None], studio.latent)


def test_that_the_average_is_decoded_from_the_middle_of_the_codes(
    studio_with_dock: Studio, qtbot: QtBot
) -> None:
    studio = studio_with_dock
    assert studio.latent.map is not None
    rows = [1, 4, 6, 7]
    studio.project.selected = tuple(studio.latent.map.chair_ids[row] for row in rows)

    QTest.mouseClick(studio.window.selection.average_button, LEFT)

    wait_for(studio, f"Average of {named(studio, rows)}", qtbot)
    middle = studio.latent.map.codes[rows].astype(np.float64).mean(axis=0)
    assert studio.latent.probe is not None
    assert studio.latent.probe.code == pytest.approx(tuple(middle))
    assert studio.stage.reconstruction is not None
    np.testing.assert_allclose(
        studio.stage.reconstruction.points, decoded(studio, tuple(middle)), atol=1e-5
    )
    assert len(studio.project.selected) == 4  # still chosen


def test_that_neighbours_follow_the_probe_and_a_click_chooses_one(
    studio_with_dock: Studio, qtbot: QtBot
) -> None:
    studio, panel = studio_with_dock, studio_with_dock.window.selection
    latent_map = studio.latent.map
    assert latent_map is not None
    panel.neighbour_count.setValue(3)
    for place in ((0.5, 0.5, 0.5), (-2.0, 1.0, 0.0)):
        studio.probe.go_to(place)
        distances = np.linalg.norm(latent_map.codes - np.array(place), axis=1)
        nearest = [latent_map.chair_ids[row] for row in np.argsort(distances)[:3]]
        assert panel.neighbours.shown_ids() == nearest

    click_card(panel.neighbours, 1)
    assert studio.project.selected == (nearest[1],)
    wait_for(studio, f"Reconstruction of {studio.project.current.name}", qtbot)  # type: ignore[union-attr]
    assert nearest[1] not in panel.neighbours.shown_ids()  # no chair is its own neighbour
    panel.neighbour_count.setValue(24)
    assert len(panel.neighbours.shown_ids()) == CHAIRS - 1


def test_that_what_a_has_and_b_has_not_is_given_to_c(
    studio_with_dock: Studio, qtbot: QtBot
) -> None:
    studio, panel = studio_with_dock, studio_with_dock.window.selection
    latent_map = studio.latent.map
    assert latent_map is not None
    assert latent_map.components is not None
    panel.slots["A"].menu().aboutToShow.emit()
    words = [action.text() for action in panel.slots["A"].menu().actions() if action.text()]
    assert words[:2] == [studio.project.chairs[0].name, "The place of the probe"]

    studio.project.selected = tuple(latent_map.chair_ids[row] for row in (3, 8))
    first = named(studio, (3, 8))
    panel.slot_filled.emit("A", "chosen")
    panel.slot_filled.emit("B", "component:1")
    assert not panel.analogy_button.isEnabled()
    studio.probe.go_to((0.25, -0.5, 1.0))
    panel.slot_filled.emit("C", "probe")
    studio.project.selected = ()  # a slot keeps what was put there
    qtbot.waitUntil(
        lambda: all(slot._picture is not None for slot in panel.slots.values()), timeout=A_WHILE
    )

    QTest.mouseClick(panel.analogy_button, LEFT)

    wait_for(studio, f"{first} − Component 2 + Probe", qtbot)
    expected = latent_map.codes[[3, 8]].mean(axis=0) - latent_map.components.means[1]
    expected = expected + np.array((0.25, -0.5, 1.0))
    assert studio.latent.probe is not None
    assert studio.latent.probe.code == pytest.approx(tuple(expected), abs=1e-6)
    panel.slot_filled.emit("B", "none")
    assert not panel.analogy_button.isEnabled()


def test_that_a_difference_moves_the_points_of_a_to_those_of_b(
    studio_with_dock: Studio, qtbot: QtBot
) -> None:
    studio, panel = studio_with_dock, studio_with_dock.window.selection
    latent_map = studio.latent.map
    assert latent_map is not None
    groups = ((0, 2, 4), (1, 9))
    names = [named(studio, rows) for rows in groups]
    for letter, rows in zip("AB", groups, strict=True):
        studio.project.selected = tuple(latent_map.chair_ids[row] for row in rows)
        panel.slot_filled.emit(letter, "chosen")
    colour_bar = studio.window.stage._colour_bar

    QTest.mouseClick(panel.difference_button, LEFT)

    wait_for(studio, f"From {names[0]} to {names[1]}", qtbot)
    shown = studio.stage.reconstruction
    assert shown is not None
    assert shown.arrows is not None
    assert shown.displacement is not None
    first, second = (
        decoded(studio, tuple(latent_map.codes[list(rows)].mean(axis=0))) for rows in groups
    )
    np.testing.assert_allclose(shown.points, first, atol=1e-5)
    way = np.linalg.norm(second - first, axis=1)
    np.testing.assert_allclose(shown.displacement, way, atol=1e-5)
    for start, vector in zip(shown.arrows.starts, shown.arrows.vectors, strict=True):
        row = int(np.abs(first - start).sum(axis=1).argmin())
        np.testing.assert_allclose(start + vector, second[row], atol=1e-4)
    view = studio.window.stage.reconstruction.view
    assert view._arrows is not None
    assert colour_bar._lowest.text() == "stays"
    assert f"{displacement_range(shown):.2g}" in colour_bar._highest.text()

    studio.probe.go_to((0.0, 0.0, 0.0))
    wait_for(studio, "Decoded code", qtbot)
    assert view._arrows is None
    assert colour_bar._lowest.text() == "low"


def test_that_slots_follow_a_training_and_go_with_the_project(studio_with_dock: Studio) -> None:
    studio = studio_with_dock
    latent_map = studio.latent.map
    assert latent_map is not None
    studio.project.selected = latent_map.chair_ids[:2]
    studio.window.selection.slot_filled.emit("A", "chosen")
    before = studio.arithmetic.code_of("A")
    studio.latent.map = dataclasses.replace(latent_map, codes=latent_map.codes + 1)
    after = studio.arithmetic.code_of("A")
    assert before is not None
    assert after == pytest.approx(tuple(value + 1 for value in before))

    studio.project.project = None
    assert studio.selection.slots == {}
