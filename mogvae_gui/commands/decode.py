"""`mogvae decode`: one code into a file."""

import math
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from mogvae_gui.commands.options import AsJson, CloudFormat, ProjectFolder, RunName
from mogvae_gui.commands.result import Result, UsageError


def decode(
    *,
    project: ProjectFolder,
    run: RunName,
    code: Annotated[
        str,
        Parameter(
            allow_leading_hyphen=True,
            help="A place in the latent space: as many numbers as it has axes, like 0.1,-0.2,1.",
        ),
    ],
    out: Annotated[Path, Parameter(help="File to write; its ending decides the format.")],
    json: AsJson = False,
) -> Result:
    """Decode one code and write the cloud in normalised units, with a small JSON beside it.

    The JSON names the component that most probably made the code: 1 to K, as the window numbers
    them.
    """
    numbers = _numbers(code)
    check_ending(out)

    import numpy as np

    from core.errors import RunError
    from core.export import Shape, export_shape
    from core.steering import most_responsible
    from core.training.about import origin_of_prior
    from mogvae_gui.commands.projects import find_run, open_project

    found = find_run(open_project(project), run)
    model = found.model()
    if len(numbers) != model.latent:
        raise RunError(
            f"A code of {found.name} has {model.latent} numbers, not {len(numbers)}. "
            f"Give --code with {model.latent} numbers and commas between them."
        )
    points = model.decode(np.array([numbers], dtype=np.float32))[0]
    component = most_responsible(model.components(), np.array(numbers))
    shape = Shape(
        out.stem,
        points,
        kind="decoded",
        run=found.name,
        code=numbers,
        component=component,
        seed=found.settings.seed,
        settings=found.settings.as_json(),
        prior_fitted=origin_of_prior(found.folder),
    )
    path, beside = export_shape(shape, out, own_units=False)
    content = {
        "file": path,
        "json": beside,
        "code": numbers,
        "component": None if component is None else component + 1,
        "points": len(points),
    }
    return Result(json, content, (f"{path}: {len(points):,} points",))


def check_ending(path: Path) -> None:
    """Raises UsageError where no cloud can be written with this ending."""
    from typing import get_args

    known = get_args(CloudFormat)
    if path.suffix.lower().lstrip(".") not in known:
        raise UsageError(f"--out {path} must end in one of .{', .'.join(known)}.")


def _numbers(code: str) -> tuple[float, ...]:
    try:
        numbers = tuple(float(number) for number in code.split(","))
    except ValueError:
        numbers = ()
    if not numbers or not all(map(math.isfinite, numbers)):
        raise UsageError(
            f"--code must be numbers with commas between them, like 0.1,-0.2,1, not “{code}”."
        )
    return numbers
