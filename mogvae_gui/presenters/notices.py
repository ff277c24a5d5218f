"""Says things in the banner and shows what is under way."""

import logging
import traceback
from pathlib import Path

from psygnal import EmitLoopError
from PySide6.QtCore import QObject, Signal

from core.errors import StudioError
from mogvae_gui.state.notice_state import Notice, NoticeKind, NoticeState
from mogvae_gui.views.banner import BannerStack

logger = logging.getLogger(__name__)

GOOD_NEWS_S = 8.0  # how long a success stays


class NoticePresenter(QObject):
    """Shows each new notice as a banner. Other presenters say things through it."""

    action_chosen = Signal(str)  # the notice's action key

    def __init__(self, state: NoticeState, banners: BannerStack) -> None:
        super().__init__(banners)
        self._state = state
        self._banners = banners
        state.events.notice.connect(self._on_notice)

    def say(
        self,
        kind: NoticeKind,
        text: str,
        details: str = "",
        action: str = "",
        action_key: str = "",
    ) -> None:
        """Show a sentence."""
        self._state.notice = Notice(kind, text, details, action, action_key)

    def say_saved(self, path: Path, action: str = "", action_key: str = "") -> None:
        """Show what was written, and where it is."""
        self.say("success", f"Saved {path.name} in {path.parent}.", "", action, action_key)

    def say_error(self, error: BaseException, doing: str = "") -> None:
        """Show what went wrong. Errors that no sentence was written for show where they arose."""
        while isinstance(error, EmitLoopError) and error.__cause__ is not None:
            error = error.__cause__  # a state's wrapping of what a listener raised
        if isinstance(error, StudioError):
            self.say("error", str(error))
            return
        where = "".join(traceback.format_exception(error))
        doing = doing or "Something"
        logger.error("%s failed unexpectedly", doing, exc_info=error)
        if isinstance(error, OSError):
            what = f"{doing} failed: {error}. Check free space and permissions, then try again. "
        else:
            what = f"{doing} failed unexpectedly: {str(error) or type(error).__name__}. "
        self.say("error", what + "The log file has the details; nothing you made is lost.", where)

    def _on_notice(self, notice: Notice | None) -> None:
        if notice is None:
            return
        closes = GOOD_NEWS_S if notice.kind == "success" and not notice.action else None
        banner = self._banners.show_banner(
            notice.kind, notice.text, notice.action, notice.details, close_after_s=closes
        )
        if notice.action and banner.times == 1:  # said again, it is connected already
            key = notice.action_key
            banner.action_chosen.connect(lambda: self.action_chosen.emit(key))
        # The same sentence must be sayable again.
        self._state.notice = None
