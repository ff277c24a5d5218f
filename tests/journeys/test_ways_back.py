"""A walk with a way back: places, bookmarks, regions, a dropped file, epochs, a surface."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import trimesh
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.project import Project
from core.training.snapshots import list_snapshots
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.export_dialog import ExportDialog
from tests.gui.mouse import LEFT, NO_KEY, click, drag, move
from tests.journeys.waiting import A_MINUTE, settled, shown
from tests.small_project import CHAIRS
from tests.small_shapes import stool_mesh, write_obj

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


def drop_over(studio: Studio, target: QWidget, file: Path, between: Callable[[], None]) -> None:
    """Drag a file into the window and over a widget, look, and let go."""
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(file))])
    place = target.mapTo(studio.window, target.rect().center())
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    QApplication.sendEvent(
        studio.window, QDragEnterEvent(QPoint(9, 9), copy, content, left, NO_KEY)
    )
    QApplication.sendEvent(studio.window, QDragMoveEvent(place, copy, content, left, NO_KEY))
    between()
    QApplication.sendEvent(studio.window, QDropEvent(QPointF(place), copy, content, left, NO_KEY))


def test_that_a_person_walks_comes_back_looks_closely_and_takes_a_surface_out(
    studio: Studio,
    own_project: Project,
    qtbot: QtBot,
    tmp_path: Path,
    picture: Callable[[str], None],
) -> None:
    window, view = studio.window, studio.window.latent.view
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_MINUTE)
    settled(studio, qtbot)
    first = studio.places.here()

    # Go somewhere by dragging the probe, keep the place, come back and forward by the keys.
    assert studio.latent.axes is not None
    assert first.code is not None
    ((x, y),) = view.pixels_of(studio.latent.axes.positions(np.array([first.code])))[0]
    drag(view.plotter, (x, y), (x + 40, y - 25))
    settled(studio, qtbot)
    there = studio.places.here()
    assert there.key != first.key
    QTest.keyClick(window, Qt.Key.Key_D, CONTROL)
    assert len(studio.bookmarks.bookmarks) == 1
    QTest.keyClick(window, Qt.Key.Key_Left, ALT)
    settled(studio, qtbot)
    assert studio.places.here().key == first.key
    QTest.keyClick(window, Qt.Key.Key_Right, ALT)
    settled(studio, qtbot)
    assert studio.places.here().key == there.key
    QTest.keyClick(window, Qt.Key.Key_B, CONTROL)
    window.bookmarks_dock.raise_()
    qtbot.waitUntil(window.bookmarks.list.isVisible)
    picture("walk-1-bookmark")
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    settled(studio, qtbot)
    assert studio.places.here().key == first.key

    look_closely(studio, qtbot, picture)
    find_a_file(studio, qtbot, tmp_path, picture)
    go_back_in_time(studio, qtbot, own_project, picture)
    take_a_surface_out(studio, qtbot, tmp_path, picture)


def look_closely(studio: Studio, qtbot: QtBot, picture: Callable[[str], None]) -> None:
    """Hover a point, step to the worst region, and put both clouds in one view."""
    window = studio.window
    studio.probe.go_to_chair(studio.project.chairs[3].id)
    settled(studio, qtbot)
    QTest.keyClick(window, Qt.Key.Key_2, CONTROL)
    assert studio.stage.original is not None
    side = window.stage.original
    pixels, depths = side.view.pixels_of(studio.stage.original.points)
    move(side.view.plotter, *pixels[depths.argmin()])
    assert "to its partner" in side.note.text()
    picture("walk-2-partner")
    move(side.view.plotter, 1, 1)
    before = side.view.pose
    QTest.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: not window.stage.is_gliding)
    assert side.view.pose != before
    assert side.marks.ball is not None
    picture("walk-3-region")
    QTest.keyClick(window, Qt.Key.Key_Home)
    QTest.keyClick(window, Qt.Key.Key_1, CONTROL)
    QTest.keyClick(window, Qt.Key.Key_6, CONTROL)
    mixer = window.stage.mixer
    qtbot.waitUntil(mixer.isVisible)
    QTest.keyClick(mixer, Qt.Key.Key_PageDown)
    assert studio.stage.overlay == "wipe"
    assert studio.stage.mix != 0.5
    picture("walk-4-wipe")
    QTest.keyClick(window, Qt.Key.Key_4, CONTROL)
    assert window.stage.reconstruction.isVisible()


def find_a_file(
    studio: Studio, qtbot: QtBot, tmp_path: Path, picture: Callable[[str], None]
) -> None:
    """Drop a mesh on the latent space; go to a neighbour by a click."""
    window = studio.window
    write_obj(tmp_path / "stool.obj", stool_mesh())
    drop_over(studio, window.latent.view, tmp_path / "stool.obj", lambda: picture("walk-5-drop"))
    qtbot.waitUntil(window.latent.found.isVisible, timeout=A_MINUTE)
    assert len(studio.project.chairs) == CHAIRS
    picture("walk-6-found")
    card = window.latent.found.cards[0]
    click(card, card.width() / 2, card.height() / 2)
    shown(studio, qtbot)
    assert studio.project.selected == (card.property("chairId"),)


def go_back_in_time(
    studio: Studio, qtbot: QtBot, project: Project, picture: Callable[[str], None]
) -> None:
    """Move the slider of kept epochs to its beginning, and come back to now."""
    time, run = studio.window.latent.time, studio.latent.run_name
    assert run is not None
    kept = list_snapshots(project.runs_folder / run)
    QTest.mouseClick(time.slider, LEFT, NO_KEY, QPoint(2, time.slider.height() // 2))
    qtbot.waitUntil(lambda: studio.latent.epoch is not None, timeout=A_MINUTE)
    assert studio.latent.epoch in [one.epoch for one in kept]
    shown(studio, qtbot)
    picture("walk-7-time")
    QTest.keyClick(studio.window, Qt.Key.Key_N, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: studio.latent.epoch is None, timeout=A_MINUTE)


def take_a_surface_out(
    studio: Studio, qtbot: QtBot, tmp_path: Path, picture: Callable[[str], None]
) -> None:
    """Export a surface, go elsewhere, and let its JSON lead back."""
    window = studio.window
    shown(studio, qtbot)
    QTest.keyClick(window, Qt.Key.Key_E, CONTROL)
    qtbot.waitUntil(lambda: window.findChild(ExportDialog) is not None)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    dialog.folder.setText(str(tmp_path / "out"))
    dialog.form.setCurrentIndex(dialog.form.findData("skin"))
    dialog.suffix.setCurrentIndex(dialog.suffix.findData("stl"))
    picture("walk-8-surface")
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_MINUTE):
        QTest.mouseClick(dialog.export_button, LEFT)
    (file,) = (tmp_path / "out").glob("*.stl")
    read = trimesh.load(file, force="mesh")
    assert len(read.faces) > 100
    decoded, chair = studio.stage.reconstruction, studio.project.current
    assert decoded is not None
    assert chair is not None
    own = chair.frame.to_own(decoded.points)
    np.testing.assert_allclose(read.bounds[0], own.min(axis=0), atol=0.2 * chair.frame.scale)
    there = studio.places.here()

    studio.probe.go_to_chair(studio.project.chairs[7].id)
    shown(studio, qtbot)
    drop_over(studio, window.stage, file.with_suffix(".json"), lambda: None)
    qtbot.waitUntil(lambda: studio.places.here().key == there.key, timeout=A_MINUTE)
