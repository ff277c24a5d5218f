"""What several chairs are called together."""

from dataclasses import replace

import numpy as np

from core.library import Chair
from mogvae_gui.presenters.group_names import group_name
from mogvae_gui.state.latent_state import LatentState
from tests.gui.presenters.fakes import chair, latent_map


def of_kind(name: str, **metadata: str) -> Chair:
    return replace(chair(name), metadata=dict(metadata))


def test_that_a_group_is_called_by_the_family_or_category_that_all_share() -> None:
    none = LatentState()
    dining = [of_kind(name, family="dining", category="seat") for name in "abc"]
    assert group_name(dining, none) == "3 × dining"
    assert group_name([*dining, of_kind("d", family="club", category="seat")], none) == "4 × seat"
    assert group_name([*dining, of_kind("d")], none) == "4 chairs"
    assert group_name(dining[:1], none) == "a"
    assert group_name([], none) == "0 chairs"
    many = [of_kind(str(number), family="dining") for number in range(1_200)]
    assert group_name(many, none) == "1,200 × dining"


def test_that_chairs_of_no_common_kind_are_called_by_their_component() -> None:
    chairs = [of_kind(name, family=name) for name in "abcdef"]
    latent = LatentState(map=latent_map(tuple(one.id for one in chairs)))
    latent.component_names = {1: "Stools"}
    assert latent.map is not None
    stools = [chairs[row] for row in np.flatnonzero(latent.map.members == 1)]
    assert len(stools) == 2
    assert group_name(stools, latent) == "2 of Stools"
    assert group_name(chairs, latent) == "6 chairs"
    assert group_name([*stools, of_kind("new", family="g")], latent) == "3 chairs"
