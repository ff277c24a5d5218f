"""The window itself: help, diagnostics, theme. Closing is told in test_training_presenter."""

from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox

from mogvae_gui.presenters.studio import Studio
from mogvae_gui.presenters.window_presenter import diagnostics
from mogvae_gui.state.preferences import load_preferences, log_path
from mogvae_gui.views.theme import palette, theme


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
    for word in ("Python", "torch", "PySide6", "VTK", "OpenGL"):
        assert word in text
    assert str(Path.home()) not in text


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
