"""The main job, whole: drop, train, look, click, export; on real chairs in the real window."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import trimesh
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from core.training.run import Run
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.shipped import resources_folder
from mogvae_gui.views.export_dialog import ExportDialog
from mogvae_gui.views.latent_view import LatentView
from tests.journeys.conftest import drop

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
A_MINUTE = 60_000


def click(view: LatentView, x: float, y: float) -> None:
    """A click of the left button at a pixel of the view."""
    QTest.mouseClick(view.plotter, LEFT, NONE, QPoint(round(x), round(y)))


def drop_real_chairs(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    """Drop the shipped Kenney chairs (GLB), two DAE files and a file that is no mesh."""
    broken = tmp_path / "not-a-chair.obj"
    broken.write_text("this is a letter to my aunt\n")
    chairs = resources_folder() / "chairs"
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_MINUTE):
        drop(studio, [chairs / "kenney", chairs / "aws", broken])


def set_up_short_training(studio: Studio, epochs: int) -> None:
    """A training that is long enough to be seen and short enough for a test."""
    studio.training.settings = studio.training.settings.with_changes(
        epochs=epochs, batch=8, points_per_step=256, components=3, pretraining_epochs=1
    )


def test_that_a_person_drops_trains_looks_clicks_and_exports(
    studio: Studio, qtbot: QtBot, tmp_path: Path, picture: Callable[[str], None]
) -> None:
    window = studio.window
    studio.projects.make(tmp_path / "project")
    picture("1-empty-project")

    drop_real_chairs(studio, qtbot, tmp_path)
    assert len(studio.project.chairs) == 16
    assert {chair.split for chair in studio.project.chairs} == {"train", "test"}
    assert studio.stage.original is not None
    (banner,) = window.banners.banners
    assert "16 chairs came in" in banner.sentence
    assert "1 file could not be read" in banner.sentence
    picture("2-dropped")

    set_up_short_training(studio, epochs=30)
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        QTest.mouseClick(window.training.button("start"), LEFT)
        qtbot.waitUntil(lambda: studio.latent.map is not None, timeout=A_MINUTE)
        qtbot.waitUntil(lambda: studio.stage.reconstruction is not None, timeout=A_MINUTE)
        picture("3-training")
        assert studio.training.is_busy
    qtbot.waitUntil(lambda: studio.training.status == "done")
    run = Run.open(tmp_path / "project" / "runs" / "MoG-VAE")
    assert run.state.epochs_done == 30
    qtbot.waitUntil(lambda: studio.latent.run_name == "MoG-VAE")

    exported = click_around(studio, qtbot, picture)
    export_and_read_back(studio, qtbot, tmp_path, exported)


def click_around(studio: Studio, qtbot: QtBot, picture: Callable[[str], None]) -> np.ndarray:
    """Click a component in the list, empty space, and a code; the last is left on the stage."""
    view, latent = studio.window.latent.view, studio.latent
    components = studio.window.latent.components
    studio.window.latent.show_tab("components")
    item = components.topLevelItem(0)
    assert item is not None
    position = components.visualItemRect(item).center()
    QTest.mouseClick(components.viewport(), LEFT, NONE, position)
    qtbot.waitUntil(lambda: latent.probe is not None and latent.probe.component is not None)
    qtbot.waitUntil(lambda: shown_component(studio) is not None)
    picture("4-component")

    click(view, 8, view.height() - 8)  # a corner, where nothing is
    qtbot.waitUntil(lambda: latent.probe is not None and latent.probe.component is None)
    qtbot.waitUntil(lambda: shown_component(studio) is None)
    picture("5-empty-space")

    assert latent.map is not None
    assert latent.axes is not None
    pixels, depths = view.pixels_of(latent.axes.positions(latent.map.codes))
    front = int(depths.argmin())  # nothing hides the nearest one
    click(view, *pixels[front])
    chair_id = latent.map.chair_ids[front]
    qtbot.waitUntil(lambda: studio.project.selected[:1] == (chair_id,))
    qtbot.waitUntil(
        lambda: (
            studio.stage.reconstruction is not None
            and studio.stage.reconstruction.chair_id == chair_id
        )
    )
    qtbot.waitUntil(
        lambda: studio.stage.metrics is not None and studio.stage.metrics.emd is not None,
        timeout=A_MINUTE,
    )
    picture("6-chair")
    assert studio.stage.reconstruction is not None
    return studio.stage.reconstruction.points


def shown_component(studio: Studio) -> int | None:
    """The component on the stage."""
    shown = studio.stage.reconstruction
    return shown.component if shown is not None else None


def export_and_read_back(studio: Studio, qtbot: QtBot, tmp_path: Path, decoded: np.ndarray) -> None:
    """Export by keyboard and dialog; the file holds the decoded cloud in the mesh's own units."""
    QTest.keyClick(studio.window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: studio.window.findChild(ExportDialog) is not None)
    dialog = studio.window.findChild(ExportDialog)
    assert dialog is not None
    dialog.folder.setText(str(tmp_path / "out"))
    with qtbot.waitSignal(studio.jobs.all_done, timeout=A_MINUTE):
        QTest.mouseClick(dialog.export_button, LEFT)
    (file,) = (tmp_path / "out").glob("*.ply")
    read = np.asarray(trimesh.load(file).vertices)
    chair = studio.project.current
    assert chair is not None
    np.testing.assert_allclose(read, chair.frame.to_own(decoded), rtol=1e-5, atol=1e-5)
    provenance = json.loads(file.with_suffix(".json").read_text())
    assert provenance["run"] == "MoG-VAE"
    assert provenance["chair"] == chair.name
    assert provenance["units"] == "own"
    assert len(provenance["code"]) == 3
    assert provenance["settings"]["components"] == 3


def test_that_a_training_pauses_goes_on_stops_and_resumes_from_the_keyboard(
    studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    window = studio.window
    studio.projects.make(tmp_path / "project")
    drop_real_chairs(studio, qtbot, tmp_path)
    set_up_short_training(studio, epochs=1000)
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: studio.training.last_report is not None, timeout=A_MINUTE)
    seen: list[str] = []
    studio.training.events.status.connect(seen.append)
    QTest.keyClick(window, Qt.Key.Key_F6)
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert seen == ["paused", "running"]
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        QTest.keyClick(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    assert studio.training.status == "stopped"
    run = Run.open(tmp_path / "project" / "runs" / "MoG-VAE")
    done = run.state.epochs_done
    assert 0 < done < 1000
    qtbot.waitUntil(lambda: studio.latent.run_name == "MoG-VAE")

    QTest.mouseClick(window.training.button("resume"), LEFT)
    qtbot.waitUntil(
        lambda: (report := studio.training.last_report) is not None and report.epoch > done,
        timeout=A_MINUTE,
    )
    with qtbot.waitSignal(studio.trainings.run_ended, timeout=A_MINUTE):
        studio.trainings.stop()
    assert [line["epoch"] for line in run.metrics()] == list(range(1, len(run.metrics()) + 1))


def test_that_closing_while_training_asks_once_and_loses_nothing(
    studio: Studio, qtbot: QtBot, tmp_path: Path, picture: Callable[[str], None]
) -> None:
    studio.projects.make(tmp_path / "project")
    drop_real_chairs(studio, qtbot, tmp_path)
    set_up_short_training(studio, epochs=1000)
    studio.trainings.start()
    qtbot.waitUntil(lambda: studio.training.last_report is not None, timeout=A_MINUTE)
    studio.window.close()
    studio.window.close()
    questions = studio.window.findChildren(QMessageBox)
    assert len(questions) == 1
    assert studio.window.isVisible()
    picture("7-closing")
    stop = next(button for button in questions[0].buttons() if button.text() == "Stop and close")
    with qtbot.waitSignal(studio.window.closing, timeout=A_MINUTE):
        QTest.mouseClick(stop, LEFT)
        assert not studio.window.isVisible()  # at once, whatever the training is doing
    run = Run.open(tmp_path / "project" / "runs" / "MoG-VAE")
    assert run.state.stopped_by == "stop"
    assert run.state.epochs_done >= 1
    assert run.has_weights
