"""Which colour a point takes."""

import numpy as np
import pytest

from core.colours import colours_of
from mogvae_gui.presenters.colouring import ERROR_RANGE, PLAIN, cloud_colours
from mogvae_gui.state.stage_state import Colouring, ShownCloud

HEIGHTS = np.array([-0.9, 0.0, 0.9, 5.0], dtype=np.float32)
POINTS = np.column_stack([np.zeros((4, 2), dtype=np.float32), HEIGHTS])
ERRORS = np.array([0.0, ERROR_RANGE / 2, ERROR_RANGE, 9.0], dtype=np.float32)


def shown(error: np.ndarray | None = ERRORS) -> ShownCloud:
    return ShownCloud("a", POINTS, POINTS, error=error)


def test_that_height_colours_mean_the_same_on_both_sides() -> None:
    low = ShownCloud("low", POINTS[:1], POINTS[:1])

    np.testing.assert_array_equal(
        cloud_colours(shown(), "height")[0], cloud_colours(low, "height")[0]
    )


def test_that_errors_beyond_the_range_are_as_bad_as_its_end() -> None:
    colours = cloud_colours(shown(), "error")

    np.testing.assert_array_equal(colours[2], colours[3])
    assert len(np.unique(colours[:3], axis=0)) == 3
    np.testing.assert_array_equal(colours, colours_of(ERRORS, "error", 0.0, ERROR_RANGE))


def test_that_without_errors_heights_are_shown() -> None:
    np.testing.assert_array_equal(
        cloud_colours(shown(None), "error"), cloud_colours(shown(None), "height")
    )


def test_that_normals_are_shown_on_one_colour() -> None:
    assert (cloud_colours(shown(), "normals") == PLAIN).all()


@pytest.mark.parametrize("colouring", ["height", "error", "normals"])
def test_that_colours_are_bytes_a_point(colouring: Colouring) -> None:
    colours = cloud_colours(shown(), colouring)

    assert colours.shape == (4, 3)
    assert colours.dtype == np.uint8
