"""The report's pictures: figures by matplotlib, and the designs as small clouds.

They are transparent and drawn in tones that can be read on a light and on a dark page. matplotlib
takes a second to import and is imported here alone.

Axes: chairs n, points N, latent size d, components K.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from jaxtyping import Float, UInt8

from core.colours import component_colour
from core.components import Components
from core.latent_axes import chosen_axes, principal_axes
from core.metric_words import LABELS
from core.study.plan import PLAIN
from core.study.report.tables import Result, labels_of
from core.thumbnails import thumbnail

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#768494"
"""Of text and lines: readable on white and on the dark page."""

SOFT: Final = "#76849440"
DESIGN: Final = 120  # pixels of a design's picture
_DPI: Final = 110
_WIDTH: Final = 9.6  # inches

Image = UInt8[np.ndarray, "height width 4"]


@dataclass(frozen=True, eq=False)
class LatentPicture:
    """What a latent space is drawn from."""

    title: str
    codes: Float[np.ndarray, "chairs latent"]
    members: np.ndarray
    """Most responsible component of each chair, (n,)."""
    components: Components | None


def colour_of(result: Result, key: str) -> tuple[float, float, float]:
    """A model's colour, the same in every picture."""
    keys = [model["key"] for model in result["models"]]
    red, green, blue = component_colour(keys.index(key)) if key != PLAIN else (126, 138, 152)
    return red / 255, green / 255, blue / 255


def effects(result: Result) -> bytes:
    """Differences to the plain VAE and to the control, with their intervals, in per cent."""
    metrics = ("cd_1", "emd")
    losses = list(result["means"])
    labels = labels_of(result)
    each_loss = [
        [each for each in result["comparisons"] if each["loss"] == loss] for loss in losses
    ]
    pairs = list(dict.fromkeys((e["first"], e["second"]) for part in each_loss for e in part))
    height = 1.0 + 0.34 * len(pairs)
    with _figure(len(losses), height) as (figure, panels):
        for panel, loss, part in zip(panels, losses, each_loss, strict=True):
            for offset, metric in ((0.14, metrics[0]), (-0.14, metrics[1])):
                for row, (first, second) in enumerate(reversed(pairs)):
                    for each in part:
                        if (each["first"], each["second"], each["metric"]) == (
                            first,
                            second,
                            metric,
                        ):
                            _effect(panel, each, row + offset, colour_of(result, first))
            panel.axvline(0.0, color=INK, linewidth=0.8)
            panel.set_yticks(range(len(pairs)))
            panel.set_ylim(-0.6, len(pairs) - 0.4)
            panel.set_title(loss)
            panel.set_xlabel("difference, % of the second")
        names = [f"{labels[first]} − {labels[second]}" for first, second in reversed(pairs)]
        panels[0].set_yticklabels(names)
        for panel in panels[1:]:
            panel.set_yticklabels([])
        return _png(figure)


def _effect(panel: "Axes", each: Mapping[str, Any], row: float, colour: Any) -> None:
    second_mean = each["difference"] / each["relative"] if each["relative"] else None
    if second_mean is None:
        return
    low, high = (100 * end / second_mean for end in each["ci95"])
    panel.plot([low, high], [row, row], color=colour, linewidth=1.6, solid_capstyle="round")
    panel.plot(
        [100 * each["relative"]],
        [row],
        "o" if each["metric"] == "cd_1" else "s",
        color=colour,
        markerfacecolor=colour if each["shows_difference"] else "none",
        markersize=4.5,
    )


def seeds(result: Result) -> bytes:
    """Each seed's mean over the test chairs, by model."""
    metrics, losses = ("cd_1", "emd"), list(result["means"])
    keys = [model["key"] for model in result["models"]]
    labels = labels_of(result)
    with _figure(len(losses), 2.0 * 2.1, rows=2) as (figure, panels):
        for number, metric in enumerate(metrics):
            for at, loss in enumerate(losses):
                panel = panels[number * len(losses) + at]
                for position, key in enumerate(keys):
                    values = [
                        float(np.mean(cell["metrics"][metric]))
                        for cell in result["cells"]
                        if (cell["loss"], cell["model"], cell["failed"]) == (loss, key, None)
                    ]
                    colour = colour_of(result, key)
                    panel.plot([position] * len(values), values, "o", color=colour, markersize=4)
                    if values:
                        mean = float(np.mean(values))
                        panel.plot(
                            [position - 0.3, position + 0.3], [mean] * 2, color=colour, linewidth=2
                        )
                panel.set_xlim(-0.6, len(keys) - 0.4)
                panel.set_xticks(range(len(keys)))
                panel.set_xticklabels(
                    [labels[key] for key in keys] if number else [], rotation=35, ha="right"
                )
                if number == 0:
                    panel.set_title(loss)
                if at == 0:
                    panel.set_ylabel(LABELS[metric])
        return _png(figure)


CURVES: Final = {
    "test_reconstruction": "loss of test chairs",
    "kl": "KL, nats",
    "active_units": "active axes",
}
"""What is drawn of the trainings, a row for each."""


def curves(result: Result) -> bytes:
    """The trainings over the epochs, mean of the seeds: a row for each of `CURVES`."""
    losses = list(result["means"])
    labels = labels_of(result)
    with _figure(len(losses), 2.0 * len(CURVES) + 0.5, rows=len(CURVES)) as (figure, panels):
        for row, (name, words) in enumerate(CURVES.items()):
            of_row = panels[row * len(losses) : (row + 1) * len(losses)]
            for panel, loss in zip(of_row, losses, strict=True):
                for model in result["models"]:
                    values = mean_curve(result, loss, model["key"], name)
                    panel.plot(
                        range(1, len(values) + 1),
                        values,
                        color=colour_of(result, model["key"]),
                        linewidth=1.5,
                        label=labels[model["key"]],
                    )
                if name == "test_reconstruction":
                    panel.set_yscale("log")
                    panel.set_title(loss)
                else:
                    panel.set_ylim(0.0, 1.06 * max(float(panel.dataLim.ymax), 0.1))
            of_row[0].set_ylabel(words)
        for panel in panels[-len(losses) :]:
            panel.set_xlabel("epoch")
        panels[len(losses) - 1].legend(frameon=False, labelcolor=INK, fontsize=7)
        return _png(figure)


def mean_curve(result: Result, loss: str, key: str, name: str) -> Float[np.ndarray, " epochs"]:
    """A curve of a model's trainings with a loss, mean of the seeds; empty where there is none."""
    lines = [
        cell["curves"][name]
        for cell in result["cells"]
        if (cell["loss"], cell["model"], cell["failed"]) == (loss, key, None)
    ]
    if not lines or any(None in line for line in lines):
        return np.zeros(0)
    shortest = min(len(line) for line in lines)
    values = np.array([line[:shortest] for line in lines], dtype=np.float64)
    return np.asarray(values.mean(axis=0))


def literal_curves(result: Result) -> bytes:
    """The size of what stands for the KL, epoch by epoch."""
    with _figure(1, 2.6, width=6.4) as (figure, panels):
        panel = panels[0]
        for number, each in enumerate(result["literal"]):
            values = [abs(kl) for kl in each["curves"]["kl"] if kl is not None]
            red, green, blue = component_colour(number)
            panel.plot(
                range(1, len(values) + 1),
                values,
                "o-",
                markersize=3,
                linewidth=1.5,
                color=(red / 255, green / 255, blue / 255),
                label=each["label"],
            )
        panel.set_yscale("log")
        panel.set_xlabel("epoch")
        panel.set_ylabel("|term|, nats")
        panel.legend(frameon=False, labelcolor=INK, fontsize=7)
        return _png(figure)


def latent_spaces(pictures: Sequence[LatentPicture]) -> bytes:
    """Codes in the colour of their component, components as ellipses of 1 and 2 sigma."""
    with _figure(len(pictures), 0.3 + _WIDTH / max(len(pictures), 1)) as (figure, panels):
        for panel, picture in zip(panels, pictures, strict=True):
            _draw_space(panel, picture)
        return _png(figure)


def _draw_space(panel: "Axes", picture: LatentPicture) -> None:
    from matplotlib.patches import Ellipse

    latent = picture.codes.shape[1]
    axes = principal_axes(picture.codes) if latent > 2 else chosen_axes(latent)
    positions = axes.positions(picture.codes)[:, :2]
    colours = [tuple(v / 255 for v in component_colour(int(m))) for m in picture.members]
    if picture.components is not None:
        places = axes.positions(picture.components.means)
        for number, (place, covariance) in enumerate(
            zip(places, picture.components.covariances, strict=True)
        ):
            values, vectors = np.linalg.eigh(axes.covariance(covariance)[:2, :2])
            angle = float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])))
            widths = np.sqrt(np.maximum(values, 0.0))
            for sigma, alpha in ((2.0, 0.10), (1.0, 0.16)):
                panel.add_patch(
                    Ellipse(
                        (float(place[0]), float(place[1])),
                        2 * sigma * float(widths[1]),
                        2 * sigma * float(widths[0]),
                        angle=angle,
                        facecolor=tuple(v / 255 for v in component_colour(number)),
                        edgecolor="none",
                        alpha=alpha,
                    )
                )
    panel.scatter(positions[:, 0], positions[:, 1], s=7, c=colours, linewidths=0)
    # Ellipses may reach far beyond the chairs; the chairs are what is looked at.
    middle, half = positions.mean(axis=0), 1.25 * np.abs(positions - positions.mean(axis=0)).max()
    half = max(float(half), 1e-3)
    panel.set_xlim(middle[0] - half, middle[0] + half)
    panel.set_ylim(middle[1] - half, middle[1] + half)
    panel.set_aspect("equal")
    panel.set_xticks([])
    panel.set_yticks([])
    panel.set_title(picture.title)
    for side in ("top", "right", "left", "bottom"):
        panel.spines[side].set(visible=True, color=SOFT)


def design(cloud: Float[np.ndarray, "points 3"]) -> Image:
    """A small picture of a cloud."""
    return thumbnail(cloud, DESIGN)


def sheet(rows: Sequence[Sequence[Image]]) -> bytes:
    """Pictures side by side, a line of the sheet for each row."""
    return webp(np.concatenate([np.concatenate(list(row), axis=1) for row in rows], axis=0))


def webp(image: Image) -> bytes:
    """The picture with its transparency, small."""
    from matplotlib.image import imsave

    content = io.BytesIO()
    imsave(content, np.ascontiguousarray(image), format="webp", pil_kwargs={"quality": 72})
    return content.getvalue()


@contextmanager
def _figure(
    columns: int, height: float, *, rows: int = 1, width: float = _WIDTH
) -> Iterator[tuple["Figure", list["Axes"]]]:
    """A figure without a screen or a global state."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    look: dict[Any, Any] = {
        "font.family": "DejaVu Sans",
        "font.size": 8,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": INK,
        "axes.titlesize": 9,
        "axes.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": False,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.facecolor": "none",
        "figure.facecolor": "none",
        "savefig.facecolor": "none",
    }
    with rc_context(look):
        figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained")
        FigureCanvasAgg(figure)
        panels = figure.subplots(rows, columns, squeeze=False)
        yield figure, list(panels.ravel())


def _png(figure: "Figure") -> bytes:
    content = io.BytesIO()
    # Without a date or a version the same figures give the same file.
    figure.savefig(content, format="png", transparent=True, metadata={"Software": None})
    return content.getvalue()
