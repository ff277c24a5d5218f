"""Progress where there is no terminal, and where there is one."""

import io
import sys

import pytest

from mogvae_gui.commands import progress


def test_that_a_log_gets_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("mogvae_gui.commands.progress.time.monotonic", lambda: now)
    with progress.progress_line("Reading", "files") as line:
        for now in (1.0, 11.0, 12.0, 25.0):
            line.show(now, 1000, "chair.obj")
        line.say("Odd.")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "Reading: 11 of 1,000 files · chair.obj",
        "Reading: 25 of 1,000 files · chair.obj",
        "Odd.",
    ]


def test_that_a_terminal_gets_a_bar_and_sentences_that_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress.progress_line("run [1]") as line:
        line.show(3, 12, "loss 0.1")
        line.say("Component [2] is dead.")
    shown = terminal.getvalue()
    assert "run [1]" in shown
    assert "3/12" in shown
    assert "Component [2] is dead." in shown
