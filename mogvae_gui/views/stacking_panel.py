"""What docks share that are wide and low by nature, and still serve where they are narrow."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSplitter, QVBoxLayout, QWidget

from mogvae_gui.views.theme import GRID


class StackingPanel(QWidget):
    """A bar, and a body whose parts lie side by side or, where it is narrow, stand in a stack.

    Side by side they are divided in one of two ways, and what the user drags is kept for that way.
    A subclass fills `_bar` and `_body` and puts both into `_column`.
    """

    def __init__(
        self,
        least_width: int,  # narrower than this everything is stacked
        sizes: dict[bool, list[int]],  # side by side, divided in the first way and in the other
        stacked_sizes: list[int],
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self._least_width = least_width
        self._sizes = sizes
        self._stacked_sizes = stacked_sizes
        self._is_other_way = False
        self._is_wide = True
        self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._bar.setContentsMargins(0, 0, 0, 0)
        self._bar.setSpacing(GRID)
        self._body = QSplitter(Qt.Orientation.Horizontal)
        self._body.setChildrenCollapsible(False)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        self._column.setSpacing(GRID // 2)
        constraint = QVBoxLayout.SizeConstraint.SetNoConstraint  # see minimumSizeHint
        self._column.setSizeConstraint(constraint)

    def minimumSizeHint(self) -> QSize:
        # Not the layout's: it is that of the parts side by side, and they can also be stacked.
        return QSize(340, 190)

    def sizeHint(self) -> QSize:
        return QSize(1200, 240)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = event.size().width() >= self._least_width
        if is_wide == self._is_wide:
            return
        self._is_wide = is_wide
        direction = QBoxLayout.Direction
        self._bar.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        self._body.setOrientation(Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical)
        self._body.setSizes(self._sizes[self._is_other_way] if is_wide else self._stacked_sizes)

    def _divide(self, *, other_way: bool) -> None:
        """Divide the width in this way, as the user left it the last time."""
        if other_way == self._is_other_way:
            return
        if self._is_wide:
            if self._body.isVisible():
                self._sizes[self._is_other_way] = self._body.sizes()
            self._body.setSizes(self._sizes[other_way])
        self._is_other_way = other_way
