"""What counts as waiting in an event loop."""

import time

from pytestqt.qtbot import QtBot

from benchmarks.event_loop import EVERY_S, WaitingTimes
from tests.window_leaks import (  # noqa: F401
    dressed_application,
    nothing_outlives_the_test,
    pytest_runtest_makereport,
)


def test_that_a_busy_loop_keeps_every_event_waiting_that_fell_due_meanwhile(
    qtbot: QtBot, monkeypatch: object
) -> None:
    waiting = WaitingTimes()
    waiting.start()
    waiting._last = time.perf_counter() - 0.1  # as if the loop had been busy for 100 ms
    waiting._on_tick()
    times = waiting.stop()
    assert times["events"] >= 0.1 / EVERY_S - 1
    assert times["worst_ms"] >= 95
    assert 40 <= times["median_ms"] <= 60


def test_that_an_idle_loop_keeps_nothing_waiting(qtbot: QtBot) -> None:
    waiting = WaitingTimes()
    waiting.start()
    waiting._last = time.perf_counter()  # a tick that comes before it is due
    waiting._on_tick()
    assert waiting.stop()["worst_ms"] == 0.0
