"""Banners: stacked, closed, counted, with an action and details."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from mogvae_gui.views.banner import MOST_BANNERS, BannerKind, BannerStack


@pytest.fixture
def stack(qtbot: QtBot) -> BannerStack:
    stack = BannerStack()
    qtbot.addWidget(stack)
    return stack


def sentences(stack: BannerStack) -> list[str]:
    return [banner.sentence for banner in stack.banners]


def test_that_an_empty_stack_takes_no_room(stack: BannerStack) -> None:
    assert stack.isHidden()


@pytest.mark.parametrize("kind", ["info", "warning", "error", "success"])
def test_that_each_kind_is_shown_and_named_to_screen_readers(
    kind: BannerKind, stack: BannerStack
) -> None:
    banner = stack.show_banner(kind, "Something happened.")
    assert not stack.isHidden()
    assert "Something happened." in banner.accessibleName()


def test_that_the_newest_is_on_top(stack: BannerStack) -> None:
    stack.show_banner("info", "first")
    stack.show_banner("info", "second")
    assert sentences(stack) == ["second", "first"]


def test_that_one_too_many_pushes_out_the_oldest_of_the_least_grave(stack: BannerStack) -> None:
    stack.show_banner("error", "grave")
    stack.show_banner("info", "old note")
    stack.show_banner("info", "note")
    stack.show_banner("warning", "new")
    assert len(stack.banners) == MOST_BANNERS
    assert sentences(stack) == ["new", "note", "grave"]


def test_that_the_same_sentence_counts_up(stack: BannerStack) -> None:
    first = stack.show_banner("error", "no")
    again = stack.show_banner("error", "no", details="new details")
    assert again is first
    assert first.times == 2
    assert len(stack.banners) == 1


def test_that_the_action_is_said_when_its_button_is_pressed(
    qtbot: QtBot, stack: BannerStack
) -> None:
    banner = stack.show_banner("info", "40 chairs came in.", "Undo")
    with qtbot.waitSignal(banner.action_chosen, timeout=5_000):
        QTest.mouseClick(banner.action_button, Qt.MouseButton.LeftButton)


def test_that_buttons_without_purpose_are_hidden(stack: BannerStack) -> None:
    banner = stack.show_banner("info", "Plain.")
    assert banner.action_button.isHidden()
    assert banner.details_button.isHidden()


def test_that_closing_the_last_hides_the_stack(qtbot: QtBot, stack: BannerStack) -> None:
    banner = stack.show_banner("info", "Plain.")
    QTest.mouseClick(banner.close_button, Qt.MouseButton.LeftButton)
    assert stack.banners == ()
    assert stack.isHidden()


def test_that_details_unfold_and_can_be_copied(qtbot: QtBot, stack: BannerStack) -> None:
    banner = stack.show_banner("error", "It failed.", details="Traceback")
    stack.show()
    before = banner.sizeHint().height()
    QTest.mouseClick(banner.details_button, Qt.MouseButton.LeftButton)
    assert banner.sizeHint().height() > before
    copy = next(
        button
        for button in banner.findChildren(QToolButton)
        if button.accessibleName() == "Copy the details"
    )
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "It failed.\n\nTraceback"


def test_that_a_banner_goes_by_itself_when_told(qtbot: QtBot, stack: BannerStack) -> None:
    banner = stack.show_banner("success", "Exported.")
    with qtbot.waitSignal(banner.closed, timeout=5_000):
        banner.close_after(0.001)
    assert stack.banners == ()


def test_that_a_banner_whose_details_are_read_stays(qtbot: QtBot, stack: BannerStack) -> None:
    banner = stack.show_banner("error", "It failed.", details="why")
    banner.details_button.setChecked(True)
    with qtbot.waitSignal(banner._timer.timeout, timeout=5_000):
        banner.close_after(0.0)
    assert stack.banners == (banner,)


def test_that_a_sentence_is_not_read_as_markup(stack: BannerStack) -> None:
    banner = stack.show_banner("error", "<b>chair</b>.obj")
    assert banner._label.textFormat() == Qt.TextFormat.PlainText


def test_that_clearing_takes_all_away(stack: BannerStack) -> None:
    stack.show_banner("info", "one")
    stack.show_banner("error", "two")
    stack.clear()
    assert stack.banners == ()
