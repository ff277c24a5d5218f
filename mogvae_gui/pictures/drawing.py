"""Scenes drawn off screen into arrays of pixels, (height, width, 3) uint8."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyvista as pv
from jaxtyping import Float, Float32, UInt8
from vtkmodules.vtkCommonCore import vtkLogger
from vtkmodules.vtkRenderingCore import vtkBillboardTextActor3D

from core.colours import component_colour, component_colours
from core.components import Components
from core.latent_axes import LatentAxes
from core.normals import estimate_normals
from mogvae_gui.scenery import (
    CLOUD_SEEN_FROM,
    SHELLS,
    SPACE_SEEN_FROM,
    Bounds,
    SceneColours,
    ellipsoid_matrix,
    floor_lines,
    shaded,
    space_bounds,
    strength_of,
    unit_sphere,
)

Pixels = UInt8[np.ndarray, "height width 3"]
Size = tuple[int, int]  # width and height in pixels
Plotter = Any  # PyVista's decorators hide what its methods take

SUPERSAMPLING = 2
"""Drawn so many times finer and averaged: edges as smooth as any graphics card makes them."""

CODE_SIZE = 9.0  # pixels
POINT_SIZE = 4.2  # pixels, of 5,000 points in a view 250 pixels high
LABEL_SIZE = 16
MORE_SOLID = 1.4  # than in the window, where turning tells what lies in front
SPACE_SHARE = 0.90  # of the view that the space fills
CLOUD_SHARE = 0.86
NEAR_LIGHT, FAR_LIGHT = 1.2, 0.8  # brightness of the nearest and the farthest point


def draw_latent_space(
    codes: Float32[np.ndarray, "chairs latent"],
    members: np.ndarray,
    components: Components | None,
    axes: LatentAxes,
    size: Size,
    colours: SceneColours,
) -> Pixels:
    """Codes in the colour of their component (`members`, (chairs,)), components as ellipsoids."""
    bounds = space_bounds(codes, components, axes, margin_share=0.02)
    corners = np.array(list(itertools.product(bounds[:2], bounds[2:4], bounds[4:])))
    is_flat = not axes.labels[2]
    with _plotter(size, colours) as plotter:
        _look(plotter, (0.0, 0.0, 1.0) if is_flat else SPACE_SEEN_FROM, corners, SPACE_SHARE)
        _add_box(plotter, bounds, axes.labels, colours)
        if components is not None:
            _add_ellipsoids(plotter, components, axes)
        if len(codes):
            table = np.array(component_colours(), dtype=np.uint8)
            cloud = pv.PolyData(axes.positions(codes))
            cloud.point_data["colour"] = table[members % len(table)]
            _add_points(plotter, cloud, CODE_SIZE * SUPERSAMPLING)
        return _pixels(plotter)


def draw_clouds(
    clouds: Float32[np.ndarray, "clouds points 3"],
    cloud_colours: UInt8[np.ndarray, "clouds 3"] | UInt8[np.ndarray, "clouds points 3"],
    size: Size,
    colours: SceneColours,
    seen: Float[np.ndarray, "n 3"] | None = None,
) -> Iterator[Pixels]:
    """Draw each cloud by itself in one colour, or one a point, shaded, all on one floor.

    All have the same scale: that at which `seen`, by default the clouds, fills the view.
    """
    with _plotter(size, colours) as plotter:
        plotter.add_mesh(
            floor_lines(),
            color=colours.muted,
            opacity=0.3,
            line_width=SUPERSAMPLING,
            lighting=False,
        )
        _look(
            plotter,
            CLOUD_SEEN_FROM,
            clouds.reshape(-1, 3) if seen is None else seen,
            CLOUD_SHARE,
        )
        # Fewer points are drawn larger, so that a surface stays one.
        spread = min(2.0, (5000 / clouds.shape[1]) ** 0.5)
        point_size = POINT_SIZE * spread * SUPERSAMPLING * size[1] / 250
        for points, colour in zip(clouds, cloud_colours, strict=True):
            cloud = pv.PolyData(points)
            cloud.point_data["colour"] = _lit(points, colour)
            actor = _add_points(plotter, cloud, point_size)
            yield _pixels(plotter)
            plotter.remove_actor(actor, render=False)


def _lit(
    points: Float32[np.ndarray, "points 3"],
    colour: UInt8[np.ndarray, " 3"] | UInt8[np.ndarray, "points 3"],
) -> UInt8[np.ndarray, "points 3"]:
    """A colour a point, by the surface's direction, and darker the farther it is from the eye."""
    eye = np.array(CLOUD_SEEN_FROM) / np.linalg.norm(CLOUD_SEEN_FROM)
    towards_eye = points @ eye
    share = (towards_eye - towards_eye.min()) / max(float(np.ptp(towards_eye)), 1e-9)
    lit = colour * (FAR_LIGHT + (NEAR_LIGHT - FAR_LIGHT) * share)[:, None]
    # Wide neighbourhoods: a decoded surface is rough, and light shows each bump.
    return shaded(lit.clip(0, 255).astype(np.uint8), estimate_normals(points, neighbours=32))


@contextmanager
def _plotter(size: Size, colours: SceneColours) -> Iterator[Plotter]:
    # Without a screen VTK tries X first, and says so; the next way is the right one.
    said = vtkLogger.GetCurrentVerbosityCutoff()
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    plotter: Plotter = pv.Plotter(
        off_screen=True, window_size=[side * SUPERSAMPLING for side in size], lighting="light kit"
    )
    try:
        plotter.set_background(colours.view_bottom, top=colours.view_top)
        yield plotter
    finally:
        plotter.close()
        vtkLogger.SetStderrVerbosity(said)


def _pixels(plotter: Plotter) -> Pixels:
    """What is drawn, averaged to the size that was asked for."""
    plotter.render()
    fine = np.asarray(plotter.screenshot(return_img=True, filename=None))[..., :3]
    height, width = (side // SUPERSAMPLING for side in fine.shape[:2])
    blocks = fine.reshape(height, SUPERSAMPLING, width, SUPERSAMPLING, 3)
    return np.asarray(blocks.mean(axis=(1, 3)).round(), dtype=np.uint8)


def _look(
    plotter: Plotter,
    direction: tuple[float, float, float],
    points: Float[np.ndarray, "n 3"],
    share: float,
) -> None:
    """Look from `direction` so that the points are in the middle and fill `share` of the view."""
    upwards = (0, 0, 1) if any(direction[:2]) else (0, 1, 0)
    plotter.view_vector(direction, viewup=upwards)
    low, high = points.min(axis=0), points.max(axis=0)
    plotter.reset_camera(bounds=np.stack([low, high], axis=1).ravel().tolist(), render=False)
    camera = plotter.camera
    for _ in range(3):  # each step changes the perspective a little
        seen = _projected(plotter, points)  # (n, 2), -1 to 1 across the view
        middle = (seen.min(axis=0) + seen.max(axis=0)) / 2
        half_height = np.tan(np.radians(camera.view_angle / 2)) * camera.distance
        right = np.cross(camera.direction, camera.up)
        aspect = plotter.window_size[0] / plotter.window_size[1]
        shift = half_height * (middle[0] * aspect * right + middle[1] * np.array(camera.up))
        camera.position = np.array(camera.position) + shift
        camera.focal_point = np.array(camera.focal_point) + shift
        camera.zoom(2 * share / (seen.max(axis=0) - seen.min(axis=0)).max())
    plotter.renderer.ResetCameraClippingRange()


def _projected(plotter: Plotter, points: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "n 2"]:
    aspect = plotter.window_size[0] / plotter.window_size[1]
    matrix = plotter.camera.GetCompositeProjectionTransformMatrix(aspect, -1, 1)
    clip = np.column_stack([points, np.ones(len(points))]) @ pv.array_from_vtkmatrix(matrix).T
    return np.asarray(clip[:, :2] / clip[:, 3:])


def _add_points(plotter: Plotter, cloud: pv.PolyData, size: float) -> pv.Actor:
    actor: pv.Actor = plotter.add_mesh(
        cloud,
        style="points",
        scalars="colour",
        rgb=True,
        point_size=size,
        lighting=False,
        render_points_as_spheres=True,
        reset_camera=False,
        render=False,
    )
    return actor


def _add_ellipsoids(plotter: Plotter, components: Components, axes: LatentAxes) -> None:
    """Shells one behind the other, the farthest first: what is translucent blends in that order."""
    means = axes.positions(components.means).astype(np.float64)
    eye = np.array(plotter.camera.position)
    heaviest = float(components.weights.max())
    shells = []
    for k, weight in enumerate(components.weights):
        covariance = axes.covariance(components.covariances[k])
        towards_eye = eye - means[k]
        distance = float(np.linalg.norm(towards_eye))
        # One sigma along the line of sight.
        reach = float(np.sqrt(towards_eye @ covariance @ towards_eye)) / distance
        for sigmas, opacity in SHELLS:
            matrix = ellipsoid_matrix(means[k], covariance, sigmas)
            opacity *= MORE_SOLID * strength_of(float(weight), heaviest)
            shells.append((distance - sigmas * reach, component_colour(k), opacity, matrix))
    for _, colour, opacity, matrix in sorted(shells, key=lambda shell: -shell[0]):
        actor = plotter.add_mesh(
            unit_sphere(),
            color=[level / 255 for level in colour],
            opacity=opacity,
            smooth_shading=True,
            ambient=0.35,
            diffuse=0.75,
            culling="back",
            reset_camera=False,
            render=False,
        )
        actor.user_matrix = matrix


def _add_box(
    plotter: Plotter, bounds: Bounds, labels: tuple[str, str, str], colours: SceneColours
) -> None:
    """The edges of the space that lie behind what is in it, and the axes' names."""
    low, high = np.array(bounds[::2]), np.array(bounds[1::2])
    near = np.array([low[0], low[1], high[2]])  # the corner towards the eye
    lines = pv.PolyData()
    for axis in range(3):
        others = [each for each in range(3) if each != axis]
        for ends in itertools.product(*((low[each], high[each]) for each in others)):
            if all(end == near[each] for end, each in zip(ends, others, strict=True)):
                continue
            edge = np.stack([low, high])
            edge[:, others] = ends
            lines = lines.append_polydata(pv.lines_from_points(edge))
    plotter.add_mesh(
        lines,
        color=colours.muted,
        opacity=0.4,
        line_width=SUPERSAMPLING,
        lighting=False,
        reset_camera=False,
        render=False,
    )
    middle = (low + high) / 2
    ends = ([high[0], low[1], low[2]], [low[0], high[1], low[2]], [low[0], high[1], high[2]])
    for label, end in zip(labels, ends, strict=True):
        if label:
            _add_label(plotter, label, middle + 1.06 * (np.array(end) - middle), colours)


def _add_label(
    plotter: Plotter, label: str, place: Float[np.ndarray, " 3"], colours: SceneColours
) -> None:
    text = vtkBillboardTextActor3D()
    text.SetInput(label)
    text.SetPosition(*place.tolist())
    style = text.GetTextProperty()
    style.SetColor(*pv.Color(colours.muted).float_rgb)
    style.SetFontSize(LABEL_SIZE * SUPERSAMPLING)
    style.SetJustificationToCentered()
    style.SetVerticalJustificationToCentered()
    plotter.renderer.AddActor(text)
