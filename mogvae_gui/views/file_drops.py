"""Files that are dragged over a window: where they would fall, and what came of it."""

from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QRect, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QDockWidget, QWidget

from mogvae_gui.views.drop_hint import DropHint


class FileDrops(QObject):
    """Takes the drags of one window, in which the latent space may be seen."""

    hovered = Signal()  # files are dragged over the window: a drop is likely
    dropped = Signal(list)  # list[Path]
    dropped_to_find = Signal(list)  # list[Path], on the latent space

    def __init__(self, window: QWidget, space: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._space = space
        self.hint = DropHint(window)

    def enter(self, event: QDragEnterEvent) -> None:
        """Something is dragged into the window; files are welcome."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.hint.cover(self._window, self._space_rect())
            self.hovered.emit()

    def move(self, event: QDragMoveEvent) -> None:
        """It is dragged on."""
        event.acceptProposedAction()
        self.hint.show_aim(is_at_second=self._is_over_space(event.position().toPoint()))

    def leave(self) -> None:
        """It is dragged out of the window."""
        self.hint.hide()

    def drop(self, event: QDropEvent) -> None:
        """It falls."""
        self.hint.hide()
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            if self._is_over_space(event.position().toPoint()):
                self.dropped_to_find.emit(paths)
            else:
                self.dropped.emit(paths)

    def _space_rect(self) -> QRect:
        """Where the latent space is seen, in the window; empty where it is not."""
        space = self._space
        if not space.isVisible() or space.window() is not self._window:
            return QRect()
        return QRect(space.mapTo(self._window, QPoint(0, 0)), space.size())

    def _is_over_space(self, position: QPoint) -> bool:
        return self._space_rect().contains(position)


class Dock(QDockWidget):
    """A dock that takes files by itself while it floats: the main window gets none of them then."""

    def __init__(self, title: str, parent: QWidget, space: QWidget) -> None:
        super().__init__(title, parent)
        self.drops = FileDrops(self, space)
        self.topLevelChanged.connect(self._on_top_level_changed)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.drops.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.drops.move(event)

    def dragLeaveEvent(self, event: object) -> None:
        self.drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drops.drop(event)

    @Slot(bool)
    def _on_top_level_changed(self, is_floating: bool) -> None:
        self.setAcceptDrops(is_floating)
