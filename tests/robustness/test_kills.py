"""Kill −9 at random moments: the project opens, and the work goes on to the same end.

More by hand: `python -m benchmarks kills`.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.kills import (
    Count,
    Killer,
    kill_importing,
    kill_saving,
    kill_training,
    killing,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here")

SEED = 20_231


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    with killing() as killer:
        yield killer


def said(work: str, count: Count) -> str:
    return (
        f"{work}, seed {SEED}: {count.kills} kills, {count.while_working} while it worked, "
        f"{count.rounds} times to its end, {len(count.faults)} faults"
    )


def test_that_a_training_killed_at_any_moment_ends_as_one_that_ran_through(
    killer: Killer, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    count = kill_training(tmp_path, killer, np.random.default_rng(SEED), kills=14)
    record_property("said", said("training", count))
    assert count.faults == []
    assert count.kills == 14
    assert count.while_working >= 7
    assert count.rounds >= 1


def test_that_an_import_killed_at_any_moment_leaves_whole_chairs_and_goes_on(
    killer: Killer, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    count = kill_importing(tmp_path, killer, np.random.default_rng(SEED), kills=8)
    record_property("said", said("importing", count))
    assert count.faults == []
    assert count.kills == 8
    assert count.while_working >= 4


def test_that_saving_killed_at_any_moment_leaves_a_whole_version(
    killer: Killer, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    count = kill_saving(tmp_path, killer, np.random.default_rng(SEED), kills=14)
    record_property("said", said("saving", count))
    assert count.faults == []
    assert count.while_working == count.kills == 14
