"""`mogvae chairs`: made chairs into a project."""

from typing import Annotated

from cyclopts import Parameter

from core.split import TEST_SHARE
from mogvae_gui.commands.import_chairs import imported
from mogvae_gui.commands.interruption import Interruption
from mogvae_gui.commands.options import AsJson, Count, NewPoints, ProjectFolder, Seed, TestShare
from mogvae_gui.commands.progress import progress_line
from mogvae_gui.commands.result import Result


def chairs(
    *,
    project: ProjectFolder,
    count: Annotated[Count, Parameter(help="How many chairs.")],
    seed: Seed = 0,
    points: NewPoints = None,
    test_share: TestShare = TEST_SHARE,
    json: AsJson = False,
) -> Result:
    """Add made chairs: drawn from parametric families, with their parameters as metadata.

    The project is made where there is none.
    """
    from core.importing import ImportProgress, ImportReport
    from core.made_chairs import add_made_chairs
    from mogvae_gui.commands.projects import held, open_or_make_project

    opened = open_or_make_project(project, points)
    with held(opened, "mogvae chairs"):
        before = {chair.id for chair in opened.library}
        report = None
        steps = add_made_chairs(opened.library, count, seed, test_share=test_share)
        with Interruption() as interruption, progress_line("Making chairs", "chairs") as line:
            for step in steps:
                if isinstance(step, ImportReport):
                    report = step
                elif isinstance(step, ImportProgress):
                    line.show(step.done, step.total, step.name)
                if interruption.is_asked:
                    break
            steps.close()
        was_stopped = report is None
        if report is None:
            report = ImportReport(tuple(each for each in opened.library if each.id not in before))
    return imported(opened, report, json, was_stopped)
