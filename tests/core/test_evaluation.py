"""A run measured, shapes reconstructed, codes of chairs that came later."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import LibraryError, RunError
from core.evaluation import Evaluation, EvaluationProgress, chairs_of_split, evaluate, floor_pairs
from core.importing import ReadingProcesses, import_paths
from core.library import Library
from core.library_codes import codes_of_chairs
from core.made_chairs import add_made_chairs
from core.metrics import compare_clouds
from core.reconstruction import (
    Original,
    decode_as_many,
    original_from_chair,
    original_from_file,
    reconstruct,
    worthwhile_processes,
)
from core.shape_model import ShapeModel
from core.training.presets import recommended
from core.training.run import LibraryCodes, Run

POINTS = 64
SAMPLE_CHAIRS = Path(__file__).parents[2] / "resources" / "chairs"
SETTINGS = recommended("mog").with_changes(latent=2, components=2, decoder="pointwise")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Made chairs, of which one has lost what its mesh is made from."""
    made = Library.create(tmp_path_factory.mktemp("made") / "library", POINTS)
    for _ in add_made_chairs(made, 8, seed=1):
        pass
    index = made.folder / "index.json"
    first = made.chairs[0].metadata["family"]
    index.write_text(index.read_text(encoding="utf-8").replace(f'"{first}"', '"unknown"', 1))
    made.reload()
    return made


@pytest.fixture(scope="module")
def model() -> ShapeModel:
    return ShapeModel(SETTINGS, POINTS)


def last(steps: Iterator[EvaluationProgress | Evaluation]) -> Evaluation:
    *progress, evaluation = steps
    assert all(isinstance(step, EvaluationProgress) for step in progress)
    assert isinstance(evaluation, Evaluation)
    return evaluation


def test_that_each_chair_is_compared_with_its_own_reconstruction(
    library: Library, model: ShapeModel
) -> None:
    chairs = library.chairs[2:5]
    evaluation = last(evaluate(model, library, chairs, processes=0))
    assert evaluation.points == POINTS
    assert [design.chair for design in evaluation.designs] == list(chairs)
    for design in evaluation.designs:
        cloud = library.cloud(design.chair)
        expected = compare_clouds(
            model.reconstruct(cloud[None])[0], cloud, scale=design.chair.frame.scale
        )
        assert vars(design.metrics) == pytest.approx(vars(expected))
    mean = np.mean([design.metrics.cd_1 for design in evaluation.designs])
    assert evaluation.mean["cd_1"] == pytest.approx(mean)


def test_that_every_record_has_the_scale_of_its_chairs_frame(
    library: Library, model: ShapeModel
) -> None:
    chairs = library.chairs[1:4]
    evaluation = last(evaluate(model, library, chairs, processes=0))
    scales = [chair.frame.scale for chair in chairs]
    assert 1.0 not in scales
    assert len(set(scales)) == 3
    assert [design.metrics.scale for design in evaluation.designs] == scales
    assert [design.metrics.scale for design in evaluation.floor] == scales


def test_that_progress_counts_chairs_and_floors(library: Library, model: ShapeModel) -> None:
    steps = list(evaluate(model, library, library.chairs[:2], processes=0))
    counted = [(step.done, step.total) for step in steps if isinstance(step, EvaluationProgress)]
    assert counted == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_that_the_floor_is_below_any_reconstruction_and_above_zero(
    library: Library, model: ShapeModel
) -> None:
    evaluation = last(evaluate(model, library, library.chairs, processes=0))
    assert len(evaluation.floor) == len(library) - 1  # one has no mesh any more
    assert evaluation.mean_floor is not None
    for metric in ("cd_sq", "cd_1", "emd"):
        assert 0 < evaluation.mean_floor[metric] < evaluation.mean[metric]


def test_that_floors_are_taken_evenly_over_the_chairs(library: Library) -> None:
    pairs = floor_pairs(library, library.chairs, most=3)
    assert [chair.name for chair, _ in pairs] == [library.chairs[i].name for i in (1, 4, 7)]


def test_that_the_floor_of_a_real_chair_at_5000_points_is_what_readers_are_told(
    tmp_path: Path,
) -> None:
    one = Library.create(tmp_path / "library", points=5000)
    for _ in import_paths(one, [SAMPLE_CHAIRS / "aws" / "aws-chair-a-01-visual.dae"]):
        pass
    ((_, pair),) = floor_pairs(one, one.chairs)

    floor = compare_clouds(*pair)

    assert floor.points == floor.reference_points == 5000
    assert 4e-4 < floor.cd_sq < 8e-4  # about 6e-4
    assert floor.emd is not None
    assert 0.027 < floor.emd < 0.041  # about 0.034


def test_that_no_floor_is_told_where_no_mesh_is_known(library: Library, model: ShapeModel) -> None:
    evaluation = last(evaluate(model, library, library.chairs[:1], processes=0))
    assert evaluation.mean_floor is None


def test_that_a_split_without_chairs_is_a_sentence(tmp_path: Path) -> None:
    empty = Library.create(tmp_path / "library", POINTS)
    for split, words in (("test", "no test chairs"), ("all", "no chairs")):
        with pytest.raises(LibraryError, match=words):
            chairs_of_split(empty, split)


def test_that_the_sides_of_the_split_are_all_chairs(library: Library) -> None:
    sides = [chairs_of_split(library, split) for split in ("train", "test")]
    assert sum(map(len, sides)) == len(chairs_of_split(library, "all")) == len(library)
    assert all(chair.split == "train" for chair in sides[0])


def test_that_shapes_go_through_the_model_and_back(library: Library, model: ShapeModel) -> None:
    originals = [original_from_chair(library, chair) for chair in library.chairs[:2]]
    done = list(reconstruct(model, originals, processes=0))
    assert [each.original for each in done] == originals
    for each in done:
        code, _ = model.encode(each.original.points[None])
        np.testing.assert_array_equal(each.code, code[0])
        np.testing.assert_array_equal(each.points, model.decode(code)[0])
        scale = each.original.frame.scale
        assert scale != 1.0
        assert each.metrics == compare_clouds(each.points, each.original.points, scale=scale)


def test_that_a_file_becomes_a_normalised_original_with_its_frame(tmp_path: Path) -> None:
    path = tmp_path / "wedge.obj"
    path.write_text("v 5 0 0\nv 9 0 0\nv 5 8 0\nv 5 0 6\nf 1 2 3\nf 1 2 4\nf 1 3 4\nf 2 3 4\n")
    with ReadingProcesses(1) as reading:
        original = original_from_file(reading, path, POINTS, up="z")
    assert (original.name, original.source, original.chair) == ("wedge", str(path), None)
    assert original.points.shape == (POINTS, 3)
    own = original.frame.to_own(original.points)
    assert own.min() >= -1e-5
    assert (own[:, 0] >= 5 - 1e-5).all()
    assert np.linalg.norm(original.points, axis=1).max() == pytest.approx(1.0, abs=1e-5)


def test_that_more_points_than_a_run_can_decode_are_a_sentence() -> None:
    article = ShapeModel(SETTINGS.with_changes(decoder="article"), POINTS)
    codes = np.zeros((1, 2), dtype=np.float32)
    assert decode_as_many(article, codes, POINTS).shape == (1, POINTS, 3)
    with pytest.raises(RunError, match="decodes 64 points and the shapes have 65"):
        decode_as_many(article, codes, POINTS + 1)


def test_that_processes_start_only_where_they_are_worth_it() -> None:
    small, large = np.zeros((64, 3)), np.zeros((5000, 3))
    assert worthwhile_processes([]) == 0
    assert worthwhile_processes([(small, small)] * 9) == 0
    assert worthwhile_processes([(large, large)]) == 0
    assert 1 <= worthwhile_processes([(large, large)] * 9) <= 8


def test_that_nothing_to_reconstruct_is_nothing(model: ShapeModel) -> None:
    nothing: list[Original] = []
    assert list(reconstruct(model, nothing)) == []


def test_that_saved_codes_are_used_and_later_chairs_are_encoded(
    library: Library, model: ShapeModel, tmp_path: Path
) -> None:
    run = Run.create(tmp_path / "run", SETTINGS)
    chairs = library.chairs[:4]
    fresh, _ = model.encode(np.stack([library.cloud(chair) for chair in chairs]))
    np.testing.assert_allclose(codes_of_chairs(run, model, library, chairs), fresh, atol=1e-6)
    known = np.array([[7.0, 8.0], [9.0, 10.0]], dtype=np.float32)
    ids, hashes = zip(*((one.id, one.posed_hash) for one in (chairs[3], chairs[1])), strict=True)
    kept = LibraryCodes(ids, known, 0 * known, np.ones((2, 1)), True, hashes)
    run.write_codes(kept)
    codes = codes_of_chairs(run, model, library, chairs)
    np.testing.assert_array_equal(codes[[3, 1]], known)
    np.testing.assert_allclose(codes[[0, 2]], fresh[[0, 2]], atol=1e-6)

    run.write_codes(replace(kept, posed_hashes=()))  # as an older program did
    np.testing.assert_allclose(codes_of_chairs(run, model, library, chairs), fresh, atol=1e-6)
