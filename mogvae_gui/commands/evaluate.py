"""`mogvae evaluate`: a run measured, or two compared on the same chairs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from mogvae_gui.commands.options import AsJson, ProjectFolder, RunName
from mogvae_gui.commands.progress import progress_line
from mogvae_gui.commands.result import Result

if TYPE_CHECKING:
    from rich.table import Table

    from core.evaluation import Design, Evaluation
    from core.library import Chair, Library
    from core.model_figures import ModelFigures
    from core.paired_comparison import PairedComparison
    from core.training.run import Run

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
    json: AsJson = False,
) -> Result:
    """Reconstruct chairs and measure how far the reconstructions are from them.

    CD², CD₁ and the exact EMD in normalised units, and the F-score; beside them the floor, which a
    perfect reconstruction would get. Compare figures of the same number of points only.
    """
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
        figures = _measure_whole(found, opened.library, chairs)
        content |= figures.as_json()
        words.append(_whole_table(found.name, figures))
    if other is not None:
        second = _measure(other, opened.library, chairs, with_floor=False)
        paired = _paired(evaluation, second)
        content["against"] = {
            "run": other.name,
            **_figures(second.designs),
            "paired": {name: _as_json(paired[name]) for name in METRICS},
        }
        if whole:
            of_other = _measure_whole(other, opened.library, chairs)
            content["against"] |= of_other.as_json()
            words.append(_whole_table(other.name, of_other))
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


def _measure_whole(run: "Run", library: "Library", chairs: "Sequence[Chair]") -> "ModelFigures":
    from core.model_figures import FigureProgress, measure_model

    model = run.model()
    with progress_line(f"Measuring {run.name}") as line:
        for step in measure_model(model, library, chairs):
            if not isinstance(step, FigureProgress):
                return step
            line.show(step.done, step.total, step.doing)
    raise AssertionError("a measurement ends with its result")


def _whole_table(title: str, figures: "ModelFigures") -> "Table":
    """A row a figure."""
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(title=f"{title} as a whole", title_justify="left", title_style="bold", box=SIMPLE)
    table.add_column("figure")
    table.add_column("value", justify="right")
    generation, likelihood, use = figures.generation, figures.likelihood, figures.use
    for name, distances in (("CD²", generation.cd), ("EMD", generation.emd)):
        if distances is not None:
            table.add_row(f"MMD, {name}", f"{distances.mmd:.5f}")
            table.add_row(f"COV, {name}", f"{100 * distances.coverage:.0f} %")
            table.add_row(f"1-NNA, {name}", f"{100 * distances.one_nna:.0f} %")
    table.add_row("JSD", f"{generation.jsd:.3f} nats")
    table.add_row(f"log p(x), σ = {likelihood.sigma:g}", f"{likelihood.mean:,.0f} nats")
    table.add_row("active axes", f"{use.active_units} of {use.latent}")
    table.add_row("used components", f"{use.used_components:.1f} of {len(use.component_usage)}")
    if figures.recovery is not None:
        table.add_row("components are families (ARI)", f"{figures.recovery.adjusted_rand:.2f}")
        accuracy = figures.recovery.probe_accuracy
        if accuracy is not None:
            table.add_row("codes name the family", f"{100 * accuracy:.0f} %")
    return table


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
