"""A grid of small pictures with words at its edges; says which cell the pointer is on."""

import numpy as np
from jaxtyping import UInt8
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from mogvae_gui.views.pixmaps import pixmap_of
from mogvae_gui.views.theme import palette, small_font, theme

LEAST_CELL, LARGEST_CELL = 44, 160
LEFT, TOP = 64, 22  # for the words
NO_CELL = (-1, -1)

Cell = tuple[int, int]  # row from the top, column from the left


class SheetGrid(QWidget):
    """Cells appear as their pictures come."""

    cell_hovered = Signal(int, int)  # row and column; -1, -1 where the pointer left
    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._across = self._up = ""
        self._pictures: dict[Cell, QPixmap] = {}
        self._hovered = NO_CELL
        self._chosen = NO_CELL
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Sheet of decoded chairs")
        theme().changed.connect(self._on_theme_changed)

    @property
    def drawn(self) -> int:
        """How many cells have their picture."""
        return len(self._pictures)

    @property
    def chosen(self) -> Cell:
        """The marked cell, or (-1, -1)."""
        return self._chosen

    def show_frame(
        self, rows: tuple[str, ...], columns: tuple[str, ...], across: str, up: str
    ) -> None:
        """Show an empty grid with these words."""
        self._rows, self._columns, self._across, self._up = rows, columns, across, up
        self._pictures = {}
        self._hovered = self._chosen = NO_CELL
        self.setMinimumSize(self.minimumSizeHint())
        self.updateGeometry()
        self.update()

    def show_picture(
        self, row: int, column: int, image: UInt8[np.ndarray, "height width 4"]
    ) -> None:
        """Show what a cell decodes to."""
        self._pictures[row, column] = pixmap_of(image)
        self.update(self.cell_rectangle(row, column))

    def show_chosen(self, row: int, column: int) -> None:
        """Mark one cell, or none with -1, -1."""
        self._chosen = (row, column)
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(
            LEFT + LEAST_CELL * max(1, len(self._columns)) + 8,
            TOP + LEAST_CELL * max(1, len(self._rows)) + 8,
        )

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def cell_rectangle(self, row: int, column: int) -> QRect:
        """Where a cell is, in pixels."""
        side = self._side()
        left = LEFT + (self.width() - LEFT - side * len(self._columns)) // 2
        return QRect(left + column * side, TOP + row * side, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(small_font(self.font()))
        self._draw_words(painter)
        for row in range(len(self._rows)):
            for column in range(len(self._columns)):
                self._draw_cell(painter, row, column)
        for (row, column), role, width in (
            (self._hovered, "muted", 1.5),
            (self._chosen, "accent", 2.0),
        ):
            if row >= 0:
                painter.setPen(QPen(palette().colour(role), width))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                frame = QRectF(self.cell_rectangle(row, column)).adjusted(1, 1, -1, -1)
                painter.drawRoundedRect(frame, 4, 4)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if cell != self._hovered:
            self._hovered = cell
            self.update()
            self.cell_hovered.emit(*cell)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell != NO_CELL:
            self._choose(cell)

    def leaveEvent(self, event: QEvent) -> None:
        # Said whatever was pointed at: a new sheet may have taken that cell's place meanwhile.
        self._hovered = NO_CELL
        self.update()
        self.cell_hovered.emit(*NO_CELL)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._rows:
            super().keyPressEvent(event)
            return
        row, column = self._chosen
        if row < 0:
            row, column = len(self._rows) // 2, len(self._columns) // 2
        else:
            row = min(max(row + step[0], 0), len(self._rows) - 1)
            column = min(max(column + step[1], 0), len(self._columns) - 1)
        self._choose((row, column))

    def _choose(self, cell: Cell) -> None:
        self._chosen = cell
        self.update()
        self.cell_chosen.emit(*cell)

    def _side(self) -> int:
        rows, columns = max(1, len(self._rows)), max(1, len(self._columns))
        room = min((self.width() - LEFT - 8) // columns, (self.height() - TOP - 8) // rows)
        return min(max(room, 16), LARGEST_CELL)

    def _cell_at(self, position: QPointF) -> Cell:
        if not self._rows:
            return NO_CELL
        first, side = self.cell_rectangle(0, 0), self._side()
        column = int((position.x() - first.left()) // side)
        row = int((position.y() - first.top()) // side)
        inside = 0 <= row < len(self._rows) and 0 <= column < len(self._columns)
        return (row, column) if inside else NO_CELL

    def _draw_cell(self, painter: QPainter, row: int, column: int) -> None:
        rectangle = self.cell_rectangle(row, column)
        picture = self._pictures.get((row, column))
        if picture is not None:
            painter.drawPixmap(rectangle.adjusted(2, 2, -2, -2), picture)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette().colour("hover"))
        painter.drawRoundedRect(QRectF(rectangle).adjusted(3, 3, -3, -3), 4, 4)

    def _draw_words(self, painter: QPainter) -> None:
        painter.setPen(palette().colour("muted"))
        centre = int(Qt.AlignmentFlag.AlignCenter)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, words in enumerate(self._columns):
            cell = self.cell_rectangle(0, column)
            painter.drawText(QRect(cell.left(), 2, cell.width(), TOP - 4), centre, words)
        for row, words in enumerate(self._rows):
            cell = self.cell_rectangle(row, 0)
            painter.drawText(
                QRect(cell.left() - LEFT, cell.top(), LEFT - 8, cell.height()), right, words
            )
        if self._across:
            first = self.cell_rectangle(0, 0)
            painter.setPen(palette().colour("text"))
            painter.drawText(
                QRect(first.left() - LEFT, 2, LEFT - 8, TOP - 4),
                right,
                f"{self._up}↑ {self._across}→",
            )

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
