"""Whole-window journeys: a real window, real events, pictures of each stage."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.project import Project
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.state.preferences import Preferences
from tests.journeys.waiting import A_MINUTE, settled
from tests.window_leaks import (  # noqa: F401 - fixtures and hook
    dressed_application,
    nothing_outlives_the_test,
    pytest_runtest_makereport,
)

PICTURES = Path(__file__).parents[2] / "build" / "pictures"


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Preferences, logs and projects of a person stay untouched."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


@pytest.fixture
def studio(qtbot: QtBot, own_places: None) -> Iterator[Studio]:
    """A window as it is after the start, with no project yet."""
    studio = Studio(Preferences(knows_latent_space=True))  # a hint that goes moves every pixel
    studio.window.resize(1360, 860)
    with qtbot.waitExposed(studio.window):
        studio.window.show()
    studio.window.activateWindow()  # keys reach the active window only
    qtbot.waitUntil(studio.window.isActiveWindow)
    yield studio
    studio.window.close_now()
    studio.window.deleteLater()


@pytest.fixture
def opened(studio: Studio, own_project: Project, qtbot: QtBot) -> Studio:
    """The small project with its first chair on the stage."""
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_MINUTE)
    settled(studio, qtbot)
    return studio


@pytest.fixture
def demo(studio: Studio, qtbot: QtBot) -> Studio:
    """The demo project with its first chair on the stage."""
    studio.projects.open_demo()
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_MINUTE)
    settled(studio, qtbot)
    return studio


@pytest.fixture
def picture(studio: Studio) -> Callable[[str], None]:
    """Save a picture of the window under build/pictures."""

    def save(name: str) -> None:
        QApplication.processEvents()
        PICTURES.mkdir(parents=True, exist_ok=True)
        assert studio.window.grab().save(str(PICTURES / f"{name}.png"))

    return save


def drop(studio: Studio, paths: list[Path]) -> None:
    """Drop files on the window as a file manager does: enter, then drop."""
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    enter = QDragEnterEvent(
        QPoint(400, 300),
        Qt.DropAction.CopyAction,
        content,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(studio.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(
        studio.window,
        QDropEvent(
            QPointF(400, 300),
            Qt.DropAction.CopyAction,
            content,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        ),
    )
