"""The look of the window: one dark and one light palette, and the style sheet made from them.

Everything that is drawn takes its colours from `palette()` and draws again when `theme().changed`
is emitted. Distances are multiples of `GRID` pixels, or halves of it inside a control.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import rmtree
from string import Template
from tempfile import mkdtemp
from typing import Literal
from weakref import finalize

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from core.colours import (
    MAP_NAMES,
    colour_table,
    colours_of,
    component_colour,
    component_colours,
)
from mogvae_gui.shipped import resources_folder

__all__ = [
    "DARK",
    "GRID",
    "LIGHT",
    "MAP_NAMES",
    "Palette",
    "Theme",
    "ThemeChoice",
    "colour_table",
    "colours_of",
    "component_colour",
    "component_colours",
    "component_qcolor",
    "palette",
    "theme",
]

logger = logging.getLogger(__name__)

GRID = 8
"""Pixels: margins and gaps are this, its half or its multiples."""

ThemeChoice = Literal["system", "dark", "light"]


@dataclass(frozen=True)
class Palette:
    """The named colours of one theme, as "#rrggbb"."""

    name: Literal["dark", "light"]
    background: str  # the window behind its docks
    panel: str  # docks, toolbars, menus
    raised: str  # buttons and cards
    hover: str  # a raised thing under the pointer
    field: str  # where something is typed, lists, plots
    border: str
    strong_border: str  # of things that can be clicked
    text: str
    muted: str  # secondary text
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str  # text on the accent
    selection: str  # behind what is selected
    warning: str
    warning_back: str
    error: str
    error_back: str
    success: str
    success_back: str
    info_back: str
    view_top: str  # the 3-D views: their background runs from top to bottom
    view_bottom: str

    def rgb(self, role: str) -> tuple[float, float, float]:
        """Return the colour called `role` as red, green and blue from 0 to 1 (VTK's way)."""
        colour = self.colour(role)
        return colour.redF(), colour.greenF(), colour.blueF()

    def colour(self, role: str, alpha: int = 255) -> QColor:
        """Return the colour called `role`, e.g. "accent"; alpha 0 (clear) to 255."""
        colour = QColor(str(getattr(self, role)))
        colour.setAlpha(alpha)
        return colour

    def mixed(self, role: str, into: str, share: float) -> str:
        """Return so much of one colour, 0 to 1, in another, as "#rrggbb"."""
        levels = (
            share * first + (1 - share) * second
            for first, second in zip(self.rgb(role), self.rgb(into), strict=True)
        )
        return QColor.fromRgbF(*levels).name()


DARK = Palette(
    name="dark",
    background="#111419",
    panel="#181c22",
    raised="#252b34",
    hover="#2f3742",
    field="#12161b",
    border="#2a313b",
    strong_border="#3c4653",
    text="#e3e8ee",
    muted="#98a4b3",
    disabled="#5b6674",
    accent="#58a6ff",
    accent_hover="#7cbaff",
    on_accent="#08131f",
    selection="#1d3a5c",
    warning="#e3a94f",
    warning_back="#2e2617",
    error="#f47c74",
    error_back="#331d1e",
    success="#56c28d",
    success_back="#172b23",
    info_back="#182839",
    view_top="#2b323c",
    view_bottom="#14181d",
)

LIGHT = Palette(
    name="light",
    background="#e6eaef",
    panel="#f5f7f9",
    raised="#ffffff",
    hover="#edf2f7",
    field="#ffffff",
    border="#d6dce4",
    strong_border="#b7c1cd",
    text="#1b222b",
    muted="#566373",
    disabled="#9ea9b6",
    accent="#1a66c9",
    accent_hover="#1557ad",
    on_accent="#ffffff",
    selection="#d3e5fb",
    warning="#8f5b00",
    warning_back="#fcf2dc",
    error="#bd2d2d",
    error_back="#fce8e7",
    success="#1c7a4d",
    success_back="#e2f4ea",
    info_back="#e3eefb",
    view_top="#fbfcfd",
    view_bottom="#dbe2ea",
)

# Pictures the style sheet needs by file name: name in the sheet -> icon, colour.
_SHEET_PICTURES = {
    "arrow_down": ("chevron-down", "muted"),
    "arrow_down_off": ("chevron-down", "disabled"),
    "arrow_up": ("chevron-up", "muted"),
    "arrow_up_off": ("chevron-up", "disabled"),
    "arrow_right": ("chevron-right", "muted"),
    "check": ("check", "on_accent"),
    "check_menu": ("check", "accent"),
    "check_off": ("check", "disabled"),
    "partly": ("minus", "on_accent"),
    "close": ("x", "muted"),
    "more": ("ellipsis", "text"),
    "float": ("copy", "muted"),
}


class Theme(QObject):
    """Applies a palette to the whole application and says when it changed."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice: ThemeChoice = "system"
        self._palette = _system_palette()
        # Style sheets take pictures from files only.
        self._pictures = Path(mkdtemp(prefix="mogvae-"))
        finalize(self, rmtree, self._pictures, ignore_errors=True)
        self._installed = False

    @property
    def palette(self) -> Palette:
        """The colours in use."""
        return self._palette

    @property
    def choice(self) -> ThemeChoice:
        """What the user chose; "system" follows the desktop."""
        return self._choice

    def install(self, choice: ThemeChoice = "system") -> None:
        """Dress the application; call once, after the QApplication is made."""
        application = _application()
        application.setStyle(QStyleFactory.create("Fusion"))
        if not self._installed:
            hints = QGuiApplication.styleHints()
            hints.colorSchemeChanged.connect(self._on_system_scheme_changed)
        self._installed = True
        self._choice = choice
        self._palette = _palette_for(choice)
        self._apply()

    def choose(self, choice: ThemeChoice) -> None:
        """Show the dark or light theme, or follow the system; does nothing where it is so."""
        self._choice = choice
        wanted = _palette_for(choice)
        if wanted == self._palette and self._installed:
            return
        self._palette = wanted
        self._apply()

    def toggle(self) -> None:
        """Change from dark to light or back."""
        self.choose("light" if self._palette.name == "dark" else "dark")

    @contextmanager
    def dressed_last(self) -> Iterator[None]:
        """Leave the style sheet to the end of what is made within.

        Qt looks through the whole sheet whenever a widget comes into another: once for all, at the
        end, takes half the time of a window.
        """
        application = _application()
        sheet = application.styleSheet()
        application.setStyleSheet("")
        try:
            yield
        finally:
            application.setStyleSheet(sheet)

    @Slot()
    def _on_system_scheme_changed(self) -> None:
        if self._choice == "system":
            self.choose("system")

    def _apply(self) -> None:
        application = _application()
        application.setPalette(_qt_palette(self._palette))
        application.setStyleSheet(self._style_sheet())
        self.changed.emit()

    def _style_sheet(self) -> str:
        template = Template((resources_folder() / "style.qss").read_text(encoding="utf-8"))
        values = asdict(self._palette)
        for picture, (icon_name, role) in _SHEET_PICTURES.items():
            # The colours are in the name: Qt caches pictures by path across themes.
            path = self._pictures / f"{self._palette.name}-{picture}.svg"
            if not path.exists():
                source = resources_folder() / "icons" / f"{icon_name}.svg"
                drawing = source.read_text(encoding="utf-8")
                path.write_text(drawing.replace("currentColor", values[role]), encoding="utf-8")
            values[picture] = path.as_posix()
        return template.substitute(values)


_theme: Theme | None = None


def theme() -> Theme:
    """Return the application's theme."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme


def palette() -> Palette:
    """Return the colours in use."""
    return theme().palette


def component_qcolor(component: int, alpha: int = 255) -> QColor:
    """Return the colour of a mixture component for Qt; alpha 0 (clear) to 255."""
    return QColor(*component_colour(component), alpha)


def small_font(base: QFont) -> QFont:
    """Return `base` one step smaller, for captions and units."""
    font = QFont(base)
    font.setPointSizeF(max(7.0, base.pointSizeF() * 0.9))
    return font


def _application() -> QApplication:
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise RuntimeError("The theme needs a QApplication; make one before.")
    return application


def _palette_for(choice: ThemeChoice) -> Palette:
    if choice == "system":
        return _system_palette()
    return DARK if choice == "dark" else LIGHT


def _system_palette() -> Palette:
    scheme = QGuiApplication.styleHints().colorScheme()
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def _qt_palette(colours: Palette) -> QPalette:
    result = QPalette()
    role = QPalette.ColorRole
    for qt_role, name in (
        (role.Window, "panel"),
        (role.WindowText, "text"),
        (role.Base, "field"),
        (role.AlternateBase, "panel"),
        (role.Text, "text"),
        (role.Button, "raised"),
        (role.ButtonText, "text"),
        (role.BrightText, "error"),
        (role.ToolTipBase, "raised"),
        (role.ToolTipText, "text"),
        (role.PlaceholderText, "muted"),
        (role.Highlight, "selection"),
        (role.HighlightedText, "text"),
        (role.Link, "accent"),
        (role.LinkVisited, "accent"),
        (role.Accent, "accent"),
        (role.Light, "hover"),
        (role.Midlight, "hover"),
        (role.Mid, "border"),
        (role.Dark, "border"),
        (role.Shadow, "background"),
    ):
        result.setColor(qt_role, colours.colour(name))
    for qt_role in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        result.setColor(QPalette.ColorGroup.Disabled, qt_role, colours.colour("disabled"))
    return result
