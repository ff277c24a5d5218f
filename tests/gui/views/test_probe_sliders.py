"""Sliders of the latent dimensions: they show a code exactly, and say one when they are moved."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QSlider
from pytestqt.qtbot import QtBot

from mogvae_gui.views.probe_sliders import ProbeSliders
from tests.gui.mouse import drag, wheel
from tests.gui.spies import said

RANGES = [(-2.0, 3.0), (-1.0, 1.0), (0.0, 5.0)]


@pytest.fixture
def sliders(qtbot: QtBot) -> ProbeSliders:
    sliders = ProbeSliders()
    qtbot.addWidget(sliders)
    sliders.resize(340, 200)
    with qtbot.waitExposed(sliders):
        sliders.show()
    sliders.show_dimensions(RANGES)
    QApplication.processEvents()
    return sliders


def values(sliders: ProbeSliders) -> list[float]:
    return [slider.value() for slider in sliders.sliders]


def number_of(sliders: ProbeSliders, row: int) -> QLineEdit:
    """The field beside a slider."""
    line = sliders.sliders[row].findChild(QLineEdit)
    assert line is not None
    return line


def test_that_showing_a_code_says_nothing_and_loses_nothing(sliders: ProbeSliders) -> None:
    edited = QSignalSpy(sliders.code_edited)

    sliders.show_code((0.123456, -0.98765, 4.5))

    assert edited.count() == 0
    assert values(sliders) == pytest.approx([0.123456, -0.98765, 4.5], abs=1e-9)


def test_that_moving_one_slider_leaves_the_other_numbers_as_they_were(
    sliders: ProbeSliders,
) -> None:
    sliders.show_code((0.123456, -0.98765, 4.5))
    edited = QSignalSpy(sliders.code_edited)

    sliders.sliders[1].setValue(0.5)

    assert edited.count() == 1
    assert said(edited)[0][0] == pytest.approx((0.123456, 0.5, 4.5), abs=1e-9)


def test_that_the_number_beside_a_slider_follows_and_can_be_typed(sliders: ProbeSliders) -> None:
    sliders.show_code((1.25, 0.0, 0.0))
    line = number_of(sliders, 0)
    assert float(line.text()) == pytest.approx(1.25)
    edited = QSignalSpy(sliders.code_edited)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "2.5")
    QTest.keyClick(line, Qt.Key.Key_Return)

    assert edited.count() == 1
    assert said(edited)[0][0][0] == pytest.approx(2.5)


def test_that_a_number_that_was_looked_at_and_left_moves_nothing(
    sliders: ProbeSliders, qtbot: QtBot
) -> None:
    sliders.show_code((0.123456, 0.0, 0.0))
    edited = QSignalSpy(sliders.code_edited)
    line = number_of(sliders, 0)
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Return)
    line.editingFinished.emit()

    assert said(edited) == []
    sliders.sliders[1].setValue(0.5)
    assert said(edited)[0][0] == pytest.approx((0.123456, 0.5, 0.0), abs=1e-9)


@pytest.mark.parametrize(
    ("typed", "number", "decimals"),
    [("5", 5.0, 3), ("-7.25", -7.25, 3), ("0.127", 0.127, 3), ("640.5", 640.5, 2), ("1e6", 1e3, 2)],
)
@pytest.mark.parametrize("leave", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_that_a_number_beyond_the_slider_makes_it_longer_and_is_not_cut_off(
    sliders: ProbeSliders,
    qtbot: QtBot,
    leave: Qt.Key,
    typed: str,
    number: float,
    decimals: int,
) -> None:
    sliders.activateWindow()
    qtbot.waitUntil(sliders.isActiveWindow)
    sliders.show_code((0.0, 0.125, 0.0))
    edited = QSignalSpy(sliders.code_edited)
    line = number_of(sliders, 1)  # of a slider from -1 to 1
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, typed)
    QTest.keyClick(line, leave)

    assert edited.count() == 1
    assert said(edited)[0][0] == pytest.approx((0.0, number, 0.0))
    assert sliders.sliders[1].minimum() == min(-1.0, number)
    assert sliders.sliders[1].maximum() == max(1.0, number)
    assert line.text() == f"{number:.{decimals}f}"
    assert sliders.sliders[0].maximum() == 3.0


@pytest.mark.parametrize(
    ("key", "way"),
    [
        (Qt.Key.Key_Right, 0.01),
        (Qt.Key.Key_Up, 0.01),
        (Qt.Key.Key_Left, -0.01),
        (Qt.Key.Key_PageDown, -0.1),
    ],
)
def test_that_the_keys_move_a_slider(sliders: ProbeSliders, key: Qt.Key, way: float) -> None:
    sliders.show_code((0.0, 0.0, 1.0))
    edited = QSignalSpy(sliders.code_edited)
    (handle,) = sliders.sliders[0].findChildren(QSlider)

    QTest.keyClick(handle, key)

    assert len(said(edited)) == 1
    assert said(edited)[0][0] == pytest.approx((way * 5.0, 0.0, 1.0))


@pytest.fixture
def many(sliders: ProbeSliders, qtbot: QtBot) -> ProbeSliders:
    """More sliders than are in sight."""
    sliders.show_dimensions([(-1.0, 1.0)] * 64)
    qtbot.waitUntil(lambda: sliders.sliders[63].y() > sliders.height())
    return sliders


def test_that_the_wheel_scrolls_past_a_slider_that_is_not_in_use(many: ProbeSliders) -> None:
    edited = QSignalSpy(many.code_edited)
    many.setFocus()
    for part in (*many.sliders[1].findChildren(QSlider), number_of(many, 1)):
        many.verticalScrollBar().setValue(0)
        wheel(part, -1)
        assert many.verticalScrollBar().value() > 0

    assert edited.count() == 0


def test_that_the_wheel_moves_the_slider_that_was_clicked(many: ProbeSliders, qtbot: QtBot) -> None:
    many.activateWindow()
    qtbot.waitUntil(many.isActiveWindow)
    many.show_code((0.0,) * 64)
    edited = QSignalSpy(many.code_edited)
    (handle,) = many.sliders[1].findChildren(QSlider)
    handle.setFocus()

    wheel(handle, 1)

    assert edited.count() == 1
    assert said(edited)[0][0][1] > 0.0
    assert many.verticalScrollBar().value() == 0


def test_that_sliders_out_of_sight_follow_when_codes_stop_coming(
    many: ProbeSliders, qtbot: QtBot
) -> None:
    edited = QSignalSpy(many.code_edited)
    code = tuple(np.linspace(-0.9, 0.9, 64).tolist())

    with qtbot.waitSignal(many._quiet.timeout):
        many.show_code(code)
        assert values(many)[:3] == pytest.approx(code[:3])
        assert many.sliders[63].value() != pytest.approx(code[63])

    assert values(many) == pytest.approx(code)
    assert edited.count() == 0


def test_that_a_slider_comes_in_sight_with_its_number(many: ProbeSliders) -> None:
    many.show_code((0.25,) * 64)

    many.verticalScrollBar().setValue(many.verticalScrollBar().maximum())

    assert values(many) == [0.25] * 64


def test_that_a_slider_out_of_sight_takes_keys_from_where_the_probe_is(
    many: ProbeSliders, qtbot: QtBot
) -> None:
    many.activateWindow()
    qtbot.waitUntil(many.isActiveWindow)
    edited = QSignalSpy(many.code_edited)
    many.show_code((0.25,) * 64)
    (handle,) = many.sliders[60].findChildren(QSlider)

    handle.setFocus()
    QTest.keyClick(handle, Qt.Key.Key_Right)

    assert said(edited)[0][0] == pytest.approx((0.25,) * 60 + (0.27,) + (0.25,) * 3)


def test_that_moving_a_slider_says_where_those_out_of_sight_are_too(many: ProbeSliders) -> None:
    edited = QSignalSpy(many.code_edited)
    many.show_code((0.25,) * 64)

    many.sliders[0].setValue(0.5)

    assert said(edited) == [[(0.5,) + (0.25,) * 63]]


def test_that_a_narrower_range_does_not_move_the_probe(sliders: ProbeSliders) -> None:
    sliders.show_code((2.5, 0.0, 0.0))
    edited = QSignalSpy(sliders.code_edited)

    sliders.show_dimensions([(-1.0, 1.0)] * 3)
    sliders.show_code((2.5, 0.0, 0.0))

    assert values(sliders) == pytest.approx([2.5, 0.0, 0.0])
    sliders.sliders[1].setValue(0.5)
    assert said(edited) == [[(2.5, 0.5, 0.0)]]


def test_that_dragging_the_handle_moves_a_slider(sliders: ProbeSliders) -> None:
    sliders.show_code((-2.0, 0.0, 1.0))
    edited = QSignalSpy(sliders.code_edited)
    (handle,) = sliders.sliders[0].findChildren(QSlider)
    middle = handle.height() / 2

    drag(handle, (5, middle), (handle.width() / 2, middle))

    assert len(said(edited)) >= 2
    assert said(edited)[-1][0] == pytest.approx((0.5, 0.0, 1.0), abs=0.6)


def test_that_a_code_beyond_the_range_widens_it(sliders: ProbeSliders) -> None:
    edited = QSignalSpy(sliders.code_edited)

    sliders.show_code((9.5, -7.25, 2.0))

    assert values(sliders) == pytest.approx([9.5, -7.25, 2.0])
    assert sliders.sliders[0].maximum() >= 9.5
    assert sliders.sliders[1].minimum() <= -7.25
    assert edited.count() == 0


def test_that_new_ranges_of_as_many_dimensions_keep_the_sliders(sliders: ProbeSliders) -> None:
    before = list(sliders.sliders)
    edited = QSignalSpy(sliders.code_edited)

    sliders.show_dimensions([(-9.0, 9.0)] * 3)

    assert sliders.sliders == before
    assert sliders.sliders[0].minimum() == -9.0
    assert edited.count() == 0


@pytest.mark.parametrize("count", [1, 2, 8, 16])
def test_that_there_is_a_slider_for_each_dimension(
    sliders: ProbeSliders, count: int, qtbot: QtBot
) -> None:
    sliders.show_dimensions([(-1.0, 1.0)] * count)
    QApplication.processEvents()

    assert len(sliders.sliders) == count
    sliders.show_code(tuple(0.5 for _ in range(count)))
    qtbot.waitUntil(lambda: values(sliders) == [0.5] * count)
    edited = QSignalSpy(sliders.code_edited)
    sliders.sliders[-1].setValue(0.25)
    assert len(said(edited)[0][0]) == count


def test_that_a_code_of_another_length_shows_what_fits(sliders: ProbeSliders) -> None:
    sliders.show_code((0.5,))
    sliders.show_code((0.5, 0.5, 0.5, 0.5, 0.5))

    assert values(sliders) == [0.5, 0.5, 0.5]
