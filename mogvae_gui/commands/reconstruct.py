"""`mogvae reconstruct`: meshes through a run and back."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from mogvae_gui.commands.options import AsJson, Format, OutFolder, ProjectFolder, RunName, Up
from mogvae_gui.commands.progress import progress_line
from mogvae_gui.commands.result import Result

if TYPE_CHECKING:
    from core.importing import ReadingProcesses
    from core.project import Project
    from core.reconstruction import Original, Reconstruction
    from core.shape_model import ShapeModel
    from core.training.run import Run


def reconstruct(
    meshes: Annotated[
        list[str],
        Parameter(
            name="MESH",
            help="Files, folders that are searched for them, or names of the project's chairs.",
        ),
    ],
    /,
    *,
    project: ProjectFolder,
    run: RunName,
    out: OutFolder,
    format: Format = "ply",
    up: Up = "auto",
    json: AsJson = False,
) -> Result:
    """Encode and decode meshes, and write the reconstructions in the meshes' own units and pose.

    Each comes with a small JSON beside it; nothing is overwritten. Distances are in normalised
    units (largest radius 1). Components are numbered 1 to K, as in the window.
    """
    from core.importing import ReadingProcesses
    from core.reconstruction import reconstruct as reconstructions_of
    from core.steering import most_responsible
    from mogvae_gui.commands.projects import find_run, open_project

    opened = open_project(project)
    found = find_run(opened, run)
    model = found.model()
    components = model.components()
    with ReadingProcesses() as reading:
        originals, refused = _originals(reading, opened, model, meshes, up)
    files: list[dict[str, Any]] = []
    with progress_line("Reconstructing", "shapes") as line:
        line.show(0, len(originals))
        for each in reconstructions_of(model, originals):
            component = most_responsible(components, each.code)
            files.append(_written(each, found, component, out, format))
            line.show(len(files), len(originals), each.original.name)
    problem = ""
    if refused:
        more = len(refused) - 1
        problem = refused[0]["reason"] + (f" And {more} more could not be read." if more else "")
    words = tuple(
        f"{file['mesh']} → {file['file']}: CD₁ {file['cd_1']:.4g}, EMD {file['emd']:.4g}"
        for file in files
    )
    return Result(json, {"files": files, "refused": refused}, words, problem)


def _originals(
    reading: "ReadingProcesses", project: "Project", model: "ShapeModel", meshes: list[str], up: Any
) -> "tuple[list[Original], list[dict[str, str]]]":
    """What there is to reconstruct, and what cannot be read."""
    from core.errors import ShapeFileError
    from core.reconstruction import original_from_chair, original_from_file

    chairs = {chair.name: chair for chair in project.library}
    originals, refused = [], []
    for mesh in meshes:
        path = Path(mesh)
        if mesh in chairs and not path.exists():
            originals.append(original_from_chair(project.library, chairs[mesh]))
            continue
        for file, reason in _files(path):
            try:
                if reason:
                    raise ShapeFileError(reason)
                originals.append(original_from_file(reading, file, model.points, up=up))
            except ShapeFileError as error:
                refused.append({"file": str(file), "reason": str(error)})
    return originals, refused


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """The files that a path means, or why there are none."""
    from core.importing.find_files import find_files

    if not path.exists():
        yield path, f"{path}: there is no such file, and the project has no chair of this name."
        return
    found, refused = find_files([path])
    yield from ((file.path, "") for file in found)
    yield from ((Path(refusal.file), refusal.reason) for refusal in refused)


def _written(
    reconstruction: "Reconstruction", run: "Run", component: int | None, folder: Path, suffix: str
) -> dict[str, Any]:
    """Write one reconstruction; what the JSON says of it."""
    from core.export import Shape, export_shape, file_stem, free_path
    from core.training.about import origin_of_prior

    original, metrics = reconstruction.original, reconstruction.metrics
    shape = Shape(
        f"{original.name} reconstruction",
        reconstruction.points,
        original.frame,
        kind="reconstruction",
        chair=original.name,
        run=run.name,
        code=tuple(float(value) for value in reconstruction.code),
        component=component,
        seed=run.settings.seed,
        settings=run.settings.as_json(),
        prior_fitted=origin_of_prior(run.folder),
    )
    path = free_path(folder, file_stem(shape.name), suffix)
    export_shape(shape, path, own_units=True)
    return {
        "mesh": original.source,
        "file": str(path),
        "code": shape.code,
        "component": None if component is None else component + 1,
        "cd_sq": metrics.cd_sq,
        "cd_1": metrics.cd_1,
        "emd": metrics.emd,
        "f_score": metrics.f_score,
        "points": metrics.points,
        "scale": metrics.scale,
    }
