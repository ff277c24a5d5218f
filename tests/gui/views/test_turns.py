"""Pieces of work take turns with the events of the window."""

import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from pytestqt.qtbot import QtBot

from mogvae_gui.views.turns import Turns


class Listener(QObject):
    """Notes when it is told something."""

    def __init__(self, heard: list[str]) -> None:
        super().__init__()
        self._heard = heard

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.User:
            self._heard.append("event")
            return True
        return super().event(event)


def test_that_an_event_is_dealt_with_between_two_pieces_of_work(qtbot: QtBot) -> None:
    turns, done = Turns(), list[str]()
    listener = Listener(done)

    def first() -> None:
        done.append("first")
        QCoreApplication.postEvent(listener, QEvent(QEvent.Type.User))

    turns.add("first", first)
    turns.add("second", lambda: done.append("second"))
    qtbot.waitUntil(lambda: len(done) == 3)

    assert done == ["first", "event", "second"]


def test_that_what_fell_due_during_a_piece_of_work_goes_before_the_next_piece(
    qtbot: QtBot,
) -> None:
    turns, done = Turns(), list[str]()
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setSingleShot(True)
    timer.timeout.connect(lambda: done.append("timer"))

    def first() -> None:
        done.append("first")
        timer.start(1)
        time.sleep(0.02)  # work that takes longer than that

    turns.add("first", first)
    turns.add("second", lambda: done.append("second"))
    qtbot.waitUntil(lambda: len(done) == 3)

    assert done == ["first", "timer", "second"]


def test_that_newer_work_takes_the_place_of_what_waits_under_its_key(qtbot: QtBot) -> None:
    turns, done = Turns(), list[str]()
    turns.add("curves", lambda: done.append("old curves"))
    turns.add("model", lambda: done.append("model"))
    turns.add("curves", lambda: done.append("new curves"))
    qtbot.waitUntil(lambda: "model" in done)

    assert done == ["new curves", "model"]


def test_that_forgotten_work_is_not_done_and_the_rest_is(qtbot: QtBot) -> None:
    turns, done = Turns(), list[str]()
    turns.add("curves", lambda: done.append("curves"))
    turns.add("model", lambda: done.append("model"))
    turns.forget("curves")
    turns.forget("never there")
    qtbot.waitUntil(lambda: bool(done))

    assert done == ["model"]


def test_that_finished_work_is_done_at_once_and_once(qtbot: QtBot) -> None:
    turns, done = Turns(), list[str]()
    turns.add("curves", lambda: done.append("curves"))
    turns.add("last", lambda: done.append("last"))
    turns.finish("curves")
    turns.finish("never there")
    assert done == ["curves"]

    qtbot.waitUntil(lambda: "last" in done)
    assert done == ["curves", "last"]


def test_that_work_that_fails_does_not_stop_what_waits_after_it(qtbot: QtBot) -> None:
    turns, done = Turns(), list[str]()

    def fail() -> None:
        raise ValueError("broken")

    turns.add("broken", fail)
    turns.add("whole", lambda: done.append("whole"))
    with qtbot.captureExceptions() as errors:
        qtbot.waitUntil(lambda: bool(done))

    assert [str(error) for _, error, _ in errors] == ["broken"]
