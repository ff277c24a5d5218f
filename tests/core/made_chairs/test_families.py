"""What is right about the chairs themselves, family by family."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.made_chairs import (
    FAMILIES,
    MadeChair,
    build_mesh,
    draw_made_chairs,
    made_clouds,
    parameter_ranges,
)
from core.made_chairs.families import DESIGNS
from core.made_chairs.solids import signed_volume
from core.mesh import Mesh
from core.sampling import sample_surface
from tests.core.made_chairs.solid_checks import assert_sound

DRAWS = 30

_CHAIRS = draw_made_chairs(DRAWS * len(FAMILIES), seed=11)
BUILT: dict[str, list[tuple[MadeChair, Mesh]]] = {
    family: [(chair, build_mesh(chair)) for chair in _CHAIRS if chair.family == family]
    for family in FAMILIES
}


def height_of_top(chair: MadeChair) -> float:
    return chair.parameters["seat_height"] + chair.parameters["back_height"]


def test_that_there_are_at_least_ten_families() -> None:
    assert len(FAMILIES) >= 10
    assert len(set(FAMILIES)) == len(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_that_every_chair_is_made_of_closed_solids(family: str) -> None:
    assert len(BUILT[family]) == DRAWS
    for _, mesh in BUILT[family]:
        assert_sound(mesh)


@pytest.mark.parametrize("family", FAMILIES)
def test_that_every_solid_faces_outwards(family: str) -> None:
    chair, _ = BUILT[family][0]
    for solid in DESIGNS[family](**chair.parameters).solids():
        assert signed_volume(solid.vertices, solid.faces) > 0


@pytest.mark.parametrize("family", FAMILIES)
def test_that_every_chair_stands_on_the_floor_and_is_of_a_chairs_size(family: str) -> None:
    for chair, mesh in BUILT[family]:
        low, high = mesh.bounds
        assert low[2] == pytest.approx(0, abs=1e-12)
        assert high[2] == pytest.approx(height_of_top(chair), abs=0.09)
        assert 0.63 < high[2] < 1.35
        width, depth, _ = high - low
        assert 0.3 < width < 1.1
        assert 0.35 < depth < 1.15
        assert 0.4 < mesh.area < 8


@pytest.mark.parametrize("family", FAMILIES)
def test_that_every_chair_is_symmetric_about_the_middle(family: str) -> None:
    for _, mesh in BUILT[family]:
        assert mesh.bounds[0, 0] == pytest.approx(-mesh.bounds[1, 0], abs=1e-3)


@pytest.mark.parametrize("family", FAMILIES)
def test_that_no_chair_tips_over(family: str) -> None:
    for _, mesh in BUILT[family]:
        centroid = np.average(mesh.triangles.mean(axis=1), axis=0, weights=mesh.face_areas)
        # Rockers touch the floor along a line, and roll until the weight is above it.
        floor = mesh.vertices[mesh.vertices[:, 2] < (0.05 if family == "rocking" else 0.005)]
        assert floor[:, 1].min() < centroid[1] < floor[:, 1].max()
        assert np.ptp(floor[:, 0]) > 0.2


@pytest.mark.parametrize("family", FAMILIES)
def test_that_there_is_a_seat_at_the_seats_height(family: str) -> None:
    for chair, mesh in BUILT[family][:10]:
        points = sample_surface(mesh, 3000)
        middle = np.hypot(points[:, 0], points[:, 1]) < 0.12
        height = chair.parameters["seat_height"]
        tilt = 0.05 if family == "cantilever" else 0.035
        assert (np.abs(points[middle, 2] - height) < tilt).sum() > 10


@pytest.mark.parametrize("family", FAMILIES)
def test_that_the_back_is_up_and_towards_positive_y(family: str) -> None:
    for chair, mesh in BUILT[family]:
        points = sample_surface(mesh, 1500)
        between_arms = np.abs(points[:, 0]) < 0.35 * chair.parameters["seat_width"]
        back = points[between_arms & (points[:, 2] > chair.parameters["seat_height"] + 0.1)]
        assert len(back) > 20
        # All of the back is behind the middle, and nothing stands up in front of the sitter.
        assert back[:, 1].min() > (points[:, 1].min() + points[:, 1].max()) / 2


@pytest.mark.parametrize("family", FAMILIES)
def test_that_parameters_stay_within_their_ranges_and_fill_them(family: str) -> None:
    ranges = parameter_ranges(family)
    assert len(ranges) >= 8
    for name, each in ranges.items():
        values = np.array([chair.parameters[name] for chair, _ in BUILT[family]])
        assert (values >= each.low).all()
        assert (values <= each.high).all()
        assert np.ptp(values) > 0.5 * (each.high - each.low)


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_that_any_combination_within_the_ranges_makes_a_sound_chair(
    family: str, data: st.DataObject
) -> None:
    parameters = {}
    for name, each in parameter_ranges(family).items():
        share = data.draw(st.sampled_from([0.0, 0.5, 1.0]), label=name)
        value = each.low + share * (each.high - each.low)
        parameters[name] = round(value) if each.unit == "" else value
    chair = MadeChair(family, parameters, "any")
    mesh = build_mesh(chair)
    assert_sound(mesh)
    assert mesh.bounds[1, 2] == pytest.approx(height_of_top(chair), abs=0.09)


@pytest.mark.parametrize("family", FAMILIES)
def test_that_every_parameter_changes_the_shape(family: str) -> None:
    ranges = parameter_ranges(family)
    low = {name: each.low for name, each in ranges.items()}
    if "arms" in low:
        low["arms"] = 1.0  # without arms their height shows nowhere
    before = build_mesh(MadeChair(family, low, "low")).content_hash
    for name, each in ranges.items():
        changed = {**low, name: each.low if low[name] == each.high else each.high}
        assert build_mesh(MadeChair(family, changed, "high")).content_hash != before


def test_that_families_are_told_apart_by_their_clouds() -> None:
    chairs = draw_made_chairs(20 * len(FAMILIES), seed=5)
    clouds = list(made_clouds(chairs, points=800, processes=1))
    families = np.array([cloud.chair.family for cloud in clouds])
    edges = [np.linspace(-1, 1, 9)] * 3
    occupancy = np.stack([np.histogramdd(cloud.points, bins=edges)[0].ravel() for cloud in clouds])
    occupancy = np.sqrt(occupancy)  # few points in a cell are nearly as telling as many
    known = np.arange(len(clouds)) < len(clouds) // 2
    centroids = np.stack(
        [occupancy[known & (families == family)].mean(axis=0) for family in FAMILIES]
    )
    distances = np.linalg.norm(occupancy[~known, None] - centroids, axis=2)
    guesses = np.array(FAMILIES)[distances.argmin(axis=1)]
    assert (guesses == families[~known]).mean() > 0.9


def test_that_thin_parts_get_their_share_of_the_points() -> None:
    for chair, mesh in (pair for family in FAMILIES for pair in BUILT[family][:2]):
        points = sample_surface(mesh, 5000)
        below = points[:, 2] < 0.3 * chair.parameters["seat_height"]
        assert below.sum() > 75
