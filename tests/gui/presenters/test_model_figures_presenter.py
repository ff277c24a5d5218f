"""The model as a whole in the Evaluation dock."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.figure_progress import FigureProgress
from core.metrics.likelihood import LogLikelihood
from core.project import Project
from core.run_edits import fork_run
from mogvae_gui.presenters.model_figure_rows import samples_that_count
from mogvae_gui.presenters.studio import Studio
from tests.gui.conftest import A_WHILE
from tests.small_project import RUN, TEST_CHAIRS, quick_settings

OTHER = "other"

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda is_so: qtbot.waitUntil(is_so, timeout=A_WHILE)


@pytest.fixture
def opened(studio: Studio, own_project: Project, until: Until) -> Studio:
    """The program with the small project, its run in view."""
    studio.projects.open_folder(own_project.folder)
    until(lambda: studio.latent.run_name == RUN and studio.stage.reconstruction is not None)
    return studio


def test_that_the_run_in_view_is_measured_when_asked_to_and_remembered(
    opened: Studio, until: Until
) -> None:
    panel = opened.window.evaluation.model_figures
    assert not panel.rows
    assert panel.empty.button("measure").isEnabled()

    panel.empty.button("measure").click()
    assert panel.empty.button("measure").text() == "Measuring …"
    assert not panel.empty.button("measure").isEnabled()
    until(lambda: bool(panel.rows))

    labels = {row.label: row.value for row in panel.rows}
    assert f"New shapes ({TEST_CHAIRS} against {TEST_CHAIRS} chairs)" in labels
    assert labels["active axes"].endswith(" of 3")
    assert labels["1-NNA, EMD"].endswith(" %")
    assert labels["codes tell measures"].startswith("R² ")
    opened.evaluation.split = "train"  # not measured on these
    assert not panel.rows
    opened.evaluation.split = "test"
    assert panel.rows


@pytest.mark.parametrize(("counting", "is_said"), [(1.2, True), (20.0, False)])
def test_that_an_estimate_that_hardly_a_sample_carries_is_said_to_be_one(
    counting: float, is_said: bool
) -> None:
    each = np.full(4, counting)
    row = samples_that_count(LogLikelihood(each, each, each, 0.1, 64, 256, "nearest"))
    assert row.value.endswith(", few") is is_said
    assert ("hardly more than one sample" in row.meaning) is is_said


def test_that_a_cancelled_measurement_leaves_nothing_and_can_be_asked_for_again(
    opened: Studio, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(*_: object) -> object:
        while True:
            yield FigureProgress(1, 2, "Comparing")

    monkeypatch.setattr("mogvae_gui.presenters.model_figures_presenter._measured", endless)
    panel = opened.window.evaluation.model_figures
    opened.model_figures.measure()
    assert opened.evaluation_jobs.is_busy
    opened.evaluation_jobs.cancel()
    until(lambda: not opened.evaluation_jobs.is_busy)
    assert not panel.rows
    assert panel.empty.button("measure").isEnabled()


def test_that_two_runs_that_are_compared_stand_side_by_side(
    opened: Studio, own_project: Project, until: Until
) -> None:
    settings = quick_settings(epochs=3).with_changes(beta=0.01)
    fork_run(own_project, RUN, None, settings, OTHER)
    panel = opened.window.evaluation.model_figures
    opened.evaluation.against = OTHER
    button = panel.empty.button("measure")
    assert button.text() == "Measure both models"
    button.click()
    until(lambda: bool(panel.rows))
    assert panel.missing.text() == "Measuring …"  # one is known, the other is on its way
    until(lambda: not opened.evaluation_jobs.is_busy)

    rows = {row.label: row for row in panel.rows}
    assert panel.missing.isHidden()
    assert rows["active axes"].second.endswith(" of 3")
    assert rows["1-NNA, EMD"].second.endswith(" %")
    assert rows["log p(x), nats"].value != rows["log p(x), nats"].second  # their σ differs
    note = next(row for row in panel.rows if row.is_note)
    assert panel.rows.index(note) == panel.rows.index(rows["log p(x), nats"]) + 1
    assert "different likelihoods" in note.meaning
    heads = [label.text() for label in panel.findChildren(QLabel) if label.toolTip().count(RUN)]
    assert heads == ["A"]

    opened.evaluation.against = None
    assert panel.rows
    assert not any(row.second or row.is_note for row in panel.rows)


def test_that_a_run_that_lacks_figures_beside_another_can_be_measured_by_itself(
    opened: Studio, own_project: Project, until: Until
) -> None:
    fork_run(own_project, RUN, None, quick_settings(epochs=3), OTHER)
    panel = opened.window.evaluation.model_figures
    opened.model_figures.measure()
    until(lambda: bool(panel.rows))
    assert panel.missing.isHidden()

    opened.evaluation.against = OTHER
    assert {row.second for row in panel.rows if row.value} == {"–"}
    assert panel.missing.text() == "Measure B"
    panel.missing.click()
    until(lambda: panel.missing.isHidden())
    # The fork has the very weights, and so the very figures.
    assert all(row.second == row.value for row in panel.rows)
    assert not any(row.is_note for row in panel.rows)

    opened.runs.show_run(OTHER)
    until(lambda: opened.latent.run_name == OTHER)
    opened.evaluation.against = RUN
    assert all(row.second == row.value for row in panel.rows)


def test_that_cancelling_the_first_of_two_measurements_cancels_both(
    opened: Studio, own_project: Project, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def endless(key: tuple[Path, str], *_: object) -> object:
        begun.append(key[0].name)
        while True:
            yield FigureProgress(1, 2, "Comparing")

    monkeypatch.setattr("mogvae_gui.presenters.model_figures_presenter._measured", endless)
    fork_run(own_project, RUN, None, quick_settings(epochs=3), OTHER)
    opened.evaluation.against = OTHER
    opened.model_figures.measure()
    opened.evaluation_jobs.cancel()
    until(lambda: not opened.evaluation_jobs.is_busy)
    assert begun in ([], [RUN])
    assert not opened.window.evaluation.model_figures.rows


def test_that_the_model_takes_the_histograms_place(opened: Studio) -> None:
    evaluation = opened.window.evaluation
    side = evaluation.model_figures.parentWidget()
    assert side is not None
    evaluation.model_button.setChecked(True)
    assert not evaluation.model_figures.isHidden()
    assert not evaluation.histogram.isVisibleTo(side)
    evaluation.model_button.setChecked(False)
    assert evaluation.histogram.isVisibleTo(side)
    assert evaluation.model_figures.isHidden()
