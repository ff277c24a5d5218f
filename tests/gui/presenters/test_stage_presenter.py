"""The stage shows its state: clouds, colours, captions, and what was measured."""

import dataclasses
import threading
from collections.abc import Iterator
from typing import Any, cast
from unittest.mock import create_autospec

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.metrics import PairMetrics
from core.normals import estimate_normals
from mogvae_gui.presenters import stage_presenter
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.stage_presenter import StagePresenter
from mogvae_gui.state.stage_state import ShownCloud, StageState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.views.stage_view import StageView
from mogvae_gui.workers.measure_worker import Measure, MeasureWorker
from tests.gui.presenters.fakes import metrics

A_WHILE = 10_000


class StageWindow(QWidget):
    """As much of the window as the stage needs."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = StageView()
        QVBoxLayout(self).addWidget(self.stage)
        self.decode_times: list[float | None] = []

    def show_decode_time(self, milliseconds: float | None) -> None:
        self.decode_times.append(milliseconds)


class QuickMeasures(MeasureWorker):
    """Measures without a process, and notes what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Measure] = []
        self.fails = False

    def _measure(self, question: Measure) -> PairMetrics:
        self.asked.append(question)
        if self.fails:
            raise ValueError("no process")
        return metrics(emd=0.0456)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[StageWindow]:
    window = StageWindow()
    qtbot.addWidget(window)
    window.resize(700, 400)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.stage.close_views()


@pytest.fixture
def state() -> StageState:
    return StageState()


@pytest.fixture
def training() -> TrainingState:
    return TrainingState()


@pytest.fixture
def notices() -> Any:
    return create_autospec(NoticePresenter, instance=True)


@pytest.fixture
def presenter(
    state: StageState,
    training: TrainingState,
    window: StageWindow,
    notices: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[StagePresenter]:
    monkeypatch.setattr(stage_presenter, "SETTLED_MS", 1)
    monkeypatch.setattr(stage_presenter, "MeasureWorker", QuickMeasures)
    presenter = StagePresenter(state, training, cast(MainWindow, window), notices)
    yield presenter
    presenter.stop()


def measures(presenter: StagePresenter) -> QuickMeasures:
    worker: QObject = presenter._worker
    assert isinstance(worker, QuickMeasures)
    return worker


def cloud(title: str = "armchair 1", chair_id: str | None = "c1", **more: Any) -> ShownCloud:
    points = np.random.default_rng(1).uniform(-0.6, 0.6, size=(50, 3)).astype(np.float32)
    normals = np.tile(np.array([0, 0, 1], dtype=np.float32), (50, 1))
    return ShownCloud(title, points, normals, chair_id=chair_id, **more)


def reconstruction(chair_id: str | None = "c1") -> ShownCloud:
    return cloud(
        "Reconstruction of armchair 1",
        chair_id,
        code=(0.5, -0.25, 1.0),
        error=np.linspace(0, 0.2, 50, dtype=np.float32),
    )


def test_that_clouds_of_the_state_are_shown_and_go(
    presenter: StagePresenter, state: StageState, window: StageWindow
) -> None:
    state.original = cloud()
    assert window.stage.original.title.text() == "armchair 1"
    assert window.stage.original.caption.text() == "50 points"
    assert window.stage.original.view.isVisible()

    state.original = None
    assert not window.stage.original.view.isVisible()


def without_normals(title: str = "stool 2") -> ShownCloud:
    return dataclasses.replace(cloud(title), normals=None)


def test_that_normals_are_found_in_a_thread_and_the_chair_is_shown_with_them(
    presenter: StagePresenter,
    state: StageState,
    window: StageWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found_in: list[threading.Thread] = []

    def find(points: np.ndarray) -> np.ndarray:
        found_in.append(threading.current_thread())
        return estimate_normals(points)

    monkeypatch.setattr(stage_presenter, "estimate_normals", find)
    state.original = cloud()
    state.original = chair = without_normals()
    assert window.stage.original.title.text() == "armchair 1"  # rather than a flat stool

    qtbot.waitUntil(lambda: window.stage.original.title.text() == "stool 2", timeout=A_WHILE)
    assert found_in[0] is not threading.main_thread()
    assert state.original is not None
    np.testing.assert_array_equal(state.original.normals, estimate_normals(chair.points))


def test_that_normals_of_a_chair_that_has_gone_are_dropped(
    presenter: StagePresenter, state: StageState, window: StageWindow, qtbot: QtBot
) -> None:
    state.original = without_normals("stool 2")
    state.original = without_normals("stool 3")
    qtbot.waitUntil(lambda: window.stage.original.title.text() == "stool 3", timeout=A_WHILE)

    state.original = without_normals("stool 4")
    state.original = None
    qtbot.waitUntil(lambda: presenter._normals._job is None, timeout=A_WHILE)
    assert not window.stage.original.view.isVisible()
    assert state.original is None


def test_that_what_is_learnt_of_a_chair_meanwhile_is_kept(
    presenter: StagePresenter, state: StageState, qtbot: QtBot
) -> None:
    state.original = chair = without_normals()
    error = np.zeros(50, dtype=np.float32)
    state.original = dataclasses.replace(chair, error=error)

    qtbot.waitUntil(
        lambda: state.original is not None and state.original.normals is not None, timeout=A_WHILE
    )
    assert state.original.error is error


def test_that_a_chair_whose_normals_cannot_be_found_is_shown_flat_and_it_is_said(
    presenter: StagePresenter,
    state: StageState,
    window: StageWindow,
    notices: Any,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_points: np.ndarray) -> np.ndarray:
        raise MemoryError

    monkeypatch.setattr(stage_presenter, "estimate_normals", fail)
    state.original = without_normals()
    qtbot.waitUntil(lambda: window.stage.original.title.text() == "stool 2", timeout=A_WHILE)
    notices.say_error.assert_called_once()


def test_that_captions_say_the_code_then_the_measures(
    presenter: StagePresenter, state: StageState, window: StageWindow
) -> None:
    caption = window.stage.reconstruction.caption
    state.reconstruction = cloud("Decoded code", None, code=(0.5, -0.25, 1.0, 2.0, 3.0))
    assert caption.text() == "code (0.50, -0.25, 1.00, 2.00, …)"

    state.metrics = metrics()
    assert caption.text() == "CD 0.0312 · F-score 87%"
    state.metrics = metrics(emd=0.0456)
    assert caption.text() == "CD 0.0312 · EMD 0.0456 · F-score 87%"


def test_that_a_settled_pair_is_measured_once(
    presenter: StagePresenter, state: StageState, window: StageWindow, qtbot: QtBot
) -> None:
    state.original = cloud()
    state.reconstruction = reconstruction()

    qtbot.waitUntil(lambda: state.metrics is not None, timeout=A_WHILE)

    assert state.metrics == metrics(emd=0.0456)
    assert "EMD 0.0456" in window.stage.reconstruction.caption.text()
    (question,) = measures(presenter).asked
    assert question.original is state.original.points
    assert question.reconstruction is state.reconstruction.points


@pytest.mark.parametrize("chair_id", [None, "c2"])
def test_that_what_is_no_pair_is_not_measured(
    presenter: StagePresenter, state: StageState, qtbot: QtBot, chair_id: str | None
) -> None:
    state.original = cloud()
    state.reconstruction = reconstruction(chair_id)

    presenter._on_settled()
    measures(presenter).ask(Measure(state.original.points, state.original.points))
    qtbot.waitUntil(lambda: bool(measures(presenter).asked), timeout=A_WHILE)

    assert len(measures(presenter).asked) == 1  # the test's own
    assert state.metrics is None


def test_that_a_running_training_is_not_held_up_by_measuring(
    presenter: StagePresenter, state: StageState, training: TrainingState, qtbot: QtBot
) -> None:
    training.status = "running"
    state.original = cloud()
    state.reconstruction = reconstruction()
    presenter._on_settled()
    assert measures(presenter).asked == []

    training.status = "done"

    qtbot.waitUntil(lambda: state.metrics is not None, timeout=A_WHILE)


def test_that_measures_of_a_pair_that_is_no_longer_shown_are_dropped(
    presenter: StagePresenter, state: StageState
) -> None:
    state.original = cloud()
    state.reconstruction = reconstruction()
    late = Measure(state.original.points, state.reconstruction.points)
    presenter._settled.stop()
    state.reconstruction = dataclasses.replace(
        state.reconstruction, points=state.reconstruction.points.copy()
    )
    presenter._settled.stop()

    presenter._on_measured(late, metrics(emd=9.0))

    assert state.metrics is None


def test_that_a_pair_that_cannot_be_measured_is_told(
    presenter: StagePresenter, state: StageState, notices: Any, qtbot: QtBot
) -> None:
    measures(presenter).fails = True
    state.original = cloud()
    state.reconstruction = reconstruction()

    qtbot.waitUntil(lambda: notices.say_error.call_count == 1, timeout=A_WHILE)

    assert notices.say_error.call_args.args[1] == "Measuring the shown pair"


def test_that_the_colouring_is_chosen_on_the_stage_and_shown_there(
    presenter: StagePresenter, state: StageState, window: StageWindow
) -> None:
    state.original, state.reconstruction = cloud(), reconstruction()
    bar = window.stage._colour_bar

    window.stage.colouring_actions[1].trigger()
    assert state.colouring == "error"
    assert bar.isVisible()

    state.colouring = "normals"
    assert [a.data() for a in window.stage.colouring_actions if a.isChecked()] == ["normals"]
    assert not bar.isVisible()


def test_that_the_time_of_a_decode_is_passed_on(
    presenter: StagePresenter, state: StageState, window: StageWindow
) -> None:
    state.decode_ms = 7.5

    assert window.decode_times[-1] == 7.5


def test_that_stopping_ends_thread_and_timer(
    presenter: StagePresenter, state: StageState, notices: Any
) -> None:
    state.original = cloud()
    state.reconstruction = reconstruction()

    presenter.stop()

    assert not presenter._thread.isRunning()
    assert not presenter._settled.isActive()
    notices.say_error.assert_not_called()
