"""Another pose for chairs that are in the library already: another up axis, another facing.

Only clouds and frames change; the meshes keep their own pose, and exports still go back to it.
`Library.put_back` with the chairs of before undoes each of these.
"""

from collections.abc import Generator, Iterable

import numpy as np
from numpy.typing import NDArray

from core.frame import UPRIGHT_ROTATIONS, Axis, Frame, Rows
from core.library import Chair, Library
from core.orientation import judge_facing, turned_about_z
from core.steps import without_pauses

Posing = Generator[int, None, tuple[Chair, ...]]
"""Yields how many chairs are done, and returns them changed; closed before its end it changes
none."""


def standing_up(library: Library, chair_ids: Iterable[str], up: Axis) -> Posing:
    """Let `up` of the own pose point up, and turn each backrest to the back."""
    changes = []
    for done, chair in enumerate(map(library.chair, chair_ids)):
        yield done
        own = chair.frame.to_own(library.cloud(chair))
        rotation = upright_rotation(own, up)
        changes.append((chair.id, *reposed(own, rotation, up)))
    return library.replace_clouds(changes)


def turning(library: Library, chair_ids: Iterable[str], quarter_turns: int) -> Posing:
    """Turn chairs about the vertical by quarters, counter-clockwise from above."""
    changes = []
    for done, chair in enumerate(map(library.chair, chair_ids)):
        yield done
        own = chair.frame.to_own(library.cloud(chair))
        rotation = turned_about_z(chair.frame.rotation, quarter_turns)
        changes.append((chair.id, *reposed(own, rotation, chair.frame.up)))
    return library.replace_clouds(changes)


def stand_up(library: Library, chair_ids: Iterable[str], up: Axis) -> tuple[Chair, ...]:
    """`standing_up` without pauses."""
    return without_pauses(standing_up(library, chair_ids, up))


def turn(library: Library, chair_ids: Iterable[str], quarter_turns: int) -> tuple[Chair, ...]:
    """`turning` without pauses."""
    return without_pauses(turning(library, chair_ids, quarter_turns))


def upright_rotation(own: NDArray[np.float64], up: Axis, *, turn_to_front: bool = True) -> Rows:
    """Own pose -> internal pose for (N, 3) points whose axis `up` points up."""
    rotation = UPRIGHT_ROTATIONS[up]
    if not turn_to_front:
        return rotation
    upright = Frame.fitting(own, rotation, up).to_normalised(own)
    return turned_about_z(rotation, judge_facing(upright).quarter_turns)


def reposed(
    own: NDArray[np.float64], rotation: Rows, up: Axis
) -> tuple[NDArray[np.float32], Frame]:
    """The normalised cloud (N, 3) and the frame of points in their own units and pose."""
    frame = Frame.fitting(own, rotation, up)
    return frame.to_normalised(own).astype(np.float32), frame
