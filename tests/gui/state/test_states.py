"""The states: what they derive from what was chosen, and that a change is said once."""

from typing import Any

import numpy as np
import pytest

from core.frame import Frame
from core.library import Chair
from mogvae_gui.state.latent_state import LatentMap, LatentState, Probe
from mogvae_gui.state.notice_state import Notice, NoticeState
from mogvae_gui.state.project_state import ChairFilter, ProjectState
from mogvae_gui.state.stage_state import ShownCloud, StageState
from mogvae_gui.state.training_state import BUSY, TrainingState, TrainingStatus


def chair(name: str, split: str = "train", family: str = "", source: str = "made chair") -> Chair:
    metadata = {"family": family} if family else {}
    return Chair(f"id-{name}", name, split, 0, source, name, Frame.identity(), metadata)  # type: ignore[arg-type]


CHAIRS = (
    chair("Armchair 1", family="armchair"),
    chair("Bar stool 2", "test", family="bar stool"),
    chair("Kitchen CHAIR", source="ikea/kitchen.obj"),
)


@pytest.mark.parametrize(
    ("text", "split", "names"),
    [
        ("", "all", ["Armchair 1", "Bar stool 2", "Kitchen CHAIR"]),
        ("chair", "all", ["Armchair 1", "Bar stool 2", "Kitchen CHAIR"]),  # made chair
        ("CHAIR kit", "all", ["Kitchen CHAIR"]),
        ("ikea", "all", ["Kitchen CHAIR"]),
        ("stool 2", "all", ["Bar stool 2"]),
        ("stool 3", "all", []),
        ("", "test", ["Bar stool 2"]),
        ("arm", "test", []),
        ("  arm  ", "train", ["Armchair 1"]),
    ],
)
def test_that_the_filter_lists_chairs_with_every_word(
    text: str, split: str, names: list[str]
) -> None:
    wanted = ChairFilter(text, split)

    assert [one.name for one in CHAIRS if wanted.accepts(one)] == names


def test_that_the_current_chair_is_the_first_chosen_one() -> None:
    state = ProjectState(chairs=CHAIRS, selected=("id-Bar stool 2", "id-Armchair 1"))

    assert state.current is CHAIRS[1]
    state.selected = ("gone",)
    assert state.current is None
    state.selected = ()
    assert state.current is None


def test_that_the_map_finds_members_and_codes() -> None:
    codes = np.array([[0.0, 1.0], [2.0, 3.0]], dtype=np.float32)
    responsibilities = np.array([[0.2, 0.8], [0.9, 0.1]], dtype=np.float32)
    latent_map = LatentMap(("a", "b"), codes, responsibilities, None)

    assert latent_map.members.tolist() == [1, 0]
    assert latent_map.code_of("b") == (2.0, 3.0)
    assert latent_map.code_of("late") is None


@pytest.mark.parametrize(
    "status", ["idle", "starting", "running", "paused", "stopping", "stopped", "done", "failed"]
)
def test_that_a_training_is_busy_from_its_start_to_its_end(status: TrainingStatus) -> None:
    assert TrainingState(status=status).is_busy == (status in BUSY)
    assert TrainingState(status=status).is_busy == (
        status in {"starting", "running", "paused", "stopping"}
    )


def cloud() -> ShownCloud:
    points = np.zeros((4, 3), dtype=np.float32)
    return ShownCloud("a", points, points)


@pytest.mark.parametrize(
    ("state", "name", "first", "second"),
    [
        (ProjectState(), "selected", ("a",), ("a", "b")),
        (ProjectState(), "chair_filter", ChairFilter("a"), ChairFilter("b")),
        (StageState(), "original", cloud(), cloud()),
        (LatentState(), "probe", Probe((1.0, 2.0)), Probe((1.0, 2.5))),
        (TrainingState(), "status", "running", "paused"),
        (NoticeState(), "notice", Notice("info", "a"), None),
    ],
)
def test_that_a_change_is_said_once_and_no_change_not_at_all(
    state: Any, name: str, first: object, second: object
) -> None:
    heard: list[object] = []
    getattr(state.events, name).connect(heard.append)

    setattr(state, name, first)
    setattr(state, name, first)
    setattr(state, name, second)

    assert heard == [first, second]


def test_that_two_states_of_a_kind_have_events_of_their_own() -> None:
    first, second = StageState(), StageState()
    heard: list[object] = []
    first.events.colouring.connect(heard.append)

    second.colouring = "error"
    assert heard == []
    first.colouring = "error"
    assert heard == ["error"]


def test_that_states_with_arrays_can_be_replaced_by_equal_ones() -> None:
    """Comparing arrays with `==` has no single answer; states compare identities."""
    state = StageState()
    heard: list[object] = []
    state.events.original.connect(heard.append)

    state.original = cloud()
    state.original = cloud()

    assert len(heard) == 2
