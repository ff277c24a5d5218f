"""The log: where errors go that nobody caught, from any thread."""

import logging
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from mogvae_gui import log
from mogvae_gui.log import report_uncaught, start_logging

ROOT = Path(__file__).parents[2]


@pytest.fixture
def loose_logging() -> Iterator[logging.Logger]:
    """Puts logging and the hooks back as they were."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    hooks = sys.excepthook, threading.excepthook
    yield root
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(False)


def test_that_errors_are_written_with_their_traceback(
    loose_logging: logging.Logger, tmp_path: Path
) -> None:
    path = tmp_path / "log" / "studio.log"
    start_logging(path)
    try:
        raise ValueError("a broken chair")
    except ValueError:
        logging.getLogger("mogvae_gui.test").exception("it broke")

    content = path.read_text()
    assert "ERROR mogvae_gui.test: it broke" in content
    assert "ValueError: a broken chair" in content
    assert "test_log.py" in content


def test_that_warnings_of_libraries_are_written(
    loose_logging: logging.Logger, tmp_path: Path
) -> None:
    start_logging(tmp_path / "studio.log")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("a numpy thing", RuntimeWarning, stacklevel=1)

    assert "a numpy thing" in (tmp_path / "studio.log").read_text()


def test_that_the_log_is_cut_and_older_ones_are_kept(
    loose_logging: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "LOG_BYTES", 1000)
    start_logging(tmp_path / "studio.log")
    for number in range(200):
        logging.getLogger("mogvae_gui.test").info("line %s", number)

    logs = sorted(tmp_path.iterdir())
    assert [path.name for path in logs] == ["studio.log", *(f"studio.log.{n}" for n in (1, 2, 3))]
    assert all(path.stat().st_size <= 1000 for path in logs)
    assert "line 199" in logs[0].read_text()


def test_that_the_newest_errors_are_remembered_as_words(
    loose_logging: logging.Logger, tmp_path: Path
) -> None:
    start_logging(tmp_path / "studio.log")
    log.recent_errors.forget()
    for number in range(log.KEPT_ERRORS + 3):
        try:
            raise ValueError(f"/home/anna/{number}")
        except ValueError:
            logging.getLogger("mogvae_gui.test").exception("broke")
    logging.getLogger("mogvae_gui.test").warning("no error")

    errors = log.recent_errors.errors
    assert [f"/home/anna/{n}" in e.full for n, e in enumerate(errors, start=3)] == [True] * 5
    assert not any("anna" in error.anonymous for error in errors)
    assert all("ValueError" in error.anonymous for error in errors)
    log.recent_errors.forget()


def test_that_a_log_that_cannot_be_written_goes_to_standard_error(
    loose_logging: logging.Logger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "studio.log").mkdir()

    start_logging(tmp_path / "studio.log")
    logging.getLogger("mogvae_gui.test").error("still heard")

    assert "still heard" in capsys.readouterr().err


def test_that_uncaught_errors_of_any_thread_are_logged_and_shown(
    loose_logging: logging.Logger, tmp_path: Path
) -> None:
    start_logging(tmp_path / "studio.log")
    shown: list[BaseException] = []
    report_uncaught(shown.append)

    def fail() -> None:
        raise ValueError("in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    error = KeyError("in the main thread")
    sys.excepthook(KeyError, error, None)

    assert [str(one) for one in shown] == ["in a thread", str(error)]
    content = (tmp_path / "studio.log").read_text()
    assert "ValueError: in a thread" in content
    assert "in the main thread" in content


def test_that_an_interrupt_is_no_error(
    loose_logging: logging.Logger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging(tmp_path / "studio.log")
    shown: list[BaseException] = []
    report_uncaught(shown.append)

    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

    assert shown == []
    assert "KeyboardInterrupt" in capsys.readouterr().err


CRASHING = """
import faulthandler, os, signal, sys
from pathlib import Path
from mogvae_gui.log import log_crashes, start_logging
folder = Path(sys.argv[1])
start_logging(folder / "studio.log")
log_crashes(folder / "crash.log")
def a_disk_that_vanished():
    os.kill(os.getpid(), getattr(signal, sys.argv[2]))
if len(sys.argv) > 2:
    a_disk_that_vanished()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_that_a_crash_of_the_process_leaves_its_place_and_is_in_the_log_next_time(
    tmp_path: Path,
) -> None:
    def start(*arguments: str) -> int:
        program = [sys.executable, "-c", CRASHING, str(tmp_path), *arguments]
        return subprocess.run(program, cwd=ROOT, check=False, timeout=60).returncode

    assert start("SIGBUS") == -signal.SIGBUS
    assert "Bus error" in (tmp_path / "crash.log").read_text()
    assert "a_disk_that_vanished" in (tmp_path / "crash.log").read_text()
    for _ in range(2):
        assert start() == 0
    content = (tmp_path / "studio.log").read_text()
    assert content.count("a session before this one crashed") == 1
    assert "a_disk_that_vanished" in content
    assert (tmp_path / "crash.log").read_text() == ""


def test_that_a_folder_that_cannot_be_written_is_no_reason_not_to_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    log.log_crashes(tmp_path / "file" / "crash.log")
    assert "a crash would leave no trace" in caplog.text
