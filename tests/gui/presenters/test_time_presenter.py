"""Back in a run's time: everything in view is of the chosen epoch, and now is now."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.places import Showing
from core.project import Project
from core.training.run import Run
from core.training.snapshots import list_snapshots, load_snapshot, read_moment
from mogvae_gui.presenters import time_presenter
from mogvae_gui.presenters.studio import Studio
from tests.gui.conftest import A_WHILE
from tests.gui.presenters.test_history_presenter import choose, move_probe, wait_until_decoded
from tests.small_project import RUN, quick_settings, train_run

RUN_OF_FOUR = "Four epochs"


@pytest.fixture
def timely(studio: Studio, own_project: Project, qtbot: QtBot) -> Studio:
    """The program with a run in view of which four epochs were kept."""
    train_run(own_project, RUN_OF_FOUR, quick_settings(epochs=4))
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)
    if studio.latent.run_name != RUN_OF_FOUR:
        studio.window.latent.run_chosen.emit(RUN_OF_FOUR)
        qtbot.waitUntil(lambda: studio.latent.run_name == RUN_OF_FOUR, timeout=A_WHILE)
    wait_until_decoded(studio, qtbot)
    return studio


def run_of(studio: Studio) -> Run:
    assert studio.project.project is not None
    return Run.open(studio.project.project.runs_folder / RUN_OF_FOUR)


def go_to_step(studio: Studio, step: int, qtbot: QtBot) -> int:
    """Move the slider and wait until the epoch is in view; returns the epoch."""
    epoch = list_snapshots(run_of(studio).folder)[step].epoch
    studio.window.latent.time.slider.setValue(step)
    qtbot.waitUntil(lambda: studio.latent.epoch == epoch, timeout=A_WHILE)
    return epoch


def wait_for_points(studio: Studio, expected: Any, qtbot: QtBot) -> None:
    def is_shown() -> bool:
        shown = studio.stage.reconstruction
        return shown is not None and np.allclose(shown.points, expected, atol=1e-6)

    qtbot.waitUntil(is_shown, timeout=A_WHILE)


def test_that_a_run_that_is_renamed_stays_at_its_epoch(timely: Studio, qtbot: QtBot) -> None:
    epoch = go_to_step(timely, 1, qtbot)
    in_view = timely.latent.map
    assert in_view is not None

    timely.run_edits.rename(RUN_OF_FOUR, "Renamed")
    qtbot.waitUntil(
        lambda: timely.latent.run_name == "Renamed" and timely.latent.epoch == epoch,
        timeout=A_WHILE,
    )
    assert timely.latent.map is not None
    np.testing.assert_array_equal(timely.latent.map.codes, in_view.codes)
    source = timely.in_view.source()  # which exports decode with
    assert (source.folder.name, source.epoch) == ("Renamed", epoch)


def test_that_codes_components_and_the_chosen_chair_are_those_of_the_epoch(
    timely: Studio, qtbot: QtBot
) -> None:
    choose(timely, 4)
    wait_until_decoded(timely, qtbot)
    now = timely.latent.map
    assert now is not None
    assert timely.stage.original is not None
    cloud = timely.stage.original.points
    assert timely.window.latent.time.isVisible()
    assert timely.window.latent.time.epoch.text() == "now"

    for step in (0, 2, 1):
        epoch = go_to_step(timely, step, qtbot)
        moment = read_moment(run_of(timely).folder, epoch)
        in_view = timely.latent.map
        assert in_view is not None
        assert in_view.components is not None
        assert in_view.chair_ids == moment.ids
        np.testing.assert_array_equal(in_view.codes, moment.codes)
        np.testing.assert_array_equal(in_view.components.means, moment.components.means)
        assert not np.array_equal(in_view.codes, now.codes)
        model = load_snapshot(run_of(timely), epoch)
        wait_for_points(timely, model.reconstruct(cloud[None])[0], qtbot)
        assert timely.window.latent.time.epoch.text() == f"epoch {epoch}"

    timely.window.latent.time.now_action.trigger()
    wait_for_points(timely, run_of(timely).model().reconstruct(cloud[None])[0], qtbot)
    assert timely.latent.epoch is None
    assert timely.latent.map is not None
    np.testing.assert_array_equal(timely.latent.map.codes, now.codes)
    assert timely.window.latent.time.epoch.text() == "now"


def test_that_a_free_probe_is_decoded_as_the_epoch_would_have(timely: Studio, qtbot: QtBot) -> None:
    move_probe(timely)
    wait_until_decoded(timely, qtbot)
    assert timely.latent.probe is not None
    code = np.array([timely.latent.probe.code], dtype=np.float32)

    epoch = go_to_step(timely, 0, qtbot)

    wait_for_points(timely, load_snapshot(run_of(timely), epoch).decode(code)[0], qtbot)
    np.testing.assert_array_equal(timely.latent.probe.code, code[0])


def test_that_playing_goes_through_all_epochs_to_now_and_a_hand_stops_it(
    timely: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_presenter, "PLAYED_MS", 0)
    timely.time._next.setInterval(0)
    seen: list[int | None] = []
    timely.latent.events.epoch.connect(seen.append)
    bar = timely.window.latent.time

    bar.play_action.trigger()
    assert bar.play_action.isChecked()
    qtbot.waitUntil(lambda: len(seen) > 1 and seen[-1] is None, timeout=A_WHILE)
    kept = [one.epoch for one in list_snapshots(run_of(timely).folder)]
    assert seen == [*kept, None]
    assert not bar.play_action.isChecked()

    timely.time._next.setInterval(600_000)
    bar.play_action.trigger()
    qtbot.waitUntil(lambda: timely.latent.epoch == kept[0], timeout=A_WHILE)
    go_to_step(timely, 2, qtbot)
    assert not bar.play_action.isChecked()
    assert not timely.time._next.isActive()


def test_that_many_moves_of_the_slider_make_no_queue(timely: Studio, qtbot: QtBot) -> None:
    bar = timely.window.latent.time
    last = bar.slider.maximum() - 1
    before = timely.model.dropped
    for _ in range(20):
        for step in range(last + 1):
            bar.slider.setValue(step)
    epoch = list_snapshots(run_of(timely).folder)[last].epoch
    qtbot.waitUntil(lambda: timely.latent.epoch == epoch, timeout=A_WHILE)

    assert timely.model.dropped > before


def test_that_an_epoch_that_is_damaged_is_a_sentence_and_the_view_stays(
    timely: Studio, qtbot: QtBot
) -> None:
    go_to_step(timely, 0, qtbot)
    list_snapshots(run_of(timely).folder)[1].path.write_bytes(b"damaged")

    timely.window.latent.time.slider.setValue(1)
    qtbot.waitUntil(lambda: bool(timely.window.banners.banners), timeout=A_WHILE)

    assert timely.window.latent.time.slider.value() == 0
    assert timely.latent.epoch == list_snapshots(run_of(timely).folder)[0].epoch


def test_that_another_run_has_its_own_time_and_none_while_it_trains(
    timely: Studio, qtbot: QtBot
) -> None:
    go_to_step(timely, 0, qtbot)
    timely.window.latent.run_chosen.emit(RUN)
    qtbot.waitUntil(lambda: timely.latent.run_name == RUN, timeout=A_WHILE)
    assert timely.latent.epoch is None
    assert timely.window.latent.time.slider.maximum() == len(
        list_snapshots(run_of(timely).folder.parent / RUN)
    )

    timely.training.run_name, timely.training.status = RUN, "running"
    assert not timely.window.latent.time.isVisible()
    timely.training.status = "done"
    assert timely.window.latent.time.isVisible()


def test_that_an_epoch_asked_for_while_the_run_still_loads_is_shown_when_both_are_there(
    timely: Studio, qtbot: QtBot
) -> None:
    timely.runs.show_run(RUN_OF_FOUR)  # as when a training has just ended
    epoch = go_to_step(timely, 1, qtbot)

    assert timely.window.latent.time.epoch.text() == f"epoch {epoch}"
    assert timely.stage.original is not None
    cloud = timely.stage.original.points
    model = load_snapshot(run_of(timely), epoch)
    wait_for_points(timely, model.reconstruct(cloud[None])[0], qtbot)


def test_that_now_is_the_run_of_now_even_if_an_epoch_was_on_its_way(
    timely: Studio, qtbot: QtBot
) -> None:
    assert timely.stage.original is not None
    cloud = timely.stage.original.points
    timely.window.latent.time.slider.setValue(0)
    timely.time._on_run()  # as when the run is brought in view by something else
    settled = []
    timely.model.answered.connect(lambda question, _: settled.append(type(question).__name__))
    qtbot.waitUntil(lambda: "LoadRun" in settled, timeout=A_WHILE)

    wait_for_points(timely, run_of(timely).model().reconstruct(cloud[None])[0], qtbot)
    assert timely.latent.epoch is None


def test_that_a_bookmark_leads_back_to_the_epoch_that_it_was_made_at(
    timely: Studio, qtbot: QtBot
) -> None:
    studio = timely
    epoch = go_to_step(studio, 1, qtbot)
    move_probe(studio)
    wait_until_decoded(studio, qtbot)
    studio.window.bookmarks.add_action.trigger()
    there, shown = studio.places.here(), studio.stage.reconstruction
    assert there.epoch == epoch
    assert shown is not None
    bookmark = studio.bookmarks.bookmarks[0]
    studio.window.latent.time.now_action.trigger()
    qtbot.waitUntil(lambda: studio.latent.epoch is None, timeout=A_WHILE)
    choose(studio, 3)
    wait_until_decoded(studio, qtbot)

    studio.bookmark_presenter.go_to(bookmark.id)

    qtbot.waitUntil(lambda: studio.latent.epoch == epoch, timeout=A_WHILE)
    wait_for_points(studio, shown.points, qtbot)
    assert studio.places.here() == there
    assert studio.window.latent.time.epoch.text() == f"epoch {epoch}"

    # From another run, and when its epoch is not kept any more.
    studio.window.latent.run_chosen.emit(RUN)
    qtbot.waitUntil(lambda: studio.latent.run_name == RUN, timeout=A_WHILE)
    studio.bookmark_presenter.go_to(bookmark.id)
    qtbot.waitUntil(lambda: studio.latent.epoch == epoch, timeout=A_WHILE)
    wait_for_points(studio, shown.points, qtbot)
    assert studio.places.here() == there

    studio.window.latent.time.now_action.trigger()
    qtbot.waitUntil(lambda: studio.latent.epoch is None, timeout=A_WHILE)
    studio.places.go_to(dataclasses.replace(there, epoch=977))
    assert "Epoch 977" in studio.window.banners.banners[0].sentence
    assert not studio.places.is_under_way
    assert studio.latent.probe is not None
    assert studio.latent.probe.code == there.code


def test_that_undo_of_a_move_at_an_epoch_stays_at_that_epoch(timely: Studio, qtbot: QtBot) -> None:
    studio = timely
    studio.history.settle()
    epoch = go_to_step(studio, 1, qtbot)
    studio.history.settle()
    move_probe(studio)
    wait_until_decoded(studio, qtbot)
    studio.history.settle()

    studio.window.undo_action.trigger()
    wait_until_decoded(studio, qtbot)

    assert studio.latent.epoch == epoch
    assert studio.latent.probe is not None
    assert studio.latent.probe.chair_id is not None


def test_that_the_probe_on_a_components_mean_goes_along_through_time_without_a_step(
    timely: Studio, qtbot: QtBot
) -> None:
    studio = timely
    studio.window.latent.components.component_chosen.emit(1)
    wait_until_decoded(studio, qtbot)
    studio.history.settle()
    undone_first = studio.window.undo_action.text()
    now = studio.latent.mean_of(1)

    go_to_step(studio, 0, qtbot)
    wait_until_decoded(studio, qtbot)
    studio.history.settle()

    mean, probe, shown = studio.latent.mean_of(1), studio.latent.probe, studio.stage.reconstruction
    assert mean != now
    assert probe is not None
    assert shown is not None
    assert (probe.code, probe.component) == (mean, 1)
    assert (shown.title, shown.component, shown.code) == ("Component 2", 1, mean)
    assert studio.window.undo_action.text() == undone_first


def test_that_a_sample_is_one_of_its_epoch_only_and_time_is_no_step(
    timely: Studio, qtbot: QtBot
) -> None:
    studio = timely
    studio.probe.go_to((0.25, -1.5, 0.75), showing=Showing("Component 2, sample of seed 7", 1, 7))
    wait_until_decoded(studio, qtbot)
    studio.history.settle()
    undone_first = studio.window.undo_action.text()

    of_now = studio.stage.reconstruction
    go_to_step(studio, 0, qtbot)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not of_now, timeout=A_WHILE)
    studio.history.settle()

    assert studio.stage.reconstruction is not None
    assert studio.stage.reconstruction.title == "Decoded code"
    assert studio.stage.reconstruction.seed is None
    assert studio.window.undo_action.text() == undone_first
    choose(studio, 3)
    wait_until_decoded(studio, qtbot)
    studio.history.settle()
    studio.window.undo_action.trigger()
    wait_until_decoded(studio, qtbot)
    assert studio.stage.reconstruction.title == "Decoded code"
