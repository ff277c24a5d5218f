"""Errors and news become banners: the sentence first, the traceback on request."""

import logging

import pytest
from psygnal import EmitLoopError, Signal
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from core.errors import LibraryError
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.state.notice_state import NoticeState
from mogvae_gui.views.banner import BannerStack
from tests.gui.spies import said


@pytest.fixture
def banners(qtbot: QtBot) -> BannerStack:
    banners = BannerStack()
    qtbot.addWidget(banners)
    return banners


@pytest.fixture
def notices(banners: BannerStack) -> NoticePresenter:
    return NoticePresenter(NoticeState(), banners)


def raised(error: Exception) -> Exception:
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


def test_that_a_sentence_is_shown_in_its_kind(
    notices: NoticePresenter, banners: BannerStack
) -> None:
    notices.say("warning", "Look at this.", "more behind it")

    (banner,) = banners.banners
    assert (banner.kind, banner.sentence) == ("warning", "Look at this.")
    assert banner._details.toPlainText() == "more behind it"


def test_that_an_error_with_a_sentence_shows_the_sentence_alone(
    notices: NoticePresenter, banners: BannerStack
) -> None:
    notices.say_error(raised(LibraryError("The disk is full. Make room.")), "Importing")

    (banner,) = banners.banners
    assert banner.sentence == "The disk is full. Make room."
    assert banner.details_button.isHidden()


def test_that_an_unforeseen_error_says_what_failed_and_keeps_where(
    notices: NoticePresenter, banners: BannerStack
) -> None:
    notices.say_error(raised(ValueError("shapes do not fit")), "Importing")

    (banner,) = banners.banners
    assert banner.sentence.startswith("Importing failed unexpectedly: shapes do not fit.")
    assert "log file" in banner.sentence
    assert "test_notices.py" in banner._details.toPlainText()


def test_that_an_error_of_the_disk_says_what_to_do(
    notices: NoticePresenter, banners: BannerStack
) -> None:
    error = OSError(28, "No space left on device", "/home/me/table.csv")
    notices.say_error(raised(error), "Exporting")

    (banner,) = banners.banners
    assert banner.sentence.startswith("Exporting failed: [Errno 28] No space left on device")
    assert "table.csv" in banner.sentence
    assert "Check free space and permissions" in banner.sentence
    assert "unexpectedly" not in banner.sentence


def test_that_an_error_without_words_is_called_by_its_kind(
    notices: NoticePresenter, banners: BannerStack
) -> None:
    notices.say_error(ZeroDivisionError())

    assert "Something failed unexpectedly: ZeroDivisionError" in banners.banners[0].sentence


def test_that_an_error_in_a_listener_of_a_state_is_shown_as_what_it_is(
    notices: NoticePresenter, banners: BannerStack
) -> None:
    """A state wraps what its listeners raise in a long text of its own."""

    class State:
        changed = Signal()

    def fail() -> None:
        raise LibraryError("The library is locked. Close the other window.")

    state = State()
    state.changed.connect(fail)
    with pytest.raises(EmitLoopError) as caught:
        state.changed.emit()
    notices.say_error(caught.value, "Something")

    assert banners.banners[0].sentence == "The library is locked. Close the other window."


def test_that_the_same_sentence_can_be_said_again(
    notices: NoticePresenter, banners: BannerStack
) -> None:
    notices.say("info", "Saved.")
    notices.say("info", "Saved.")

    (banner,) = banners.banners
    assert banner.times == 2


def test_that_good_news_go_by_themselves_and_what_can_be_done_stays(
    notices: NoticePresenter, banners: BannerStack
) -> None:
    notices.say("success", "3 chairs came in.")
    notices.say("success", "2 chairs came in, 1 odd.", action="Show report", action_key="report")
    notices.say("error", "It failed.")

    ticking = {banner.sentence: banner._timer.isActive() for banner in banners.banners}
    assert ticking == {
        "3 chairs came in.": True,
        "2 chairs came in, 1 odd.": False,
        "It failed.": False,
    }


def test_that_an_action_is_told_by_its_key(notices: NoticePresenter, banners: BannerStack) -> None:
    chosen = QSignalSpy(notices.action_chosen)
    notices.say("warning", "Odd.", action="Show report", action_key="report")

    banners.banners[0].action_button.click()

    assert said(chosen) == [["report"]]


def test_that_an_action_of_a_sentence_said_twice_is_told_once(
    notices: NoticePresenter, banners: BannerStack
) -> None:
    chosen = QSignalSpy(notices.action_chosen)
    for _ in range(2):
        notices.say("warning", "Odd.", action="Show report", action_key="report")

    banners.banners[0].action_button.click()

    assert said(chosen) == [["report"]]


def test_that_unforeseen_errors_are_in_the_log(
    notices: NoticePresenter, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        notices.say_error(raised(ValueError("shapes do not fit")), "Importing")

    assert "shapes do not fit" in caplog.text
