"""Icons: all names lead to a drawing, in the colours of the theme, sharp at every density."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from pytestqt.qtbot import QtBot

from mogvae_gui.shipped import resources_folder
from mogvae_gui.views.icons import MEANINGS, IconLabel, icon, icon_names, pixmap
from mogvae_gui.views.theme import DARK, LIGHT, theme


def main_colour(image: QImage) -> QColor:
    """The colour of the most opaque pixel."""
    pixels = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 0
    ]
    return max(pixels, key=lambda colour: colour.alpha())


def near(first: QColor, second: QColor) -> bool:
    pairs = zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)  # type: ignore[index]
    return all(abs(a - b) <= 3 for a, b in pairs)


def test_that_every_meaning_has_a_drawing(qtbot: QtBot) -> None:
    for name in MEANINGS:
        assert not icon(name).pixmap(16, 16).isNull()


def test_that_every_drawing_takes_its_colour_from_the_theme() -> None:
    for name in icon_names():
        drawing = (resources_folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        assert "currentColor" in drawing, name


def test_that_the_licence_ships_with_the_drawings() -> None:
    licence = (resources_folder() / "icons" / "LICENSE").read_text(encoding="utf-8")
    assert "ISC License" in licence


def test_that_an_unknown_name_says_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"resources/icons has no flying-chair\.svg"):
        icon("flying-chair")


def test_that_an_icon_takes_the_colours_of_a_new_theme(qtbot: QtBot) -> None:
    shown = icon("stop")
    assert near(main_colour(shown.pixmap(32, 32).toImage()), LIGHT.colour("text"))
    theme().choose("dark")
    assert near(main_colour(shown.pixmap(32, 32).toImage()), DARK.colour("text"))


@pytest.mark.parametrize(
    ("mode", "state", "role"),
    [
        (QIcon.Mode.Normal, QIcon.State.On, "accent"),
        (QIcon.Mode.Disabled, QIcon.State.Off, "disabled"),
        (QIcon.Mode.Disabled, QIcon.State.On, "disabled"),
        (QIcon.Mode.Active, QIcon.State.Off, "text"),
    ],
)
def test_that_an_icon_shows_whether_it_is_checked_or_disabled(
    mode: QIcon.Mode, state: QIcon.State, role: str, qtbot: QtBot
) -> None:
    picture = icon("stop").pixmap(QSize(32, 32), mode, state)
    assert near(main_colour(picture.toImage()), LIGHT.colour(role))


def test_that_a_dense_screen_gets_as_many_pixels(qtbot: QtBot) -> None:
    picture = icon("box").pixmap(QSize(16, 16), 2.0)
    assert picture.size() == QSize(32, 32)
    assert picture.devicePixelRatio() == 2.0


def test_that_a_copied_icon_that_grew_still_draws(qtbot: QtBot) -> None:
    copy = QIcon(icon("box"))
    copy.addPixmap(pixmap("circle", 16))  # makes Qt clone the engine
    assert not copy.pixmap(16, 16).isNull()


def test_that_a_picture_for_a_label_has_the_asked_role(qtbot: QtBot) -> None:
    assert near(main_colour(pixmap("stop", 32, "error").toImage()), LIGHT.colour("error"))


def test_that_an_icon_label_follows_the_theme(qtbot: QtBot) -> None:
    label = IconLabel("stop", 32)
    qtbot.addWidget(label)

    def darkest() -> int:
        image = label.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        pixels = np.frombuffer(image.constBits(), np.uint8)
        return int(np.abs(pixels.astype(int) - image.pixelColor(0, 0).lightness()).max())

    light = label.grab().toImage()
    theme().choose("dark")
    assert darkest() > 80
    assert label.grab().toImage() != light


def test_that_resources_are_found_in_a_checkout() -> None:
    assert (resources_folder() / "style.qss").is_file()
    assert isinstance(resources_folder(), Path)


def test_that_no_room_is_no_picture() -> None:
    assert icon("search").pixmap(QSize(0, 0)).isNull()
