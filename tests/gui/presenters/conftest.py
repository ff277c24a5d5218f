"""Presenters are tested with views that paint nothing: half of a test would be spent on pixels.

The views' own tests, the window under stress, the monkey and the journeys paint.
"""

import pytest
from pyvistaqt import QtInteractor

from mogvae_gui.presenters.studio import Studio


@pytest.fixture(autouse=True)
def nothing_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QtInteractor, "paintGL", lambda interactor: None)


@pytest.fixture
def studio(studio: Studio) -> Studio:
    """The whole program with its window shown and no project open; it paints nothing more."""
    studio.window.setUpdatesEnabled(False)
    return studio


@pytest.fixture
def paints(studio: Studio) -> None:
    """For tests of what is asked for when it is painted: pictures, names in lists."""
    studio.window.setUpdatesEnabled(True)
