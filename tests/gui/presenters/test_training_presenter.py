"""Training from the window: started, paused, stopped, gone on with; the window follows it."""

import dataclasses
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QThread
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QMessageBox, QSpinBox
from pytestqt.qtbot import QtBot

from core.latent_axes import principal_axes
from core.losses import reconstruction_loss
from core.project import Project
from core.training.chairs import Chairs
from core.training.presets import article, recommended
from core.training.run import Run
from core.training.snapshots import load_snapshot
from mogvae_gui.presenters.session_parts import as_text
from mogvae_gui.presenters.studio import Studio
from tests.gui.conftest import A_WHILE
from tests.gui.spies import said
from tests.small_project import RUN, quick_settings

MANY = 100_000
A_MINUTE = 60_000


def project_of(studio: Studio) -> Project:
    assert studio.project.project is not None
    return studio.project.project


def run_of(studio: Studio, name: str) -> Run:
    return Run.open(project_of(studio).runs_folder / name)


def status_of(studio: Studio) -> str:
    return studio.training.status


def start(studio: Studio, epochs: int, name: str = "new") -> None:
    studio.training.settings = quick_settings(epochs=epochs)
    studio.training.run_name = name
    studio.window.train_action.trigger()


def wait_for_epoch(studio: Studio, qtbot: QtBot, epoch: int = 1) -> None:
    def reached() -> bool:
        report = studio.training.last_report
        return report is not None and report.epoch >= epoch

    qtbot.waitUntil(reached, timeout=A_MINUTE)


@pytest.fixture
def training_studio(open_studio: Studio, qtbot: QtBot) -> Studio:
    """A training that would take hours has done its first epoch."""
    start(open_studio, MANY)
    wait_for_epoch(open_studio, qtbot)
    return open_studio


def test_that_a_training_ends_and_is_the_run_in_view(open_studio: Studio, qtbot: QtBot) -> None:
    studio = open_studio
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE) as ended:
        start(studio, epochs=3)
        assert status_of(studio) == "starting"
        assert not studio.window.train_action.isEnabled()

    assert ended.args == ["new"]
    qtbot.waitUntil(lambda: status_of(studio) == "done", timeout=A_WHILE)
    qtbot.waitUntil(
        lambda: studio.latent.run_name == "new" and studio.latent.map is not None, timeout=A_WHILE
    )
    assert run_of(studio, "new").state.epochs_done == 3
    assert studio.window.latent.runs.currentText() == "new"
    assert studio.window.train_action.isEnabled()
    epochs, losses = studio.window.training.curves.loss.shown_values("loss")
    assert list(epochs) == [1, 2, 3]
    assert np.isfinite(losses).all()
    sentences = [banner.sentence for banner in studio.window.banners.banners]
    assert sentences == ["new is trained."]


def test_that_latent_space_and_stage_follow_a_training(open_studio: Studio, qtbot: QtBot) -> None:
    studio = open_studio
    first = studio.stage.reconstruction
    shown: list[object] = []
    studio.stage.events.reconstruction.connect(shown.append)
    start(studio, MANY)
    wait_for_epoch(studio, qtbot)
    qtbot.waitUntil(lambda: studio.latent.run_name == "new", timeout=A_MINUTE)
    qtbot.waitUntil(lambda: bool(shown), timeout=A_MINUTE)

    assert studio.latent.map is not None
    assert studio.latent.map.chair_ids == tuple(chair.id for chair in studio.project.chairs)
    assert studio.stage.reconstruction is not first
    assert studio.latent.settings == quick_settings(epochs=MANY)


def test_that_principal_axes_are_those_of_the_trained_run_when_the_training_has_ended(
    open_studio: Studio, qtbot: QtBot
) -> None:
    studio = open_studio
    studio.training.settings = quick_settings(epochs=40).with_changes(latent=6)
    studio.training.run_name = "new"
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        studio.window.train_action.trigger()
        qtbot.waitUntil(
            lambda: studio.latent.map is not None and studio.latent.map.codes.shape[1] == 6,
            timeout=A_MINUTE,
        )
        studio.latent.axes_key = "principal"
        assert studio.latent.axes is not None
        first = studio.latent.axes.basis
    with qtbot.waitSignal(studio.runs.settled, timeout=A_MINUTE):
        pass

    assert studio.latent.map is not None
    assert studio.latent.axes is not None
    expected = principal_axes(studio.latent.map.codes)
    np.testing.assert_allclose(studio.latent.axes.basis, expected.basis, atol=1e-5)
    np.testing.assert_allclose(studio.latent.axes.origin, expected.origin, atol=1e-5)
    assert not np.allclose(studio.latent.axes.basis, first, atol=1e-3)


def test_that_components_hidden_in_one_run_are_shown_in_the_next_that_trains(
    open_studio: Studio, qtbot: QtBot
) -> None:
    studio = open_studio
    studio.window.latent.components.solo_requested.emit(1)
    assert studio.latent.hidden_components == {0, 2}

    start(studio, MANY)
    qtbot.waitUntil(lambda: studio.latent.run_name == "new", timeout=A_MINUTE)

    assert studio.latent.hidden_components == frozenset()


def test_that_who_trains_before_choosing_a_chair_sees_one_at_once(
    studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    project = Project.open(own_project.folder)
    shutil.rmtree(project.runs_folder / RUN)
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: bool(studio.project.chairs), timeout=A_WHILE)
    assert studio.project.current is None

    start(studio, epochs=MANY)
    qtbot.waitUntil(lambda: studio.project.current is not None, timeout=A_WHILE)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_MINUTE)
    assert studio.stage.original is not None
    assert studio.stage.original.chair_id == studio.project.chairs[0].id


def test_that_a_training_is_paused_and_resumed(training_studio: Studio, qtbot: QtBot) -> None:
    studio = training_studio
    studio.window.pause_action.trigger()
    assert status_of(studio) == "paused"
    assert studio.window.pause_action.text() == "Resume"
    assert studio.training.last_report is not None
    before = studio.training.last_report.epoch

    studio.window.pause_action.trigger()

    assert status_of(studio) == "running"
    assert studio.window.pause_action.text() == "Pause"
    wait_for_epoch(studio, qtbot, before + 2)


def test_that_a_stopped_training_keeps_what_it_learnt_and_goes_on(
    training_studio: Studio, qtbot: QtBot
) -> None:
    studio = training_studio
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        studio.window.stop_action.trigger()
        assert status_of(studio) == "stopping"
        assert not studio.window.stop_action.isEnabled() or studio.training.is_busy

    assert status_of(studio) == "stopped"
    done = run_of(studio, "new").state.epochs_done
    assert done >= 1
    qtbot.waitUntil(lambda: studio.latent.run_name == "new", timeout=A_WHILE)

    studio.trainings.go_on()
    wait_for_epoch(studio, qtbot, done + 1)
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        studio.trainings.stop()
    assert run_of(studio, "new").state.epochs_done > done


def test_that_a_paused_training_can_be_stopped(training_studio: Studio, qtbot: QtBot) -> None:
    training_studio.window.pause_action.trigger()
    with qtbot.waitSignal(training_studio.trainings.run_ended, timeout=A_MINUTE):
        training_studio.window.stop_action.trigger()

    assert status_of(training_studio) == "stopped"


def test_that_a_trained_run_trains_more(open_studio: Studio, qtbot: QtBot) -> None:
    studio = open_studio
    assert status_of(studio) == "done"
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        studio.window.training.more_requested.emit(2)

    assert run_of(studio, RUN).state.epochs_done == 4
    epochs, _ = studio.window.training.curves.loss.shown_values("loss")
    assert list(epochs) == [1, 2, 3, 4]


def test_that_two_trainings_of_a_name_are_two_runs(open_studio: Studio, qtbot: QtBot) -> None:
    for _ in range(2):
        with qtbot.waitSignal(open_studio.trainings.run_ended, timeout=A_MINUTE):
            start(open_studio, epochs=1, name="twice")

    assert {"twice", "twice-2"} < set(project_of(open_studio).run_names())


def test_that_a_training_that_fails_says_so_and_another_can_begin(
    open_studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> object:
        raise ValueError("a broken step")

    studio = open_studio
    with monkeypatch.context() as patch:
        patch.setattr("core.training.train.train", broken)
        with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
            start(studio, epochs=2)

    assert status_of(studio) == "failed"
    assert "a broken step" in studio.window.banners.banners[0].sentence
    assert studio.window.train_action.isEnabled()
    assert studio.latent.run_name == RUN  # what was in view before
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        start(studio, epochs=1, name="second try")
    assert status_of(studio) == "done"


def test_that_a_training_that_failed_is_resumed_where_it_failed(
    open_studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> object:
        raise ValueError("a broken step")

    studio = open_studio
    resume = studio.window.training.button("resume")
    with monkeypatch.context() as patch:
        patch.setattr("core.training.train.train", broken)
        with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
            start(studio, epochs=2)
    assert (studio.latent.run_name, status_of(studio)) == (RUN, "failed")
    assert resume.isVisibleTo(studio.window.training)
    assert resume.isEnabled()
    assert "new" in resume.toolTip()

    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE) as ended:
        resume.click()

    assert ended.args == ["new"]
    assert status_of(studio) == "done"
    assert run_of(studio, "new").state.epochs_done == 2
    assert run_of(studio, RUN).state.epochs_done == 2  # which was in view, and was left as it is


def test_that_training_more_that_failed_is_resumed_to_the_end_that_was_wanted(
    open_studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> object:
        raise ValueError("a broken step")

    studio = open_studio
    with monkeypatch.context() as patch:
        patch.setattr("core.training.train.train", broken)
        with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
            studio.trainings.train_more(1)
    assert run_of(studio, RUN).state.epochs_planned == 2
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        studio.window.training.button("resume").click()

    assert run_of(studio, RUN).state.epochs_done == 3


def test_that_a_failed_run_that_is_gone_cannot_be_resumed(
    open_studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = open_studio

    def broken(_: object) -> object:
        shutil.rmtree(project_of(studio).run_folder("new"))
        raise ValueError("a broken step")

    monkeypatch.setattr("core.training.train.train", broken)
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        start(studio, epochs=2)

    assert status_of(studio) == "failed"
    assert not studio.window.training.button("resume").isEnabled()


def test_that_an_alarm_stays_while_the_training_goes_on(
    training_studio: Studio, qtbot: QtBot
) -> None:
    """A report says only what is new: a sentence would be gone with the next epoch."""
    studio = training_studio
    report = studio.training.last_report
    assert report is not None
    alarmed = dataclasses.replace(report, alarms=("1 of 3 latent units is active.",))
    studio.trainings._on_epochs_done((alarmed, dataclasses.replace(report, alarms=())))

    wait_for_epoch(studio, qtbot, report.epoch + 3)

    assert studio.window.training.alarm_list.alarms[-1] == "1 of 3 latent units is active."
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        studio.trainings.stop()
    studio.trainings.go_on()
    assert studio.window.training.alarm_list.alarms == ()


def test_that_too_few_chairs_are_a_reason_not_to_start(open_studio: Studio) -> None:
    studio = open_studio
    train = [chair.id for chair in studio.project.chairs if chair.split == "train"]
    studio.window.library.remove_requested.emit(train[1:])
    assert not studio.window.train_action.isEnabled()
    studio.trainings.start()
    assert status_of(studio) == "done"

    studio.window.undo_action.trigger()
    assert studio.window.train_action.isEnabled()


def test_that_an_empty_project_says_what_a_training_lacks_and_nothing_of_the_one_before(
    open_studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    studio, words = open_studio, open_studio.window.training._status_label
    assert "decode" in studio.window.decode_label.text()
    studio.projects.make(tmp_path / "Empty")
    assert words.text() == "Bring in at least two chairs for training first"
    assert studio.window.decode_label.text() == ""
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_WHILE):
        studio.imports.make_chairs(6, 0)
    assert words.text() == "Ready to train"


def test_that_codes_stand_beside_the_chairs_that_the_training_read(
    open_studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = open_studio
    removed = threading.Event()

    def read_late(*arguments: Any) -> Chairs:
        assert removed.wait(A_WHILE / 1000)
        return Chairs(*arguments)

    monkeypatch.setattr("core.training.session.Chairs", read_late)
    gone = studio.project.chairs[0].id
    studio.training.settings = quick_settings(epochs=2)
    studio.training.run_name = "late"
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        studio.trainings.start()
        studio.edits.remove([gone])  # while the training's thread is on its way
        removed.set()

    latent_map = studio.latent.map
    assert latent_map is not None
    assert gone not in latent_map.chair_ids
    assert len(latent_map.chair_ids) == len(latent_map.codes)


def test_that_the_project_cannot_be_left_while_it_trains(
    training_studio: Studio, own_project: Project, qtbot: QtBot
) -> None:
    studio = training_studio
    studio.projects.open_folder(own_project.folder)
    studio.projects.make(own_project.folder.parent / "Other")

    assert studio.project.project is not None
    assert studio.project.project.folder == own_project.folder
    assert "Stop it first" in studio.window.banners.banners[0].sentence


# Looking elsewhere meanwhile


def shown_epochs(studio: Studio) -> list[int]:
    return [int(epoch) for epoch in studio.window.training.curves.loss.shown_values("loss")[0]]


def look_at(studio: Studio, name: str, qtbot: QtBot) -> None:
    studio.window.latent.run_chosen.emit(name)
    qtbot.waitUntil(lambda: studio.latent.run_name == name, timeout=A_MINUTE)


def further(studio: Studio, qtbot: QtBot, epochs: int = 3) -> None:
    """Wait until the training has gone on."""
    assert studio.training.last_report is not None
    wait_for_epoch(studio, qtbot, studio.training.last_report.epoch + epochs)


def test_that_who_looks_at_another_run_while_one_trains_stays_there_and_can_come_back(
    training_studio: Studio, qtbot: QtBot
) -> None:
    studio = training_studio
    qtbot.waitUntil(lambda: studio.latent.run_name == "new", timeout=A_MINUTE)

    look_at(studio, RUN, qtbot)
    further(studio, qtbot)
    assert studio.latent.run_name == RUN
    assert studio.latent.settings == run_of(studio, RUN).settings
    qtbot.waitUntil(lambda: len(shown_epochs(studio)) > 2, timeout=A_MINUTE)  # the curves go on
    (banner,) = studio.window.banners.banners
    assert "trains on. Choose it in the list of runs" in banner.sentence

    studio.time.go_to_epoch(1)
    qtbot.waitUntil(lambda: studio.latent.epoch == 1, timeout=A_MINUTE)
    studio.window.pause_action.trigger()
    studio.window.pause_action.trigger()
    further(studio, qtbot)
    assert (studio.latent.run_name, studio.latent.epoch) == (RUN, 1)
    code = (0.1, 0.2, 0.3)
    studio.probe.go_to(code)
    qtbot.waitUntil(
        lambda: (
            studio.stage.reconstruction is not None
            and studio.stage.reconstruction.code == pytest.approx(code)
        ),
        timeout=A_MINUTE,
    )
    assert studio.stage.reconstruction is not None
    expected = load_snapshot(run_of(studio, RUN), 1).decode(np.array([code], dtype=np.float32))[0]
    np.testing.assert_allclose(studio.stage.reconstruction.points, expected, atol=1e-5)

    look_at(studio, "new", qtbot)  # of which no checkpoint is on disk yet
    before = studio.latent.map
    further(studio, qtbot)
    qtbot.waitUntil(lambda: studio.latent.map is not before, timeout=A_MINUTE)
    assert studio.latent.run_name == "new"
    assert [b.kind for b in studio.window.banners.banners] == ["info"]


def test_that_undo_leads_back_from_another_run_to_the_one_that_trains(
    training_studio: Studio, qtbot: QtBot
) -> None:
    studio = training_studio
    qtbot.waitUntil(lambda: studio.latent.run_name == "new", timeout=A_MINUTE)
    studio.history.settle()
    look_at(studio, RUN, qtbot)
    studio.history.settle()
    assert studio.window.undo_action.text() == f"Undo showing {RUN}"

    studio.window.undo_action.trigger()

    assert studio.latent.run_name == "new"
    assert not studio.places.is_under_way
    before = studio.latent.map
    further(studio, qtbot)
    qtbot.waitUntil(lambda: studio.latent.map is not before, timeout=A_MINUTE)


def test_that_the_end_of_a_training_leaves_who_looks_elsewhere_alone(
    training_studio: Studio, qtbot: QtBot
) -> None:
    studio = training_studio
    qtbot.waitUntil(lambda: studio.latent.run_name == "new", timeout=A_MINUTE)
    look_at(studio, RUN, qtbot)
    asked = QSignalSpy(studio.runs.loading)

    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        studio.window.stop_action.trigger()
    qtbot.waitUntil(lambda: status_of(studio) == "done", timeout=A_MINUTE)  # as the run in view is

    assert said(asked) == []
    assert studio.latent.run_name == RUN
    assert shown_epochs(studio) == [1, 2]
    assert "new" in project_of(studio).run_names()


def test_that_the_next_training_comes_in_view_again(training_studio: Studio, qtbot: QtBot) -> None:
    studio = training_studio
    look_at(studio, RUN, qtbot)
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        studio.window.stop_action.trigger()

    start(studio, MANY, "third")

    qtbot.waitUntil(lambda: studio.latent.run_name == "third", timeout=A_MINUTE)


# The course of a run that was trained earlier


def test_that_the_course_of_a_run_is_read_off_the_gui_thread_and_late_ones_are_dropped(
    open_studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = open_studio
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        start(studio, epochs=1, name="short")
    read = Run.metrics
    threads: dict[str, int] = {}
    is_reading, go_on = threading.Event(), threading.Event()

    def slow(run: Run) -> list[dict[str, Any]]:
        threads[run.name] = threading.get_ident()
        if run.name == RUN:
            is_reading.set()
            go_on.wait()
        return read(run)

    monkeypatch.setattr(Run, "metrics", slow)
    look_at(studio, RUN, qtbot)
    qtbot.waitUntil(is_reading.is_set, timeout=A_MINUTE)
    look_at(studio, "short", qtbot)
    go_on.set()
    qtbot.waitUntil(lambda: shown_epochs(studio) == [1], timeout=A_MINUTE)
    qtbot.waitUntil(lambda: "short" in threads, timeout=A_MINUTE)

    assert set(threads) == {RUN, "short"}
    assert threading.get_ident() not in threads.values()
    assert shown_epochs(studio) == [1]


def test_that_a_run_that_trains_on_out_of_view_has_all_its_epochs_in_the_curves(
    open_studio: Studio, qtbot: QtBot
) -> None:
    studio = open_studio
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        start(studio, epochs=3, name="other")
    look_at(studio, RUN, qtbot)
    qtbot.waitUntil(lambda: shown_epochs(studio) == [1, 2], timeout=A_MINUTE)

    studio.trainings.train_more(MANY, "other")
    wait_for_epoch(studio, qtbot, 6)
    qtbot.waitUntil(lambda: len(shown_epochs(studio)) >= 6, timeout=A_MINUTE)

    assert shown_epochs(studio)[:6] == [1, 2, 3, 4, 5, 6]


# Settings


def shown(studio: Studio, name: str) -> object:
    """The value that the settings form shows."""
    editor = studio.window.training.form.editor(name)
    assert isinstance(editor, QSpinBox)
    return editor.value()


def test_that_settings_and_panel_are_in_step_both_ways(studio: Studio) -> None:
    heard: list[object] = []
    studio.training.events.settings.connect(heard.append)

    studio.window.training.value_edited.emit("components", 7)
    assert studio.training.settings.components == 7
    assert len(heard) == 1

    studio.training.settings = studio.training.settings.with_changes(components=9)
    assert shown(studio, "components") == 9
    assert len(heard) == 2


def test_that_another_prior_takes_an_estimator_it_can_have(studio: Studio) -> None:
    studio.training.settings = recommended("mog")

    studio.window.training.value_edited.emit("prior", "standard")

    assert studio.training.settings.prior == "standard"
    assert studio.window.banners.banners == ()


def test_that_a_preset_replaces_all_settings_but_the_prior(studio: Studio) -> None:
    studio.training.settings = recommended("standard")

    studio.window.training.preset_chosen.emit("article")

    assert studio.training.settings == article("standard")


def test_that_a_setting_that_cannot_be_is_a_sentence_and_is_put_back(studio: Studio) -> None:
    before = studio.training.settings

    studio.window.training.value_edited.emit("batch", -3)

    assert studio.training.settings == before
    assert studio.window.banners.banners[0].kind == "warning"
    assert shown(studio, "batch") == before.batch


# Closing


def question_of(studio: Studio) -> QMessageBox:
    (question,) = studio.window.findChildren(QMessageBox)
    return question


def choose(question: QMessageBox, words: str) -> None:
    next(b for b in question.buttons() if b.text().replace("&", "") == words).click()


def test_that_closing_while_training_asks_once_and_can_be_taken_back(
    training_studio: Studio, qtbot: QtBot
) -> None:
    studio = training_studio
    studio.window.close()
    studio.window.close()
    question = question_of(studio)
    assert studio.window.isVisible()

    choose(question, "Keep training")
    assert studio.window.isVisible()
    assert studio.training.is_busy
    assert studio.training.last_report is not None
    wait_for_epoch(studio, qtbot, studio.training.last_report.epoch + 1)

    QApplication.processEvents()
    studio.window.close()
    assert question_of(studio).isVisible()
    with qtbot.waitSignal(studio.window.closing, timeout=A_MINUTE):
        choose(question_of(studio), "Stop and close")
        assert not studio.window.isVisible()


@pytest.mark.parametrize("paused", [False, True])
def test_that_closing_while_training_keeps_everything(
    training_studio: Studio, qtbot: QtBot, paused: bool
) -> None:
    studio = training_studio
    if paused:
        studio.window.pause_action.trigger()
    assert studio.training.last_report is not None
    seen = studio.training.last_report.epoch

    late = QSignalSpy(studio.trainings.run_ended)
    with qtbot.captureExceptions() as errors:
        studio.window.close()
        with qtbot.waitSignal(studio.window.closing, timeout=A_MINUTE):
            choose(question_of(studio), "Stop and close")
        for _ in range(20):  # what the training said last is heard by nobody
            QApplication.processEvents()

    assert errors == []
    assert said(late) == []
    assert not studio.window.isVisible()
    state = run_of(studio, "new").state
    assert state.stopped_by == "stop"
    assert state.epochs_done >= seen
    assert run_of(studio, "new").codes() is not None


@pytest.fixture
def held_step(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Cleared, it holds the training in the middle of a step."""
    go_on = threading.Event()
    go_on.set()

    def held(*arguments: Any, **options: Any) -> Any:
        go_on.wait()
        return reconstruction_loss(*arguments, **options)

    monkeypatch.setattr("core.training.session.reconstruction_loss", held)
    yield go_on
    go_on.set()


def test_that_closing_waits_for_a_long_step_without_holding_up_the_event_loop(
    held_step: threading.Event, training_studio: Studio, qtbot: QtBot
) -> None:
    studio = training_studio
    layout = studio.window.layout_state()
    studio.window.latent_dock.setFloating(True)
    floating = studio.window.layout_state()
    assert floating != layout
    held_step.clear()
    (thread,) = (t for t in studio.window.findChildren(QThread) if t.objectName() == "training")
    closed = QSignalSpy(studio.window.closing)

    studio.window.close()
    choose(question_of(studio), "Stop and close")
    studio.window.close()  # the window system asks once more

    assert not studio.window.isVisible()
    assert not studio.window.latent_dock.isVisible()
    assert not any(question.isVisible() for question in studio.window.findChildren(QMessageBox))
    assert thread.isRunning()
    assert said(closed) == []
    with qtbot.waitSignal(studio.window.closing, timeout=A_MINUTE):
        held_step.set()
    state = run_of(studio, "new").state
    assert state.stopped_by == "stop"
    assert state.epochs_done >= 1
    kept = project_of(studio).read_document("window")["parts"]["layout"]["docks"]
    assert kept == as_text(floating)  # not that everything was hidden
    assert studio.preferences.layout == as_text(floating)


def test_that_a_question_that_is_open_when_the_training_ends_is_still_answered(
    open_studio: Studio, qtbot: QtBot
) -> None:
    studio = open_studio
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        start(studio, epochs=2)
        studio.window.close()
        question = question_of(studio)

    choose(question, "Stop and close")
    assert not studio.window.isVisible()
