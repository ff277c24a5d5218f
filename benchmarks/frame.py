"""A new cloud in a view of the stage until it is drawn, against bare VTK drawing the same cloud.

Same size, same points, colours, point size, round points, background and floor. Bare VTK is given
the colours ready; ours makes them from heights and normals as the stage does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from rich.table import Table

from benchmarks.display import lacks_display, measure_in_a_virtual_display
from benchmarks.example import example_clouds
from benchmarks.registry import Result
from benchmarks.tables import comparison, milliseconds
from benchmarks.timing import interleaved

SIZE = 640
CLOUDS = 8


@dataclass(frozen=True)
class Options:
    """Sizes."""

    points: int = field(default=5000, metadata={"help": "points of a cloud"})
    repeats: int = field(default=60, metadata={"help": "clouds drawn by each"})


def measure(options: Options) -> Result:
    """Median seconds from the new cloud to the frame on the screen."""
    if lacks_display():
        return measure_in_a_virtual_display("frame", options)
    return _measured(options)


def table(result: Result) -> Table:
    """Both."""
    return comparison(
        "A new cloud, drawn",
        ("", "time", "against bare VTK"),
        [
            ("a view of the stage", milliseconds(result["ours_s"]), f"{result['ratio']:.2f}"),
            ("bare VTK", milliseconds(result["bare_s"]), ""),
        ],
    )


def _measured(options: Options) -> Result:
    from PySide6.QtWidgets import QApplication

    from core.colours import colours_of
    from core.normals import estimate_normals
    from mogvae_gui.scenery import shaded
    from mogvae_gui.views.cloud_view import CloudView
    from mogvae_gui.views.graphics import graphics
    from mogvae_gui.window_process import make_application

    application = QApplication.instance() or make_application("benchmark")
    clouds = example_clouds(CLOUDS, options.points)
    normals = [estimate_normals(cloud) for cloud in clouds]

    def height_colours(cloud: np.ndarray) -> np.ndarray:
        return colours_of(cloud[:, 2], "height", -0.9, 0.9)

    ready = [
        shaded(height_colours(cloud), normal) for cloud, normal in zip(clouds, normals, strict=True)
    ]
    view = CloudView()
    view.resize(SIZE, SIZE)
    view.show()
    view.show_cloud(clouds[0], height_colours(clouds[0]), normals[0])
    application.processEvents()
    drawn_in = view.plotter.render_window
    assert drawn_in is not None
    bare_show, bare_close = _bare_vtk(clouds[0], ready[0], graphics().multi_samples)
    turn = {"ours": 0, "bare": 0}

    def ours() -> None:
        turn["ours"] += 1
        number = turn["ours"] % CLOUDS
        view.show_cloud(clouds[number], height_colours(clouds[number]), normals[number])
        view.plotter.repaint()
        drawn_in.WaitForCompletion()

    def bare() -> None:
        turn["bare"] += 1
        bare_show(clouds[turn["bare"] % CLOUDS], ready[turn["bare"] % CLOUDS])

    seconds = interleaved({"ours": ours, "bare": bare}, options.repeats, warm_ups=3)
    bare_close()
    view.close()
    return {
        "ratio": seconds["ours"] / seconds["bare"],
        "ours_s": seconds["ours"],
        "bare_s": seconds["bare"],
        "renderer": graphics().renderer,
    }


def _bare_vtk(
    cloud: np.ndarray, colours: np.ndarray, multi_samples: int
) -> tuple[Callable[[np.ndarray, np.ndarray], None], Callable[[], None]]:
    """A render window of VTK's own; functions that draw a cloud and that close it."""
    import vtkmodules.vtkRenderingOpenGL2  # noqa: F401 - registers the renderer
    from vtkmodules.util.numpy_support import numpy_to_vtk
    from vtkmodules.vtkCommonCore import vtkPoints
    from vtkmodules.vtkCommonDataModel import vtkPolyData
    from vtkmodules.vtkFiltersGeneral import vtkVertexGlyphFilter
    from vtkmodules.vtkRenderingCore import (
        vtkActor,
        vtkPolyDataMapper,
        vtkRenderer,
        vtkRenderWindow,
    )

    from mogvae_gui.scenery import CLOUD_SEEN_FROM, SCENE_COLOURS, UNIT_BOUNDS, floor_lines
    from mogvae_gui.views.cloud_view import LEAST_POINT_SIZE, POINT_SHARE

    points = vtkPoints()
    points.SetData(numpy_to_vtk(cloud, deep=True))
    content = vtkPolyData()
    content.SetPoints(points)
    glyphs = vtkVertexGlyphFilter()
    glyphs.SetInputData(content)
    glyphs.Update()
    drawn = glyphs.GetOutput()
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(drawn)
    actor = vtkActor()
    actor.SetMapper(mapper)
    actor.GetProperty().SetPointSize(max(POINT_SHARE * SIZE, LEAST_POINT_SIZE))
    actor.GetProperty().RenderPointsAsSpheresOn()
    actor.GetProperty().LightingOff()
    floor_mapper = vtkPolyDataMapper()
    floor_mapper.SetInputData(floor_lines())
    floor = vtkActor()
    floor.SetMapper(floor_mapper)
    floor.GetProperty().LightingOff()
    renderer = vtkRenderer()
    renderer.AddActor(actor)
    renderer.AddActor(floor)
    theme = SCENE_COLOURS["dark"]
    for setter, colour in (
        (renderer.SetBackground, theme.view_bottom),
        (renderer.SetBackground2, theme.view_top),
    ):
        setter(*(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)))
    renderer.GradientBackgroundOn()
    camera = renderer.GetActiveCamera()
    camera.SetFocalPoint(0, 0, 0)
    camera.SetPosition(*CLOUD_SEEN_FROM)
    camera.SetViewUp(0, 0, 1)
    renderer.ResetCamera(*UNIT_BOUNDS)
    window = vtkRenderWindow()
    window.SetMultiSamples(multi_samples if multi_samples > 1 else 0)
    window.SetSize(SIZE, SIZE)
    window.AddRenderer(renderer)

    def show(new: np.ndarray, new_colours: np.ndarray) -> None:
        drawn.GetPoints().SetData(numpy_to_vtk(new))
        drawn.GetPointData().SetScalars(numpy_to_vtk(new_colours))
        drawn.Modified()
        window.Render()
        window.WaitForCompletion()

    show(cloud, colours)
    return show, window.Finalize
