"""Codes of chairs in a run: of these chairs, whatever other library counts as they do."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.array_files import load_arrays
from core.library import Library
from core.library.index import read_index
from core.library_codes import codes_of_chairs, with_later_chairs
from core.posing import turn
from core.project import Project
from core.run_edits import link_run
from core.training.run import Run
from core.training.snapshots import list_snapshots, load_snapshot, read_moment
from tests.small_project import CHAIRS, POINTS, RUN, add_chairs


@pytest.fixture
def stranger(tmp_path: Path) -> Project:
    """A project of other chairs, whose ids are those of the small project's."""
    project = Project.create(tmp_path / "Stranger", points=POINTS)
    add_chairs(project.library, seed=5)
    return project


def clouds_of(library: Library) -> np.ndarray:
    return np.stack([library.cloud(chair) for chair in library.chairs])


def test_that_a_linked_run_of_another_project_gives_each_chair_its_own_code(
    stranger: Project, small_project: Project
) -> None:
    name = link_run(stranger, small_project.run_folder(RUN))
    run, library = Run.open(stranger.run_folder(name)), stranger.library
    saved = run.codes()
    assert saved is not None
    assert saved.ids == tuple(chair.id for chair in library.chairs)
    model = run.model()

    codes = codes_of_chairs(run, model, library, library.chairs)

    np.testing.assert_allclose(codes, model.encode(clouds_of(library))[0], atol=1e-5)
    assert np.abs(codes - saved.codes).max(axis=1).min() > 1e-4
    epoch = list_snapshots(run.folder)[0].epoch
    model, moment = load_snapshot(run, epoch), read_moment(run.folder, epoch)
    codes = with_later_chairs(moment, model, library, library.chairs)
    np.testing.assert_allclose(codes, model.encode(clouds_of(library))[0], atol=1e-5)


def test_that_the_same_chairs_in_another_project_keep_their_codes(
    small_project: Project, own_project: Project
) -> None:
    run = Run.open(small_project.run_folder(RUN))
    saved, chairs = run.codes(), own_project.library.chairs
    assert saved is not None

    codes = codes_of_chairs(run, run.model(), own_project.library, chairs)

    np.testing.assert_array_equal(codes, saved.codes)


def test_that_codes_that_came_by_in_a_training_do_not_stand_for_those_of_its_last_weights(
    own_project: Project,
) -> None:
    run, library = Run.open(own_project.run_folder(RUN)), own_project.library
    saved, model = run.codes(), run.model()
    assert saved is not None
    run.write_codes(replace(saved, codes=saved.codes + 0.5, exact=False))

    codes = codes_of_chairs(run, model, library, library.chairs)

    np.testing.assert_allclose(codes, model.encode(clouds_of(library))[0], atol=1e-5)


def test_that_a_chair_that_was_turned_is_encoded_as_it_stands(own_project: Project) -> None:
    run, library = Run.open(own_project.run_folder(RUN)), own_project.library
    saved, model = run.codes(), run.model()
    assert saved is not None
    (turned,) = turn(library, [library.chairs[4].id], quarter_turns=1)

    codes = codes_of_chairs(run, model, library, library.chairs)

    anew = model.encode(library.cloud(turned)[None])[0][0]
    np.testing.assert_allclose(codes[4], anew, atol=1e-5)
    assert not np.allclose(codes[4], saved.codes[4], atol=1e-4)
    others = np.arange(CHAIRS) != 4
    np.testing.assert_array_equal(codes[others], saved.codes[others])


def test_that_a_cloud_has_the_same_hash_after_the_library_is_read_again(
    own_project: Project,
) -> None:
    library = own_project.library
    turn(library, [library.chairs[0].id], quarter_turns=1)
    before = [chair.posed_hash for chair in library.chairs]

    assert [chair.posed_hash for chair in Library.open(library.folder).chairs] == before
    assert len(set(before)) == CHAIRS


def test_that_the_shipped_demo_needs_no_encoding() -> None:
    demo = Path(__file__).parents[2] / "resources" / "demo"
    chairs = read_index(demo / "library").chairs
    for folder in (demo / "runs").iterdir():
        kept = load_arrays(folder / "codes.npz")
        known = set(zip(kept["ids"].tolist(), kept["posed_hashes"].tolist(), strict=True))
        assert known == {(chair.id, chair.posed_hash) for chair in chairs}
