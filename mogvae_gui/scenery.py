"""What 3-D scenes are made of, in the window and in pictures without one. No Qt here.

Axes: points N of a cloud in normalised units, codes n; positions in a latent space are in the
picture's three axes.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyvista as pv
from jaxtyping import Float, Float32, UInt8

from core.latent_axes import LatentAxes

if TYPE_CHECKING:
    from core.components import Components

Bounds = tuple[float, float, float, float, float, float]
ThemeName = Literal["dark", "light"]

UNIT_BOUNDS: Bounds = (-0.72, 0.72, -0.72, 0.72, -0.95, 0.9)  # of a normalised chair, roughly
FLOOR_Z = -0.93
FLOOR_SHARE = 0.25  # of the lines' colour; the rest is the background's
LIGHT = np.array([-0.45, -0.65, 0.61])  # over the viewer's left shoulder, length 1
SHADE = 0.5  # brightness of what the light only grazes
CLOUD_SEEN_FROM = (-0.75, -1.5, 0.62)  # the front, the left and above
SPACE_SEEN_FROM = (-0.9, -1.5, 0.75)

SHELLS = ((1.0, 0.62), (2.0, 0.20))  # sigmas, and the opacity of the heaviest component
LEAST_OPACITY = 0.6  # of the lightest component, relative to the heaviest
MARGIN = 0.12  # of the space's extent, around codes and two sigmas of the components


@dataclass(frozen=True)
class SceneColours:
    """Colours of a theme for scenes and what stands around them, as "#rrggbb"."""

    background: str
    panel: str
    border: str
    text: str
    muted: str
    view_top: str
    view_bottom: str


SCENE_COLOURS: dict[ThemeName, SceneColours] = {
    "dark": SceneColours(
        background="#111419",
        panel="#181c22",
        border="#2a313b",
        text="#e3e8ee",
        muted="#98a4b3",
        view_top="#2b323c",
        view_bottom="#14181d",
    ),
    "light": SceneColours(
        background="#e6eaef",
        panel="#f5f7f9",
        border="#d6dce4",
        text="#1b222b",
        muted="#566373",
        view_top="#fbfcfd",
        view_bottom="#dbe2ea",
    ),
}


def unit_sphere() -> pv.PolyData:
    """What ellipsoids are made from."""
    return pv.Sphere(radius=1.0, theta_resolution=40, phi_resolution=28)


def ellipsoid_matrix(
    mean: Float[np.ndarray, " 3"], covariance: Float[np.ndarray, "3 3"], sigmas: float
) -> Float[np.ndarray, "4 4"]:
    """The affine map from the unit sphere to {x: (x - m)' S^-1 (x - m) = sigmas^2}."""
    # A latent space of fewer than 3 dimensions has no depth; a little makes it seen.
    least = 1e-4 * max(float(np.trace(covariance)), 1e-6)
    values, vectors = np.linalg.eigh(covariance + least * np.eye(3))
    if np.linalg.det(vectors) < 0:
        vectors[:, 0] *= -1  # a mirrored sphere would turn its faces inside out
    matrix = np.eye(4)
    matrix[:3, :3] = vectors * (sigmas * np.sqrt(values))
    matrix[:3, 3] = mean
    return matrix


def strength_of(weight: float, heaviest: float) -> float:
    """How solid a component looks, 0 to 1: the heavy ones more."""
    return LEAST_OPACITY + (1 - LEAST_OPACITY) * weight / max(heaviest, 1e-9)


def space_bounds(
    codes: Float[np.ndarray, "n latent"],
    components: "Components | None",
    axes: LatentAxes,
    margin_share: float = MARGIN,
) -> Bounds:
    """A box around codes and two sigmas of the components, with a margin; never flat."""
    positions = [axes.positions(codes)]
    if components is not None:
        means = axes.positions(components.means)
        sigmas = np.stack(
            [np.sqrt(np.diag(axes.covariance(each))) for each in components.covariances]
        )
        positions += [means - 2 * sigmas, means + 2 * sigmas]
    everything = np.concatenate(positions)
    if not len(everything):
        everything = np.array([[-3.0] * 3, [3.0] * 3])
    lowest, highest = everything.min(axis=0), everything.max(axis=0)
    margin = margin_share * max(float((highest - lowest).max()), 1.0)
    low, high = (lowest - margin).tolist(), (highest + margin).tolist()
    return (low[0], high[0], low[1], high[1], low[2], high[2])


def floor_lines() -> pv.PolyData:
    """Two rings and a cross at floor height."""
    angles = np.linspace(0, 2 * np.pi, 97)
    floor = pv.PolyData()
    for radius in (0.45, 0.9):
        ring = np.column_stack(
            [radius * np.cos(angles), radius * np.sin(angles), np.full(97, FLOOR_Z)]
        )
        floor = floor.append_polydata(pv.lines_from_points(ring))
    for axis in range(2):
        ends = np.array([[0.0, 0.0, FLOOR_Z], [0.0, 0.0, FLOOR_Z]])
        ends[:, axis] = (-0.9, 0.9)
        floor = floor.append_polydata(pv.lines_from_points(ends))
    return floor


def shaded(
    colours: UInt8[np.ndarray, "points 3"], normals: Float32[np.ndarray, "points 3"]
) -> UInt8[np.ndarray, "points 3"]:
    """Colours darkened where the surface turns from the light; normals may point either way."""
    brightness = SHADE + (1 - SHADE) * np.abs(normals @ LIGHT.astype(np.float32))
    return np.asarray(colours * brightness[:, None], dtype=np.uint8)
