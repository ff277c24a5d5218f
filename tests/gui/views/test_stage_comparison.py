"""The stage with three sides: they appear together, turn together, and go again."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mogvae_gui.views.stage_view import PaneContent, StageView
from tests.gui.mouse import drag


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[StageView]:
    stage = StageView()
    qtbot.addWidget(stage)
    stage.resize(900, 400)
    with qtbot.waitExposed(stage):
        stage.show()
    yield stage
    stage.close_views()


def content(title: str) -> PaneContent:
    points = np.random.default_rng(0).uniform(-0.6, 0.6, size=(40, 3)).astype(np.float32)
    normals = np.tile(np.array([0, 0, 1], dtype=np.float32), (40, 1))
    return PaneContent(title, "40 points", points, np.zeros((40, 3), np.uint8), normals)


def compare(stage: StageView) -> None:
    stage.show_original(content("armchair"))
    stage.show_reconstruction(content("Reconstruction of armchair"))
    stage.show_comparison("MoG-VAE", "VAE")
    stage.show_second(content("armchair by VAE"))
    for _ in range(6):
        QApplication.processEvents()


def test_that_the_third_side_is_there_only_while_two_runs_are_compared(stage: StageView) -> None:
    assert not stage.second.isVisible()
    compare(stage)
    assert stage.second.view.isVisible()
    widths = [side.width() for side in (stage.original, stage.reconstruction, stage.second)]
    assert max(widths) - min(widths) <= 2
    stage.show_comparison("MoG-VAE", "")
    assert not stage.second.isVisible()
    QApplication.processEvents()
    assert abs(stage.original.width() - stage.reconstruction.width()) <= 2


def test_that_sides_are_named_after_their_runs_and_get_their_titles_back(stage: StageView) -> None:
    compare(stage)
    assert stage.reconstruction.title.text() == "MoG-VAE"
    assert stage.second.title.text() == "VAE"
    assert ">armchair by VAE<" in stage.second.title.toolTip()
    stage.show_reconstruction(content("Component 3"))
    assert stage.reconstruction.title.text() == "MoG-VAE"
    stage.show_comparison("MoG-VAE", "")
    assert stage.reconstruction.title.text() == "Component 3"
    stage.show_reconstruction(None)
    assert stage.reconstruction.title.text() == "Reconstruction"


def test_that_turning_any_side_turns_and_repaints_all_three(stage: StageView, qtbot: QtBot) -> None:
    compare(stage)
    views = [side.view for side in (stage.original, stage.reconstruction, stage.second)]
    for turned in views:
        before = np.array(turned.camera.position)
        drawn = [QSignalSpy(view.plotter.frameSwapped) for view in views if view is not turned]
        drag(turned.plotter, (100, 100), (150, 120))
        for spy in drawn:
            qtbot.waitUntil(lambda spy=spy: spy.count() > 0)  # type: ignore[misc]
        assert np.linalg.norm(np.array(turned.camera.position) - before) > 0.1
        assert len({view.camera.position for view in views}) == 1


def test_that_parted_cameras_turn_each_by_itself(stage: StageView) -> None:
    compare(stage)
    stage.link_action.trigger()
    before = stage.second.view.camera.position
    drag(stage.original.view.plotter, (100, 100), (150, 120))
    assert stage.second.view.camera.position == before
    stage.link_action.trigger()
    assert stage.second.view.camera.position == stage.original.view.camera.position


def test_that_a_side_which_is_gone_is_not_repainted(stage: StageView) -> None:
    compare(stage)
    stage.show_comparison("MoG-VAE", "")
    for _ in range(6):
        QApplication.processEvents()
    frames = QSignalSpy(stage.second.view.plotter.frameSwapped)
    drag(stage.original.view.plotter, (100, 100), (150, 120))
    for _ in range(6):
        QApplication.processEvents()
    assert frames.count() == 0
