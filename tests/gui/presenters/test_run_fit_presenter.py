"""A mixture fitted to a plain VAE's codes, from the Runs dock."""

import json
import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.errors import RunError
from core.fitted_runs import fit_run
from core.project import Project
from core.run_edits import fork_run
from core.training.run import Run
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.export_dialog import ExportChoice
from mogvae_gui.views.fit_dialog import FitDialog
from mogvae_gui.views.run_tree import RunRow
from tests.gui.conftest import A_WHILE
from tests.small_project import RUN, quick_settings

PLAIN = "plain"
FITTED = "plain-with-3-components"


@pytest.fixture
def with_plain(own_project: Project) -> Project:
    """The small project with a run whose prior is the standard normal."""
    fork_run(own_project, RUN, None, quick_settings("standard", epochs=3), PLAIN)
    return own_project


@pytest.fixture
def dock(studio: Studio, with_plain: Project, qtbot: QtBot) -> Studio:
    """The window with the plain run in view and the Runs dock in front."""
    studio.projects.open_folder(with_plain.folder)
    qtbot.waitUntil(lambda: studio.latent.run_name == PLAIN, timeout=A_WHILE)
    studio.window.runs_dock.raise_()
    qtbot.waitUntil(lambda: len(rows(studio)) == 2, timeout=A_WHILE)
    return studio


def rows(studio: Studio) -> dict[str, RunRow]:
    return {row.name: row for row in studio.window.runs.tree._rows}


def ask(studio: Studio, qtbot: QtBot) -> FitDialog:
    qtbot.waitUntil(studio.window.runs.fit.isEnabled, timeout=A_WHILE)
    studio.window.runs.fit.trigger()
    dialog = studio.window.findChild(FitDialog)
    assert isinstance(dialog, FitDialog)
    return dialog


def test_that_a_plain_run_becomes_one_with_ellipsoids(
    dock: Studio, with_plain: Project, qtbot: QtBot
) -> None:
    dialog = ask(dock, qtbot)
    assert dialog.components.value() == 8
    assert (dialog.components.minimum(), dialog.components.maximum()) == (1, 64)
    dialog.components.setValue(3)
    assert dialog.name.text() == FITTED
    dialog.fit.click()
    qtbot.waitUntil(lambda: dock.latent.run_name == FITTED, timeout=A_WHILE)
    qtbot.waitUntil(lambda: FITTED in rows(dock), timeout=A_WHILE)
    latent_map = dock.latent.map
    assert latent_map is not None
    assert latent_map.components is not None
    assert latent_map.components.means.shape == (3, 3)
    assert latent_map.responsibilities.shape == (12, 3)
    row = rows(dock)[FITTED]
    assert (row.parent, row.model, row.in_view) == (PLAIN, "MoG 3 fitted · d 3", True)
    words = dock.window.runs.words.text()
    assert "Trained for 2 epochs, all before it had a mixture" in words
    assert "to the codes that plain gave 9 training chairs at epoch 2 (seed 0)" in words
    assert FITTED in dock.window.banners.banners[-1].sentence
    assert set(with_plain.run_names()) == {RUN, PLAIN, FITTED}
    assert dock.window.runs.more.isEnabled()


def test_that_a_run_with_components_says_why_it_gets_none(dock: Studio, qtbot: QtBot) -> None:
    panel = dock.window.runs
    qtbot.waitUntil(panel.fit.isEnabled, timeout=A_WHILE)
    assert panel.fit in panel.menu_actions
    dock.runs.show_run(RUN)
    qtbot.waitUntil(lambda: not panel.fit.isEnabled(), timeout=A_WHILE)
    assert "It has a mixture already" in panel.fit.toolTip()
    dock.runs.show_run(PLAIN)
    qtbot.waitUntil(panel.fit.isEnabled, timeout=A_WHILE)
    assert "already" not in panel.fit.toolTip()


def test_that_a_project_open_for_reading_says_so(dock: Studio, qtbot: QtBot) -> None:
    qtbot.waitUntil(dock.window.runs.fit.isEnabled, timeout=A_WHILE)
    dock.project.read_only = "This project is open in another window."
    assert not dock.window.runs.fit.isEnabled()
    assert "another window" in dock.window.runs.fit.toolTip()
    dock.project.read_only = ""
    assert dock.window.runs.fit.isEnabled()
    assert "another window" not in dock.window.runs.fit.toolTip()


def test_that_the_dialog_says_what_is_wrong_and_stays(
    dock: Studio, with_plain: Project, qtbot: QtBot
) -> None:
    dialog = ask(dock, qtbot)
    dialog.components.setValue(10)
    assert "there are 9. Fit fewer" in dialog.problem.text()
    dialog.fit.click()
    assert dialog.isVisible()
    dialog.components.setValue(2)
    assert not dialog.problem.text()
    dialog.name.setText(RUN)
    dialog.name.textEdited.emit(RUN)
    dialog.components.setValue(3)
    assert dialog.name.text() == RUN  # a name given by hand stays
    dialog.fit.click()
    assert f"There is a run “{RUN}” already" in dialog.problem.text()
    shutil.rmtree(with_plain.run_folder(PLAIN))
    dialog.name.setText("")
    dialog.fit.click()
    assert "no run “plain” any more" in dialog.problem.text()
    dialog.reject()


def test_that_a_fit_that_fails_comes_back_with_the_reason(
    dock: Studio, with_plain: Project, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise RunError("The disk is full.")

    monkeypatch.setattr("core.fitted_runs.write_checkpoint", full)
    dialog = ask(dock, qtbot)
    dialog.components.setValue(3)
    with qtbot.waitSignal(dock.jobs.all_done, timeout=A_WHILE):
        dialog.fit.click()
        assert not dialog.isVisible()
    assert dialog.isVisible()
    assert dialog.problem.text() == "The disk is full."
    assert set(with_plain.run_names()) == {RUN, PLAIN}
    dialog.reject()


def test_that_the_fitted_run_is_trained_on_as_any_other(
    dock: Studio, with_plain: Project, qtbot: QtBot
) -> None:
    dialog = ask(dock, qtbot)
    dialog.components.setValue(3)
    dialog.fit.click()
    qtbot.waitUntil(lambda: dock.latent.run_name == FITTED, timeout=A_WHILE)
    with qtbot.waitSignal(dock.trainings.run_ended, timeout=A_WHILE):
        dock.trainings.train_more(1, FITTED)
    assert Run.open(with_plain.run_folder(FITTED)).state.epochs_done == 3
    qtbot.waitUntil(lambda: rows(dock)[FITTED].model == "MoG 3 · d 3", timeout=A_WHILE)
    assert "; trained on since" in dock.window.runs.words.text()


def test_that_a_shape_of_the_fitted_run_leaves_with_where_its_prior_came_from(
    dock: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    assert dock.project.project is not None
    fit_run(dock.project.project, PLAIN, 3)
    dock.runs.show_run(FITTED)
    qtbot.waitUntil(
        lambda: dock.latent.run_name == FITTED and dock.stage.reconstruction is not None,
        timeout=A_WHILE,
    )
    for what in ("shown-reconstruction", "selected-reconstructions"):
        with qtbot.waitSignal(dock.jobs.all_done, timeout=A_WHILE):
            dock.exports.export(ExportChoice(what, "npy", False, tmp_path / what))
        (beside,) = (tmp_path / what).glob("*.json")
        origin = json.loads(beside.read_text(encoding="utf-8"))["prior_fitted"]
        assert (origin["to_run"], origin["components"], origin["chairs"]) == (PLAIN, 3, 9)
