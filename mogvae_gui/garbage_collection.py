"""Garbage is collected between events, in the main thread, and never all of it at a bad moment.

Python looks through everything that lives whenever enough was made, in whichever thread that
happens: with torch loaded that holds up the window for a third of a second, and Qt's objects may
die in a worker's thread. Here libraries are never looked through, and the rest in small portions.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

YOUNG_MS = 1_000
ALL_MS = 30_000
LOADED = 50_000  # new objects at once: a library was loaded, and none of it is garbage


class GarbageCollection(QObject):
    """Takes the place of Python's own timing of garbage collection."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._young = QTimer(self)
        self._young.timeout.connect(self._on_young)
        self._all = QTimer(self)
        self._all.timeout.connect(self._on_all)

    @Slot()
    def begin(self) -> None:
        """Leave alone what is there, all of it modules and widgets, and collect what comes."""
        gc.disable()
        gc.freeze()
        self._young.start(YOUNG_MS)
        self._all.start(ALL_MS)

    def stop(self) -> None:
        """Let Python collect as it does by itself."""
        self._young.stop()
        self._all.stop()
        gc.unfreeze()
        gc.enable()

    @Slot()
    def _on_young(self) -> None:
        if gc.get_count()[0] > LOADED:
            gc.freeze()
        else:
            gc.collect(1)

    @Slot()
    def _on_all(self) -> None:
        gc.collect()
