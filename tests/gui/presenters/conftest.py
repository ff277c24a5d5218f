"""Presenters are tested with views that paint nothing: half of a test would be spent on pixels."""

import pytest
from pyvistaqt import QtInteractor


@pytest.fixture(autouse=True)
def nothing_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is painted is tested by the views' own tests and by the journeys."""
    monkeypatch.setattr(QtInteractor, "paintGL", lambda interactor: None)
