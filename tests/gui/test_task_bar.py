"""The task bar: progress, time left, cancel."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mogvae_gui.views.task_bar import TaskBar


@pytest.fixture
def bar(qtbot: QtBot) -> TaskBar:
    bar = TaskBar()
    qtbot.addWidget(bar)
    return bar


def test_that_it_is_hidden_until_something_runs(bar: TaskBar) -> None:
    assert bar.isHidden()
    bar.show_task("Importing chairs")
    assert not bar.isHidden()
    bar.show_nothing()
    assert bar.isHidden()


def test_that_progress_shows_counts_and_time_left(bar: TaskBar) -> None:
    bar.show_task("Importing chairs")
    bar.show_progress(250, 1000, remaining_s=42)
    assert bar._bar.value() == bar._bar.maximum() / 4
    assert bar._rest.text() == "250 of 1,000 · 42 s left"


def test_that_an_unknown_total_shows_a_busy_bar(bar: TaskBar) -> None:
    bar.show_task("Reading")
    bar.show_progress(3, 0)
    assert bar._bar.maximum() == 0
    bar.show_nothing()


def test_that_cancel_is_said_once(qtbot: QtBot, bar: TaskBar) -> None:
    bar.show_task("Importing chairs")
    with qtbot.waitSignal(bar.cancel_requested, timeout=5_000):
        QTest.mouseClick(bar.cancel_button, Qt.MouseButton.LeftButton)
    assert not bar.cancel_button.isEnabled()
    assert "stopping" in bar._rest.text()
    bar.show_nothing()


def test_that_a_new_task_can_be_cancelled_again(bar: TaskBar) -> None:
    bar.show_task("One")
    bar.show_cancelling()
    bar.show_task("Two")
    assert bar.cancel_button.isEnabled()
    bar.show_nothing()


def test_that_a_task_that_cannot_be_cancelled_offers_none(bar: TaskBar) -> None:
    bar.show_task("Saving", can_cancel=False)
    assert bar.cancel_button.isHidden()
    bar.show_nothing()
