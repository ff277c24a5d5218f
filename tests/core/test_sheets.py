"""Sheets: codes over a plane and along directions, and the page that they are drawn on."""

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from core.errors import SettingsError, StudioError
from core.sheet_file import A_PLACE, THE_MEAN, SheetPage, SheetPlan, plan_of_sheet, write_sheet
from core.sheets import SheetSettings, directions_of, make_sheet

LATENTS = (2, 8, 64)


def scattered(latent: int, count: int = 40) -> np.ndarray:
    """Codes whose axes are correlated and of different spread."""
    generator = np.random.default_rng(latent)
    mixing = generator.normal(size=(latent, latent))
    return np.asarray(generator.normal(size=(count, latent)) @ mixing + 2, dtype=np.float32)


@pytest.mark.parametrize("latent", LATENTS)
def test_that_a_plane_runs_to_the_right_and_upwards_in_sigmas_of_the_codes(latent: int) -> None:
    codes = scattered(latent)
    centre = codes[3]
    settings = SheetSettings(across=1, up=0, sigmas=2.0, cells=5)
    sheet = make_sheet(settings, codes, centre)
    assert sheet.codes.shape == (5, 5, latent)
    np.testing.assert_allclose(sheet.codes[2, 2], centre, rtol=1e-6)
    expected = centre.astype(np.float64)
    expected[1] += 2 * codes[:, 1].std()  # the right end
    expected[0] += 1 * codes[:, 0].std()  # one row above the middle
    np.testing.assert_allclose(sheet.codes[1, 4], expected, rtol=1e-4)
    assert (sheet.across, sheet.up) == ("z2", "z1")
    assert sheet.column_words == ("−2σ", "−1σ", "0σ", "+1σ", "+2σ")
    assert sheet.row_words == tuple(reversed(sheet.column_words))
    assert sheet.corners is not None
    np.testing.assert_array_equal(sheet.corners[1], sheet.codes[0, 4])


@pytest.mark.parametrize("latent", LATENTS)
def test_that_principal_directions_are_those_of_the_covariance(latent: int) -> None:
    codes = scattered(latent).astype(np.float64)
    found = directions_of(codes, "principal")
    covariance = np.cov(codes.T, bias=True)
    assert len(found.names) == latent
    assert (np.diff(found.sigmas) <= 1e-12).all()
    for vector, sigma in zip(found.vectors[:2], found.sigmas[:2], strict=True):
        np.testing.assert_allclose(covariance @ vector, sigma**2 * vector, atol=1e-4)
        assert np.linalg.norm(vector) == pytest.approx(1.0)


def test_that_strips_begin_with_the_direction_along_which_codes_vary_most() -> None:
    codes = np.random.default_rng(0).normal(size=(200, 8)) * np.arange(1, 9)
    settings = SheetSettings(kind="strips", sigmas=3.0, cells=7, strips=3)
    sheet = make_sheet(settings, codes, np.zeros(8))
    assert sheet.row_words == ("z8", "z7", "z6")
    assert sheet.codes.shape == (3, 7, 8)
    np.testing.assert_allclose(sheet.codes[0, -1, 7], 3 * codes[:, 7].std(), rtol=1e-6)
    assert np.count_nonzero(sheet.codes[0]) == 6  # one axis, and not in the middle
    assert sheet.corners is None


def test_that_a_plane_of_one_direction_twice_is_refused() -> None:
    with pytest.raises(SettingsError, match="two different directions from 1 to 8"):
        make_sheet(SheetSettings(across=2, up=2), scattered(8), np.zeros(8))
    with pytest.raises(SettingsError, match="not 1 and 4"):
        make_sheet(SheetSettings(across=0, up=3), scattered(2), np.zeros(2))


def decode(codes: np.ndarray) -> np.ndarray:
    """A box whose height is the first number of the code."""
    points = np.random.default_rng(0).uniform(-0.5, 0.5, size=(300, 3))
    return np.asarray(np.stack([points * [1, 1, 1 + abs(code[0])] for code in codes]), np.float32)


def page_of(tmp_path: Path, suffix: str) -> tuple[Path, SheetPage]:
    page = SheetPage(100.0, 120.0, 100, "svg" if suffix == "svg" else "png")
    return tmp_path / f"sheet.{suffix}", page


def test_that_a_png_has_the_size_of_its_page_and_says_where_it_comes_from(tmp_path: Path) -> None:
    sheet = make_sheet(SheetSettings(cells=3), scattered(3), np.zeros(3))
    path, page = page_of(tmp_path, "png")
    steps = list(write_sheet(sheet, decode, page, path, {"title": "Chairs", "run": "MoG & Co"}))
    assert steps[0] == (0, 3)
    with Image.open(path) as picture:
        width, height = picture.size
        assert abs(width - 100 / 25.4 * 100) <= 1
        assert abs(height - 120 / 25.4 * 100) <= 1
        assert picture.info["dpi"] == pytest.approx((100, 100), abs=0.1)
        facts = json.loads(picture.info["Description"])
        colours = picture.convert("RGB").getcolors(1_000_000)
    assert facts["run"] == "MoG & Co"
    assert facts["across"] == "z1"
    assert facts["middle"] == [0.0, 0.0, 0.0]
    assert colours is not None
    assert len(colours) > 100  # something is drawn


def test_that_an_svg_keeps_words_as_words_and_has_a_picture_for_each_cell(tmp_path: Path) -> None:
    sheet = make_sheet(SheetSettings(cells=3), scattered(3), np.zeros(3))
    path, page = page_of(tmp_path, "svg")
    for _ in write_sheet(sheet, decode, page, path, {"title": "Chairs", "run": "MoG & Co"}):
        pass
    root = ElementTree.parse(path).getroot()
    texts = {"".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Chairs", "z1", "z2", "−2σ"} <= texts
    assert len(list(root.iter("{http://www.w3.org/2000/svg}image"))) == 9
    assert float(str(root.get("width")).removesuffix("pt")) == pytest.approx(100 / 25.4 * 72)
    assert '"run": "MoG & Co"' in "".join(root.itertext())


def test_that_a_cancelled_sheet_leaves_nothing(tmp_path: Path) -> None:
    sheet = make_sheet(SheetSettings(cells=3), scattered(3), np.zeros(3))
    path, page = page_of(tmp_path, "png")
    writing = write_sheet(sheet, decode, page, path, {})
    next(writing)
    next(writing)
    writing.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["plane", "strips"])
@pytest.mark.parametrize("through", [THE_MEAN, A_PLACE])
def test_that_the_json_beside_a_sheet_says_what_it_takes_to_draw_it_again(
    tmp_path: Path, kind: str, through: str
) -> None:
    centre = np.array([0.25, -1.5, 3.0])  # an even number of cells has no cell there
    settings = SheetSettings(kind, "principal", 2, 0, 1.5, cells=4, strips=2)  # type: ignore[arg-type]
    sheet = make_sheet(settings, scattered(3), centre)
    path, page = page_of(tmp_path, "png")
    provenance = {"through": through, "run": "MoG-VAE", "epoch": 20}
    for _ in write_sheet(sheet, decode, page, path, provenance):
        pass

    content = json.loads(path.with_suffix(".json").read_text())
    assert (content["kind"], content["run"], content["epoch"]) == ("sheet", "MoG-VAE", 20)
    plan = plan_of_sheet(content, "sheet.json")
    assert plan.settings == settings
    if through == THE_MEAN:
        assert plan == SheetPlan(settings, None)
    else:
        assert plan.middle == pytest.approx(centre.tolist(), abs=1e-6)
    for change in ({"settings": {"cells": 99}}, {"settings": None}, {"middle": [float("inf")]}):
        with pytest.raises(StudioError, match=r"sheet\.json"):
            plan_of_sheet(content | change, "sheet.json")
