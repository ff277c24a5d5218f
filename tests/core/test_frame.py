import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.frame import AXIS_ROTATIONS, UPRIGHT_ROTATIONS, Axis, Frame, Rows

points_of_any_size = st.builds(
    lambda unit, scale, offset: unit * scale + offset,
    arrays(np.float64, (12, 3), elements=st.floats(-1, 1)),
    st.floats(1e-6, 1e6),
    st.floats(-1e5, 1e5),
)


@settings(deadline=None)
@given(points_of_any_size, st.sampled_from(sorted(AXIS_ROTATIONS)))
def test_that_normalising_is_undone(points: np.ndarray, rotation: Rows) -> None:
    frame = Frame.fitting(points, rotation)
    size = max(float(np.abs(points).max()), frame.scale)
    there_and_back = frame.to_own(frame.to_normalised(points))
    np.testing.assert_allclose(there_and_back, points, atol=1e-9 * size)


@settings(deadline=None)
@given(points_of_any_size, st.sampled_from(sorted(AXIS_ROTATIONS)))
def test_that_a_fitted_frame_centres_the_box_and_scales_the_radius_to_one(
    points: np.ndarray, rotation: Rows
) -> None:
    frame = Frame.fitting(points, rotation)
    normalised = frame.to_normalised(points)
    tolerance = 1e-9 * max(1.0, float(np.abs(points).max()) / frame.scale)
    box_centre = (normalised.min(axis=0) + normalised.max(axis=0)) / 2
    np.testing.assert_allclose(box_centre, 0, atol=tolerance)
    radius = np.linalg.norm(normalised, axis=1).max()
    assert radius == pytest.approx(1, abs=tolerance) or np.ptp(points) < 1e-9


@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_that_the_up_axis_of_the_own_pose_becomes_z(axis: Axis) -> None:
    own_up = np.eye(3)["xyz".index(axis)]
    np.testing.assert_array_equal(np.array(UPRIGHT_ROTATIONS[axis]) @ own_up, [0, 0, 1])


def test_that_y_up_models_that_look_along_z_look_towards_minus_y() -> None:
    np.testing.assert_array_equal(np.array(UPRIGHT_ROTATIONS["y"]) @ [0, 0, 1], [0, -1, 0])


def test_that_points_go_the_way_of_the_formula() -> None:
    frame = Frame((1.0, 2.0, 3.0), 2.0, UPRIGHT_ROTATIONS["y"], "y")
    np.testing.assert_allclose(frame.to_normalised([[1.0, 4.0, 3.0]]), [[0, 0, 1]])
    np.testing.assert_allclose(frame.to_own([[0.0, 0.0, 1.0]]), [[1, 4, 3]])


@settings(deadline=None)
@given(
    st.tuples(*[st.floats(-1e9, 1e9)] * 3),
    st.floats(1e-9, 1e9),
    st.sampled_from(sorted(AXIS_ROTATIONS)),
    st.sampled_from(["x", "y", "z"]),
)
def test_that_json_brings_a_frame_back_exactly(
    centre: tuple[float, float, float], scale: float, rotation: Rows, up: Axis
) -> None:
    frame = Frame(centre, scale, rotation, up)
    assert Frame.from_json(json.loads(json.dumps(frame.as_json()))) == frame


def test_that_the_identity_changes_nothing() -> None:
    points = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(Frame.identity().to_normalised(points), points)


def test_that_points_in_one_place_get_a_scale_of_one() -> None:
    assert Frame.fitting(np.full((4, 3), 7.0)).scale == 1.0


@pytest.mark.parametrize(
    ("centre", "scale", "rotation", "up", "words"),
    [
        ((0.0, 0.0, 0.0), 0.0, UPRIGHT_ROTATIONS["z"], "z", "above 0"),
        ((0.0, 0.0, 0.0), float("nan"), UPRIGHT_ROTATIONS["z"], "z", "above 0"),
        ((0.0, float("inf"), 0.0), 1.0, UPRIGHT_ROTATIONS["z"], "z", "3 finite numbers"),
        ((0.0, 0.0, 0.0), 1.0, ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0)), "z", "mirror"),
        ((0.0, 0.0, 0.0), 1.0, ((2.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), "z", "lengths"),
        ((0.0, 0.0, 0.0), 1.0, UPRIGHT_ROTATIONS["z"], "w", "x, y or z"),
    ],
)
def test_that_an_impossible_frame_is_refused(
    centre: tuple[float, float, float], scale: float, rotation: Rows, up: Axis, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        Frame(centre, scale, rotation, up)


@pytest.mark.parametrize(
    "content", [{}, {"scale": 1}, [], None, {"centre": 3, "scale": 1, "up": "z"}]
)
def test_that_incomplete_json_is_a_value_error(content: object) -> None:
    with pytest.raises(ValueError, match="frame"):
        Frame.from_json(content)
