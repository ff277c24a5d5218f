"""Every test of the window starts in the light theme and must leave nothing behind.

No test touches a person's own files: preferences, log and data lie in its temporary folder.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from core.project import Project
from mogvae_gui.presenters import component_pictures, library_presenter, stage_presenter
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.state.preferences import Preferences
from tests.window_leaks import (  # noqa: F401
    dressed_application,
    nothing_outlives_the_test,
    pytest_runtest_makereport,
)

A_WHILE = 20_000  # ms; what a busy machine may take for what usually takes a moment


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where preferences, logs and projects go: a folder of the test's own."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return tmp_path


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """No exact EMD by itself: it starts a process, which takes a second."""
    monkeypatch.setattr(stage_presenter, "SETTLED_MS", 3_600_000)


@pytest.fixture
def small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thumbnails that are drawn in a moment."""
    monkeypatch.setattr(library_presenter, "THUMBNAIL_PX", 16)
    monkeypatch.setattr(component_pictures, "PICTURE_PX", 16)


@pytest.fixture
def studio(qtbot: QtBot, unmeasured: None, small_pictures: None) -> Iterator[Studio]:
    """The whole program with its window shown and no project open."""
    studio = Studio(Preferences(knows_latent_space=True))  # a hint that goes moves every pixel
    studio.window.resize(1040, 680)  # drawing without a graphics card costs time by the pixel
    with qtbot.waitExposed(studio.window):
        studio.window.show()
    yield studio
    close_studio(studio)


@pytest.fixture
def open_studio(studio: Studio, own_project: Project, qtbot: QtBot) -> Studio:
    """The whole program with a copy of the small project open, its run and first chair in view."""
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_WHILE)
    qtbot.waitUntil(lambda: studio.training.status == "done", timeout=A_WHILE)  # its course is read
    return studio


def close_studio(studio: Studio) -> None:
    """Close the window without a question and let Qt delete it."""
    studio.window.close_now()
    studio.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
