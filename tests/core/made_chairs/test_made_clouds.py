from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import numpy as np
import pytest

from core.made_chairs import MadeCloud, build_mesh, clouds, draw_made_chairs, made_clouds
from core.sampling import sample_surface


def assert_same(first: list[MadeCloud], second: list[MadeCloud]) -> None:
    assert [cloud.chair for cloud in first] == [cloud.chair for cloud in second]
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.points, other.points)
        assert one.frame == other.frame
        assert one.content_hash == other.content_hash


def test_that_clouds_are_normalised_and_the_frame_leads_back_to_metres() -> None:
    chairs = draw_made_chairs(12, seed=1)
    for cloud in made_clouds(chairs, points=400, seed=3):
        assert cloud.points.shape == (400, 3)
        assert cloud.points.dtype == np.float32
        low, high = cloud.points.min(axis=0), cloud.points.max(axis=0)
        np.testing.assert_allclose(low + high, 0, atol=1e-5)
        assert np.linalg.norm(cloud.points, axis=1).max() == pytest.approx(1, abs=1e-6)
        mesh = build_mesh(cloud.chair)
        np.testing.assert_allclose(
            cloud.frame.to_own(cloud.points), sample_surface(mesh, 400, 3), atol=1e-6
        )
        assert cloud.content_hash == mesh.content_hash


def test_that_the_seed_of_the_sampling_chooses_other_points_of_the_same_chair() -> None:
    chairs = draw_made_chairs(1, seed=1)
    first, second = (next(iter(made_clouds(chairs, 100, seed))) for seed in (0, 1))
    assert first.content_hash == second.content_hash
    assert not np.array_equal(first.points, second.points)


def test_that_several_processes_make_the_same_clouds_in_the_same_order() -> None:
    chairs = draw_made_chairs(2 * clouds.CHAIRS_PER_TASK + 3, seed=1)
    assert_same(
        list(made_clouds(chairs, points=16, processes=2)),
        list(made_clouds(chairs, points=16, processes=1)),
    )


def test_that_clouds_are_made_here_where_processes_cannot_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chairs = draw_made_chairs(clouds.CHAIRS_PER_TASK + 5, seed=1)
    whole = list(made_clouds(chairs, points=16, processes=1))

    def breaks_after_three(*_: Any) -> Iterator[MadeCloud]:
        yield from whole[:3]
        raise BrokenProcessPool

    monkeypatch.setattr(clouds, "_on_processes", breaks_after_three)
    assert_same(list(made_clouds(chairs, points=16, processes=2)), whole)


def test_that_few_chairs_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clouds, "_on_processes", pytest.fail)
    assert len(list(made_clouds(draw_made_chairs(60, seed=0), points=8))) == 60


def test_that_no_chairs_give_no_clouds() -> None:
    assert list(made_clouds([])) == []
