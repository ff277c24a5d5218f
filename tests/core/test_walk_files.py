"""A walk as files: a table, numbered clouds, GIF and MP4; cancelled ones leave nothing."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from core.errors import StudioError
from core.frame import Frame
from core.shape_files import read_shape
from core.walk_files import (
    Walk,
    WalkPlan,
    WalkStop,
    plan_of_walk,
    write_clouds,
    write_codes,
    write_gif,
    write_mp4,
)

STEPS = 12


@pytest.fixture
def walk() -> Walk:
    codes = np.linspace([0.0, 1.0], [1.0, -1.0], STEPS)
    density = np.linspace(-3, -5, STEPS)
    stops = (
        WalkStop("oak", (0.0, 1.0), chair_id="id-oak"),
        WalkStop("Component 2", (1.0, -1.0), component=1),
    )
    return Walk(codes, density, "along", stops, "MoG-VAE", {"latent": 2}, epoch=20)


def frames(drawn: list[int] | None = None) -> Iterator[np.ndarray]:
    """Pictures that brighten, with an even number of pixels."""
    for step in range(STEPS):
        if drawn is not None:
            drawn.append(step)
        yield np.full((48, 64, 3), step * 20, dtype=np.uint8)


def clouds() -> Iterator[np.ndarray]:
    for step in range(STEPS):
        yield np.random.default_rng(step).uniform(-1, 1, size=(50, 3)).astype(np.float32)


def test_that_a_table_has_a_row_for_each_step(walk: Walk, tmp_path: Path) -> None:
    write_codes(walk, tmp_path / "codes.csv")
    with (tmp_path / "codes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == STEPS
    assert list(rows[0]) == ["step", "share", "log_density_nats", "z1", "z2"]
    np.testing.assert_allclose([float(row["z2"]) for row in rows], walk.codes[:, 1], atol=1e-8)
    assert float(rows[-1]["share"]) == 1.0
    assert float(rows[-1]["log_density_nats"]) == -5.0


def test_that_numbered_clouds_sort_by_name_and_say_their_code(walk: Walk, tmp_path: Path) -> None:
    for name in ("walk", "walk-2"):
        for _ in write_clouds(walk, clouds(), tmp_path / "walk", "ply", Frame.identity()):
            pass
        assert (tmp_path / name / "walk.json").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["walk", "walk-2"]
    files = sorted((tmp_path / "walk").glob("*.ply"))
    assert len(files) == STEPS
    for file, cloud, code in zip(files, clouds(), walk.codes, strict=True):
        points = read_shape(file).points
        assert points is not None
        np.testing.assert_allclose(points, cloud, atol=1e-6)
        provenance = json.loads(file.with_suffix(".json").read_text())
        assert provenance["code"] == pytest.approx(list(code))
        assert (provenance["run"], provenance["epoch"]) == ("MoG-VAE", 20)


def test_that_a_gif_has_every_step_in_order_and_loops(walk: Walk, tmp_path: Path) -> None:
    for _ in write_gif(walk, frames(), tmp_path / "walk.gif", 20):
        pass
    with Image.open(tmp_path / "walk.gif") as image:
        assert image.n_frames == STEPS  # type: ignore[attr-defined]
        assert image.info["loop"] == 0
        assert image.info["duration"] == 50
        image.seek(7)
        assert np.asarray(image.convert("RGB"))[10, 10] == pytest.approx(140, abs=4)
    assert json.loads((tmp_path / "walk.json").read_text())["stops"] == ["oak", "Component 2"]


def test_that_an_mp4_has_every_step_in_order(walk: Walk, tmp_path: Path) -> None:
    for _ in write_mp4(walk, frames(), tmp_path / "walk.mp4", 20):
        pass
    with av.open(str(tmp_path / "walk.mp4")) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        assert container.streams.video[0].average_rate == 20
    assert len(pictures) == STEPS
    assert pictures[0].shape == (48, 64, 3)
    brightness = [float(picture.mean()) for picture in pictures]
    np.testing.assert_allclose(brightness, np.arange(STEPS) * 20, atol=4)


@pytest.mark.parametrize("kind", ["clouds", "gif", "mp4"])
def test_that_a_cancelled_export_leaves_nothing_and_draws_no_further(
    walk: Walk, tmp_path: Path, kind: str
) -> None:
    drawn: list[int] = []
    writing = {
        "clouds": lambda: write_clouds(walk, clouds(), tmp_path / "walk", "xyz", None),
        "gif": lambda: write_gif(walk, frames(drawn), tmp_path / "walk.gif", 20),
        "mp4": lambda: write_mp4(walk, frames(drawn), tmp_path / "walk.mp4", 20),
    }[kind]()
    assert next(writing) == (1, STEPS)
    next(writing)
    writing.close()
    assert list(tmp_path.iterdir()) == []
    assert len(drawn) <= 2


def test_that_the_json_of_a_walk_says_what_it_takes_to_make_it_again(walk: Walk) -> None:
    content = json.loads(json.dumps(walk.as_json()))
    assert content["epoch"] == 20
    assert plan_of_walk(content, "walk.json") == WalkPlan(walk.stops, "along", STEPS)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stop_places": None}, "earlier version"),
        ({"stop_places": 7}, "damaged"),
        ({"stop_places": [{"code": [1.0]}]}, "damaged"),
        ({"way": "sideways"}, "sideways"),
        ({"steps": "many"}, "many"),
    ],
)
def test_that_the_json_of_a_walk_that_leads_nowhere_is_a_sentence(
    walk: Walk, change: dict[str, object], words: str
) -> None:
    with pytest.raises(StudioError, match=words):
        plan_of_walk(walk.as_json() | change, "walk.json")


def test_that_stops_of_two_spaces_or_at_no_place_make_no_walk(walk: Walk) -> None:
    content = walk.as_json()
    for code in ([1.0, 2.0, 3.0], [float("nan"), 0.0]):
        content["stop_places"][0]["code"] = code
        with pytest.raises(StudioError, match=r"walk\.json"):
            plan_of_walk(content, "walk.json")
