"""Progress on standard error: a bar on a terminal, a line now and then in a log."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.markup import escape

from core.plain_text import visible_text

LINE_EVERY_S = 10.0


class ProgressLine(Protocol):
    """Where a command says how far it is."""

    def show(self, done: float, total: float, words: str = "") -> None:
        """Show the state, with a few words beside it."""

    def say(self, sentence: str) -> None:
        """Say something that stays."""


class Silent:
    """Says nothing: of several processes one speaks for all."""

    def show(self, done: float, total: float, words: str = "") -> None:
        """Nothing."""

    def say(self, sentence: str) -> None:
        """Nothing."""


@contextmanager
def progress_line(label: str, unit: str = "") -> Iterator[ProgressLine]:
    """A progress that goes when the work is done. `unit` names what is counted."""
    console = Console(stderr=True, file=sys.stderr, highlight=False)
    if console.is_terminal:
        with _Bar(label, console) as bar:
            yield bar
    else:
        yield _Lines(label, unit)


class _Bar:
    """On a terminal."""

    def __init__(self, label: str, console: Console) -> None:
        # Imported here, for only a terminal needs it.
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[words]}", style="dim"),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task(escape(label), total=None, words="")

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, done: float, total: float, words: str = "") -> None:
        self._progress.update(
            self._task, completed=done, total=total, words=escape(visible_text(words))
        )

    def say(self, sentence: str) -> None:
        self._progress.console.print(
            f"[yellow]![/yellow] {escape(visible_text(sentence))}", soft_wrap=True
        )


class _Lines:
    """Where a terminal's tricks would only fill a file."""

    def __init__(self, label: str, unit: str) -> None:
        self._label = label
        self._unit = f" {unit}" if unit else ""
        self._said_at = time.monotonic()

    def show(self, done: float, total: float, words: str = "") -> None:
        now = time.monotonic()
        if now - self._said_at < LINE_EVERY_S:
            return
        self._said_at = now
        more = f" · {words}" if words else ""
        self._write(f"{self._label}: {int(done):,} of {int(total):,}{self._unit}{more}")

    def say(self, sentence: str) -> None:
        self._write(sentence)

    @staticmethod
    def _write(line: str) -> None:
        sys.stderr.write(visible_text(line) + "\n")
        sys.stderr.flush()
