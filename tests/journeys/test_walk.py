"""Walking from chair to chair: by clicks, drags and keys in the real window."""

from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.project import Project
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.theme import theme
from mogvae_gui.views.walk_export_dialog import WalkExportDialog
from tests.gui.mouse import drag
from tests.journeys.hands import click_tab

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
A_MINUTE = 60_000


def test_that_a_person_walks_over_component_means_by_play_by_hand_and_by_keys(
    studio: Studio,
    qtbot: QtBot,
    own_project: Project,
    tmp_path: Path,
    picture: Callable[[str], None],
) -> None:
    studio.window.resize(1280, 760)
    studio.projects.open_folder(own_project.folder)
    qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_MINUTE)
    click_tab(studio, "Walk")
    panel = studio.window.walk
    picture("walk-1-empty")
    QTest.mouseClick(panel.empty.button("means"), LEFT)
    qtbot.waitUntil(lambda: studio.walk.paths is not None, timeout=A_MINUTE)
    assert [stop.component is not None for stop in studio.walk.stops] == [True] * 3
    qtbot.waitUntil(lambda: all(card.picture for card in panel.strip.cards), timeout=A_MINUTE)
    picture("walk-2-ways")

    # By hand: the probe follows the slider, the cursor of the profile too.
    panel.slider.setFocus()
    for _ in range(5):
        QTest.keyClick(panel.slider, Qt.Key.Key_Right)
    walked = studio.walk.walked
    assert walked is not None
    assert studio.walk.step == 5
    assert studio.latent.probe is not None
    assert studio.latent.probe.code == pytest.approx(walked.codes(60)[5])
    assert panel.profile.cursor_share == pytest.approx(5 / 59)
    qtbot.waitUntil(
        lambda: (
            studio.stage.reconstruction is not None
            and studio.stage.reconstruction.code == studio.latent.probe.code  # type: ignore[union-attr]
        ),
        timeout=A_MINUTE,
    )

    # By play: it walks by itself, until the space is clicked.
    QTest.mouseClick(panel.play_button, LEFT)
    assert studio.walk.is_playing
    qtbot.waitUntil(lambda: studio.walk.step > 8, timeout=A_MINUTE)
    picture("walk-3-playing")
    view = studio.window.latent.view
    QTest.mouseClick(view.plotter, LEFT, NONE, QPoint(view.width() * 4 // 5, view.height() // 2))
    qtbot.waitUntil(lambda: not studio.walk.is_playing)

    # Stops are dragged to another place, chosen and taken out by keys.
    first = studio.walk.stops[0]
    start, end = (QPointF(panel.strip.card_rectangle(place).center()) for place in (0, 2))
    drag(panel.strip, (start.x(), start.y()), (end.x(), end.y()))
    assert studio.walk.stops[2] == first
    before = studio.walk.paths
    qtbot.waitUntil(lambda: studio.walk.paths is not before, timeout=A_MINUTE)
    panel.strip.setFocus()
    QTest.keyClick(panel.strip, Qt.Key.Key_Delete)
    assert first not in studio.walk.stops
    assert len(studio.walk.stops) == 2
    theme().choose("dark")
    picture("walk-4-dark")

    # The walk leaves as a film, drawn off the GUI thread, and as numbered clouds.
    qtbot.waitUntil(lambda: not studio.walk.is_finding, timeout=A_MINUTE)
    panel.steps.setValue(6)
    for kind in ("mp4", "clouds"):
        panel.export_action.trigger()
        (dialog,) = studio.window.findChildren(WalkExportDialog)
        dialog.path.setText(str(tmp_path / "out" / "walk"))
        dialog.kind.setCurrentIndex(dialog.kind.findData(kind))
        picture(f"walk-5-export-{kind}")
        with qtbot.waitSignal(studio.jobs.all_done, timeout=A_MINUTE):
            QTest.mouseClick(dialog.export_button, LEFT)
        qtbot.waitUntil(lambda: not studio.window.findChildren(WalkExportDialog))
    with av.open(str(tmp_path / "out" / "walk.mp4")) as film:
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert len(frames) == 6
    assert frames[0].shape == (480, 640, 3)
    assert frames[0].std() > 5  # something is drawn
    assert len(list((tmp_path / "out" / "walk").glob("step-*.ply"))) == 6
