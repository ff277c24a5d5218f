"""`mogvae evaluate`: a run measured, or two compared on the same chairs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from core.metric_words import incomparable_words
from core.model_choices import MAXIMUM_COMPONENTS
from mogvae_gui.commands.options import AsJson, ProjectFolder, RunName
from mogvae_gui.commands.progress import ProgressLine, progress_line
from mogvae_gui.commands.result import Result, UsageError
from mogvae_gui.commands.whole_model import WholeModel
from mogvae_gui.commands.whole_sizes import WholeSizes

if TYPE_CHECKING:
    from rich.table import Table

    from core.evaluation import Design, Evaluation
    from core.figure_progress import FigureProgress
    from core.library import Chair, Library
    from core.model_figures import ModelFigures
    from core.paired_comparison import PairedComparison
    from core.training.run import Run

_USUAL_SIZES = WholeSizes()

LABELS = {"cd_sq": "CD²", "cd_1": "CD₁", "emd": "EMD", "f_score": "F-score"}


def evaluate(
    *,
    project: ProjectFolder,
    run: RunName,
    against: Annotated[
        str | None,
        Parameter(help="Another run: compare both, chair by chair."),
    ] = None,
    split: Annotated[
        Literal["test", "train", "all"],
        Parameter(help="Which chairs to measure.", show_default=True),
    ] = "test",
    whole: Annotated[
        bool,
        Parameter(
            negative="",
            help="Measure the model as a whole too: new shapes, likelihood, latent space, families "
            "of made chairs.",
        ),
    ] = False,
    fitted: Annotated[
        int | None,
        Parameter(
            help="With --whole: measure it a second time, with a mixture of so many components "
            "fitted to the codes of the training chairs in place of its prior.",
        ),
    ] = None,
    json: AsJson = False,
    sizes: Annotated[WholeSizes, Parameter(name="*")] = _USUAL_SIZES,
) -> Result:
    """Reconstruct chairs and measure how far the reconstructions are from them.

    CD², CD₁ and the exact EMD in normalised units, and the F-score; beside them the floor, which a
    perfect reconstruction would get. Compare figures of the same number of points only.
    """
    _check_whole(fitted, sizes, whole)
    from core.evaluation import METRICS, chairs_of_split
    from core.plain_conclusion import conclusions
    from mogvae_gui.commands.projects import find_run, open_project

    opened = open_project(project)
    found = find_run(opened, run)
    other = None if against is None else find_run(opened, against)
    chairs = chairs_of_split(opened.library, split)
    evaluation = _measure(found, opened.library, chairs, with_floor=True)
    content = {
        "run": found.name,
        "split": split,
        "points": evaluation.points,
        **_figures(evaluation.designs),
        "floor": evaluation.mean_floor or dict.fromkeys(METRICS),
        "floor_chairs": len(evaluation.floor),
    }
    words: list[Any] = [_table(found.name, evaluation)]
    if whole:
        of_run = _measure_whole(found, opened.library, chairs, fitted, sizes)
        content |= of_run.as_json()
        words += of_run.words()
    if other is not None:
        second = _measure(other, opened.library, chairs, with_floor=False)
        paired = _paired(evaluation, second)
        content["against"] = {
            "run": other.name,
            **_figures(second.designs),
            "paired": {name: _as_json(paired[name]) for name in METRICS},
        }
        if whole:
            of_other = _measure_whole(other, opened.library, chairs, fitted, sizes)
            content["against"] |= of_other.as_json()
            words += of_other.words()
            incomparable = incomparable_words(
                of_run.figures.likelihood, of_other.figures.likelihood
            )
            words += [] if incomparable is None else [incomparable]
        words += [_table(other.name, second), *conclusions(paired, found.name, other.name)]
    return Result(json, content, tuple(words))


def _measure(
    run: "Run", library: "Library", chairs: "Sequence[Chair]", *, with_floor: bool
) -> "Evaluation":
    from core.evaluation import EvaluationProgress
    from core.evaluation import evaluate as steps_of

    model = run.model()
    with progress_line(f"Measuring {run.name}", "pairs") as line:
        for step in steps_of(model, library, chairs, with_floor=with_floor):
            if not isinstance(step, EvaluationProgress):
                return step
            line.show(step.done, step.total, step.name)
    raise AssertionError("an evaluation ends with its result")


def _check_whole(fitted: int | None, sizes: WholeSizes, whole: bool) -> None:
    if not whole:
        if fitted is not None or sizes != _USUAL_SIZES:
            name = "--fitted" if fitted is not None else "The sizes of what is measured"
            raise UsageError(f"{name} goes with --whole: give both, or neither.")
        return
    if fitted is not None and not 1 <= fitted <= MAXIMUM_COMPONENTS:
        raise UsageError(
            f"A mixture that is fitted has 1 to {MAXIMUM_COMPONENTS} components, not {fitted}."
        )


def _measure_whole(
    run: "Run",
    library: "Library",
    chairs: "Sequence[Chair]",
    fitted: int | None,
    of_person: WholeSizes,
) -> WholeModel:
    from core.model_figures import measure_fitted, measure_model

    model, sizes = run.model(), of_person.sizes()
    with progress_line(f"Measuring {run.name}") as line:
        figures = _last(measure_model(model, library, chairs, sizes), line)
        if fitted is None:
            return WholeModel(run.name, figures)
        of_fitted = _last(measure_fitted(model, library, chairs, fitted, sizes), line)
    return WholeModel(run.name, figures, fitted, of_fitted)


def _last(steps: "Iterator[FigureProgress | ModelFigures]", line: ProgressLine) -> "ModelFigures":
    from core.figure_progress import FigureProgress

    for step in steps:
        if not isinstance(step, FigureProgress):
            return step
        line.show(step.done, step.total, step.doing)
    raise AssertionError("a measurement ends with its result")


def _figures(designs: "Sequence[Design]") -> dict[str, Any]:
    from core.evaluation import METRICS, mean_of

    return {
        "designs": [
            {"name": design.chair.name}
            | {metric: getattr(design.metrics, metric) for metric in (*METRICS, "points", "scale")}
            for design in designs
        ],
        "mean": mean_of(designs),
    }


def _paired(first: "Evaluation", second: "Evaluation") -> "dict[str, PairedComparison]":
    from core.evaluation import METRICS, values_of
    from core.paired_comparison import compare_paired

    return {
        metric: compare_paired(values_of(first.designs, metric), values_of(second.designs, metric))
        for metric in METRICS
    }


def _as_json(comparison: "PairedComparison") -> dict[str, Any]:
    return {
        "difference": comparison.difference,
        "p_t": comparison.p_t,
        "p_wilcoxon": comparison.p_wilcoxon,
        "ci95": comparison.ci95,
        "chairs": comparison.chairs,
        "shows_difference": comparison.shows_difference,
    }


def _table(title: str, evaluation: "Evaluation") -> "Table":
    """A row a chair, then the mean and the floor."""
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE)
    table.add_column("chair", overflow="fold")
    for label in LABELS.values():
        table.add_column(label, justify="right")
    for design in evaluation.designs:
        table.add_row(design.chair.name, *_cells(vars(design.metrics)))
    table.add_section()
    table.add_row(f"mean of {len(evaluation.designs):,}", *_cells(evaluation.mean))
    if evaluation.mean_floor is not None:
        table.add_row(f"floor (of {len(evaluation.floor):,})", *_cells(evaluation.mean_floor))
    return table


def _cells(metrics: Mapping[str, float]) -> list[str]:
    return [
        f"{metrics[name]:.4f}" if name != "cd_sq" else f"{metrics[name]:.5f}" for name in LABELS
    ]
