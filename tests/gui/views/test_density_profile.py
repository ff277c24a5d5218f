"""The profile of a walk: its words can be read, whatever the curves do."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from pytestqt.qtbot import QtBot

from mogvae_gui.views.density_profile import DensityProfile
from mogvae_gui.views.way_profile import WayProfile

SHARES = np.linspace(0.0, 1.0, 257)


@pytest.fixture
def profile(qtbot: QtBot) -> Iterator[DensityProfile]:
    profile = DensityProfile()
    qtbot.addWidget(profile)
    profile.resize(420, 180)
    with qtbot.waitExposed(profile):
        profile.show()
    yield profile
    profile.close()


def test_that_the_words_of_the_edge_stand_above_the_curves_and_not_among_them(
    profile: DensityProfile, qtbot: QtBot
) -> None:
    assert not profile.edge_words.isVisible()
    curve = WayProfile("along", SHARES, np.sin(9 * SHARES))
    profile.show_profiles((curve,), edge=0.0)

    qtbot.waitUntil(profile.edge_words.isVisible)
    words, plot = profile.edge_words, profile.plot
    top = words.mapTo(profile, QPoint(0, 0))
    assert not QRect(top, words.size()).intersects(plot.geometry())
    assert profile.rect().contains(QRect(top, words.size()))
    assert words.fontMetrics().horizontalAdvance(words.text()) <= words.width()
    profile.show_profiles((curve,), edge=None)
    assert not profile.edge_words.isVisible()
