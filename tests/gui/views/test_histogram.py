"""The histogram: what is drawn, marked, read out and clicked."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.metric_words import value_text
from mogvae_gui.views.histogram import Histogram
from mogvae_gui.views.spread import Spread
from mogvae_gui.views.theme import palette, theme
from tests.gui.mouse import LEFT, NO_KEY, move
from tests.gui.spies import said

VALUES = np.array([0.1, 0.12, 0.13, 0.2, 0.21, 0.3])


@pytest.fixture
def histogram(qtbot: QtBot) -> Histogram:
    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.resize(420, 200)
    with qtbot.waitExposed(histogram):
        histogram.show()
    histogram.show_spread(Spread(VALUES, mean=0.177, value_text=lambda v: value_text("cd_1", v)))
    QApplication.processEvents()
    return histogram


def pixel_of(histogram: Histogram, x: float, y: float = 0.5) -> QPointF:
    view = histogram.plot.view
    return QPointF(histogram.plot.mapFromScene(view.mapViewToScene(QPointF(x, y))))


def test_that_every_chair_is_in_a_bar(histogram: Histogram) -> None:
    (counts,) = histogram.counts
    assert sum(counts) == len(VALUES)


def test_that_two_runs_share_their_bins(histogram: Histogram) -> None:
    histogram.show_spread(Spread(VALUES, VALUES + 0.5))
    first, second = histogram.counts
    assert len(first) == len(second)
    assert sum(first) == sum(second) == len(VALUES)
    assert first != second
    histogram.show_chosen((0.1, 0.6))
    assert histogram.chosen == (0.1, 0.6)


def test_that_no_values_draw_nothing(histogram: Histogram) -> None:
    histogram.show_spread(Spread(np.empty(0)))
    assert histogram.counts == []
    histogram.show_chosen(())
    assert histogram.readout_text() == ""


def test_that_a_click_names_the_value_under_it(histogram: Histogram) -> None:
    clicked = QSignalSpy(histogram.value_clicked)
    QTest.mouseClick(histogram.plot.viewport(), LEFT, NO_KEY, pixel_of(histogram, 0.2).toPoint())
    ((value,),) = said(clicked)
    assert value == pytest.approx(0.2, abs=0.004)


def test_that_a_click_on_percents_names_a_share(histogram: Histogram) -> None:
    histogram.show_spread(Spread(VALUES, scale=100.0))
    QApplication.processEvents()
    clicked = QSignalSpy(histogram.value_clicked)
    QTest.mouseClick(histogram.plot.viewport(), LEFT, NO_KEY, pixel_of(histogram, 20.0).toPoint())
    ((value,),) = said(clicked)
    assert value == pytest.approx(0.2, abs=0.004)


def test_that_the_read_out_tells_the_range_and_how_many(histogram: Histogram) -> None:
    place = pixel_of(histogram, 0.11)
    move(histogram.plot.viewport(), place.x(), place.y())
    QApplication.processEvents()
    assert "0.1000 to " in histogram.readout_text()
    assert "chair" in histogram.readout_text()


def test_that_the_floor_is_drawn_only_where_it_does_not_squeeze_the_values(
    histogram: Histogram,
) -> None:
    histogram.show_spread(Spread(VALUES, floor=0.05))
    assert histogram._floor.isVisible()
    low, _ = histogram.plot.view.viewRange()[0]
    assert low < 0.05
    histogram.show_spread(Spread(VALUES, floor=-5.0))
    assert not histogram._floor.isVisible()


def test_that_differences_show_where_nothing_is(histogram: Histogram) -> None:
    histogram.show_spread(Spread(VALUES, is_difference=True))
    assert histogram._zero.isVisible()
    low, high = histogram.plot.view.viewRange()[0]
    assert low < 0 < high
    histogram.show_spread(Spread(VALUES))
    assert not histogram._zero.isVisible()


def test_that_marks_take_the_colours_of_the_theme(histogram: Histogram) -> None:
    histogram.show_chosen((0.2,))
    for name in ("dark", "light"):
        theme().choose(name)
        assert histogram._marks[0].pen.color() == palette().colour("accent")
