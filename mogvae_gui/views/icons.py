"""Icons from Lucide's line drawings, in the colours of the theme.

An icon is drawn when it is painted, at the size and pixel density that are asked for, so it is
crisp on every screen and takes a new theme's colours with the next repaint.
"""

import logging
from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from mogvae_gui.shipped import resources_folder
from mogvae_gui.views.theme import palette

logger = logging.getLogger(__name__)

# What a thing means here -> Lucide's drawing. Lucide's own names are understood as well.
MEANINGS = {
    "open": "folder-open",
    "new-project": "folder-plus",
    "import": "import",
    "made-chairs": "armchair",
    "chair": "armchair",
    "train": "play",
    "resume": "play",
    "stop": "square",
    "train-more": "fast-forward",
    "compare": "scale",
    "export": "download",
    "undo": "undo-2",
    "redo": "redo-2",
    "theme": "sun-moon",
    "help": "circle-question-mark",
    "log": "scroll-text",
    "filter": "funnel",
    "train-split": "graduation-cap",
    "test-split": "flask-conical",
    "delete": "trash-2",
    "rename": "pencil",
    "show": "eye",
    "hide": "eye-off",
    "picture": "camera",
    "reset-view": "house",
    "colour-height": "mountain",
    "colour-error": "thermometer",
    "colour": "palette",
    "link-cameras": "link-2",
    "unlink-cameras": "link-2-off",
    "sliders": "sliders-horizontal",
    "probe": "crosshair",
    "sample": "dices",
    "box-select": "maximize",
    "lasso-select": "pencil",
    "warning": "triangle-alert",
    "error": "circle-alert",
    "success": "circle-check",
    "close": "x",
    "refresh": "refresh-cw",
    "cloud": "box",
    "component": "ellipse",
    "curves": "activity",
    "latent": "chart-scatter",
    "maximise": "maximize",
    "minimise": "minimize",
    "grid": "layout-grid",
    "device": "cpu",
    "speed": "gauge",
    "time": "timer",
    "report": "clipboard-list",
    "guide": "book-open",
    "more": "ellipsis",
    "sort": "arrow-up-down",
    "quit": "log-out",
}

# A little lighter than Lucide's own 2 of 24 units: calmer beside text of regular weight.
_STROKE_WIDTH = "1.8"


def icon(name: str, role: str = "text", checked_role: str = "accent") -> QIcon:
    """Return the icon `name`, a key of MEANINGS or a Lucide name.

    `role` is the colour of the palette that it is drawn in, `checked_role` the one while the
    button or action that shows it is checked. Raises ValueError where no such icon ships.
    """
    return QIcon(_ThemedEngine(_file_name(name), role, checked_role))


def icon_names() -> tuple[str, ...]:
    """Return the names of all shipped drawings."""
    return tuple(sorted(path.stem for path in (resources_folder() / "icons").glob("*.svg")))


def pixmap(name: str, size: int, role: str = "text", density: float = 1.0) -> QPixmap:
    """Return the icon as a picture `size` logical pixels wide, for labels and painters.

    A picture keeps its colours: ask again when the theme changed.
    """
    result = QPixmap(round(size * density), round(size * density))
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    _renderer(_file_name(name), palette().colour(role).name()).render(painter)
    painter.end()
    result.setDevicePixelRatio(density)
    return result


class IconLabel(QWidget):
    """Shows one icon, `size` pixels wide, beside other widgets; follows the theme by itself."""

    def __init__(
        self, name: str, size: int = 16, role: str = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon(name, role)
        self.setFixedSize(size, size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, name: str, role: str = "text") -> None:
        """Show another icon in the same place."""
        self._icon = icon(name, role)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        self._icon.paint(QPainter(self), self.rect(), Qt.AlignmentFlag.AlignCenter, mode)


def _file_name(name: str) -> str:
    file_name = MEANINGS.get(name, name)
    if file_name not in _shipped():
        raise ValueError(
            f'No icon is called "{name}": resources/icons has no {file_name}.svg. '
            "Copy it from Lucide, or choose one of icon_names()."
        )
    return file_name


@cache
def _shipped() -> frozenset[str]:
    return frozenset(icon_names())


@cache
def _drawing(file_name: str) -> str:
    path = resources_folder() / "icons" / f"{file_name}.svg"
    drawing = path.read_text(encoding="utf-8")
    return drawing.replace('stroke-width="2"', f'stroke-width="{_STROKE_WIDTH}"')


@cache
def _renderer(file_name: str, colour: str) -> QSvgRenderer:
    drawing = _drawing(file_name).replace("currentColor", colour)
    return QSvgRenderer(QByteArray(drawing.encode()))


class _ThemedEngine(QIconEngine):
    """Draws one icon in the colours that the theme has at that moment."""

    def __init__(self, file_name: str, role: str, checked_role: str) -> None:
        super().__init__()
        self._file_name = file_name
        self._role = role
        self._checked_role = checked_role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        _renderer(self._file_name, self._colour(mode, state).name()).render(painter, square)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        result = QPixmap(size)
        if result.isNull():  # a line edit without room for its icon asks for nothing
            return result
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return result

    def clone(self) -> QIconEngine:
        return _ThemedEngine(self._file_name, self._role, self._checked_role)

    def _colour(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        if mode == QIcon.Mode.Disabled:
            return palette().colour("disabled")
        checked = state == QIcon.State.On
        return palette().colour(self._checked_role if checked else self._role)
