"""Back, forward, undo and redo: exactly the places of before, a drag as one step."""

import dataclasses
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.places import Place, Showing
from core.project import Project
from mogvae_gui.presenters import history_presenter
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.state.stage_state import ShownCloud
from tests.gui.conftest import A_WHILE
from tests.gui.mouse import LEFT, NO_KEY, drag, move, wheel
from tests.small_project import quick_settings, train_run

FAR = (0.25, -1.5, 0.75)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps are completed by the test, so that no machine is too slow for it."""
    monkeypatch.setattr(history_presenter, "SETTLED_MS", 3_600_000)


@pytest.fixture
def calm(open_studio: Studio, qtbot: QtBot) -> Studio:
    """The program with a project open and its first place noted."""
    wait_until_decoded(open_studio, qtbot)
    open_studio.history.settle()
    assert not open_studio.window.undo_action.isEnabled()
    return open_studio


def wait_until_decoded(studio: Studio, qtbot: QtBot) -> None:
    """Until the stage shows what the probe's place decodes to."""

    def is_shown() -> bool:
        probe, shown = studio.latent.probe, studio.stage.reconstruction
        if probe is None or shown is None:
            return False
        if probe.chair_id != studio.probe.chair_asked_for:
            return False
        return shown.code == probe.code and shown.chair_id == probe.chair_id

    qtbot.waitUntil(is_shown, timeout=A_WHILE)


def choose(studio: Studio, *rows: int) -> None:
    ids = [studio.project.chairs[row].id for row in rows]
    studio.window.library.selection_edited.emit(ids)


def turn_stage(studio: Studio) -> None:
    drag(studio.window.stage.original.view.plotter, (60, 60), (110, 80))


def turn_space(studio: Studio) -> None:
    drag(studio.window.latent.view.plotter, (20, 20), (70, 35))


def move_probe(studio: Studio) -> None:
    studio.window.latent.sliders.code_edited.emit(FAR)


def choose_component(studio: Studio) -> None:
    studio.window.latent.components.component_chosen.emit(1)


def rename(studio: Studio) -> None:
    studio.window.library.rename_requested.emit(studio.project.chairs[3].id, "Throne")


def choose_none(studio: Studio) -> None:
    studio.window.choose_none_action.trigger()  # Esc


def remove_what_is_chosen(studio: Studio) -> None:
    studio.window.library.remove_requested.emit(list(studio.project.selected))


def state_of(studio: Studio) -> tuple[Any, ...]:
    """Everything that undo is to bring back, chairs and cameras included."""
    original, shown = studio.stage.original, studio.stage.reconstruction
    return (
        studio.places.here(),
        studio.project.chairs,
        studio.latent.probe,
        None if original is None else (original.title, original.points.tobytes()),
        None if shown is None else (shown.title, shown.points.tobytes(), shown.seed),
    )


def test_that_undo_and_redo_lead_to_exactly_the_states_of_before_and_after(
    calm: Studio, qtbot: QtBot
) -> None:
    steps: list[Callable[[Studio], None]] = [
        lambda studio: choose(studio, 4, 5, 6),
        choose_none,
        lambda studio: choose(studio, 7, 8),
        turn_stage,
        move_probe,
        choose_none,
        turn_space,
        lambda studio: choose(studio, 5),
        remove_what_is_chosen,
        lambda studio: choose(studio, 2),
        choose_component,
        choose_none,
        rename,
    ]
    states = [state_of(calm)]
    for step in steps:
        step(calm)
        wait_until_decoded(calm, qtbot)
        calm.history.settle()
        states.append(state_of(calm))
    assert all(one != other for one, other in pairwise(states))

    for expected in reversed(states[:-1]):
        calm.window.undo_action.trigger()
        wait_until_decoded(calm, qtbot)
        assert state_of(calm) == expected
    assert not calm.window.undo_action.isEnabled()
    for expected in states[1:]:
        calm.window.redo_action.trigger()
        wait_until_decoded(calm, qtbot)
        assert state_of(calm) == expected
    assert not calm.window.redo_action.isEnabled()


def test_that_choosing_no_chair_is_a_step_between_two_others(calm: Studio, qtbot: QtBot) -> None:
    ids = [chair.id for chair in calm.project.chairs]
    for rows in ((4, 5, 6), (), (7,)):
        if rows:
            choose(calm, *rows)
        else:
            choose_none(calm)
        wait_until_decoded(calm, qtbot)
        calm.history.settle()

    calm.window.undo_action.trigger()
    assert not calm.project.selected
    assert calm.stage.original is not None
    assert calm.stage.original.chair_id == ids[4]  # as it was before chair 7 came
    assert calm.window.undo_action.text() == "Undo choosing no chair"
    calm.window.redo_action.trigger()
    assert calm.project.selected == (ids[7],)
    assert not calm.window.redo_action.isEnabled()


def test_that_the_first_model_of_a_project_comes_without_a_step(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: bool(studio.project.selected), timeout=A_WHILE)
    studio.history.settle()  # before the model is loaded, on most machines
    wait_until_decoded(studio, qtbot)
    studio.history.settle()

    assert not studio.window.undo_action.isEnabled()


@pytest.mark.parametrize(
    "showing",
    [
        Showing("Component 2, sample of seed 7", component=1, seed=7),
        Showing("Average of 3 chairs"),
        Showing(component=2, seed=3),
    ],
)
def test_that_undo_comes_back_to_what_was_said_of_a_code(
    calm: Studio, qtbot: QtBot, showing: Showing
) -> None:
    calm.probe.go_to(FAR, showing=showing)
    wait_until_decoded(calm, qtbot)
    calm.history.settle()
    before = state_of(calm)
    shown = calm.stage.reconstruction
    assert shown is not None
    choose(calm, 3)
    wait_until_decoded(calm, qtbot)
    calm.history.settle()

    calm.window.undo_action.trigger()
    wait_until_decoded(calm, qtbot)

    assert state_of(calm) == before
    assert calm.stage.reconstruction is not None
    assert calm.stage.reconstruction.title == (showing.title or "Decoded code")
    assert calm.stage.reconstruction.component == showing.component


def wait_for_arrows(studio: Studio, qtbot: QtBot) -> ShownCloud:
    def shown() -> ShownCloud | None:
        there = studio.stage.reconstruction
        return there if there is not None and there.arrows is not None else None

    qtbot.waitUntil(lambda: shown() is not None, timeout=A_WHILE)
    there = shown()
    assert there is not None
    return there


def test_that_undo_comes_back_to_a_difference_with_its_arrows_and_colours(
    calm: Studio, qtbot: QtBot
) -> None:
    calm.probe.go_to(FAR, showing=Showing("Average of A"))
    wait_until_decoded(calm, qtbot)
    calm.history.settle()
    calm.probe.show_difference(FAR, (0.0, 0.0, 0.0), "From A to B")  # where the probe is already
    difference = wait_for_arrows(calm, qtbot)
    calm.history.settle()
    choose(calm, 3)
    wait_until_decoded(calm, qtbot)
    calm.history.settle()

    calm.window.undo_action.trigger()
    again = wait_for_arrows(calm, qtbot)

    assert again.title == "From A to B"
    assert difference.arrows is not None
    assert again.arrows is not None
    assert difference.displacement is not None
    assert again.displacement is not None
    np.testing.assert_array_equal(again.arrows.vectors, difference.arrows.vectors)
    np.testing.assert_array_equal(again.displacement, difference.displacement)

    calm.window.undo_action.trigger()
    title = calm.window.stage.reconstruction.title  # the probe stays at its code
    qtbot.waitUntil(lambda: title.text() == "Average of A", timeout=A_WHILE)


def test_that_an_older_place_is_a_mean_only_where_it_is_one(calm: Studio, qtbot: QtBot) -> None:
    mean = calm.latent.mean_of(1)
    assert mean is not None
    older: dict[str, Any] = {"run": calm.latent.run_name, "chairs": [], "component": 1}
    for code, title in ((mean, "Component 2"), (FAR, "Decoded code")):
        calm.places.go_to(Place.from_json(older | {"code": list(code)}))
        wait_until_decoded(calm, qtbot)

        assert calm.stage.reconstruction is not None
        assert calm.stage.reconstruction.title == title
        assert calm.latent.probe is not None
        assert calm.latent.probe.code == code


def test_that_a_drag_of_the_probe_is_one_step_however_long_it_rests(
    calm: Studio, qtbot: QtBot
) -> None:
    view, latent = calm.window.latent.view, calm.latent
    assert latent.axes is not None
    assert latent.probe is not None
    before = calm.places.here()
    ((x, y),) = view.pixels_of(
        latent.axes.positions(np.array([latent.probe.code], dtype=np.float32))
    )[0]
    QTest.mousePress(view.plotter, LEFT, NO_KEY, QPoint(round(x), round(y)))
    for shift in (6, 12, 18):
        move(view.plotter, x + shift, y, LEFT)
        calm.history._on_settled()  # the clock says it is quiet, but the hand holds on
    assert not calm.window.undo_action.isEnabled()
    QTest.mouseRelease(view.plotter, LEFT, NO_KEY, QPoint(round(x) + 18, round(y)))
    calm.history._on_settled()

    assert calm.window.undo_action.text() == "Undo moving the probe"
    assert calm.places.here().key != before.key
    calm.window.undo_action.trigger()
    assert calm.places.here().key == before.key
    assert not calm.window.undo_action.isEnabled()


def test_that_a_click_that_turns_nothing_is_no_step(calm: Studio) -> None:
    QTest.mouseClick(calm.window.stage.original.view.plotter, LEFT, NO_KEY, QPoint(50, 50))
    calm.history.settle()

    assert not calm.window.undo_action.isEnabled()


def test_that_wheel_and_reset_are_steps_of_the_view(calm: Studio) -> None:
    view = calm.window.stage.original.view
    first = calm.places.here()
    wheel(view.plotter, 1)
    calm.history.settle()
    assert calm.window.undo_action.text() == "Undo turning the view"
    nearer = calm.places.here()
    assert nearer.cameras["stage"] != first.cameras["stage"]

    calm.window.stage.reset_action.trigger()
    calm.history.settle()
    calm.window.undo_action.trigger()
    assert calm.places.here() == nearer
    calm.window.undo_action.trigger()
    assert calm.places.here() == first


def look_at_a_flat_run(studio: Studio, project: Project, qtbot: QtBot) -> None:
    """Train a model of two latent dimensions and put it in view."""
    train_run(project, "flat", quick_settings().with_changes(latent=2))
    studio.projects.open_folder(project.folder)
    qtbot.waitUntil(lambda: studio.latent.map is not None, timeout=A_WHILE)
    studio.runs.show_run("flat")
    qtbot.waitUntil(lambda: studio.latent.run_name == "flat", timeout=A_WHILE)
    wait_until_decoded(studio, qtbot)
    studio.history.settle()


def test_that_a_map_is_as_large_again_by_undo_and_by_a_bookmark_as_it_was(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    """Two latent dimensions are seen without perspective: what zooms is no place of the eye."""
    look_at_a_flat_run(studio, own_project, qtbot)
    view = studio.window.latent.view
    first = studio.places.cameras()["latent"]

    wheel(view.plotter, 1)
    wheel(view.plotter, 1)
    studio.history.settle()

    nearer = studio.places.cameras()["latent"]
    assert first.parallel_scale is not None
    assert nearer.parallel_scale == pytest.approx(first.parallel_scale / 1.15**2)
    assert nearer.position == first.position
    assert studio.window.undo_action.text() == "Undo turning the view"
    studio.window.undo_action.trigger()
    assert studio.places.cameras()["latent"] == first
    studio.window.redo_action.trigger()
    assert studio.places.cameras()["latent"] == nearer
    studio.window.bookmarks.add_action.trigger()
    studio.window.latent.reset_action.trigger()
    assert studio.places.cameras()["latent"] == first
    studio.bookmark_presenter.go_to(studio.bookmarks.bookmarks[0].id)
    assert studio.places.cameras()["latent"] == nearer


def test_that_a_map_is_as_large_as_it_was_when_its_project_is_opened_again(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    view = studio.window.latent.view
    look_at_a_flat_run(studio, own_project, qtbot)
    wheel(view.plotter, 1)
    nearer = view.pose
    studio.projects.make(own_project.folder.parent / "Other")
    view.reset_camera()
    assert view.pose != nearer

    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.latent.run_name == "flat", timeout=A_WHILE)
    wait_until_decoded(studio, qtbot)

    assert view.pose == nearer


def test_that_unlinked_cameras_come_back_each_by_itself(calm: Studio) -> None:
    calm.window.stage.link_action.trigger()
    before = calm.places.cameras()
    drag(calm.window.stage.reconstruction.view.plotter, (60, 60), (120, 70))
    calm.history.settle()
    assert calm.places.cameras()["stage"] == before["stage"]
    assert calm.places.cameras()["reconstruction"] != before["reconstruction"]

    calm.window.undo_action.trigger()

    assert calm.places.cameras() == before


def test_that_a_camera_that_the_program_moved_is_no_step_and_is_not_moved_back(
    calm: Studio,
) -> None:
    calm.window.latent.view.camera.Azimuth(30)  # as when the space grows during a training
    calm.history.settle()
    assert not calm.window.undo_action.isEnabled()
    moved = calm.places.cameras()["latent"]

    choose(calm, 3)
    calm.history.settle()
    calm.window.undo_action.trigger()

    assert calm.places.cameras()["latent"] == moved


def test_that_back_and_forward_lead_through_the_places_and_not_the_cameras(
    calm: Studio, qtbot: QtBot
) -> None:
    window = calm.window
    assert not window.back_action.isEnabled()
    visited = [calm.places.here().key]
    for go in (lambda studio: choose(studio, 4), move_probe, choose_component):
        go(calm)
        wait_until_decoded(calm, qtbot)
        calm.history.settle()
        turn_stage(calm)
        calm.history.settle()
        visited.append(calm.places.here().key)
    looking = calm.places.cameras()
    assert "a decoded code" in window.back_action.toolTip()

    for expected in reversed(visited[:-1]):
        window.back_action.trigger()
        wait_until_decoded(calm, qtbot)
        assert calm.places.here().key == expected
        assert calm.places.cameras() == looking
    assert not window.back_action.isEnabled()
    window.forward_action.trigger()
    wait_until_decoded(calm, qtbot)
    assert calm.places.here().key == visited[1]
    calm.history.settle()

    # Going elsewhere forgets what lay ahead, and a way back can itself be undone.
    window.undo_action.trigger()
    assert calm.places.here().key == visited[0]
    choose(calm, 7)
    calm.history.settle()
    assert not window.forward_action.isEnabled()


def test_that_another_run_is_a_place_too(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    train_run(own_project, "VAE", quick_settings("standard", epochs=1))
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)
    wait_until_decoded(studio, qtbot)
    studio.history.settle()
    move_probe(studio)
    wait_until_decoded(studio, qtbot)
    studio.history.settle()
    first = studio.latent.run_name
    other = "MoG-VAE" if first == "VAE" else "VAE"
    here = state_of(studio)
    of_first = studio.stage.reconstruction

    studio.window.latent.run_chosen.emit(other)
    qtbot.waitUntil(lambda: studio.latent.run_name == other, timeout=A_WHILE)
    # The probe keeps its code, so the code does not tell whose decoding the stage shows.
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not of_first, timeout=A_WHILE)
    wait_until_decoded(studio, qtbot)
    studio.history.settle()
    assert studio.window.undo_action.text() == f"Undo showing {other}"
    there = state_of(studio)

    studio.window.undo_action.trigger()
    qtbot.waitUntil(lambda: studio.latent.run_name == first, timeout=A_WHILE)
    wait_until_decoded(studio, qtbot)
    qtbot.waitUntil(lambda: state_of(studio) == here, timeout=A_WHILE)
    studio.history.settle()
    assert studio.window.redo_action.isEnabled()

    studio.window.redo_action.trigger()
    qtbot.waitUntil(lambda: studio.latent.run_name == other, timeout=A_WHILE)
    qtbot.waitUntil(lambda: state_of(studio) == there, timeout=A_WHILE)

    studio.window.back_action.trigger()
    qtbot.waitUntil(lambda: studio.latent.run_name == first, timeout=A_WHILE)


def test_that_a_place_in_a_run_that_is_gone_is_told_and_the_rest_is_shown(
    calm: Studio, qtbot: QtBot
) -> None:
    chair = calm.project.chairs[5]
    there = dataclasses.replace(calm.places.here(), run="nowhere", chair_ids=(chair.id,))

    calm.places.go_to(there)

    assert "nowhere" in calm.window.banners.banners[0].sentence
    assert calm.project.current == chair
    assert calm.latent.run_name != "nowhere"


def test_that_another_project_has_a_history_of_its_own(calm: Studio, tmp_path: Path) -> None:
    choose(calm, 4)
    calm.history.settle()
    assert calm.window.back_action.isEnabled()

    calm.projects.make(tmp_path / "Other")
    calm.history.settle()

    assert not calm.window.back_action.isEnabled()
    assert not calm.window.undo_action.isEnabled()
    assert calm.places.here() == Place(on_chair=True, cameras=calm.places.cameras())


# A second run beside the one in view


@pytest.mark.parametrize("linked", [True, False])
def test_that_turning_the_second_runs_side_is_a_step_that_can_be_undone(
    calm: Studio, qtbot: QtBot, linked: bool
) -> None:
    stage = calm.window.stage
    calm.window.resize(1200, 680)
    stage.show_comparison("A", "B")
    calm.stage.second = calm.stage.reconstruction
    qtbot.waitUntil(lambda: stage.second.view.width() > 60, timeout=A_WHILE)
    stage.show_cameras_linked(linked)
    calm.history.settle()
    before, others = stage.second.view.pose, stage.original.view.pose
    assert not calm.window.undo_action.isEnabled()

    drag(stage.second.view.plotter, (30, 60), (80, 80))
    calm.history.settle()
    turned = stage.second.view.pose
    assert turned != before
    assert (stage.original.view.pose == others) == (not linked)
    calm.window.undo_action.trigger()
    assert stage.second.view.pose == before
    calm.window.redo_action.trigger()
    assert stage.second.view.pose == turned
    assert stage.original.view.pose == (turned if linked else others)


# Pointing at a sheet


@pytest.fixture
def with_sheet(calm: Studio, qtbot: QtBot) -> Studio:
    """A sheet is there to be pointed at, and there is something to redo."""
    calm.window.sheet.note_seen(True)
    assert calm.sheet.sheet is not None
    choose(calm, 3)
    wait_until_decoded(calm, qtbot)
    calm.history.settle()
    calm.window.undo_action.trigger()
    wait_until_decoded(calm, qtbot)
    return calm


def test_that_pointing_at_a_sheet_makes_no_step_and_keeps_what_can_be_redone(
    with_sheet: Studio, qtbot: QtBot
) -> None:
    studio, grid = with_sheet, with_sheet.window.sheet.grid
    before, visits = state_of(studio), len(studio.history._trail)

    for cell in ((1, 5), (2, 2), (-1, -1)):
        grid.cell_hovered.emit(*cell)
        wait_until_decoded(studio, qtbot)
        studio.history.settle()

    assert state_of(studio) == before
    assert len(studio.history._trail) == visits
    assert not studio.window.undo_action.isEnabled()
    assert studio.window.redo_action.isEnabled()


def test_that_a_step_that_is_under_way_ends_where_it_led_and_not_where_one_points(
    calm: Studio, qtbot: QtBot
) -> None:
    calm.window.sheet.note_seen(True)
    move_probe(calm)
    wait_until_decoded(calm, qtbot)
    calm.window.sheet.grid.cell_hovered.emit(1, 5)
    calm.history.settle()  # while pointing
    calm.window.sheet.grid.cell_hovered.emit(-1, -1)

    calm.window.undo_action.trigger()
    wait_until_decoded(calm, qtbot)
    calm.window.redo_action.trigger()
    wait_until_decoded(calm, qtbot)

    assert calm.latent.probe is not None
    assert calm.latent.probe.code == FAR


def test_that_a_click_on_the_cell_that_one_points_at_is_one_step_that_can_be_undone(
    calm: Studio, qtbot: QtBot
) -> None:
    grid = calm.window.sheet.grid
    calm.window.sheet.note_seen(True)
    before = state_of(calm)
    grid.cell_hovered.emit(1, 5)
    wait_until_decoded(calm, qtbot)
    grid.cell_chosen.emit(1, 5)
    grid.cell_hovered.emit(2, 2)
    grid.cell_hovered.emit(-1, -1)
    wait_until_decoded(calm, qtbot)
    calm.history.settle()
    sheet = calm.sheet.sheet
    assert sheet is not None
    assert calm.latent.probe is not None
    assert calm.latent.probe.code == pytest.approx(sheet.codes[1, 5])
    assert grid.chosen == (1, 5)

    calm.window.undo_action.trigger()
    wait_until_decoded(calm, qtbot)
    assert state_of(calm) == before
    assert grid.chosen == (-1, -1)
    assert not calm.window.undo_action.isEnabled()


def test_that_a_difference_with_its_arrows_is_there_again_after_pointing(
    calm: Studio, qtbot: QtBot
) -> None:
    calm.window.sheet.note_seen(True)
    calm.probe.show_difference(FAR, (0.0, 0.0, 0.0), "From A to B")
    qtbot.waitUntil(
        lambda: (shown := calm.stage.reconstruction) is not None and shown.arrows is not None,
        timeout=A_WHILE,
    )
    difference = calm.stage.reconstruction

    calm.window.sheet.grid.cell_hovered.emit(1, 5)
    wait_until_decoded(calm, qtbot)
    assert calm.stage.reconstruction is not difference
    calm.window.sheet.grid.cell_hovered.emit(-1, -1)

    assert calm.stage.reconstruction is difference


def test_that_a_sheet_that_is_made_anew_while_one_points_at_it_lets_the_probe_go_home(
    calm: Studio, qtbot: QtBot
) -> None:
    grid, before = calm.window.sheet.grid, state_of(calm)
    calm.window.sheet.note_seen(True)
    middle = grid.cell_rectangle(1, 5).center()
    move(grid, middle.x(), middle.y())
    assert calm.latent.peek is not None
    assert calm.session_parts._latent_part()["probe"] is None  # its home is a chair's code

    calm.sheets.renew()
    QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))

    assert calm.latent.peek is None
    wait_until_decoded(calm, qtbot)
    assert state_of(calm) == before
