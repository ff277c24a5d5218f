"""The two themes: what they hold, that they read well, and that they can be changed."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from core.colours import COMPONENT_COLOURS
from mogvae_gui.views import theme as theme_module
from mogvae_gui.views.theme import DARK, LIGHT, Palette, component_qcolor, palette, theme

BOTH = pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])


def contrast(first: QColor, second: QColor) -> float:
    """The contrast ratio of WCAG 2.1, 1 to 21."""

    def luminance(colour: QColor) -> float:
        share = np.array([colour.redF(), colour.greenF(), colour.blueF()])
        linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@BOTH
@pytest.mark.parametrize("back", ["background", "panel", "raised", "field", "hover", "selection"])
def test_that_text_reads_on_every_surface(colours: Palette, back: str) -> None:
    assert contrast(colours.colour("text"), colours.colour(back)) >= 7


@BOTH
@pytest.mark.parametrize("role", ["muted", "accent", "warning", "error", "success"])
def test_that_secondary_and_coloured_words_read_on_panels(colours: Palette, role: str) -> None:
    for back in ("panel", "field"):
        assert contrast(colours.colour(role), colours.colour(back)) >= 4.5


@BOTH
def test_that_words_on_the_accent_and_in_banners_read(colours: Palette) -> None:
    assert contrast(colours.colour("on_accent"), colours.colour("accent")) >= 4.5
    for back in ("info_back", "warning_back", "error_back", "success_back"):
        assert contrast(colours.colour("text"), colours.colour(back)) >= 7


@BOTH
def test_that_components_stand_out_from_the_views(colours: Palette) -> None:
    for component in range(COMPONENT_COLOURS):
        for back in ("view_bottom", "field"):
            assert contrast(component_qcolor(component), colours.colour(back)) >= 1.7


def test_that_changing_the_theme_changes_the_application_and_says_so(qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme().changed, timeout=5_000):
        theme().choose("dark")
    assert palette() is DARK
    window = QApplication.palette().color(QPalette.ColorRole.Window)
    assert window == DARK.colour("panel")


def test_that_choosing_the_theme_in_use_draws_nothing_anew(qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(theme().changed):
        theme().choose("light")


def test_that_toggling_twice_comes_back(qtbot: QtBot) -> None:
    theme().toggle()
    assert palette().name == "dark"
    theme().toggle()
    assert palette().name == "light"


def test_that_system_follows_the_desktop(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme_module, "_system_palette", lambda: DARK)
    theme().choose("system")
    assert palette() is DARK
    monkeypatch.setattr(theme_module, "_system_palette", lambda: LIGHT)
    theme()._on_system_scheme_changed()
    assert palette() is LIGHT
    assert theme().choice == "system"


def test_that_a_choice_of_ones_own_ignores_the_desktop(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme_module, "_system_palette", lambda: DARK)
    theme()._on_system_scheme_changed()
    assert palette() is LIGHT


def test_that_the_style_sheet_is_understood_by_qt(
    qtbot: QtBot, capfd: pytest.CaptureFixture[str]
) -> None:
    theme().choose("dark")
    button = QPushButton("text")
    qtbot.addWidget(button)
    button.show()
    assert "Could not parse" not in capfd.readouterr().err
    assert "$" not in QApplication.instance().styleSheet().replace("$name", "")  # type: ignore[union-attr]


def test_that_what_is_made_undressed_is_dressed_at_the_end(qtbot: QtBot) -> None:
    before = as_seen(QPushButton("Export"), qtbot)
    button = QPushButton("Export")
    with theme().dressed_last():
        assert as_seen(button, qtbot) != before

    assert as_seen(button, qtbot) == before


def test_that_an_error_leaves_nothing_undressed(qtbot: QtBot) -> None:
    before = as_seen(QPushButton("Export"), qtbot)
    with pytest.raises(ZeroDivisionError), theme().dressed_last():
        _ = 1 / 0

    assert as_seen(QPushButton("Export"), qtbot) == before


def as_seen(button: QPushButton, qtbot: QtBot) -> QImage:
    qtbot.addWidget(button)
    button.resize(80, 32)
    return button.grab().toImage()


def test_that_the_pictures_of_the_style_sheet_go_with_the_program(tmp_path: Path) -> None:
    script = (
        "import os\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from mogvae_gui.views.theme import theme\n"
        "application = QApplication([])\n"
        "theme().install('light')\n"
        "print(len(os.listdir(os.environ['TMPDIR'])))\n"
    )
    environment = os.environ | {"TMPDIR": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout == "1\n"
    assert list(tmp_path.iterdir()) == []
