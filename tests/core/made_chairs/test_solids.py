import numpy as np
import pytest

from core.made_chairs.solids import (
    SQUARE,
    both_sides,
    box,
    circle,
    joined,
    lathe,
    leaned_point,
    mirrored,
    moved,
    rounded_box,
    rounded_path,
    rounded_square,
    rounded_strip,
    signed_volume,
    slab,
    smooth_curve,
    square_grid,
    swept,
    tilted_back,
    turned_about_z,
    upright,
)
from core.mesh import Mesh
from tests.core.made_chairs.solid_checks import assert_sound


def volume(solid: Mesh) -> float:
    return signed_volume(solid.vertices, solid.faces)


def flat_slab(thickness: float) -> Mesh:
    u, v = square_grid(7, 9)
    return slab(np.stack([u, v, 0 * u], axis=-1), thickness)


SOLIDS = {
    "box": box((1, 2, 3), (0.2, 0.3, 0.4)),
    "cushion": rounded_box((0.5, 0.4, 0.1), 0.04, puff=0.02),
    "tube": swept([(0, 0, 0), (0, 0, 1)], 0.1),
    "tube towards -z": swept([(0, 0, 1), (0, 0, 0)], 0.1),
    "bent bar": swept(
        rounded_path([(0, 0, 0), (0, 0, 1), (0, 1, 1)], 0.3), [(0.05, 0.02)], SQUARE, side=(1, 0, 0)
    ),
    "ring": swept(circle((0, 0, 1), 0.5), 0.02, closed=True),
    "leg": upright([(0, 0, 0), (0.1, 0.05, 0.4)], [0.01, 0.02]),
    "foot": lathe([(0.3, 0), (0.3, 0.01), (0.05, 0.1)]),
    "slab": flat_slab(0.1),
    "slab upside down": mirrored(flat_slab(0.1)),
}


@pytest.mark.parametrize("name", SOLIDS)
def test_that_a_solid_is_closed_and_faces_outwards(name: str) -> None:
    assert_sound(SOLIDS[name])
    assert volume(SOLIDS[name]) > 0


def test_that_a_tube_has_the_volume_of_a_prism_over_its_section() -> None:
    # A regular decagon in the unit circle has the area 5 sin 36°.
    expected = 5 * np.sin(np.radians(36)) * 0.1**2 * 2
    assert volume(swept([(0, 0, 0), (2, 0, 0)], 0.1)) == pytest.approx(expected)


def test_that_a_plain_box_has_its_size_and_nearly_its_volume() -> None:
    solid = box((1, 2, 3), (0.2, 0.3, 0.4), radius=0.001)
    np.testing.assert_allclose(solid.bounds, [[0.9, 1.85, 2.8], [1.1, 2.15, 3.2]])
    assert volume(solid) == pytest.approx(0.2 * 0.3 * 0.4, rel=1e-3)


def test_that_a_cushion_is_puffed_in_the_middle_and_keeps_its_sides() -> None:
    solid = rounded_box((0.5, 0.4, 0.1), 0.03, puff=0.02)
    np.testing.assert_allclose(solid.bounds, [[-0.25, -0.2, -0.07], [0.25, 0.2, 0.07]])


def test_that_a_box_rounded_by_half_its_size_is_a_ball() -> None:
    solid = rounded_box((2, 2, 2), 1.0, round_steps=8)
    np.testing.assert_allclose(np.linalg.norm(solid.vertices, axis=1), 1.0, atol=2e-3)


def test_that_a_leg_is_cut_level_however_it_is_splayed() -> None:
    heights = upright([(0, 0, 0), (0.3, 0.2, 0.4)], 0.02).vertices[:, 2]
    assert np.isclose(heights, 0).sum() == np.isclose(heights, 0.4).sum() == len(heights) / 2


def test_that_a_bar_keeps_its_broad_side_where_it_was_told_to() -> None:
    bar = swept([(0, 0, 0), (0, 1, 0.5)], [(0.1, 0.01)], SQUARE, side=(1, 0, 0))
    np.testing.assert_allclose(bar.bounds[:, 0], [-0.1, 0.1])


def test_that_a_slab_is_as_thick_as_told_to_either_side() -> None:
    np.testing.assert_allclose(flat_slab(0.1).bounds, [[-1.05, -1.05, -0.05], [1.05, 1.05, 0.05]])


def test_that_rounded_corners_are_arcs_of_the_radius_between_straight_lines() -> None:
    path = rounded_path([(0, 0, 0), (2, 0, 0), (2, 2, 0)], 0.5, steps=6)
    np.testing.assert_allclose(path[[0, -1]], [(0, 0, 0), (2, 2, 0)])
    np.testing.assert_allclose(np.linalg.norm(path[1:-1] - (1.5, 0.5, 0), axis=1), 0.5)


def test_that_an_arc_shrinks_where_there_is_no_room() -> None:
    path = rounded_path([(0, 0, 0), (0.2, 0, 0), (0.2, 2, 0)], 0.5)
    assert (np.diff(path[:, 1]) >= 0).all()
    assert path[1, 0] >= 0.1


def test_that_a_straight_corner_is_left_out_of_a_path() -> None:
    assert len(rounded_path([(0, 0, 0), (0, 0, 1), (0, 0, 2)], 0.1)) == 2


def test_that_a_smooth_curve_passes_through_its_knots() -> None:
    knots = np.array([(0.0, 0), (1, 2), (3, 1), (4, 4)])
    np.testing.assert_allclose(smooth_curve(knots, steps=5)[::5], knots)


def test_that_the_outline_of_a_rounded_square_is_a_superellipse() -> None:
    u, v = rounded_square(*square_grid(9, 9), 3.0)
    border = np.concatenate([u[0], u[-1], u[:, 0]]), np.concatenate([v[0], v[-1], v[:, 0]])
    np.testing.assert_allclose(np.abs(border[0]) ** 3 + np.abs(border[1]) ** 3, 1.0)
    assert u[4, 4] == v[4, 4] == 0


def test_that_a_rounded_strip_has_round_corners_of_the_radius() -> None:
    x, y = rounded_strip(1.0, 0.2, 0.05)
    assert x.max() == pytest.approx(0.5, abs=1e-9)
    assert y.max() == pytest.approx(0.1)
    corner = (x[-1] >= 0.45) & (x[-1] < 0.5)
    distance = np.hypot(x[-1][corner] - 0.45, y[-1][corner] - 0.05)
    np.testing.assert_allclose(distance, 0.05)


def test_that_leaning_back_goes_up_and_towards_positive_y() -> None:
    assert leaned_point(0.2, 0.1, 0.4, 30, 1.0) == pytest.approx((0.2, 0.6, 0.4 + np.sqrt(0.75)))
    board = tilted_back(moved(box((0, 0, 0), (1, 0.02, 1)), (0, 0, 0.5)), 30)
    highest = board.vertices[board.vertices[:, 2].argmax()]
    assert highest[1] > 0.4


def test_that_a_quarter_turn_about_z_brings_x_to_y() -> None:
    solid = turned_about_z(box((1, 0, 0), (0.1, 0.1, 0.1)), 90)
    np.testing.assert_allclose(solid.bounds.mean(axis=0), (0, 1, 0), atol=1e-12)


def test_that_joined_solids_stay_closed_and_keep_their_volume() -> None:
    solids = [SOLIDS["box"], SOLIDS["ring"], *both_sides(SOLIDS["leg"])]
    whole = joined(solids)
    assert_sound(whole)
    assert volume(whole) == pytest.approx(sum(volume(solid) for solid in solids))
