from pathlib import Path

import numpy as np
import pytest

from core.importing import import_paths
from core.library import Library
from core.posing import stand_up, turn
from tests.small_shapes import chair_mesh, write_off


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library", 500)
    path = write_off(tmp_path / "a.off", chair_mesh())
    list(import_paths(library, [path], up="x"))
    return library


def own_points(library: Library) -> np.ndarray:
    chair = library.chairs[0]
    return chair.frame.to_own(library.cloud(chair))


def test_that_a_chair_can_be_stood_up_later_and_keeps_its_own_pose(library: Library) -> None:
    own = own_points(library)
    (chair,) = stand_up(library, [library.chairs[0].id], "z")
    assert chair.frame.up == "z"
    np.testing.assert_allclose(own_points(library), own, atol=1e-6)
    cloud = library.cloud(chair)
    assert cloud[cloud[:, 2] > 0.6][:, 1].mean() > 0.3
    assert np.linalg.norm(cloud, axis=1).max() == pytest.approx(1, abs=1e-6)


def test_that_a_turn_moves_the_backrest_and_four_turns_undo_themselves(library: Library) -> None:
    (chair,) = stand_up(library, [library.chairs[0].id], "z")
    before = library.cloud(chair)
    (turned,) = turn(library, [chair.id], 1)
    cloud = library.cloud(turned)
    np.testing.assert_allclose(cloud, before[:, [1, 0, 2]] * [-1, 1, 1], atol=1e-6)
    turn(library, [chair.id], 3)
    np.testing.assert_allclose(library.cloud(0), before, atol=1e-6)


def test_that_posing_is_undone_by_putting_back(library: Library) -> None:
    before, cloud = library.chairs, library.cloud(0)
    stand_up(library, [before[0].id], "z")
    library.put_back(before)
    assert library.chairs == before
    np.testing.assert_array_equal(library.cloud(0), cloud)


def test_that_posing_nothing_changes_nothing(library: Library) -> None:
    assert turn(library, [], 1) == ()
