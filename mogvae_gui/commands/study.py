"""`mogvae study`: the article's comparison done properly, and a report of it."""

import dataclasses
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Group, Parameter
from cyclopts.validators import Number

from mogvae_gui.commands.interruption import Interruption
from mogvae_gui.commands.options import AsJson, OutFolder, ProjectFolder
from mogvae_gui.commands.progress import ProgressLine, progress_line
from mogvae_gui.commands.result import Result, UsageError

if TYPE_CHECKING:
    from core.library import Library
    from core.study import StudyPlan, StudyRequest

_COMPARED = Group("What is compared", sort_key=1)
_SIZE = Group("Size of each training", sort_key=2)
_MEASURED = Group("What is measured", sort_key=3)


def _option(group: Group, name: str, words: str, *, multiple: bool = False) -> Parameter:
    return Parameter(name=name, group=group, help=words, consume_multiple=multiple)


@dataclass(frozen=True)
class StudyOptions:
    """None: as the study in --out has it, else the default."""

    seeds: Annotated[
        int | None, _option(_COMPARED, "--seeds", "Trainings of each model and loss; 5.")
    ] = None
    priors: Annotated[
        list[Literal["standard", "gaussian", "mog", "vamp"]] | None,
        _option(_COMPARED, "--priors", "Priors, standard among them; all four.", multiple=True),
    ] = None
    components: Annotated[
        list[int] | None,
        _option(_COMPARED, "--components", "Components of the mixtures; 2 8.", multiple=True),
    ] = None
    losses: Annotated[
        list[Literal["mse", "chamfer", "chamfer+sliced", "emd"]] | None,
        _option(_COMPARED, "--losses", "Losses; mse chamfer chamfer+sliced.", multiple=True),
    ] = None
    epochs: Annotated[int | None, _option(_SIZE, "--epochs", "Epochs; 60.")] = None
    points_per_step: Annotated[
        int | None, _option(_SIZE, "--points-per-step", "Points of a chair in one step; 512.")
    ] = None
    batch: Annotated[int | None, _option(_SIZE, "--batch", "Chairs in one step; 16.")] = None
    latent: Annotated[int | None, _option(_SIZE, "--latent", "Numbers in a code; 3.")] = None
    decoder: Annotated[
        Literal["article", "blendshape", "pointwise"] | None,
        _option(_SIZE, "--decoder", "The study's network (article) or another."),
    ] = None
    learning_rate: Annotated[
        float | None, _option(_SIZE, "--learning-rate", "Peak of the one-cycle; 0.001.")
    ] = None
    beta: Annotated[float | None, _option(_SIZE, "--beta", "Weight of the KL; 0.0002.")] = None
    device: Annotated[
        Literal["auto", "cpu", "cuda", "mps"] | None,
        _option(_SIZE, "--device", "Where to compute; cpu, which repeats bit for bit."),
    ] = None
    threads: Annotated[int | None, _option(_SIZE, "--threads", "CPU threads; 1.")] = None
    generated: Annotated[
        int | None, _option(_MEASURED, "--generated", "Clouds drawn from each prior; 64.")
    ] = None
    generation_points: Annotated[
        int | None,
        _option(_MEASURED, "--generation-points", "Points of a cloud that are compared; 512."),
    ] = None
    generation_emd_points: Annotated[
        int | None,
        _option(_MEASURED, "--generation-emd-points", "Points for the exact EMD; 256."),
    ] = None
    likelihood_chairs: Annotated[
        int | None,
        _option(_MEASURED, "--likelihood-chairs", "Chairs whose likelihood is estimated; 32."),
    ] = None
    likelihood_samples: Annotated[
        int | None,
        _option(_MEASURED, "--likelihood-samples", "Samples of each likelihood; 64."),
    ] = None
    sigma: Annotated[
        float | None,
        _option(
            _MEASURED,
            "--sigma",
            "Deviation of the Gaussian around a decoded point, of which the likelihood is; that of "
            "each run's own training where not given.",
        ),
    ] = None
    literal_epochs: Annotated[
        int | None,
        _option(
            _MEASURED,
            "--literal-epochs",
            "Epochs of the article's formulas as printed; 6, and 0 leaves them out.",
        ),
    ] = None

    def given(self) -> dict[str, Any]:
        """What the person named, by the plan's names."""
        values = {item.name: getattr(self, item.name) for item in dataclasses.fields(self)}
        return {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
            if value is not None
        }


_NO_OPTIONS = StudyOptions()


def study(
    *,
    project: ProjectFolder,
    out: OutFolder,
    jobs: Annotated[
        int | None,
        Parameter(
            validator=Number(gte=1, lte=1024),
            help="Trainings side by side, which change no figure; as many as cores and memory "
            "have room for.",
        ),
    ] = None,
    json: AsJson = False,
    options: Annotated[StudyOptions, Parameter(name="*")] = _NO_OPTIONS,
) -> Result:
    """Compare the plain VAE, its control and mixture priors on a project's test chairs.

    Trains each model with each loss and each seed, measures all, runs the article's formulas as
    printed, and writes a report: --out/report.html, report.md, study.json and tables as CSV. Ctrl+C
    or SIGTERM stops it; the same command goes on where it was. The default size takes hours: give
    fewer --epochs or --seeds for a first look.
    """
    from core.study import StudyRequest
    from mogvae_gui.commands.projects import open_project

    opened = open_project(project)
    plan = _plan(out, options)
    request = StudyRequest(opened.library.folder, out, plan)
    trainings = len(list(plan.cells()))
    with Interruption() as interruption, progress_line("Study", "trainings") as line:
        result = _run(request, jobs, opened.library, interruption, line)
    if result is None:
        again = shlex.join(["--project", str(project), "--out", str(out)])
        return Result(
            json,
            {"out": out, "trainings": trainings, "stopped": True},
            (),
            f"Stopped; everything done is kept. Go on with: mogvae study {again}",
        )
    said = result["conclusions"]
    content = {
        "out": out,
        "report": out / "report.html",
        "trainings": trainings,
        "stopped": False,
        "failed": [cell["name"] for cell in result["cells"] if cell["failed"]],
        "verdict": said["verdict"],
        "conclusions": said["questions"],
        "means": result["means"],
        "comparisons": result["comparisons"],
        "floor": result["floor"],
    }
    words = [said["verdict"]]
    for question in said["questions"]:
        words += [f"Trained with {question['loss']}:"]
        words += [f"  {sentence}" for sentence in question["sentences"]]
    words.append(f"{out / 'report.html'} has the whole report.")
    return Result(json, content, tuple(words))


def _plan(out: Path, options: StudyOptions) -> "StudyPlan":
    """What the folder's study is, or the default, with the options that were given."""
    from core.errors import StudyError
    from core.study import StudyPlan
    from core.study.running import saved_plan

    saved = saved_plan(out)
    try:
        return dataclasses.replace(saved or StudyPlan(), **options.given())
    except StudyError as error:
        raise UsageError(str(error)) from error


def _run(
    request: "StudyRequest",
    jobs: int | None,
    library: "Library",
    interruption: Interruption,
    line: ProgressLine,
) -> dict[str, Any] | None:
    """Do what is left and write the report; None where it was interrupted."""
    from core.study import run_study
    from core.study.report import write_report
    from core.study.side_by_side import worthwhile_jobs

    steps = run_study(request, worthwhile_jobs(request.plan) if jobs is None else jobs)
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            result: dict[str, Any] = stop.value
            break
        line.show(step.done, step.total, step.doing)
        if interruption.is_asked:
            line.say("Stopping; the checkpoint is being written.")
            steps.close()
            return None
    for drawing in write_report(request.out, result, library):
        line.show(drawing.done, drawing.total, drawing.doing)
    return result
