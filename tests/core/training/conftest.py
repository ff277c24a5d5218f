"""A small library and runs of small settings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.library import Library
from core.training.run import Run
from tests.core.training.small_runs import POINTS, box, small_settings


@pytest.fixture(scope="session")
def boxes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of 20 training and 5 test boxes; not to be changed."""
    folder = tmp_path_factory.mktemp("boxes") / "library"
    Library.create(folder, points=POINTS).add([box(number) for number in range(25)])
    return folder


@pytest.fixture
def new_run(tmp_path: Path) -> Callable[..., Run]:
    """Makes runs of small settings: `new_run("mog", epochs=2)`."""
    made: list[Run] = []

    def make(prior: str = "mog", **changes: Any) -> Run:
        made.append(Run.create(tmp_path / f"run {len(made)}", small_settings(prior, **changes)))
        return made[-1]

    return make
