"""The Evaluation dock in the whole program: found, measured, outdated, cancelled, compared."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.errors import RunError
from core.evaluation import EvaluationProgress
from core.project import Project
from core.saved_evaluation import evaluation_path
from mogvae_gui.presenters.studio import Studio
from tests.gui.conftest import A_WHILE
from tests.small_project import RUN, TEST_CHAIRS, quick_settings, train_run

OTHER = "VAE"

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture(scope="session")
def two_runs_folder(small_project_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project with a second run; not to be changed."""
    folder = tmp_path_factory.mktemp("two") / "Two runs"
    shutil.copytree(small_project_folder, folder)
    train_run(Project.open(folder), OTHER, quick_settings("standard"))
    return folder


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda is_so: qtbot.waitUntil(is_so, timeout=A_WHILE)


@pytest.fixture
def opened(studio: Studio, two_runs_folder: Path, tmp_path: Path, until: Until) -> Studio:
    """The program with a copy of both runs, the first of them in view."""
    folder = tmp_path / "Two runs"
    shutil.copytree(two_runs_folder, folder)
    studio.projects.open_folder(folder)
    until(lambda: studio.latent.run_name == OTHER)
    studio.runs.show_run(RUN)
    until(lambda: studio.latent.run_name == RUN and studio.stage.reconstruction is not None)
    return studio


def evaluate(studio: Studio, until: Until) -> None:
    studio.evaluations.evaluate()
    until(lambda: studio.evaluation.table is not None and not studio.evaluation_jobs.is_busy)


def folder_of(studio: Studio, run: str = RUN) -> Path:
    assert studio.project.project is not None
    return studio.project.project.runs_folder / run


def has_both(studio: Studio) -> bool:
    return studio.evaluation.table is not None and studio.evaluation.table.second is not None


def test_that_the_run_in_view_is_evaluated_once_and_found_ever_after(
    opened: Studio, until: Until
) -> None:
    panel = opened.window.evaluation
    assert opened.evaluation.table is None
    assert panel.empty.button("evaluate").text() == f"Evaluate {TEST_CHAIRS} test chairs"
    evaluate(opened, until)
    table = opened.evaluation.table
    assert table is not None
    assert (table.run, table.split, len(table.chairs)) == (RUN, "test", TEST_CHAIRS)
    assert evaluation_path(folder_of(opened), "test").exists()
    assert len(panel.table.model.rows) == TEST_CHAIRS
    assert not panel.evaluate_action.isEnabled()
    opened.runs.show_run(OTHER)
    until(lambda: opened.latent.run_name == OTHER and opened.evaluation.table is None)
    opened.runs.show_run(RUN)
    until(lambda: opened.evaluation.table is not None)
    assert not opened.evaluation_jobs.is_busy


def test_that_another_split_is_another_evaluation(opened: Studio, until: Until) -> None:
    evaluate(opened, until)
    opened.window.evaluation.split_chosen.emit("train")
    until(lambda: opened.evaluation.table is None)
    assert "training chairs" in opened.window.evaluation.empty.button("evaluate").text()
    evaluate(opened, until)
    opened.window.evaluation.split_chosen.emit("test")
    until(lambda: opened.evaluation.table is not None and opened.evaluation.table.split == "test")


def test_that_a_change_of_chairs_makes_it_outdated_and_undo_brings_it_back(
    opened: Studio, until: Until
) -> None:
    evaluate(opened, until)
    table = opened.evaluation.table
    assert table is not None
    opened.window.library.split_requested.emit([table.chairs[0].id], "train")
    until(lambda: opened.evaluation.outdated and opened.evaluation.table is None)
    assert "have changed since" in opened.window.evaluation.empty._title.text()
    opened.window.undo_action.trigger()
    until(lambda: opened.evaluation.table is not None)
    assert not opened.evaluation.outdated


def test_that_cancelling_keeps_nothing_and_leaves_the_offer(
    opened: Studio, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[bool] = []

    def endless(*_: object, **__: object) -> Iterator[EvaluationProgress]:
        try:
            while True:
                yield EvaluationProgress(2, 10, "armchair")
        finally:
            closed.append(True)

    monkeypatch.setattr("core.saved_evaluation.evaluate", endless)
    panel = opened.window.evaluation
    opened.evaluations.evaluate()
    until(lambda: panel._progress_count.text() == "2 of 10")
    assert f"{RUN}: armchair" in panel._progress_text.text()
    assert not panel.evaluate_action.isEnabled()
    assert not panel.empty.button("evaluate").isVisible()
    panel.cancel_requested.emit()
    until(lambda: opened.evaluation.measuring is None)
    assert closed == [True]
    assert opened.evaluation.table is None
    assert not panel._progress_row.isVisible()
    assert panel.evaluate_action.isEnabled()
    assert not evaluation_path(folder_of(opened), "test").exists()
    assert opened.window.banners.banners == ()


def test_that_an_error_is_a_banner_and_the_offer_stays(
    opened: Studio, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RunError("The run decodes nonsense. Train it again.")

    monkeypatch.setattr("core.saved_evaluation.evaluate", fail)
    opened.evaluations.evaluate()
    until(lambda: bool(opened.window.banners.banners))
    assert "decodes nonsense" in opened.window.banners.banners[0].sentence
    until(lambda: opened.evaluation.measuring is None)
    assert opened.evaluations.reason_not() == ""


def test_that_choosing_a_second_run_evaluates_what_is_missing_of_both(
    opened: Studio, until: Until
) -> None:
    panel = opened.window.evaluation
    panel.against_chosen.emit(OTHER)
    assert opened.window.compare_action.isChecked()
    until(lambda: has_both(opened))
    table = opened.evaluation.table
    assert table is not None
    assert (table.run, table.against) == (RUN, OTHER)
    assert len(panel.table.model.columns) == 12
    assert "No difference is shown" in panel._sentence.text()
    panel.against_chosen.emit("")
    assert not opened.window.compare_action.isChecked()
    assert len(panel.table.model.columns) == 4
    assert not panel._sentence.isVisible()


def test_that_the_compare_action_opens_the_dock_and_asks_and_then_ends_it(
    opened: Studio, until: Until
) -> None:
    window = opened.window
    window.compare_action.trigger()
    until(lambda: window.evaluation.against.view().isVisible())
    assert not window.evaluation.visibleRegion().isEmpty()
    assert not window.compare_action.isChecked()  # until a run is chosen
    window.evaluation.against.hidePopup()
    opened.evaluations.compare_with(OTHER)
    until(lambda: has_both(opened))
    window.compare_action.trigger()
    assert opened.evaluation.against is None


def test_that_a_run_is_never_compared_with_itself(opened: Studio, until: Until) -> None:
    assert opened.evaluations.other_runs() == [OTHER]
    opened.evaluations.compare_with(OTHER)
    opened.runs.show_run(OTHER)
    until(lambda: opened.latent.run_name == OTHER)
    assert opened.evaluation.against is None
    assert opened.evaluations.other_runs() == [RUN]
    until(lambda: opened.evaluation.measuring is None)


def test_that_a_run_that_is_being_trained_waits(opened: Studio) -> None:
    opened.training.run_name = RUN
    opened.training.status = "running"
    button = opened.window.evaluation.empty.button("evaluate")
    assert "is being trained" in opened.evaluations.reason_not()
    assert not button.isEnabled()
    opened.training.status = "done"
    assert button.isEnabled()


def test_that_a_new_project_begins_without_a_comparison(
    opened: Studio, until: Until, tmp_path: Path
) -> None:
    opened.evaluations.compare_with(OTHER)
    until(lambda: has_both(opened))
    opened.projects.make(tmp_path / "empty")
    assert opened.evaluation.against is None
    assert opened.evaluation.table is None
    assert not opened.window.stage.second.isVisible()
    assert not opened.window.compare_action.isEnabled()
    assert "No model to judge" in opened.window.evaluation.empty._title.text()
    assert opened.window.banners.banners == ()


def test_that_damaged_weights_are_a_banner_and_end_the_comparison(
    opened: Studio, until: Until
) -> None:
    weights = folder_of(opened, OTHER) / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:500])
    opened.evaluations.compare_with(OTHER)
    until(lambda: bool(opened.window.banners.banners))
    assert "damaged" in opened.window.banners.banners[0].sentence
    until(lambda: opened.evaluation.against is None)
    until(lambda: opened.evaluation.measuring is None)


# What is shown, and what a click does.


def test_that_selecting_goes_both_ways_and_a_filter_never_loses_it(
    opened: Studio, until: Until
) -> None:
    evaluate(opened, until)
    panel, table = opened.window.evaluation, opened.evaluation.table
    assert table is not None
    chosen = table.chairs[1]
    panel.chair_chosen.emit(chosen.id)
    assert opened.project.selected == (chosen.id,)
    until(lambda: opened.stage.original is not None and opened.stage.original.chair_id == chosen.id)
    panel.search.setText("no such chair")
    assert panel.table.model.rows == ()
    assert opened.project.selected == (chosen.id,)
    panel.search.clear()
    rows = panel.table.table.selectionModel().selectedRows()
    assert [panel.table.model.rows[row.row()].chair_id for row in rows] == [chosen.id]
    opened.project.selected = (table.chairs[2].id,)
    rows = panel.table.table.selectionModel().selectedRows()
    assert [panel.table.model.rows[row.row()].chair_id for row in rows] == [table.chairs[2].id]
    assert panel.histogram.chosen == (table.values("first", "cd_1")[2],)


def test_that_examples_and_clicks_into_the_histogram_show_chairs(
    opened: Studio, until: Until
) -> None:
    evaluate(opened, until)
    panel, table = opened.window.evaluation, opened.evaluation.table
    assert table is not None
    panel.metric_chosen.emit("emd")
    panel.search.setText("no such chair")
    panel.example_requested.emit("worst")
    assert opened.project.selected == (table.example("worst", "first", "emd").id,)
    assert panel.search.text() == ""  # it would hide the chair that was asked for
    values = table.values("first", "emd")
    panel.value_clicked.emit(float(values.min()) - 1)
    assert opened.project.selected == (table.chairs[int(values.argmin())].id,)


def test_that_differences_choose_other_examples(opened: Studio, until: Until) -> None:
    opened.evaluations.compare_with(OTHER)
    until(lambda: has_both(opened))
    panel, table = opened.window.evaluation, opened.evaluation.table
    assert table is not None
    panel.differences_toggled.emit(True)
    panel.example_requested.emit("best")
    assert opened.project.selected == (table.example("best", "difference", "cd_1").id,)
    assert len(panel.histogram.counts) == 1
    opened.evaluations.compare_with(None)
    assert not panel.differences.isVisible()
    panel.example_requested.emit("best")
    assert opened.project.selected == (table.example("best", "first", "cd_1").id,)


def test_that_a_chair_of_the_table_has_its_exact_emd_on_the_stage_at_once(
    opened: Studio, until: Until
) -> None:
    evaluate(opened, until)
    table = opened.evaluation.table
    assert table is not None
    design = table.first.designs[-1]
    opened.project.selected = (design.chair.id,)
    until(
        lambda: (
            opened.stage.reconstruction is not None
            and opened.stage.reconstruction.chair_id == design.chair.id
        )
    )
    assert opened.stage.metrics == design.metrics
    assert f"EMD {design.metrics.emd:.4f}" in opened.window.stage.reconstruction.caption.text()


# The third side of the stage.


def test_that_the_third_side_shows_the_chosen_chair_by_the_second_run(
    opened: Studio, until: Until
) -> None:
    opened.evaluations.compare_with(OTHER)
    until(lambda: opened.stage.second is not None and has_both(opened))
    stage = opened.window.stage
    assert stage.second.isVisible()
    assert (stage.reconstruction.title.text(), stage.second.title.text()) == (RUN, OTHER)
    table = opened.evaluation.table
    assert table is not None
    chair = table.chairs[0]
    opened.project.selected = (chair.id,)
    until(lambda: opened.stage.second is not None and opened.stage.second.chair_id == chair.id)
    assert table.second is not None
    emd = table.second.designs[0].metrics.emd
    assert f"EMD {emd:.4f}" in stage.second.caption.text()
    shown = opened.stage.second
    assert shown is not None
    assert shown.title == f"{chair.name} by {OTHER}"
    opened.stage.colouring = "error"
    assert stage.second.title.text() == OTHER
    opened.evaluations.compare_with(None)
    assert not stage.second.isVisible()
    assert opened.stage.second is None
    assert stage.reconstruction.title.text() != RUN
