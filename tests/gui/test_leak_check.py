"""The check that every other test of the window relies on finds what it is for."""

import pytest
from PySide6.QtCore import QObject, QPropertyAnimation, QThread, QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.window_leaks import living


def _words_on(thing: object) -> str:
    return "\n".join(words for found, words in living() if found is thing)


def test_that_a_running_thread_is_found_and_a_finished_one_is_not(qtbot: QtBot) -> None:
    thread = QThread()
    with qtbot.waitSignal(thread.started):
        thread.start()
    assert "cancel its worker" in _words_on(thread)
    thread.quit()
    assert thread.wait(5_000)
    assert _words_on(thread) == ""


def test_that_an_active_timer_is_found_and_a_stopped_one_is_not(qtbot: QtBot) -> None:
    owner = QObject()
    timer = QTimer(owner)
    timer.start(60_000)
    assert "child of QObject" in _words_on(timer)
    timer.stop()
    assert _words_on(timer) == ""


def test_that_a_running_animation_is_found(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    animation = QPropertyAnimation(widget, b"maximumHeight")
    animation.setDuration(60_000)
    animation.setEndValue(10)
    animation.start()
    assert "animation" in _words_on(animation)
    animation.stop()


def test_that_a_window_without_owner_is_found_by_its_title(qtbot: QtBot) -> None:
    window = QWidget()
    window.setWindowTitle("Forgotten")
    assert "“Forgotten”" in _words_on(window)
    window.deleteLater()


@pytest.mark.parametrize("name", ["QTipLabel"])
def test_that_tooltips_are_left_to_qt(name: str, qtbot: QtBot) -> None:
    assert name not in "\n".join(words for _, words in living())
