"""Draws thumbnails off the GUI thread, those asked for last first: they are in sight."""

import logging
import threading

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.library import Library
from core.thumbnails import thumbnail

logger = logging.getLogger(__name__)


class ThumbnailWorker(QObject):
    """Draws the clouds of a library. Asking is a plain call from the main thread."""

    # Chair id, (size, size, 4) uint8, and its library: others have chairs of the same ids.
    drawn = Signal(str, object, object)
    _asked = Signal()

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size
        self._library: Library | None = None
        self._rows: dict[str, int] = {}  # waiting chair ids and their rows, newest last
        self._lock = threading.Lock()
        self._asked.connect(self._draw_one, Qt.ConnectionType.QueuedConnection)

    def use(self, library: Library | None) -> None:
        """Draw from this library from now on; what waits is dropped."""
        with self._lock:
            self._library = library
            self._rows.clear()

    def ask(self, chair_id: str, row: int) -> None:
        """Draw this chair next."""
        with self._lock:
            self._rows.pop(chair_id, None)
            self._rows[chair_id] = row
        self._asked.emit()

    def forget(self) -> None:
        """Drop everything that waits."""
        with self._lock:
            self._rows.clear()

    @Slot()
    def _draw_one(self) -> None:
        with self._lock:
            if not self._rows or self._library is None:
                return
            chair_id, row = self._rows.popitem()
            library = self._library
        try:
            image = thumbnail(library.clouds[row], self._size)
        except Exception:
            logger.exception("no thumbnail of chair %s", chair_id)
            return
        self.drawn.emit(chair_id, image, library)
