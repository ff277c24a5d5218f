"""`mogvae sample`: new shapes from the prior."""

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from mogvae_gui.commands.options import (
    AsJson,
    Count,
    Format,
    OutFolder,
    ProjectFolder,
    RunName,
    Seed,
)
from mogvae_gui.commands.progress import progress_line
from mogvae_gui.commands.result import Result


def sample(
    *,
    project: ProjectFolder,
    run: RunName,
    component: Annotated[
        int | None,
        Parameter(
            validator=Number(gte=1),
            help="Draw from this component alone: 1 to K, as the window and the JSON number them.",
        ),
    ] = None,
    count: Annotated[Count, Parameter(help="How many shapes.")],
    seed: Seed = 0,
    out: OutFolder,
    format: Format = "ply",
    json: AsJson = False,
) -> Result:
    """Draw codes from the run's prior, and write the decoded clouds in normalised units.

    Each comes with a small JSON beside it; nothing is overwritten.
    """
    from core.errors import RunError
    from core.export import Shape, export_shape, file_stem, free_path
    from core.training.about import origin_of_prior
    from mogvae_gui.commands.projects import find_run, open_project

    found = find_run(open_project(project), run)
    model = found.model()
    components = model.components()
    number = len(components.weights) if components is not None else 1
    if component is not None and component > number:
        there = "one component" if number == 1 else f"the components 1 to {number}"
        raise RunError(f"{found.name} has {there}, not {component}. Choose another --component.")
    index = None if component is None else component - 1
    codes = model.sample(count, seed, index)
    of = "" if component is None else f" component {component}"
    fitted = origin_of_prior(found.folder)
    files = []
    with progress_line("Sampling", "shapes") as line:
        for place, code in enumerate(codes, start=1):
            shape = Shape(
                f"{found.name}{of} seed {seed} {place:0{len(str(count))}d}",
                model.decode(code[None])[0],
                kind="sample",
                run=found.name,
                code=tuple(float(value) for value in code),
                component=index,
                seed=seed,
                settings=found.settings.as_json(),
                prior_fitted=fitted,
            )
            path = free_path(out, file_stem(shape.name), format)
            export_shape(shape, path, own_units=False)
            files.append({"file": str(path), "code": shape.code, "component": component})
            line.show(place, count, path.name)
    return Result(
        json,
        {"run": found.name, "seed": seed, "files": files},
        (f"{count:,} {'shape' if count == 1 else 'shapes'} in {out}",),
    )
