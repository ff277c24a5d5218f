"""Places are kept exactly, and the trail leads back and forward as in a browser."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bookmarks import bookmarks_as_json, bookmarks_from_json, new_bookmark, unique_name
from core.places import MOST_VISITS, CameraPose, Place, Showing, Trail
from core.plain_text import clean_text

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
VECTORS = st.tuples(NUMBERS, NUMBERS, NUMBERS)
POSES = st.builds(
    CameraPose,
    VECTORS,
    VECTORS,
    VECTORS,
    st.floats(1.0, 170.0),
    st.none() | st.floats(1e-6, 1e6),
)
SHOWINGS = st.builds(
    Showing,
    title=st.text(max_size=20).map(clean_text),
    component=st.none() | st.integers(0, 20),
    seed=st.none() | st.integers(0, 99),
    second=st.none() | st.lists(NUMBERS, min_size=1, max_size=8).map(tuple),
)
PLACES = st.builds(
    Place,
    run=st.none() | st.text(max_size=8),
    chair_ids=st.lists(st.text(min_size=1, max_size=8), max_size=3).map(tuple),
    code=st.none() | st.lists(NUMBERS, min_size=1, max_size=8).map(tuple),
    on_chair=st.booleans(),
    component=st.none() | st.integers(0, 20),
    cameras=st.dictionaries(st.sampled_from(["stage", "latent"]), POSES),
    epoch=st.none() | st.integers(0, 10_000),
    stage_chair=st.none() | st.text(min_size=1, max_size=8),
    showing=st.none() | SHOWINGS,
)
POSE = CameraPose((1.0, 2.0, 3.0), (0.0, 0.0, 0.1), (0.0, 0.0, 1.0), 30.0)


def place(number: int) -> Place:
    return Place("run", (f"c{number}",), (number / 3,), on_chair=True)


@given(PLACES)
def test_that_a_place_that_was_written_and_read_is_the_same(there: Place) -> None:
    assert Place.from_json(json.loads(json.dumps(there.as_json()))) == there


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {"run": 3},
        {"chairs": "c1"},
        {"chairs": [1]},
        {"code": [1.0, "2"]},
        {"code": [float("nan")]},
        {"code": [True]},
        {"code": "0.1"},
        {"component": -1},
        {"component": 0.5},
        {"epoch": -1},
        {"epoch": "3"},
        {"stage_chair": 3},
        {"showing": []},
        {"showing": {"title": 3}},
        {"showing": {"seed": -1}},
        {"showing": {"component": "1"}},
        {"showing": {"second": "0.1"}},
        {"showing": {"second": [float("inf")]}},
        {"cameras": [1]},
        {"cameras": {"stage": {}}},
        {"cameras": {"stage": {**POSE.as_json(), "position": [1.0, 2.0]}}},
        {"cameras": {"stage": {**POSE.as_json(), "view_angle": 0.0}}},
        {"cameras": {"stage": {**POSE.as_json(), "up": [0, 0, float("inf")]}}},
        {"cameras": {"latent": {**POSE.as_json(), "parallel_scale": 0.0}}},
        {"cameras": {"latent": {**POSE.as_json(), "parallel_scale": float("nan")}}},
        {"cameras": {"latent": {**POSE.as_json(), "parallel_scale": "2"}}},
    ],
)
def test_that_a_damaged_place_is_refused_with_words(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        Place.from_json(wrong)


def test_that_a_camera_that_was_kept_before_maps_had_a_scale_is_read() -> None:
    kept = POSE.as_json()
    del kept["parallel_scale"]

    assert CameraPose.from_json(kept) == POSE


def test_that_an_older_place_does_not_say_whether_it_is_a_components_mean_or_a_sample() -> None:
    older = {"run": "run", "chairs": ["c1"], "code": [0.5], "on_chair": False, "component": 2}

    assert Place.from_json(older) == Place("run", ("c1",), (0.5,), showing=Showing(component=2))
    assert Place.from_json(older | {"component": None}) == Place("run", ("c1",), (0.5,))


def test_that_a_place_knows_which_chair_the_stage_shows() -> None:
    chosen = Place("run", ("c1", "c2"), on_chair=True)
    kept = Place("run", (), on_chair=True, stage_chair="c1")  # Esc was pressed

    assert (chosen.chair_on_stage, kept.chair_on_stage) == ("c1", "c1")
    assert kept.is_somewhere
    assert not Place("run", (), on_chair=True).is_somewhere
    assert kept.key != dataclasses.replace(kept, stage_chair="c2").key


def test_that_a_components_mean_is_the_same_place_while_it_moves() -> None:
    here = Place("run", ("c1",), (0.5, 1.0), component=1)

    assert here.key == dataclasses.replace(here, code=(0.4, 1.0)).key
    assert here.key != dataclasses.replace(here, component=2).key


def test_that_a_way_of_looking_and_a_chairs_own_code_do_not_make_another_place() -> None:
    here = Place("run", ("c1",), (0.5, 1.0), on_chair=True)

    assert here.key == dataclasses.replace(here, cameras={"stage": POSE}).key
    assert here.key == dataclasses.replace(here, code=(0.4, 1.0)).key
    assert here.key != dataclasses.replace(here, on_chair=False).key
    free = dataclasses.replace(here, on_chair=False)
    assert free.key != dataclasses.replace(free, code=(0.4, 1.0)).key
    assert free.key != dataclasses.replace(free, component=0).key
    assert here.key != dataclasses.replace(here, run="other").key
    assert here.key != dataclasses.replace(here, chair_ids=("c1", "c2")).key


def test_that_the_trail_leads_back_and_forward() -> None:
    trail = Trail()
    assert trail.back() is None
    assert trail.forward() is None
    for number in (1, 2, 3):
        trail.visit(place(number))

    assert trail.back() == place(2)
    assert trail.back() == place(1)
    assert trail.back() is None
    assert trail.current == place(1)
    assert trail.after == place(2)
    assert trail.forward() == place(2)
    assert (trail.before, trail.after) == (place(1), place(3))


def test_that_going_somewhere_else_forgets_what_lay_ahead() -> None:
    trail = Trail()
    for number in (1, 2, 3):
        trail.visit(place(number))
    trail.back()
    trail.back()

    trail.visit(place(9))

    assert trail.forward() is None
    assert trail.back() == place(1)


def test_that_the_same_place_again_is_no_visit_and_takes_over_its_code() -> None:
    trail = Trail()
    trail.visit(place(1))
    known = dataclasses.replace(place(1), code=(7.0,))
    trail.visit(known)

    assert len(trail) == 1
    assert trail.current == known


def test_that_arriving_where_back_led_keeps_what_lies_ahead() -> None:
    trail = Trail()
    for number in (1, 2):
        trail.visit(place(number))
    trail.back()
    trail.visit(place(1))

    assert trail.forward() == place(2)


def test_that_the_trail_forgets_the_oldest_first() -> None:
    trail = Trail()
    for number in range(MOST_VISITS + 3):
        trail.visit(place(number))
    while trail.back() is not None:
        pass

    assert len(trail) == MOST_VISITS
    assert trail.current == place(3)


PNG = b"\x89PNG\r\n\x1a\nrest"


@given(st.lists(PLACES, max_size=3))
def test_that_bookmarks_come_back_as_they_were(places: list[Place]) -> None:
    kept = tuple(new_bookmark(f"Place {n}", there, PNG) for n, there in enumerate(places))

    assert bookmarks_from_json(json.loads(json.dumps(bookmarks_as_json(kept)))) == (kept, ())


def test_that_a_damaged_bookmark_does_not_take_the_others_with_it() -> None:
    kept = [new_bookmark(name, place(1), PNG) for name in ("one", "two", "three")]
    content = bookmarks_as_json(kept)
    content["bookmarks"][0]["name"] = " "
    content["bookmarks"][1]["picture"] = "no picture"
    content["bookmarks"] += ["nonsense", content["bookmarks"][2], {"id": "x", "name": "y"}]

    found, problems = bookmarks_from_json(content)

    assert [one.name for one in found] == ["two", "three"]
    assert [one.picture for one in found] == [b"", PNG]
    assert len(problems) == 4
    assert problems[0].startswith("Bookmark 1: ")
    assert bookmarks_from_json({"bookmarks": 3})[0] == ()
    assert bookmarks_from_json({}) == ((), ())


def test_that_names_of_bookmarks_are_unique_and_harmless() -> None:
    assert unique_name("Chair", ["Chair", "Chair 2"]) == "Chair 3"
    assert unique_name("a\n\u202eb", []) == "a b"
    assert unique_name(" ", ["Place"]) == "Place 2"
