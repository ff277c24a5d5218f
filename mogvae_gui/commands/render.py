"""`mogvae render`: a picture of a run, without a screen."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from mogvae_gui.commands.options import AsJson, ProjectFolder
from mogvae_gui.commands.result import Result, UsageError


def render(
    *,
    project: ProjectFolder,
    run: Annotated[
        str | None,
        Parameter(help="Name of a run of the project; the one trained last where not given."),
    ] = None,
    out: Annotated[Path, Parameter(help="The picture, a file that ends in .png.")],
    theme: Annotated[
        Literal["dark", "light"], Parameter(help="Colours of the picture.", show_default=True)
    ] = "dark",
    json: AsJson = False,
) -> Result:
    """Draw the latent space with its components, and what their means decode to.

    Needs no screen and no window.
    """
    if out.suffix.lower() != ".png":
        raise UsageError(f"--out {out} must end in .png.")

    from mogvae_gui.commands.projects import find_run, newest_run, open_project
    from mogvae_gui.pictures import picture_of_run

    opened = open_project(project)
    found = newest_run(opened) if run is None else find_run(opened, run)
    width, height = picture_of_run(found, opened.library, out, theme=theme)
    content = {"run": found.name, "file": out, "width": width, "height": height}
    return Result(json, content, (f"{out}: {found.name}, {width} × {height} pixels",))
