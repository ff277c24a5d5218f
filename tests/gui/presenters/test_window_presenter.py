"""The window itself: help, diagnostics, theme. Closing is told in test_training_presenter."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox

from core.errors import StudioError
from core.shape_files import read_shape
from mogvae_gui.log import recent_errors
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.presenters.window_presenter import diagnostics
from mogvae_gui.state.preferences import load_preferences, log_path
from mogvae_gui.views.theme import palette, theme


@pytest.fixture(autouse=True)
def no_errors_yet() -> Iterator[None]:
    """What other tests logged is forgotten, and so is what these log."""
    recent_errors.forget()
    yield
    recent_errors.forget()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was opened with another program; none is there to open it."""
    urls: list[str] = []

    def open_url(url: object) -> bool:
        urls.append(url.toLocalFile())  # type: ignore[attr-defined]
        return False

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return urls


def test_that_the_log_is_opened_or_its_place_is_said(studio: Studio, opened: list[str]) -> None:
    studio.window.log_action.trigger()

    assert opened == [str(log_path())]
    assert str(log_path()) in studio.window.banners.banners[0].sentence


def test_that_the_guide_is_opened_or_its_place_is_said(studio: Studio, opened: list[str]) -> None:
    studio.window.guide_action.trigger()

    assert "guide" in studio.window.banners.banners[0].sentence


def test_that_diagnostics_name_versions_and_no_private_paths(studio: Studio) -> None:
    studio.window.diagnostics_action.trigger()
    text = QGuiApplication.clipboard().text()

    assert text == diagnostics()
    for word in ("Python", "torch", "PySide6", "vtk", "OpenGL", "Device", "Last errors: none"):
        assert word in text
    assert str(Path.home()) not in text


def test_that_diagnostics_say_where_errors_arose_and_messages_only_if_agreed(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.getLogger("mogvae_gui.somewhere")
    monkeypatch.setattr(logger, "propagate", False)  # a log that was begun has the handler too
    logger.addHandler(recent_errors)
    try:
        read_shape(tmp_path / "anna's secret chair.off")
    except StudioError:
        logger.exception("reading %s failed", tmp_path / "anna's secret chair.off")
    finally:
        logger.removeHandler(recent_errors)
    studio.window.diagnostics_action.trigger()
    text = QGuiApplication.clipboard().text()

    assert "Last errors: 1" in text
    assert "ShapeFileError" in text
    assert "core/shape_files/read.py:" in text
    assert "anna" not in text
    assert str(tmp_path) not in text
    assert str(Path.cwd()) not in text
    (banner,) = studio.window.banners.banners
    banner.action_button.click()
    agreed = QGuiApplication.clipboard().text()
    assert "anna's secret chair.off" in agreed
    assert "Traceback" in agreed


def test_that_about_says_the_version_and_closes(studio: Studio) -> None:
    studio.window.about_action.trigger()
    (box,) = studio.window.findChildren(QMessageBox)

    assert "MoG-VAE Studio" in box.text()
    assert "MIT" in box.informativeText()
    box.close()


def test_that_a_chosen_theme_is_worn_marked_and_remembered(studio: Studio) -> None:
    studio.window.theme_chosen.emit("dark")
    assert palette().name == "dark"
    assert [a.data() for a in studio.window._themes.actions() if a.isChecked()] == ["dark"]

    studio.window.theme_chosen.emit("purple")
    assert palette().name == "dark"

    studio.window_presenter.remember()
    assert load_preferences().theme == "dark"
    theme().choose("light")
