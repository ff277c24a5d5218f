"""Work that is done piece by piece, one in each turn of the event loop.

Qt deals with all that is due before it looks at the mouse again. At the end of an epoch curves, the
latent space and the stage have something new, and a software renderer takes tens of milliseconds
for each: done one by one, with the event loop in between, an event waits for one and not for all.
"""

from collections.abc import Callable, Hashable
from functools import cache

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot


class Turns(QObject):
    """Pieces of work that wait, each once however often it was asked for, the first asked first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[Hashable, Callable[[], object]] = {}
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(0)
        self._next.timeout.connect(self._on_next)

    def add(self, key: Hashable, work: Callable[[], object]) -> None:
        """Do `work` when its turn comes. Work that waits under the same key gives it its place."""
        self._waiting[key] = work
        if not self._next.isActive():
            self._next.start()

    def forget(self, key: Hashable) -> None:
        """Leave what waits under this key undone."""
        self._waiting.pop(key, None)

    def finish(self, key: Hashable) -> None:
        """Do what waits under this key now."""
        work = self._waiting.pop(key, None)
        if work is not None:
            work()

    @Slot()
    def _on_next(self) -> None:
        if not self._waiting:
            return
        work = self._waiting.pop(next(iter(self._waiting)))
        try:
            work()
        finally:
            # Not before the work: it would be due before what fell due meanwhile, and go first.
            if self._waiting:
                self._next.start()


@cache
def turns() -> Turns:
    """The turns of this process's only event loop."""
    return Turns(QCoreApplication.instance())
