"""An evaluation taken out of the program: a CSV for programs, one HTML page for people.

The page needs no network and runs no code: styles, pictures and histograms are inside.
"""

import base64
import csv
import io
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import UInt8

import core
from core import atomic
from core.evaluation_table import EXAMPLES, EvaluationTable, Side
from core.histogram_bins import bin_edges
from core.html_page import html_page
from core.library import Chair, Library
from core.metric_words import LABELS, MEANINGS, difference_text, is_better, value_text
from core.plain_conclusion import conclusions
from core.thumbnails import thumbnail
from core.training.run import Run

if TYPE_CHECKING:  # loading torch takes a second, and a window imports this before it is shown
    from core.shape_model import ShapeModel

PICTURE = 176  # pixels, shown at two thirds of it

# Attributes are for readers that do not apply a page's styles to drawings.
_SHAPES = (
    "class='a' fill='#1a66c9' fill-opacity='0.55'",
    "class='b' fill='none' stroke='#8f5b00' stroke-width='2'",
)
_FORMULA_BEGINS = ("=", "+", "-", "@")
_HISTOGRAM = (240, 96)  # pixels

Image = UInt8[np.ndarray, "height width 4"]


@dataclass(frozen=True, eq=False)
class ExampleRow:
    """A chair that stands for many, and what the runs make of it."""

    which: str  # "worst", "median" or "best"
    chair: Chair
    original: Image
    reconstructions: tuple[Image, ...]  # of the first run, and of the second where there is one


def csv_text(table: EvaluationTable) -> str:
    """A row for each chair, figures in full: "cd_1", or "cd_1 RUN" for each run."""
    sides = _sides(table)
    headings = {"first": table.run, "second": table.against, "difference": "difference"}
    columns = [(metric, side) for metric in LABELS for side in sides]
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    names = [
        metric if len(sides) == 1 else f"{metric} {headings[side]}" for metric, side in columns
    ]
    writer.writerow(["chair", "split", *names])
    values = [table.values(side, metric) for metric, side in columns]
    for row, chair in enumerate(table.chairs):
        figures = [repr(float(column[row])) for column in values]
        writer.writerow([_plain_cell(chair.name), chair.split, *figures])
    return content.getvalue()


def write_csv(table: EvaluationTable, path: Path) -> None:
    """Write `csv_text`; raises OSError."""
    atomic.write_text(path, csv_text(table))


def write_page(
    table: EvaluationTable,
    metric: str,
    library: Library,
    run_folders: Sequence[Path],
    path: Path,
) -> Generator[tuple[int, int, str], None, Path]:
    """Write the page, with examples by `metric`; yields (done, total, what) and returns `path`.

    `run_folders` are those of the table's runs, in their order. Raises OSError and RunError.
    """
    models = [Run.open(folder).model() for folder in run_folders]
    rows = []
    for number, which in enumerate(EXAMPLES):
        chair = table.example(which, "first", metric)
        yield number, len(EXAMPLES), chair.name
        rows.append(draw_example(which, chair, library, models))
    atomic.write_text(path, page_text(table, metric, rows))
    yield len(EXAMPLES), len(EXAMPLES), ""
    return path


def draw_example(
    which: str, chair: Chair, library: Library, models: "Sequence[ShapeModel]"
) -> ExampleRow:
    """Draw a chair and its reconstructions."""
    from core.reconstruction import decode_as_many  # it brings torch: slow to load

    cloud = library.cloud(chair)
    pictures = []
    for model in models:
        codes, _ = model.encode(cloud[None])
        pictures.append(thumbnail(decode_as_many(model, codes, len(cloud))[0], PICTURE))
    return ExampleRow(which, chair, thumbnail(cloud, PICTURE), tuple(pictures))


def page_text(table: EvaluationTable, metric: str, examples: Sequence[ExampleRow]) -> str:
    """The whole page. Every name is escaped."""
    runs = [table.run] if table.against is None else [table.run, table.against]
    title = " and ".join(runs) + f" on {_split_words(table)}"
    parts = [f"<h1>{escape(title)}</h1>", f"<p class='muted'>{escape(_facts(table))}</p>"]
    if table.against is not None:
        sentences = conclusions(table.paired, table.run, table.against)
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
        parts.append(f"<ul>{items}</ul>")
    parts.append(_summary(table))
    parts.append(f"<h2>Worst, median and best by {LABELS[metric]}</h2>")
    parts.append(_examples(table, metric, examples))
    parts.append("<h2>How the chairs spread</h2>")
    parts.append("<div class='row'>" + "".join(_histogram(table, each) for each in LABELS))
    parts.append("</div><h2>Every chair</h2>")
    parts.append(_chairs(table))
    meanings = "".join(f"<dt>{LABELS[key]}</dt><dd>{escape(MEANINGS[key])}</dd>" for key in LABELS)
    parts.append(f"<h2>What the figures mean</h2><dl>{meanings}</dl>")
    parts.append(f"<p class='muted'>MoG-VAE Studio {escape(core.__version__)}</p>")
    body = "\n".join(parts)
    return html_page(title, body)


def _sides(table: EvaluationTable) -> tuple[Side, ...]:
    return ("first",) if table.second is None else ("first", "second", "difference")


def _split_words(table: EvaluationTable) -> str:
    count = len(table.chairs)
    kind = "" if table.split == "all" else f"{table.split} "
    return f"{count:,} {kind}{'chair' if count == 1 else 'chairs'}"


def _facts(table: EvaluationTable) -> str:
    words = (
        f"Clouds of {table.first.points:,} points; distances in units of a chair's radius. Compare "
        "figures of the same number of points only."
    )
    if table.first.floor:
        words += (
            f" The floor is what a perfect reconstruction would get: another sample of the same "
            f"surface, mean of {len(table.first.floor):,} chairs."
        )
    return words


def _summary(table: EvaluationTable) -> str:
    lines = [_line(["", *LABELS.values()], "th")]
    lines.append(
        _line([_named(table, 0)] + [value_text(m, table.mean("first", m)) for m in LABELS])
    )
    if table.second is not None:
        means = [value_text(m, table.mean("second", m)) for m in LABELS]
        lines.append(_line([_named(table, 1), *means]))
        gaps = [difference_text(m, table.mean("difference", m)) for m in LABELS]
        lines.append(_line(["A − B", *gaps]))
    if table.first.floor:
        lines.append(_line(["Floor"] + [value_text(m, table.floor(m)) for m in LABELS]))
    return f"<table><caption>Means</caption>{''.join(lines)}</table>"


def _named(table: EvaluationTable, run: int) -> str:
    """A run's name, after its letter where there are two."""
    if table.against is None:
        return table.run
    return f"B: {table.against}" if run else f"A: {table.run}"


def _chairs(table: EvaluationTable) -> str:
    sides = _sides(table)
    formats = {"first": "{} A", "second": "{} B", "difference": "Δ {}"}
    heads = ["Chair", "Split"]
    heads += [
        label if len(sides) == 1 else formats[side].format(label)
        for label in LABELS.values()
        for side in sides
    ]
    columns = [(metric, side, table.values(side, metric)) for metric in LABELS for side in sides]
    lines = [f"<thead>{_line(heads, 'th')}</thead><tbody>"]
    for row, chair in enumerate(table.chairs):
        cells = [f"<td>{escape(chair.name)}</td><td>{escape(chair.split)}</td>"]
        cells += [_cell(metric, side, float(values[row])) for metric, side, values in columns]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    note = ""
    if table.against is not None:
        note = (
            "<p class='muted'>Δ is A minus B, in the colour of the run that does better: "
            f"<b class='a'>{escape(_named(table, 0))}</b>, "
            f"<b class='b'>{escape(_named(table, 1))}</b>.</p>"
        )
    return f"{note}<div class='wide'><table>{''.join(lines)}</tbody></table></div>"


def _cell(metric: str, side: Side, value: float) -> str:
    if side != "difference":
        return f"<td>{value_text(metric, value)}</td>"
    better = ""
    if value:
        better = " class='a'" if is_better(metric, value, 0.0) else " class='b'"
    return f"<td{better}>{difference_text(metric, value)}</td>"


def _line(cells: Sequence[str], kind: str = "td") -> str:
    return "<tr>" + "".join(f"<{kind}>{escape(cell)}</{kind}>" for cell in cells) + "</tr>"


def _examples(table: EvaluationTable, metric: str, examples: Sequence[ExampleRow]) -> str:
    """A row for each example: the original, then what each run makes of it."""
    rows = {chair.id: row for row, chair in enumerate(table.chairs)}
    runs = [(_named(table, 0), table.values("first", metric))]
    if table.second is not None:
        runs.append((_named(table, 1), table.values("second", metric)))
    lines = [_line(["", "Original", *(name for name, _ in runs)], "th")]
    for example in examples:
        name = escape(example.chair.name)
        cells = [f"<td><b>{escape(example.which.capitalize())}</b><br>{name}</td>"]
        cells.append(f"<td>{_picture(example.original, example.chair.name)}</td>")
        for image, (run, values) in zip(example.reconstructions, runs, strict=False):
            value = value_text(metric, float(values[rows[example.chair.id]]))
            words = f"{example.chair.name} by {run}"
            cells.append(f"<td>{_picture(image, words)}<br>{LABELS[metric]} {value}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"<div class='wide'><table class='pictures'>{''.join(lines)}</table></div>"


def _picture(image: Image, words: str) -> str:
    shown = round(PICTURE * 2 / 3)
    return f"<img src='{_data_uri(image)}' width='{shown}' height='{shown}' alt='{escape(words)}'>"


def _data_uri(image: Image) -> str:
    from matplotlib.image import imsave  # slow to import, and only pages need it

    content = io.BytesIO()
    imsave(content, np.ascontiguousarray(image), format="png")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode("ascii")


def _histogram(table: EvaluationTable, metric: str) -> str:
    """Bars of the first run; the second run's as an outline over them."""
    width, height = _HISTOGRAM
    sides: list[Side] = ["first"] if table.second is None else ["first", "second"]
    columns = [table.values(side, metric) for side in sides]
    edges = bin_edges(np.concatenate(columns))
    counts = [np.histogram(values, edges)[0] for values in columns]
    tallest = max(int(each.max()) for each in counts)
    steps = np.linspace(0, width, len(edges))
    shapes = []
    for number, each in enumerate(counts):
        points = [f"{steps[0]:.1f},{height}"]
        for left, right, count in zip(steps, steps[1:], each, strict=False):
            top = height - (height - 4) * count / tallest
            points += [f"{left:.1f},{top:.1f}", f"{right:.1f},{top:.1f}"]
        points.append(f"{steps[-1]:.1f},{height}")
        shapes.append(f"<polyline {_SHAPES[number]} points='{' '.join(points)}'/>")
    low, high = value_text(metric, float(edges[0])), value_text(metric, float(edges[-1]))
    return (
        f"<figure><svg viewBox='0 0 {width} {height + 16}' width='{width}' role='img' "
        f"aria-label='Histogram of {LABELS[metric]}'>{''.join(shapes)}"
        f"<line x1='0' x2='{width}' y1='{height}' y2='{height}' stroke='#b7c1cd'/>"
        f"<text x='0' y='{height + 13}'>{low}</text>"
        f"<text x='{width}' y='{height + 13}' text-anchor='end'>{high}</text></svg>"
        f"<figcaption>{LABELS[metric]}</figcaption></figure>"
    )


def _plain_cell(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(_FORMULA_BEGINS) else name
