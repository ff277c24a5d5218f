"""Pictures without a screen: what is drawn, and where it is put."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.colours import component_colour
from core.components import Components
from core.latent_axes import chosen_axes
from mogvae_gui.pictures.drawing import draw_clouds, draw_latent_space
from mogvae_gui.pictures.page import Box, Page
from mogvae_gui.pictures.run_picture import _cards, _grid
from mogvae_gui.scenery import SCENE_COLOURS, ellipsoid_matrix, space_bounds

TWO = Components(
    means=np.array([[-2.0, 0.0, 0.0], [2.0, 0.0, 1.0]]),
    covariances=np.stack([np.diag([0.3, 0.2, 0.1]), np.diag([0.1, 0.4, 0.2])]),
    weights=np.array([0.3, 0.7]),
)


def holds_colour(pixels: np.ndarray, colour: tuple[int, int, int]) -> bool:
    """Whether some pixel has the hue of `colour`, however dark."""
    levels = pixels.reshape(-1, 3).astype(np.float64)
    levels = levels[levels.max(axis=1) > 60]
    wanted = np.array(colour) / np.linalg.norm(colour)
    return bool((levels @ wanted / np.linalg.norm(levels, axis=1)).max(initial=0) > 0.995)


def test_that_codes_are_drawn_in_the_colour_of_their_component() -> None:
    codes = np.array([[-2, 0, 0], [2, 0, 1]], dtype=np.float32)
    draw = {
        members: draw_latent_space(
            codes, np.array(members), None, chosen_axes(3), (120, 90), SCENE_COLOURS["dark"]
        )
        for members in ((0, 1), (2, 2))
    }
    assert draw[0, 1].shape == (90, 120, 3)
    assert holds_colour(draw[0, 1], component_colour(0))
    assert holds_colour(draw[0, 1], component_colour(1))
    assert not holds_colour(draw[2, 2], component_colour(0))


@pytest.mark.parametrize("latent", [1, 2, 3, 5])
def test_that_spaces_of_any_size_are_drawn(latent: int) -> None:
    components = Components(np.zeros((1, latent)), np.eye(latent)[None], np.ones(1))
    pixels = draw_latent_space(
        np.zeros((0, latent), dtype=np.float32),
        np.zeros(0, dtype=np.intp),
        components,
        chosen_axes(latent),
        (60, 60),
        SCENE_COLOURS["light"],
    )
    background = pixels[:, :3].mean(axis=1, keepdims=True)
    assert np.abs(pixels - background).max() > 20  # the ellipsoid stands out


def test_that_every_cloud_is_drawn_by_itself() -> None:
    generator = np.random.default_rng(0)
    clouds = generator.uniform(-0.5, 0.5, (2, 300, 3)).astype(np.float32)
    clouds[1, :, 2] *= 0.1
    colours = np.array([component_colour(k) for k in (0, 2)], dtype=np.uint8)
    first, second = draw_clouds(clouds, colours, (90, 90), SCENE_COLOURS["dark"])
    assert holds_colour(first, component_colour(0))
    assert holds_colour(second, component_colour(2))
    assert not holds_colour(second, component_colour(0))


def test_that_the_means_of_components_are_shown_with_their_members() -> None:
    cards = _cards(TWO, np.array([1, 1, 0, 1]), 3)
    assert [card.title for card in cards] == ["Component 1", "Component 2"]
    assert [card.more for card in cards] == ["30% · 1 chair", "70% · 3 chairs"]
    np.testing.assert_allclose(cards[1].code, TWO.means[1])


def test_that_of_many_components_the_heaviest_are_shown() -> None:
    weights = np.arange(1.0, 21.0)
    many = Components(np.zeros((20, 2)), np.stack([np.eye(2)] * 20), weights / weights.sum())
    cards = _cards(many, np.zeros(0, dtype=np.intp), 2)
    assert [card.title for card in cards] == [f"Component {k}" for k in range(9, 21)]


def test_that_one_gaussian_is_walked_through_along_its_widest_axes() -> None:
    one = Components(np.array([[1.0, 2.0, 3.0]]), np.diag([4.0, 0.01, 1.0])[None], np.ones(1))
    cards = _cards(one, np.zeros(0, dtype=np.intp), 3)
    assert len(cards) == 9
    assert cards[4].title == "Mean"
    np.testing.assert_allclose(cards[4].code, [1, 2, 3])
    assert cards[2].title == "z1 +1.5 σ, z3 +1.5 σ"
    np.testing.assert_allclose(cards[2].code, [1 + 3, 2, 3 + 1.5])
    assert [len(_cards(None, np.zeros(0, np.intp), latent)) for latent in (1, 2)] == [3, 9]


@pytest.mark.parametrize("count", range(1, 13))
def test_that_boxes_stay_inside_and_do_not_overlap(count: int) -> None:
    area = Box(10, 20, 700, 900)
    boxes = _grid(area, count)
    assert len(boxes) == count
    covered = np.zeros((1000, 1000), dtype=int)
    for box in boxes:
        assert box.x >= area.x
        assert box.y >= area.y
        assert box.x + box.width <= area.x + area.width
        assert box.y + box.height <= area.y + area.height
        covered[box.y : box.y + box.height, box.x : box.x + box.width] += 1
    assert covered.max() == 1


def test_that_a_page_shows_a_picture_where_it_was_put() -> None:
    import io

    from matplotlib.image import imread

    page = Page(200, 100, SCENE_COLOURS["dark"])
    page.add_picture(Box(40, 10, 60, 50), np.full((50, 60, 3), (200, 30, 30), dtype=np.uint8))
    page.add_text(120, 50, "run_1 $x$ and 5 %")
    pixels = (imread(io.BytesIO(page.png()))[..., :3] * 255).round()
    assert pixels.shape == (100, 200, 3)
    np.testing.assert_array_equal(pixels[35, 70], (200, 30, 30))
    np.testing.assert_array_equal(pixels[8, 70], pixels[0, 0])
    assert pixels[40:60, 120:].std() > 1  # the words


def test_that_ellipsoids_have_the_variance_of_their_component() -> None:
    generator = np.random.default_rng(0)
    factor = generator.normal(size=(3, 3))
    covariance, mean = factor @ factor.T, np.array([1.0, -2.0, 0.5])
    sphere = generator.normal(size=(50, 3))
    sphere /= np.linalg.norm(sphere, axis=1, keepdims=True)
    matrix = ellipsoid_matrix(mean, covariance, 2.0)
    away = sphere @ matrix[:3, :3].T + matrix[:3, 3] - mean
    mahalanobis = np.einsum("ni,ij,nj->n", away, np.linalg.inv(covariance), away)
    np.testing.assert_allclose(mahalanobis, 4.0, rtol=0.02)
    assert np.linalg.det(matrix) > 0


def test_that_the_space_holds_codes_and_two_sigmas() -> None:
    codes = np.array([[0, 5, 0]], dtype=np.float32)
    bounds = space_bounds(codes, TWO, chosen_axes(3), margin_share=0.0)
    expected = [-2 - 2 * 0.3**0.5, 2 + 2 * 0.1**0.5, -2 * 0.4**0.5, 5.0]
    np.testing.assert_allclose(bounds[:4], expected, rtol=1e-5)
    assert space_bounds(np.zeros((0, 3), np.float32), None, chosen_axes(3))[0] < 0


def test_that_pictures_need_no_qt() -> None:
    code = (
        "import sys, mogvae_gui.pictures\n"
        "sys.exit(','.join(m for m in sys.modules if m.startswith(('PySide6', 'pyvistaqt'))) or 0)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_that_scenes_have_the_colours_of_the_window() -> None:
    from mogvae_gui.views.theme import DARK, LIGHT

    for palette in (DARK, LIGHT):
        for name, colour in vars(SCENE_COLOURS[palette.name]).items():
            assert getattr(palette, name) == colour, f"{palette.name} {name}"
