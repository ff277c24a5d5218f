from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.importing import ImportProgress, ImportReport
from core.library import Library, NewChair
from core.made_chairs import (
    FAMILIES,
    SOURCE,
    add_made_chairs,
    adding,
    build_mesh,
    draw_made_chairs,
    mesh_of,
)

POINTS = 64


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.create(tmp_path / "library", points=POINTS)


def added_to(library: Library, count: int, seed: int = 0) -> ImportReport:
    *_, report = add_made_chairs(library, count, seed)
    assert isinstance(report, ImportReport)
    return report


def test_that_every_chair_is_a_step_and_the_report_comes_last(library: Library) -> None:
    *steps, report = add_made_chairs(library, 5, seed=2)
    names = [chair.name for chair in draw_made_chairs(5, seed=2)]
    assert steps == [
        ImportProgress(0, 5, ""),
        *(ImportProgress(done, 5, name) for done, name in enumerate(names, start=1)),
    ]
    assert isinstance(report, ImportReport)
    assert report.added == library.chairs
    assert [chair.name for chair in report.added] == names
    assert report.refused == ()


def test_that_the_report_is_also_the_value_of_the_generator(library: Library) -> None:
    steps = add_made_chairs(library, 1)
    _, _, report = next(steps), next(steps), next(steps)
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value is report


def test_that_family_and_parameters_are_kept_as_metadata(library: Library) -> None:
    added_to(library, 2 * len(FAMILIES))
    reopened = Library.open(library.folder)
    drawn = draw_made_chairs(2 * len(FAMILIES), seed=0)
    assert [dict(chair.metadata) for chair in reopened.chairs] == [
        chair.as_metadata() for chair in drawn
    ]
    assert Counter(chair.metadata["family"] for chair in reopened.chairs) == Counter(2 * FAMILIES)
    assert {chair.source for chair in reopened.chairs} == {SOURCE}


def test_that_clouds_lie_on_the_chairs_when_brought_back_to_metres(library: Library) -> None:
    added_to(library, 6)
    for chair, made in zip(library.chairs, draw_made_chairs(6, seed=0), strict=True):
        own = chair.frame.to_own(library.cloud(chair))
        low, high = build_mesh(made).bounds
        assert (own >= low - 1e-6).all()
        assert (own <= high + 1e-6).all()
        assert np.ptp(own[:, 2]) > 0.6 * (high - low)[2]


def test_that_about_a_fifth_of_the_chairs_is_kept_for_testing(library: Library) -> None:
    added_to(library, 120)
    assert 10 <= len(library.indices("test")) <= 40


def test_that_the_same_seed_again_brings_nothing_twice(library: Library) -> None:
    added_to(library, 4)
    report = added_to(library, 6)
    assert len(report.added) == 2
    assert len(report.refused) == 4
    assert "Choose another seed than 0" in report.refused[0].reason
    assert len(library) == 6


def test_that_closing_early_keeps_what_was_made(library: Library) -> None:
    steps = add_made_chairs(library, 10)
    for _ in range(4):
        next(steps)
    steps.close()
    assert [chair.name for chair in Library.open(library.folder).chairs] == [
        chair.name for chair in draw_made_chairs(3, seed=0)
    ]


def test_that_chairs_come_in_by_groups(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "GROUP", 3)
    steps = add_made_chairs(library, 7)
    sizes = [len(library) for step in steps if isinstance(step, ImportProgress)]
    assert sizes == [0, 0, 0, 3, 3, 3, 6, 6]
    assert len(library) == 7


def test_that_no_chairs_give_an_empty_report(library: Library) -> None:
    assert added_to(library, 0) == ImportReport()


def test_that_the_mesh_of_a_made_chair_is_made_again(library: Library) -> None:
    (chair,) = added_to(library, 1).added
    assert library.mesh(chair) is None
    mesh = mesh_of(library, chair)
    assert mesh is not None
    assert mesh.content_hash == chair.content_hash


def test_that_a_kept_mesh_is_given_as_it_is(library: Library) -> None:
    (made,) = added_to(library, 1).added
    mesh = build_mesh(draw_made_chairs(2, seed=0)[1])
    cloud = library.cloud(made)
    new = NewChair("drawn", cloud, made.frame, "train", "a.off", mesh.content_hash, mesh=mesh)
    (chair,) = library.add([new])
    kept = mesh_of(library, chair)
    assert kept is not None
    assert kept.content_hash == mesh.content_hash


def test_that_a_changed_recipe_gives_no_mesh_rather_than_another(library: Library) -> None:
    (chair,) = added_to(library, 1).added
    wider = {**chair.metadata, "seat_width": float(chair.metadata["seat_width"]) + 0.01}
    assert mesh_of(library, replace(chair, metadata=wider)) is None
    assert mesh_of(library, replace(chair, metadata={})) is None


def test_that_a_chair_whose_shape_was_rounded_elsewhere_keeps_its_mesh_and_comes_in_once(
    library: Library,
) -> None:
    new = next(iter(added_to(library, 1).added))
    elsewhere = Library.create(library.folder.parent / "elsewhere", points=POINTS)
    cloud, metadata = library.cloud(new), new.metadata
    (chair,) = elsewhere.add(
        [NewChair(new.name, cloud, new.frame, "test", SOURCE, "another hash", metadata=metadata)]
    )
    mesh = mesh_of(elsewhere, chair)
    assert mesh is not None
    assert mesh.content_hash == new.content_hash
    report = added_to(elsewhere, 1)
    assert not report.added
    assert report.refused[0].twin_id == chair.id


@pytest.mark.parametrize("parameter", ["seat_width", "seat_depth", "back_height"])
def test_that_a_changed_recipe_is_seen_where_the_hash_says_nothing(
    library: Library, parameter: str
) -> None:
    for chair in added_to(library, len(FAMILIES)).added:
        if parameter in chair.metadata:
            other = {**chair.metadata, parameter: float(chair.metadata[parameter]) + 0.01}
            assert mesh_of(library, replace(chair, metadata=other, content_hash="")) is None
            assert mesh_of(library, replace(chair, content_hash="")) is not None


def test_that_a_cloud_from_elsewhere_has_no_mesh(library: Library) -> None:
    (chair,) = added_to(library, 1).added
    assert mesh_of(library, replace(chair, source="scan.xyz")) is None
