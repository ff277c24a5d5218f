"""`mogvae train`: a new run, or more of one that is there."""

import shlex
import shutil
from collections.abc import Callable, Generator
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from core.errors import StudioError
from mogvae_gui.commands.interruption import Interruption
from mogvae_gui.commands.options import AsJson, ProjectFolder
from mogvae_gui.commands.progress import ProgressLine, Silent, progress_line
from mogvae_gui.commands.result import Result, UsageError
from mogvae_gui.commands.train_options import TrainingOptions, option_name

if TYPE_CHECKING:
    from pathlib import Path

    from core.project import Project
    from core.training.reports import EpochReport, StepReport
    from core.training.run import Run
    from core.training.settings import TrainingSettings

STEMS = {"standard": "VAE", "gaussian": "Gaussian", "mog": "MoG-VAE", "vamp": "Vamp"}
"""How runs are called that nobody named, the same as in the window."""

FIGURES = ("loss", "reconstruction", "kl", "active_units", "latent", "device")

_NO_OPTIONS = TrainingOptions()


def train(
    *,
    project: ProjectFolder,
    name: Annotated[
        str | None,
        Parameter(help="Name of the run; chosen where not given."),
    ] = None,
    preset: Annotated[
        Literal["recommended", "article"] | None,
        Parameter(help="Settings to start from; “recommended” where not given."),
    ] = None,
    resume: Annotated[
        bool,
        Parameter(negative="", help="Go on with the run --name from its last checkpoint."),
    ] = False,
    json: AsJson = False,
    options: Annotated[TrainingOptions, Parameter(name="*")] = _NO_OPTIONS,
) -> Result:
    """Train a model on the training chairs of a project.

    Ctrl+C or SIGTERM stops it with a checkpoint; --resume goes on from there, and a larger
    --epochs trains beyond the end. Every setting that is not given comes from the preset.
    """
    from mogvae_gui.commands.projects import held, open_project

    opened = open_project(project)
    with held(opened, "mogvae train"):
        return _train_in(opened, project, name, preset, resume, json, options)


def _train_in(
    opened: "Project",
    project: "Path",
    name: str | None,
    preset: str | None,
    resume: bool,
    json: bool,
    options: TrainingOptions,
) -> Result:
    from core.processes_together import is_first

    if resume:
        run = _run_to_resume(opened, name)
        _check_same_settings(run, preset, options)
        until_epoch = options.epochs
    else:
        settings = _settings(preset or "recommended", options)
        run = _shared_run(settings, lambda: _new_run(opened, name, settings), opened)
        until_epoch = None
    try:
        last, problem = _train(run, opened, until_epoch), ""
    except StudioError as error:
        if not run.state.stopped_by:  # it never began: too few chairs, no such device
            if not resume and is_first():
                shutil.rmtree(run.folder)
            raise
        last, problem = None, str(error)
    if not is_first():  # which says it for all
        return Result(False, {}, problem=problem)
    return _result(run, last, project, json, problem)


def _shared_run(
    settings: "TrainingSettings", make: "Callable[[], Run]", project: "Project"
) -> "Run":
    """A run that one process makes, for all that torchrun started."""
    from core.errors import RunError
    from core.processes_together import is_first, started_together
    from core.training.device import make_fabric
    from core.training.run import Run

    if not started_together():
        return make()
    fabric = make_fabric(settings.device)
    name = problem = ""
    if is_first():
        try:
            name = make().name
        except StudioError as error:
            problem = str(error)
    name, problem = fabric.broadcast((name, problem))
    if problem:
        raise RunError(problem)
    return Run.open(project.run_folder(name))


def _settings(preset: str, options: TrainingOptions) -> "TrainingSettings":
    """The preset with the options that were given. Raises UsageError where they do not fit."""
    from core.errors import SettingsError
    from core.training.presets import PRESETS
    from core.training.settings import kl_of_name

    changes = options.given()
    try:
        base = PRESETS[preset](changes.pop("prior", "mog"))
        if "kl" in changes:
            changes["kl"] = kl_of_name(base.prior, changes["kl"])
        return base.with_changes(**changes)
    except SettingsError as error:
        raise UsageError(str(error)) from error


def _new_run(project: "Project", name: str | None, settings: "TrainingSettings") -> "Run":
    from core.errors import RunError
    from core.training.run import Run

    if name is None:
        name = project.new_run_name(STEMS[settings.prior])
    elif name in project.run_names():
        raise RunError(
            f"{project.folder}: there is a run “{name}” already. Go on with it by --resume, or "
            "choose another --name."
        )
    return Run.create(project.run_folder(name), settings)


def _run_to_resume(project: "Project", name: str | None) -> "Run":
    from mogvae_gui.commands.projects import find_run

    if name is None:
        names = project.run_names()
        if len(names) != 1:
            there = f": {', '.join(names)}" if names else " none"
            raise UsageError(f"--resume needs the --name of a run; the project has{there}.")
        name = names[0]
    return find_run(project, name)


def _check_same_settings(run: "Run", preset: str | None, options: TrainingOptions) -> None:
    """A run keeps its settings: options that say the same may stay, others are refused."""
    from core.errors import SettingsError
    from core.training.settings import kl_of_name

    settings = run.settings
    given = options.given()
    if "kl" in given:
        with suppress(SettingsError):  # a run of that prior has another estimator: said below
            given["kl"] = kl_of_name(settings.prior, given["kl"])
    if preset is not None and settings.preset not in (preset, "custom"):
        raise UsageError(f"{run.name} was made with the preset {settings.preset}, not {preset}.")
    for setting, value in given.items():
        if setting != "epochs" and value != getattr(settings, setting):
            raise UsageError(
                f"{run.name} has {option_name(setting)} {getattr(settings, setting)}, and a run "
                "keeps its settings. With --resume, give --epochs alone, or train a new run."
            )


def _train(run: "Run", project: "Project", until_epoch: int | None) -> "EpochReport | None":
    """Train to the end or to the first Ctrl+C; the last report, if an epoch was done."""
    from core.processes_together import any_process, is_first
    from core.training.reports import EpochReport, StepReport, TrainingRequest
    from core.training.train import train as reports_of

    request = TrainingRequest(
        run.folder,
        project.library.folder,
        until_epoch=until_epoch,
        resume=True,
        snapshot_every_s=float("inf"),
    )
    epochs = until_epoch or run.state.epochs_planned
    reports = reports_of(request)
    last = None
    shown = progress_line(run.name, "epochs") if is_first() else nullcontext(Silent())
    with Interruption() as interruption, shown as line:
        for report in reports:
            if isinstance(report, EpochReport):
                last = report
                _show_epoch(report, line)
            elif isinstance(report, StepReport):
                _show_step(report, last, line, epochs)
            else:
                line.show(report.done, report.total, report.doing)
            # Steps come to all processes alike; what comes before them does not.
            counts = isinstance(report, EpochReport | StepReport)
            if any_process(interruption.is_asked) if counts else interruption.is_asked:
                line.say("Stopping; the checkpoint is being written.")
                break
        if isinstance(reports, Generator):
            reports.close()  # writes the checkpoint
    return last


def _show_epoch(report: "EpochReport", line: ProgressLine) -> None:
    line.show(report.epoch, report.epochs, _progress_words(report))
    for alarm in report.alarms:
        line.say(f"Epoch {report.epoch}: {alarm}")


def _show_step(
    report: "StepReport", last: "EpochReport | None", line: ProgressLine, epochs: int
) -> None:
    """Between epochs the bar moves by steps."""
    done = report.epoch - 1 + report.step / report.steps
    if last is None:
        line.show(done, epochs, f"loss {report.loss:.4g} · {report.chairs_per_s:,.0f} chairs/s")
    else:
        line.show(done, last.epochs, _progress_words(last))


def _progress_words(report: "EpochReport") -> str:
    from mogvae_gui.views.words import plain_duration

    return (
        f"loss {report.loss:.4g} · {report.chairs_per_s:,.0f} chairs/s · {report.device} · "
        f"{plain_duration(report.remaining_s)} left"
    )


def _result(
    run: "Run", last: "EpochReport | None", project: "Path", as_json: bool, problem: str
) -> Result:
    from mogvae_gui.views.words import plain_duration

    state = run.state
    content: dict[str, Any] = {
        "run": run.name,
        "prior": run.settings.prior,
        "epochs": state.epochs_done,
        "seconds": state.elapsed_s,
        **_figures(run, last),
        "stopped_by": state.stopped_by,
        "folder": run.folder,
    }
    if state.stopped_by == "stop":
        problem = (
            f"Stopped after epoch {state.epochs_done} of {state.epochs_planned}; everything learnt "
            "is kept. Go on with: mogvae train "
            f"{shlex.join(['--project', str(project), '--name', run.name, '--resume'])}"
        )
    words = f"{run.name}: {state.epochs_done} epochs in {plain_duration(state.elapsed_s)}"
    if content["loss"] is not None:
        words += (
            f" on {content['device']}. Loss {content['loss']:.4g} (reconstruction "
            f"{content['reconstruction']:.4g}, KL {content['kl']:.4g} nats), "
            f"{content['active_units']} of {content['latent']} latent axes tell chairs apart"
        )
    return Result(as_json, content, (f"{words}.",), problem)


def _figures(run: "Run", last: "EpochReport | None") -> dict[str, Any]:
    """Of the last epoch, of this session or of an earlier one."""
    if last is not None:
        return {name: getattr(last, name) for name in FIGURES}
    lines = run.metrics()
    return {name: lines[-1].get(name) if lines else None for name in FIGURES}
