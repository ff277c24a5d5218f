"""Writes the report's files, a step at a time."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from core import atomic
from core.errors import StudyError
from core.library import Library
from core.reconstruction import decode_as_many
from core.study.cell import RUNS_FOLDER
from core.study.plan import LOSS_LABELS, Cell, StudyPlan
from core.study.report import pictures, tables
from core.study.report.blocks import DesignSheet, Drawn
from core.study.report.markdown import PICTURES, markdown_text
from core.study.report.page import page_text
from core.training.run import Run

PAGE: Final = "report.html"
MARKDOWN: Final = "report.md"


@dataclass(frozen=True)
class ReportProgress:
    """`done` of `total` pictures are drawn."""

    done: int
    total: int
    doing: str


def write_report(
    out: Path, result: Mapping[str, Any], library: Library
) -> Generator[ReportProgress, None, Path]:
    """Draw and write everything beside `study.json`; the value is the page's path.

    Raises StudyError where the folder cannot be written, RunError for a run that is damaged.
    """
    plan = StudyPlan.from_json(result["plan"])
    drawn = yield from _draw(out, result, plan, library)
    try:
        _write(out, result, drawn)
    except OSError as error:
        raise StudyError(
            f"{out}: the report could not be written ({error.strerror or error}). "
            "Check free space and permissions; the study itself is kept."
        ) from error
    return out / PAGE


def _draw(
    out: Path, result: Mapping[str, Any], plan: StudyPlan, library: Library
) -> Generator[ReportProgress, None, Drawn]:
    total = 4 + 2 * len(plan.losses)
    figures: dict[str, bytes] = {}
    sheets: dict[str, DesignSheet] = {}
    yield ReportProgress(0, total, "figures")
    figures["effects"] = pictures.effects(result)
    figures["seeds"] = pictures.seeds(result)
    figures["curves"] = pictures.curves(result)
    if result["literal"]:
        figures["literal"] = pictures.literal_curves(result)
    for number, loss in enumerate(plan.losses):
        yield ReportProgress(4 + 2 * number, total, f"designs, {loss}")
        runs = _runs(out, result, plan, loss)
        sheets[loss] = _sheet(result, library, runs, loss)
        yield ReportProgress(5 + 2 * number, total, f"latent spaces, {loss}")
        figures[f"latent-{_file_name(loss)}"] = pictures.latent_spaces(
            [_space(label, run, library) for label, run in runs]
        )
    yield ReportProgress(total, total, "")
    return Drawn(figures, sheets, _facts(out, result))


def _runs(
    out: Path, result: Mapping[str, Any], plan: StudyPlan, loss: str
) -> list[tuple[str, Run]]:
    """The first seed's run of each model, with the model's label."""
    done = {cell["name"] for cell in result["cells"] if cell["failed"] is None}
    cells = [Cell(model, loss, 0) for model in plan.models]
    return [
        (cell.model.label, Run.open(out / RUNS_FOLDER / cell.name))
        for cell in cells
        if cell.name in done
    ]


def _sheet(
    result: Mapping[str, Any], library: Library, runs: Sequence[tuple[str, Run]], loss: str
) -> DesignSheet:
    ids = [result["chairs"][row]["id"] for row in result["nine_designs"]["rows"]]
    clouds = np.stack([library.cloud(library.chair(identifier)) for identifier in ids])
    columns = [[pictures.design(cloud) for cloud in clouds]]
    for _, run in runs:
        model = run.model()
        decoded = decode_as_many(model, model.encode(clouds)[0], library.points)
        columns.append([pictures.design(cloud) for cloud in decoded])
    rows = list(zip(*columns, strict=True))
    return DesignSheet(
        name=f"designs-{_file_name(loss)}",
        caption=f"Trained with {LOSS_LABELS[loss]}, first seed",
        heads=("original", *(label for label, _ in runs)),
        designs=tuple(result["nine_designs"]["names"]),
        images=tuple(tuple(pictures.webp(image) for image in row) for row in rows),
        whole=pictures.sheet(rows),
    )


def _space(label: str, run: Run, library: Library) -> pictures.LatentPicture:
    model, saved = run.model(), run.codes()
    codes = saved.codes if saved is not None else np.zeros((0, model.latent), dtype=np.float32)
    return pictures.LatentPicture(
        label, codes, model.responsibilities(codes).argmax(axis=1), model.components()
    )


def _facts(out: Path, result: Mapping[str, Any]) -> dict[str, str]:
    folders = [out / RUNS_FOLDER / cell["name"] for cell in result["cells"]]
    seconds = sum(Run.open(folder).state.elapsed_s for folder in folders if folder.exists())
    return {
        "trainings": f"{len(result['cells'])}, {seconds / 60:,.0f} minutes of training in all",
    }


def _write(out: Path, result: Mapping[str, Any], drawn: Drawn) -> None:
    folder = out / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in drawn.figures.items():
        atomic.write_bytes(folder / f"{name}.png", content)
    for sheet in drawn.sheets.values():
        atomic.write_bytes(folder / f"{sheet.name}.webp", sheet.whole)
    atomic.write_text(out / "models.csv", tables.models_csv(result))
    atomic.write_text(out / "comparisons.csv", tables.comparisons_csv(result))
    atomic.write_text(out / "chairs.csv", tables.chairs_csv(result))
    atomic.write_text(out / MARKDOWN, markdown_text(result, drawn))
    atomic.write_text(out / PAGE, page_text(result, drawn))


def _file_name(loss: str) -> str:
    return loss.replace("+", "-")
