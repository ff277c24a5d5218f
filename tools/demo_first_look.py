"""What the demo project shows before its model is loaded: a chair that comes out well."""

import tempfile
from pathlib import Path

import numpy as np

from core.demo import install_demo
from core.density_meter import DensityMeter
from core.first_look import FIRST_LOOK_FILE, FirstLook, write_first_look
from core.library import Chair, Library
from core.library_codes import codes_of_chairs
from core.metrics import diagonal, metrics_of_distances, nearest
from core.normals import estimate_normals
from core.project import Project
from core.training.run import Run


def keep_first_look(demo: Path, run: str, chair: str) -> None:
    """Write the look at a chair of that name beside the run of the packed project.

    It is made of the project as it will be installed: its clouds are the packed ones.
    """
    with tempfile.TemporaryDirectory() as folder:
        project = Project.open(install_demo(demo, Path(folder) / "demo"))
        library = project.library
        shown = next(each for each in library.chairs if each.name == chair)
        place = project.run_folder(run)
        write_first_look(place, library, library.chairs, _look(Run.open(place), library, shown))
        with np.load(place / FIRST_LOOK_FILE) as look:
            np.savez_compressed(demo / "runs" / run / FIRST_LOOK_FILE, **look)


def _look(run: Run, library: Library, chair: Chair) -> FirstLook:
    model, cloud = run.model(), np.array(library.cloud(chair))
    codes = codes_of_chairs(run, model, library, library.chairs)
    code = model.encode(cloud[None])[0]
    points = model.decode(code)[0]
    error = nearest(points, cloud)[1].astype(np.float32)
    back_error = nearest(cloud, points)[1].astype(np.float32)
    return FirstLook(
        codes=codes,
        responsibilities=model.responsibilities(codes),
        components=model.components(),
        chair_id=chair.id,
        normals=estimate_normals(cloud),
        back_error=back_error,
        code=tuple(float(value) for value in code[0]),
        points=points,
        points_normals=estimate_normals(points),
        error=error,
        metrics=metrics_of_distances(error, back_error, diagonal(cloud)),
        denser_than=DensityMeter.of(model.log_density(codes)).denser_than(
            float(model.log_density(code)[0])
        ),
    )
