"""A sheet on paper: a PNG or an SVG of a page's size, its provenance inside and in a JSON beside.

Axes: rows and columns of the sheet.
"""

import io
import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from jaxtyping import Float32, UInt8

from core import __version__
from core.atomic import write_bytes, write_json
from core.errors import SettingsError, StudioError
from core.export import PLAN_FORMATS
from core.sheets import Sheet, SheetSettings
from core.thumbnails import thumbnail

FORMAT = PLAN_FORMATS["sheet"]
MM_PER_INCH = 25.4
PAGES_MM: dict[str, tuple[float, float]] = {
    "a4": (210.0, 297.0),
    "a4-landscape": (297.0, 210.0),
    "a3": (297.0, 420.0),
    "a3-landscape": (420.0, 297.0),
    "column": (85.0, 85.0),  # of a two-column journal
    "slide": (254.0, 142.9),  # 16:9, 10 inches wide
}
LEAST_DPI, MOST_DPI = 72, 600
MOST_CELL_PX = 480  # finer than that no cloud of points is
THE_MEAN, A_PLACE = "the mean of the codes", "a chosen place"  # through which a sheet goes
_MARGIN = 0.05  # of the shorter side
_SHOWN = "#1b222b"
_MUTED = "#566373"

Decode = Callable[[Float32[np.ndarray, "codes latent"]], Float32[np.ndarray, "codes points 3"]]


@dataclass(frozen=True)
class SheetPage:
    """The paper."""

    width_mm: float
    height_mm: float
    dpi: int = 300
    file_format: Literal["png", "svg"] = "png"


def write_sheet(
    sheet: Sheet, decode: Decode, page: SheetPage, path: Path, provenance: dict[str, Any]
) -> Generator[tuple[int, int], None, Path]:
    """Decode, draw and write a sheet; yields (rows done, rows). Closing it leaves no file."""
    cell_inches, _ = _placed(sheet, page)
    size = int(np.clip(round(cell_inches * page.dpi), 16, MOST_CELL_PX))
    rows, columns = sheet.codes.shape[:2]
    pictures = np.zeros((rows, columns, size, size, 4), dtype=np.uint8)
    yield 0, rows
    for row in range(rows):
        for column in range(columns):
            cloud = decode(sheet.codes[row, column][None])[0]
            pictures[row, column] = thumbnail(cloud, size)
            yield row, rows
    content = draw_page(sheet, pictures, page, provenance)
    try:
        write_bytes(path, content)
        write_json(path.with_suffix(".json"), _provenance(sheet, provenance))
    except OSError as error:
        raise StudioError(
            f"{path} could not be written ({error.strerror or error}). "
            "Check free space and permissions, or choose another place."
        ) from error
    return path


@dataclass(frozen=True)
class SheetPlan:
    """What it takes to draw an exported sheet again."""

    settings: SheetSettings
    middle: tuple[float, ...] | None  # None: the mean of the codes


def plan_of_sheet(content: Mapping[str, Any], name: str) -> SheetPlan:
    """What the provenance in the file `name` says. Raises StudioError with a sentence."""
    try:
        settings = SheetSettings(**content["settings"])
        middle = tuple(float(value) for value in content["middle"])
        if not np.isfinite(middle).all():
            raise ValueError(f"its middle is {middle}")
        is_place = content["through"] == A_PLACE
    except (KeyError, TypeError, ValueError, SettingsError) as error:
        raise StudioError(
            f"{name}: the sheet in it is damaged ({error}). Export the sheet again."
        ) from error
    return SheetPlan(settings, middle if is_place else None)


def draw_page(
    sheet: Sheet,
    pictures: UInt8[np.ndarray, "rows columns size size 4"],
    page: SheetPage,
    provenance: dict[str, Any],
) -> bytes:
    """The page as a file. Words of an SVG stay words; its pictures are embedded PNGs."""
    # Imported here: it takes a second, and only a sheet that leaves needs it.
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    cell, (left, top) = _placed(sheet, page)
    width, height = page.width_mm / MM_PER_INCH, page.height_mm / MM_PER_INCH
    rows, columns = pictures.shape[:2]
    figure = Figure(figsize=(width, height), dpi=page.dpi, facecolor="white")
    FigureCanvasAgg(figure)
    small = min(9.0, max(4.0, 72 * cell * 0.22))  # points

    def words(x: float, y: float, text: str, size: float, colour: str, **place: Any) -> None:
        figure.text(
            x / width, 1 - y / height, text, size=size, color=colour, parse_math=False, **place
        )

    for row in range(rows):
        for column in range(columns):
            x, y = left + column * cell, top + row * cell
            axes = figure.add_axes(
                (x / width, 1 - (y + cell) / height, cell / width, cell / height)
            )
            axes.imshow(pictures[row, column], interpolation="none", aspect="auto")
            axes.set_axis_off()
    for row, text in enumerate(sheet.row_words):
        y = top + (row + 0.5) * cell
        words(left - 0.06, y, text, small, _MUTED, ha="right", va="center")
    for column, text in enumerate(sheet.column_words):
        x = left + (column + 0.5) * cell
        words(x, top + rows * cell + 0.06, text, small, _MUTED, ha="center", va="top")
    if sheet.across:
        middle = left + columns * cell / 2
        words(
            middle, top + rows * cell + 0.26, sheet.across, small + 2, _SHOWN, ha="center", va="top"
        )
        words(
            left - 0.46,
            top + rows * cell / 2,
            sheet.up,
            small + 2,
            _SHOWN,
            ha="center",
            va="center",
            rotation=90,
        )
    title = str(provenance.get("title", "Sheet"))
    words(left, top - 0.30, title, min(14.0, small + 5), _SHOWN, ha="left", va="bottom")
    words(left, top - 0.10, _caption(sheet, provenance), small, _MUTED, ha="left", va="bottom")
    facts = json.dumps(_provenance(sheet, provenance), ensure_ascii=False)
    content = io.BytesIO()
    if page.file_format == "svg":
        # Ids that are the same every time, so that the file is; text as text.
        with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "sheet"}):
            figure.savefig(
                content,
                format="svg",
                metadata={
                    "Title": title,
                    "Description": facts,
                    "Creator": f"MoG-VAE Studio {__version__}",
                    "Date": None,
                },
            )
    else:
        figure.savefig(
            content,
            format="png",
            dpi=page.dpi,
            metadata={
                "Title": title,
                "Description": facts,
                "Software": f"MoG-VAE Studio {__version__}",
            },
        )
    return content.getvalue()


def _placed(sheet: Sheet, page: SheetPage) -> tuple[float, tuple[float, float]]:
    """The side of a cell and the top left corner of the first, in inches."""
    width, height = page.width_mm / MM_PER_INCH, page.height_mm / MM_PER_INCH
    margin = _MARGIN * min(width, height)
    rows, columns = sheet.codes.shape[:2]
    beside = 0.62 if sheet.across else 0.5  # for words, in inches
    above, below = 0.62, 0.5
    room = (width - 2 * margin - beside, height - 2 * margin - above - below)
    cell = max(0.05, min(room[0] / columns, room[1] / rows))
    left = margin + beside + (room[0] - columns * cell) / 2
    top = margin + above + (room[1] - rows * cell) / 2
    return cell, (left, top)


def _caption(sheet: Sheet, provenance: dict[str, Any]) -> str:
    through = str(provenance.get("through", THE_MEAN))
    run, epoch = provenance.get("run"), provenance.get("epoch")
    whose = f"{run}, epoch {epoch:,}" if run and epoch is not None else run
    what = f"{sheet.up} against {sheet.across}" if sheet.across else "one direction a row"
    return f"{what}, through {through}" + (f"  ·  {whose}" if whose else "")


def _provenance(sheet: Sheet, more: dict[str, Any]) -> dict[str, Any]:
    settings = sheet.settings
    # Cells lie evenly around it; where they are of an even number, it is in none of them.
    middle = sheet.codes.astype(np.float64).mean(axis=(0, 1))
    return {
        "format": FORMAT,
        "kind": "sheet",
        "program": f"MoG-VAE Studio {__version__}",
        "sheet": settings.kind,
        "basis": settings.basis,
        "across": sheet.across,
        "up": sheet.up,
        "sigmas": settings.sigmas,
        "cells": settings.cells,
        "settings": asdict(settings),
        "middle": [float(value) for value in middle],
        **more,
    }
