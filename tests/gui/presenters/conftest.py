"""Presenters are tested with views that paint nothing: half of a test would be spent on pixels.

The views' own tests, the window under stress, the monkey and the journeys paint.
"""

import pytest
from pyvistaqt import QtInteractor


@pytest.fixture(autouse=True)
def nothing_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QtInteractor, "paintGL", lambda interactor: None)
