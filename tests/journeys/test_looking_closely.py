"""A reconstruction beside its original, looked at closely by the mouse."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Float32
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from core.colours import ORIGINAL_COLOUR, RECONSTRUCTION_COLOUR
from mogvae_gui.presenters.studio import Studio
from tests.gui.menus import choose_from_menu
from tests.gui.mouse import move
from tests.journeys.hands import button_of, click_chair, click_middle, drag_handle
from tests.journeys.waiting import A_MINUTE, settled

CHAIR = 3


def overlay_button(studio: Studio) -> QToolButton:
    """The button of the stage whose menu puts both clouds into one view."""
    stage = studio.window.stage
    (button,) = [
        one
        for one in stage.findChildren(QToolButton)
        if one.menu() is not None and one.menu().actions() == stage.overlay_actions
    ]
    return button


def shares_of_clouds(image: QImage) -> tuple[float, float]:
    """How much of a picture has the hue of the original, and of the reconstruction."""
    content = image.convertToFormat(QImage.Format.Format_RGB888)
    pixels = np.frombuffer(content.constBits(), dtype=np.uint8)
    pixels = pixels.reshape(content.height(), content.bytesPerLine())[:, : 3 * content.width()]
    values = pixels.reshape(-1, 3).astype(np.float64)
    values -= values.mean(axis=1, keepdims=True)  # shading and fading change the brightness only
    strong = np.linalg.norm(values, axis=1) > 25
    directions = values[strong] / np.linalg.norm(values[strong], axis=1, keepdims=True)
    shares = []
    for colour in (ORIGINAL_COLOUR, RECONSTRUCTION_COLOUR):
        hue = np.array(colour, dtype=np.float64) - np.mean(colour)
        shares.append(float((directions @ (hue / np.linalg.norm(hue)) > 0.95).sum() / len(values)))
    return shares[0], shares[1]


def nearest_of(
    points: Float32[np.ndarray, "points 3"], place: Float[np.ndarray, " 3"]
) -> Float[np.ndarray, " 3"]:
    """The obvious way to find a partner."""
    row = int(np.linalg.norm(points - place, axis=1).argmin())
    return np.asarray(points[row], dtype=np.float64)


def test_that_a_hand_fades_one_cloud_into_the_other_and_wipes_between_them(
    demo: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    studio, stage = demo, demo.window.stage
    click_chair(studio, CHAIR)
    settled(studio, qtbot)
    choose_from_menu(overlay_button(studio), "Blend")
    qtbot.waitUntil(stage.mixer.isVisible)
    assert stage.mixer.width() > stage.width() / 2  # room for a hand
    assert not stage.reconstruction.isVisible()
    picture("closely-1-blend")
    assert min(shares_of_clouds(stage.original.view.picture())) > 0.01  # both are seen

    drag_handle(stage.mixer, 0.0)
    assert studio.stage.mix == 0.0
    original, reconstruction = shares_of_clouds(stage.original.view.picture())
    assert original > 0.02
    assert reconstruction < 0.001
    drag_handle(stage.mixer, 1.0)
    assert studio.stage.mix == 1.0
    original, reconstruction = shares_of_clouds(stage.original.view.picture())
    assert original < 0.001
    assert reconstruction > 0.02

    choose_from_menu(overlay_button(studio), "Wipe")
    drag_handle(stage.mixer, 0.5)
    assert 0.4 < studio.stage.mix < 0.6
    picture("closely-2-wipe")
    image = stage.original.view.picture()
    line = round(image.width() * studio.stage.mix)
    left = image.copy(0, 0, line - 6, image.height())
    right = image.copy(line + 6, 0, image.width() - line - 6, image.height())
    assert shares_of_clouds(left)[1] < 0.001 < shares_of_clouds(left)[0]
    assert shares_of_clouds(right)[0] < 0.001 < shares_of_clouds(right)[1]

    choose_from_menu(overlay_button(studio), "Side by side")
    assert stage.reconstruction.isVisible()
    assert not stage.mixer.isVisible()


def test_that_pointing_at_a_point_marks_its_partner_and_a_button_leads_to_the_worst_regions(
    demo: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    studio, stage = demo, demo.window.stage
    click_chair(studio, CHAIR)
    settled(studio, qtbot)
    click_middle(button_of(stage, "Error"))
    assert studio.stage.colouring == "error"
    original, decoded = studio.stage.original, studio.stage.reconstruction
    assert original is not None
    assert decoded is not None

    # From either side to the other: what is marked are the two points that belong together.
    for side, there, other, others in (
        (stage.original, original, stage.reconstruction, decoded),
        (stage.reconstruction, decoded, stage.original, original),
    ):
        pixels, depths = side.view.pixels_of(there.points)
        move(side.view.plotter, *pixels[depths.argmin()])
        here, link = side.marks.link, other.marks.link
        assert here is not None
        assert link is not None
        np.testing.assert_allclose(here.partner, nearest_of(others.points, here.point))
        np.testing.assert_array_equal(link.point, here.partner)
        distance = np.linalg.norm(here.point - here.partner)
        assert side.note.text().startswith(f"{distance:.4f} to its partner")
    picture("closely-3-partner")
    move(stage.reconstruction.view.plotter, 2, 2)
    assert stage.original.marks.link is None

    # The button goes from the worst region to the next, and the camera goes along.
    regions, poses = [], [stage.original.view.pose]
    button = button_of(stage, "Next worst region")
    for number in (1, 2):
        click_middle(button)
        qtbot.waitUntil(lambda: not stage.is_gliding, timeout=A_MINUTE)
        poses.append(stage.original.view.pose)
        ball = stage.original.marks.ball
        assert ball is not None
        assert stage.reconstruction.marks.ball == ball
        regions.append(ball)
        notes = stage.original.note.text() + stage.reconstruction.note.text()
        assert notes.startswith(f"{number} of ")
        picture(f"closely-{3 + number}-region")
    assert not np.array_equal(regions[0].centre, regions[1].centre)
    assert poses[0] != poses[1] != poses[2]
    click_middle(button_of(stage, "Reset view"))
    assert stage.original.marks.ball is None
    assert stage.original.note.text() == ""
