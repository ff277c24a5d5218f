"""A project is seen as it was the last time before its model is loaded, and the same after."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from core.first_look import FIRST_LOOK_FILE
from core.project import Project
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.state.preferences import Preferences
from tests.gui.conftest import A_WHILE, close_studio
from tests.small_project import RUN


def open_in(studio: Studio, project: Project, qtbot: QtBot, is_so: Callable[[], bool]) -> None:
    studio.window.show()
    studio.projects.open_folder(project.folder)
    qtbot.waitUntil(is_so, timeout=A_WHILE)


@pytest.fixture
def seen_project(own_project: Project, own_places: Path, qtbot: QtBot) -> Project:
    """A project that a window has shown before."""
    studio = Studio(Preferences())
    open_in(studio, own_project, qtbot, lambda: studio.stage.reconstruction is not None)
    close_studio(studio)
    assert (own_project.run_folder(RUN) / FIRST_LOOK_FILE).exists()
    return own_project


def test_that_both_clouds_and_the_space_are_there_before_the_model_and_stay_the_same(
    seen_project: Project, qtbot: QtBot
) -> None:
    studio = Studio(Preferences(), model_waits=True)
    open_in(studio, seen_project, qtbot, lambda: studio.latent.map is not None)

    seen, codes = studio.stage.reconstruction, studio.latent.map
    assert seen is not None
    assert codes is not None
    assert studio.stage.original is not None
    assert studio.project.current is studio.project.chairs[0]
    assert studio.stage.original.chair_id == seen.chair_id == studio.project.chairs[0].id
    assert studio.window.latent.runs.currentText() == RUN

    studio.model.begin()
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not seen, timeout=A_WHILE)
    answered, map_of_model = studio.stage.reconstruction, studio.latent.map
    assert answered is not None
    assert map_of_model is not None
    assert answered.title == seen.title
    assert answered.code == seen.code
    np.testing.assert_array_equal(answered.points, seen.points)
    np.testing.assert_array_equal(map_of_model.codes, codes.codes)
    np.testing.assert_array_equal(map_of_model.responsibilities, codes.responsibilities)
    close_studio(studio)


def test_that_a_model_that_was_stopped_does_not_begin_any_more(qtbot: QtBot) -> None:
    parent = QObject()
    model = ModelLink(parent, waits=True)

    model.stop()
    model.begin()  # as a timer or a late frame does while the window closes

    assert not any(thread.isRunning() for thread in parent.findChildren(QThread))
