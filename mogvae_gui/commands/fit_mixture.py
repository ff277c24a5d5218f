"""`mogvae fit-mixture`: a run of a plain VAE with a mixture fitted to its codes afterwards."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from core.fit_checks import USUAL_COMPONENTS
from core.model_choices import MAXIMUM_COMPONENTS
from mogvae_gui.commands.options import AsJson, ProjectFolder, RunName, Seed
from mogvae_gui.commands.progress import progress_line
from mogvae_gui.commands.result import Result

if TYPE_CHECKING:
    from core.project import Project
    from core.training.run import Run


def fit_mixture(
    *,
    project: ProjectFolder,
    run: RunName,
    components: Annotated[
        int,
        Parameter(
            validator=Number(gte=1, lte=MAXIMUM_COMPONENTS),
            help="How many Gaussians the mixture has.",
            show_default=True,
        ),
    ] = USUAL_COMPONENTS,
    name: Annotated[
        str | None,
        Parameter(help="Name of the new run; made of the run's and the number where not given."),
    ] = None,
    seed: Seed = 0,
    json: AsJson = False,
) -> Result:
    """Make a run with a mixture as its prior, fitted to the codes that another one gives chairs.

    The other one has no components: its prior is the standard normal or a learned Gaussian. It
    stays as it is; encoder and decoder of the new run are the same. `mogvae train --resume` with
    more --epochs trains the new run on as a MoG-VAE.
    """
    from mogvae_gui.commands.projects import find_run, held, open_project

    opened = open_project(project)
    with held(opened, "mogvae fit-mixture"):
        parent = find_run(opened, run)
        made = _fit(opened, parent.name, components, seed, name or "")
    return _result(made, parent.name, project, json)


def _fit(project: "Project", parent: str, components: int, seed: int, name: str) -> "Run":
    from core.fitted_runs import fitting

    steps = fitting(project, parent, components, seed=seed, name=name)
    with progress_line(f"Fitting a mixture to {parent}") as line:
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                made: Run = end.value
                return made
            line.show(step.done, step.total, step.doing)


def _result(run: "Run", parent: str, project: "Path", as_json: bool) -> Result:
    from core.training.about import read_about

    fitted, components = read_about(run.folder).fitted, run.model().components()
    assert fitted is not None
    assert components is not None
    epochs = run.state.epochs_done
    content: dict[str, Any] = {
        "run": run.name,
        "fitted_to": parent,
        "prior": run.settings.prior,
        "components": fitted.components,
        "weights": components.weights,
        "chairs": fitted.chairs,
        "seed": fitted.seed,
        "epochs": epochs,
        "folder": run.folder,
    }
    go_on = shlex.join(["--project", str(project), "--name", run.name, "--resume"])
    many = "1 component" if fitted.components == 1 else f"{fitted.components} components"
    return Result(
        as_json,
        content,
        (
            f"{run.name}: {parent} with a mixture of {many}, fitted to the codes of "
            f"{fitted.chairs:,} training chairs.",
            "Encoder and decoder are unchanged. To train all of it on: mogvae train "
            f"{go_on} --epochs {epochs + 50}",
        ),
    )
