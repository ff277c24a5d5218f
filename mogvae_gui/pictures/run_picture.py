"""A run on one page: its latent space beside what its components' means decode to."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32, UInt8

from core.atomic import write_bytes
from core.colours import component_colour
from core.components import Components
from core.errors import StudioError
from core.latent_axes import chosen_axes, principal_axes
from core.library import Library
from core.library_codes import codes_of_chairs
from core.shape_model import ShapeModel
from core.training.about import origin_of_prior
from core.training.run import Run
from mogvae_gui.pictures.drawing import draw_clouds, draw_latent_space
from mogvae_gui.pictures.page import Box, Page
from mogvae_gui.scenery import SCENE_COLOURS, ThemeName

WIDTH, HEIGHT = 1920, 1080
MOST_SHAPES = 12
WALK_SIGMAS = (-1.5, 0.0, 1.5)  # where a prior of one Gaussian is decoded

_MARGIN = 40
_GAP = 16
_TOP = 128
_CAPTION = 44
_TALL_CAPTION = 62  # with two lines
_NARROW = 330  # a card in which one line does not hold all
_SPACE_WIDTH = 1060

_PRIORS = {
    "standard": "Standard normal prior",
    "gaussian": "Learned Gaussian prior",
    "mog": "Mixture of Gaussians",
    "vamp": "VampPrior",
}


@dataclass(frozen=True, eq=False)
class _Card:
    """A decoded code with its caption."""

    code: Float32[np.ndarray, " latent"]
    colour: tuple[int, int, int]
    title: str
    more: str


def picture_of_run(
    run: Run, library: Library, path: Path, *, theme: ThemeName = "dark"
) -> tuple[int, int]:
    """Write a PNG of the run's latent space and decoded component means; its width and height.

    Raises RunError where the run has no weights, StudioError where the file cannot be written.
    """
    model = run.model()
    codes = codes_of_chairs(run, model, library, library.chairs)
    members = model.responsibilities(codes).argmax(axis=1) if len(codes) else np.zeros(0, np.intp)
    components = model.components()
    page = Page(WIDTH, HEIGHT, SCENE_COLOURS[theme])
    _add_header(page, run, library)
    _add_latent_space(page, codes, members, components, theme)
    _add_cards(page, model, components, members, theme)
    try:
        write_bytes(path, page.png())
    except OSError as error:
        raise StudioError(
            f"{path}: the picture could not be written ({error.strerror or error}). "
            "Check free space and permissions, or choose another place."
        ) from error
    return WIDTH, HEIGHT


def _add_header(page: Page, run: Run, library: Library) -> None:
    settings, state = run.settings, run.state
    facts = [_PRIORS[settings.prior]]
    if settings.has_components:
        facts.append(_counted(settings.components, "component"))
    if (origin := origin_of_prior(run.folder)) is not None:
        facts[-1] += f", fitted afterwards to {origin['to_run']}"
    facts += [
        _counted(settings.latent, "latent axis", "latent axes"),
        _counted(state.epochs_done, "epoch"),
        _counted(len(library), "chair"),
    ]
    page.add_text(_MARGIN, 52, run.name, 30, bold=True)
    page.add_text(_MARGIN, 92, "  ·  ".join(facts), 17, "muted")
    page.add_text(WIDTH - _MARGIN, 92, "MoG-VAE Studio", 17, "muted", align="right")


def _add_latent_space(
    page: Page,
    codes: Float32[np.ndarray, "chairs latent"],
    members: np.ndarray,
    components: Components | None,
    theme: ThemeName,
) -> None:
    latent = codes.shape[1]
    axes = principal_axes(codes) if latent > 3 else chosen_axes(latent)
    box = Box(_MARGIN, _TOP, _SPACE_WIDTH, HEIGHT - _TOP - _MARGIN)
    pixels = draw_latent_space(
        codes, members, components, axes, (box.width, box.height), SCENE_COLOURS[theme]
    )
    page.add_picture(box, pixels)
    page.add_outline(box)
    page.add_text(box.x + 20, box.y + 28, "Latent space", 18, bold=True)
    if components is None or len(components.weights) == 1:
        words = "Each dot is a chair; the ellipsoids hold the prior up to 1 and 2 σ"
    else:
        words = "Each dot is a chair, in the colour of its component; ellipsoids of 1 and 2 σ"
    if latent > 3:
        words += "; axes along which codes vary most"
    page.add_text(box.x + 20, box.y + box.height - 26, words, 15, "muted")


def _add_cards(
    page: Page,
    model: ShapeModel,
    components: Components | None,
    members: np.ndarray,
    theme: ThemeName,
) -> None:
    cards = _cards(components, members, model.latent)
    left = _MARGIN + _SPACE_WIDTH + _GAP
    area = Box(left, _TOP, WIDTH - _MARGIN - left, HEIGHT - _TOP - _MARGIN)
    boxes = _grid(area, len(cards))
    has_two_lines = boxes[0].width < _NARROW and any(card.more for card in cards)
    caption = _TALL_CAPTION if has_two_lines else _CAPTION
    size = (boxes[0].width, boxes[0].height - caption)
    decoded = model.decode(np.stack([card.code for card in cards]))
    colours: UInt8[np.ndarray, "cards 3"] = np.array([card.colour for card in cards], np.uint8)
    pictures = draw_clouds(decoded, colours, size, SCENE_COLOURS[theme])
    for card, box, pixels in zip(cards, boxes, pictures, strict=True):
        page.add_panel(box)
        page.add_picture(Box(box.x, box.y, *size), pixels, square_below=True)
        page.add_outline(box)
        line = box.y + box.height - caption + _CAPTION / 2
        page.add_dot(box.x + 20, line, card.colour)
        end = page.add_text(box.x + 36, line, card.title, 15, bold=True)
        if has_two_lines:
            page.add_text(box.x + 36, line + 22, card.more, 14, "muted")
        else:
            page.add_text(end + 10, line, card.more, 14, "muted")


def _cards(components: Components | None, members: np.ndarray, latent: int) -> list[_Card]:
    """The means of the heaviest components, in their order; a walk where there is only one."""
    if components is None or len(components.weights) == 1:
        return _walk(components, latent)
    heaviest = np.sort(np.argsort(-components.weights, kind="stable")[:MOST_SHAPES])
    counts = np.bincount(members, minlength=len(components.weights))
    return [
        _Card(
            components.means[k].astype(np.float32),
            component_colour(int(k)),
            f"Component {k + 1}",
            f"{components.weights[k]:.0%} · {_counted(int(counts[k]), 'chair')}",
        )
        for k in heaviest
    ]


def _walk(components: Components | None, latent: int) -> list[_Card]:
    """Around the mean of one Gaussian, along the two axes on which it spreads most."""
    mean = np.zeros(latent) if components is None else components.means[0]
    covariance = np.eye(latent) if components is None else components.covariances[0]
    order = np.argsort(-np.diag(covariance), kind="stable")[:2]
    axes = np.sort(order)
    sigmas = np.sqrt(np.diag(covariance))
    rows = reversed(WALK_SIGMAS) if len(axes) > 1 else (0.0,)
    cards = []
    for up in rows:
        for across in WALK_SIGMAS:
            code = np.array(mean, dtype=np.float64)
            steps = list(zip(axes, (across, up), strict=False))
            for axis, step in steps:
                code[axis] += step * sigmas[axis]
            moved = [f"z{axis + 1} {step:+g} σ" for axis, step in steps if step]
            title = ", ".join(moved).replace("-", "−") or "Mean"
            cards.append(_Card(code.astype(np.float32), component_colour(0), title, ""))
    return cards


def _grid(area: Box, count: int) -> list[Box]:
    """Equal boxes in rows and columns, the shape of the grid such that pictures are largest."""

    def side(columns: int) -> float:
        rows = -(-count // columns)
        width = (area.width - (columns - 1) * _GAP) / columns
        height = (area.height - (rows - 1) * _GAP) / rows - _CAPTION
        return min(width, height)

    columns = max(range(1, count + 1), key=side)
    rows = -(-count // columns)
    width = (area.width - (columns - 1) * _GAP) // columns
    height = (area.height - (rows - 1) * _GAP) // rows
    return [
        Box(
            area.x + (index % columns) * (width + _GAP),
            area.y + (index // columns) * (height + _GAP),
            width,
            height,
        )
        for index in range(count)
    ]


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
