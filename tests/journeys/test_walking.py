"""A walk in the latent space with the mouse: choose, count, name, sample, steer, reckon."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.component_gallery import ComponentGallery

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
A_MINUTE = 60_000


def draw_a_lasso(studio: Studio, middle: np.ndarray, radius: float) -> None:
    """Around a place of the view, as a hand does."""
    plotter = studio.window.latent.view.plotter
    angles = np.linspace(0, 2 * np.pi, 24)
    places = [
        QPointF(float(round(x)), float(round(y)))
        for x, y in middle + radius * np.column_stack([np.cos(angles), np.sin(angles)])
    ]
    QTest.mousePress(plotter, LEFT, NONE, places[0].toPoint())
    for place in places[1:]:
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            place,
            plotter.mapToGlobal(place),
            Qt.MouseButton.NoButton,
            LEFT,
            NONE,
        )
        QApplication.sendEvent(plotter, event)
    QTest.mouseRelease(plotter, LEFT, NONE, places[-1].toPoint())


def test_that_a_person_chooses_counts_samples_and_reckons(
    studio: Studio, qtbot: QtBot, picture: Callable[[str], None]
) -> None:
    window, latent = studio.window, studio.latent
    studio.projects.open_demo()
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_MINUTE)
    view, panel = window.latent.view, window.selection
    QTest.keyClick(window, Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(panel.isVisible)

    view.plotter.setFocus()
    QTest.keyClick(view.plotter, Qt.Key.Key_L)
    pixels = view.pixels_of(view._positions)[0]
    draw_a_lasso(studio, np.median(pixels, axis=0), 30.0)
    inside = np.hypot(*(pixels - np.median(pixels, axis=0)).T) <= 30
    assert abs(len(studio.project.selected) - int(inside.sum())) <= 6  # a circle of 24 corners
    assert len(studio.project.selected) > 5
    assert len(window.library.selected_ids()) == len(studio.project.selected)
    picture("walk-1-lasso")

    panel.slot_filled.emit("A", "chosen")
    panel.slot_filled.emit("B", "component:0")
    QTest.mouseClick(panel.difference_button, LEFT)
    qtbot.waitUntil(
        lambda: (shown := studio.stage.reconstruction) is not None and shown.arrows is not None,
        timeout=A_MINUTE,
    )
    picture("walk-2-difference")
    QTest.mouseClick(panel.average_button, LEFT)
    qtbot.waitUntil(
        lambda: window.stage.reconstruction.title.text().startswith("Average of"), timeout=A_MINUTE
    )
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert studio.project.selected == ()

    window.latent.show_tab("components")
    QApplication.processEvents()
    components = window.latent.components
    item = components.topLevelItem(0)
    assert item is not None
    place = QPoint(components.visualItemRect(item).center())
    QTest.mouseClick(components.viewport(), LEFT, NONE, place)
    QTest.mouseDClick(components.viewport(), LEFT, NONE, place)
    gallery = window.findChild(ComponentGallery)
    assert gallery is not None
    qtbot.waitUntil(lambda: gallery.samples.count() == 24, timeout=A_MINUTE)
    first = gallery.samples.visualItemRect(gallery.samples.item(3)).center()
    QTest.mouseClick(gallery.samples.viewport(), LEFT, NONE, first)
    assert latent.probe is not None
    assert latent.probe.showing is not None
    assert latent.probe.showing.component is not None  # a sample of it, not its mean
    gallery.close()

    window.latent.show_tab("probe")
    window.latent.steering.slider.setValue(100)
    qtbot.waitUntil(
        lambda: (
            (shown := studio.stage.reconstruction) is not None
            and shown.code is not None
            and latent.probe is not None
            and np.allclose(shown.code, latent.probe.code, atol=1e-5)
        ),
        timeout=A_MINUTE,
    )
    picture("walk-3-steered")
