import numpy as np
import pytest

from core.colours import colour_table
from core.frame import Frame
from core.sampling import sample_surface_exactly
from core.thumbnails import thumbnail
from tests.small_shapes import box, chair_mesh


@pytest.fixture(scope="module")
def cloud() -> np.ndarray:
    points = sample_surface_exactly(chair_mesh(), 5000)
    return Frame.fitting(points).to_normalised(points).astype(np.float32)


@pytest.mark.parametrize("size", [24, 96, 160])
def test_that_a_thumbnail_has_its_size_and_a_transparent_background(
    cloud: np.ndarray, size: int
) -> None:
    picture = thumbnail(cloud, size)
    assert picture.shape == (size, size, 4)
    assert picture.dtype == np.uint8
    assert not picture[[0, -1]].any()
    assert not picture[:, [0, -1], 3].any()
    assert picture[..., 3].max() == 255


def test_that_the_chair_fills_the_picture_in_one_direction(cloud: np.ndarray) -> None:
    seen = thumbnail(cloud, 96)[..., 3] > 128
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) >= 0.85 * 96


def test_that_up_is_up_and_low_colours_lie_low(cloud: np.ndarray) -> None:
    picture = thumbnail(cloud, 96).astype(int)
    seen = picture[..., 3] == 255
    top = picture[:40][seen[:40]].mean(axis=0)
    bottom = picture[60:][seen[60:]].mean(axis=0)
    assert top[1] > bottom[1] + 40  # viridis ends in yellow and begins in violet
    assert top[2] < bottom[2]


def test_that_the_colours_of_height_are_those_of_the_window() -> None:
    # A pole seen from the side: its picture runs through the whole map from top to bottom.
    heights = np.linspace(-1, 1, 4000)
    pole = np.column_stack([np.zeros(4000), np.zeros(4000), heights])
    picture = thumbnail(pole, 96, azimuth=0, elevation=0).astype(float)
    column = picture[:, picture[..., 3].sum(axis=0).argmax()]
    shown = column[column[:, 3] > 100][::-1, :3]
    table = colour_table("height").astype(float)
    expected = table[np.linspace(0, 255, len(shown)).astype(int)]
    directions = [c / np.linalg.norm(c, axis=1, keepdims=True) for c in (shown, expected)]
    assert (directions[0] * directions[1]).sum(axis=1).min() > 0.99


def test_that_what_is_near_hides_what_is_far() -> None:
    generator = np.random.default_rng(0)
    near = generator.uniform(-1, 1, (3000, 3)) * [1, 0, 1] + [0, -0.5, 0]
    far = near * [0.8, 1, 0.8] + [0, 1, 0]
    colours = np.repeat([[250.0, 0, 0], [0, 0, 250.0]], 3000, axis=0)
    picture = thumbnail(np.concatenate([near, far]), 64, colour=colours, azimuth=0, elevation=0)
    assert picture[..., 0].max() > 150
    assert picture[..., 2].max() == 0
    behind = thumbnail(np.concatenate([near, far]), 64, colour=colours, azimuth=180, elevation=0)
    assert behind[32, 32, 2] > 100


def test_that_a_closed_surface_shows_no_holes() -> None:
    points = sample_surface_exactly(box(), 5000)
    cube = Frame.fitting(points).to_normalised(points)
    alpha = thumbnail(cube, 96)[..., 3]
    rows = np.flatnonzero((alpha > 0).any(axis=1))
    for row in rows:
        columns = np.flatnonzero(alpha[row])
        assert alpha[row, columns[0] + 5 : columns[-1] - 4].min(initial=255) == 255


def test_that_one_colour_can_be_asked_for(cloud: np.ndarray) -> None:
    picture = thumbnail(cloud, 48, colour=(200, 100, 0)).astype(float)
    seen = picture[picture[..., 3] == 255]
    assert (seen[:, 2] == 0).all()
    np.testing.assert_allclose(seen[:, 0], 2 * seen[:, 1], atol=2)
    assert seen[:, 0].std() > 5  # shaded


def test_that_the_same_cloud_gives_the_same_picture(cloud: np.ndarray) -> None:
    before = cloud.copy()
    assert np.array_equal(thumbnail(cloud), thumbnail(cloud))
    np.testing.assert_array_equal(cloud, before)


@pytest.mark.parametrize(
    "points",
    [
        np.empty((0, 3)),
        np.full((4, 3), np.nan),
        np.zeros((1, 3)),
        np.zeros((50, 3)),
        np.array([[0.0, 0, 0], [np.inf, 0, 0], [1, 1, 1]]),
        np.random.default_rng(0).normal(size=(60_000, 3)),
    ],
)
def test_that_odd_clouds_give_a_picture_too(points: np.ndarray) -> None:
    assert thumbnail(points, 32).shape == (32, 32, 4)
