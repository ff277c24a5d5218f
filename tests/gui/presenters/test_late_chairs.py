"""Chairs that come in or are turned while a run is in view: they lie where the model puts them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from core.library import Chair
from core.posing import turn
from core.project import Project
from core.training.run import Run
from mogvae_gui.presenters import history_presenter
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.workers.model_worker import LoadRun
from tests.gui.conftest import A_WHILE
from tests.gui.presenters.test_history_presenter import move_probe, wait_until_decoded
from tests.gui.presenters.test_time_presenter import go_to_step
from tests.gui.presenters.test_time_presenter import timely as timely
from tests.small_project import CHAIRS, RUN
from tests.small_shapes import stool_mesh, write_obj


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of undo are completed by the test."""
    monkeypatch.setattr(history_presenter, "SETTLED_MS", 3_600_000)


def bring_in_a_stool(studio: Studio, folder: Path, qtbot: QtBot) -> Chair:
    write_obj(folder / "stool.obj", stool_mesh())
    studio.imports.import_into_library([folder / "stool.obj"])
    qtbot.waitUntil(lambda: len(studio.project.chairs) == CHAIRS + 1, timeout=A_WHILE)
    return studio.project.chairs[-1]


def wait_for_code(studio: Studio, chair: Chair, expected: np.ndarray, qtbot: QtBot) -> None:
    def is_there() -> bool:
        code = studio.latent.map.code_of(chair.id) if studio.latent.map is not None else None
        return code is not None and np.allclose(code, expected, atol=1e-5)

    qtbot.waitUntil(is_there, timeout=A_WHILE)


def code_by(studio: Studio, run: str, chair: Chair) -> np.ndarray:
    """The slow, obvious twin: the run's model is opened and asked."""
    project = studio.project.project
    assert project is not None
    cloud = project.library.cloud(project.library.chair(chair.id))
    codes, _ = Run.open(project.runs_folder / run).model().encode(cloud[None])
    return np.asarray(codes[0])


def test_that_an_imported_chair_has_a_code_a_dot_and_a_place_in_walks(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    before = studio.latent.map
    assert before is not None

    stool = bring_in_a_stool(studio, tmp_path, qtbot)
    wait_for_code(studio, stool, code_by(studio, RUN, stool), qtbot)

    latent_map, axes = studio.latent.map, studio.latent.axes
    assert latent_map is not None
    assert axes is not None
    np.testing.assert_array_equal(latent_map.codes[:CHAIRS], before.codes)
    drawn = studio.window.latent.view._positions
    np.testing.assert_allclose(drawn, axes.positions(latent_map.codes))
    assert studio.project.selected == (stool.id,)
    studio.walks.add_chairs()
    assert [stop.chair_id for stop in studio.walk.stops] == [stool.id]


def test_that_a_turned_chair_moves_in_the_space_and_back_with_undo(
    open_studio: Studio, qtbot: QtBot
) -> None:
    studio = open_studio
    chair = studio.project.chairs[5]
    assert studio.latent.map is not None
    before = studio.latent.map.code_of(chair.id)
    assert before is not None

    studio.window.library.turn_requested.emit([chair.id], 1)
    turned = code_by(studio, RUN, chair)
    assert not np.allclose(turned, before, atol=1e-4)
    wait_for_code(studio, chair, turned, qtbot)

    studio.window.undo_action.trigger()
    wait_for_code(studio, chair, np.array(before), qtbot)


def test_that_nothing_else_moves_when_a_chair_gets_its_code(
    open_studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    studio = open_studio
    move_probe(studio)
    wait_until_decoded(studio, qtbot)
    studio.history.settle()
    studio.latent.hidden_components = frozenset({1})
    chair = studio.project.chairs[5]
    turn(own_project.library, [chair.id], 1)  # not by a step of undo
    assert studio.project.project is not None
    studio.project.project.library.reload()
    axes, probe, undo = studio.latent.axes, studio.latent.probe, studio.window.undo_action.text()
    selected = studio.project.selected
    asked = QSignalSpy(studio.runs.loading)

    studio.project.chairs = studio.project.project.library.chairs
    wait_for_code(studio, chair, code_by(studio, RUN, chair), qtbot)
    studio.history.settle()

    assert studio.latent.axes is axes
    assert studio.latent.probe is probe
    assert studio.latent.hidden_components == {1}
    assert studio.project.selected == selected
    assert studio.window.undo_action.text() == undo
    assert asked.count() == 0


def test_that_a_chair_that_comes_in_at_a_kept_epoch_lies_in_the_run_as_it_is_now(
    timely: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = timely
    epoch = go_to_step(studio, 0, qtbot)
    at_epoch = studio.latent.map

    stool = bring_in_a_stool(studio, tmp_path, qtbot)
    wait_until_decoded(studio, qtbot)
    turned = studio.project.chairs[2]
    studio.window.library.turn_requested.emit([turned.id], 1)
    wait_until_decoded(studio, qtbot)
    assert studio.latent.epoch == epoch
    assert studio.latent.map is at_epoch

    studio.window.latent.time.now_action.trigger()
    run = studio.latent.run_name or ""
    wait_for_code(studio, stool, code_by(studio, run, stool), qtbot)
    wait_for_code(studio, turned, code_by(studio, run, turned), qtbot)
    assert studio.latent.epoch is None


def test_that_a_chair_that_comes_in_while_the_run_is_loaded_has_its_code_too(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio = open_studio
    loading: list[LoadRun] = []
    studio.runs.loading.connect(loading.append)
    studio.runs.show_run(RUN)

    stool = bring_in_a_stool(studio, tmp_path, qtbot)

    assert len(loading[0].chairs) == CHAIRS
    wait_for_code(studio, stool, code_by(studio, RUN, stool), qtbot)


def test_that_codes_of_a_stopped_training_are_found_by_the_weights_as_they_are(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    """Where encoding all takes long, a stop keeps them as chairs came by: the dot lay elsewhere."""
    run = Run.open(own_project.runs_folder / RUN)
    kept = run.codes()
    assert kept is not None
    run.write_codes(replace(kept, codes=kept.codes + 0.3, exact=False))
    run.write_state("stop", run.state.epochs_done)
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.latent.map is not None, timeout=A_WHILE)

    for chair in (own_project.library.chairs[0], own_project.library.chairs[-1]):
        wait_for_code(studio, chair, code_by(studio, RUN, chair), qtbot)
    first = studio.project.chairs[0]
    qtbot.waitUntil(lambda: studio.latent.probe is not None, timeout=A_WHILE)
    assert studio.latent.probe is not None
    assert studio.latent.probe.chair_id == first.id
    np.testing.assert_allclose(studio.latent.probe.code, code_by(studio, RUN, first), atol=1e-5)
