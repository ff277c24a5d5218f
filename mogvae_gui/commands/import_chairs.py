"""`mogvae import`: mesh and cloud files into a project."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from core.split import TEST_SHARE
from mogvae_gui.commands.interruption import Interruption
from mogvae_gui.commands.options import AsJson, NewPoints, ProjectFolder, TestShare, Up
from mogvae_gui.commands.progress import progress_line
from mogvae_gui.commands.result import Result

if TYPE_CHECKING:
    from core.importing import FileImport, ImportReport
    from core.project import Project


def import_chairs(
    paths: Annotated[
        list[Path],
        Parameter(name="PATH", help="Files, or folders that are searched for them."),
    ],
    /,
    *,
    project: ProjectFolder,
    points: NewPoints = None,
    up: Up = "auto",
    test_share: TestShare = TEST_SHARE,
    json: AsJson = False,
) -> Result:
    """Bring mesh and cloud files into a project, which is made where there is none.

    A file that cannot be read is named with the reason; the others come in. A folder with train and
    test sides, as ModelNet's, keeps them.
    """
    from core.importing import import_paths
    from mogvae_gui.commands.projects import held, open_or_make_project

    opened = open_or_make_project(project, points)
    with held(opened, "mogvae import"):
        importer = import_paths(opened.library, paths, up=up, test_share=test_share)
        was_stopped = _follow(importer)
    return imported(opened, importer.report, json, was_stopped)


def imported(
    project: "Project", report: "ImportReport", as_json: bool, was_stopped: bool
) -> Result:
    """What came in and what did not, for both ways of bringing chairs in."""
    problem = ""
    if was_stopped:
        problem = "Interrupted; what had been read is in the project."
    elif report.refused and not report.added:
        first = report.refused[0].reason
        more = len(report.refused) - 1
        problem = f"Nothing came in. {first}" + (f" And {more} more." if more else "")
    return Result(
        as_json,
        {
            "added": [chair.name for chair in report.added],
            "refused": [{"file": each.file, "reason": each.reason} for each in report.refused],
            "warnings": [
                {"file": each.file, "warning": each.warning, "kind": each.kind}
                for each in report.warnings
            ],
            "project": project.folder,
            "chairs": len(project.library),
        },
        tuple(_words(project, report)),
        problem,
    )


def _words(project: "Project", report: "ImportReport") -> list[str]:
    lines = [f"{Path(each.file).name}: {each.warning}" for each in report.warnings]
    lines += [f"Not read: {each.reason}" for each in report.refused]
    library = project.library
    sides = [sum(chair.split == side for chair in report.added) for side in ("train", "test")]
    lines.append(
        f"{counted(len(report.added), 'chair')} came in ({sides[0]:,} for training, "
        f"{sides[1]:,} for testing). {project.folder} has {counted(len(library), 'chair')} now."
    )
    return lines


def _follow(importer: "FileImport") -> bool:
    """Run an import to its end or to the first Ctrl+C, which is said."""
    from core.importing import ImportProgress

    with Interruption() as interruption, progress_line("Importing", "files") as line:
        for step in importer:
            if isinstance(step, ImportProgress):
                line.show(step.done, step.total, step.name)
            if interruption.is_asked:
                importer.close()
                return True
    return False


def counted(number: int, noun: str) -> str:
    """The number with its noun: "1 chair", "1,200 chairs"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
