"""Banners: sentences that the program says without stopping the user."""

from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.icons import IconLabel, icon
from mogvae_gui.views.theme import GRID

BannerKind = Literal["info", "warning", "error", "success"]

MOST_BANNERS = 3
"""So many are shown at once; one more pushes out the oldest of the least grave."""

_ICONS: dict[BannerKind, tuple[str, str]] = {
    "info": ("info", "accent"),
    "warning": ("triangle-alert", "warning"),
    "error": ("circle-alert", "error"),
    "success": ("circle-check", "success"),
}
_GRAVITY: dict[BannerKind, int] = {"success": 0, "info": 0, "warning": 1, "error": 2}
_SPOKEN: dict[BannerKind, str] = {
    "info": "Note",
    "warning": "Warning",
    "error": "Error",
    "success": "Done",
}
_DETAILS_HEIGHT = 120


class Banner(QFrame):
    """One sentence with its kind's colour, an optional action, details on request, and a close.

    `details` is longer text (a traceback, a list of files) that is folded away at first.
    """

    action_chosen = Signal()
    closed = Signal()

    def __init__(
        self,
        kind: BannerKind,
        sentence: str,
        action_text: str = "",
        details: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind: BannerKind = kind
        self.sentence = sentence
        self.times = 1
        self.setProperty("banner", kind)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(f"{_SPOKEN[kind]}: {sentence}")

        name, role = _ICONS[kind]
        self._icon = IconLabel(name, 18, role)
        self._label = QLabel(sentence)
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

        self.action_button = QPushButton(action_text)
        self.action_button.setVisible(bool(action_text))
        self.action_button.clicked.connect(self.action_chosen)

        self.details_button = QPushButton("Details")
        self.details_button.setProperty("flat", True)
        self.details_button.setCheckable(True)
        self.details_button.setIcon(icon("chevron-right", "accent"))
        self.details_button.setVisible(bool(details))
        self.details_button.setToolTip("Show or hide what is behind this sentence")
        self.details_button.toggled.connect(self._on_details_toggled)

        self.close_button = QToolButton()
        self.close_button.setIcon(icon("close", "muted"))
        self.close_button.setToolTip("Close this message")
        self.close_button.setAccessibleName("Close this message")
        self.close_button.clicked.connect(self.dismiss)

        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self._icon)
        row.addWidget(self._label, 1)
        row.addWidget(self.details_button)
        row.addWidget(self.action_button)
        row.addWidget(self.close_button)

        self._details = QPlainTextEdit(details)
        self._details.setReadOnly(True)
        self._details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._details.setFixedHeight(_DETAILS_HEIGHT)
        self._copy_button = QToolButton()
        self._copy_button.setIcon(icon("copy", "muted"))
        self._copy_button.setToolTip("Copy the details")
        self._copy_button.setAccessibleName("Copy the details")
        self._copy_button.clicked.connect(self._on_copy_clicked)
        self._details_row = QWidget()
        details_layout = QHBoxLayout(self._details_row)
        details_layout.setContentsMargins(18 + GRID, 0, 0, 4)
        details_layout.setSpacing(GRID)
        details_layout.addWidget(self._details, 1)
        details_layout.addWidget(self._copy_button, 0, Qt.AlignmentFlag.AlignTop)
        self._details_row.hide()

        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID + 2, 4, 4, 4)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._details_row)

        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)

    def show_times(self, times: int) -> None:
        """Say that the same thing happened `times` times."""
        self.times = times
        self._label.setText(self.sentence if times == 1 else f"{self.sentence}  ({times} times)")

    def show_details(self, details: str) -> None:
        """Show other details; the button for them goes where they are empty."""
        self._details.setPlainText(details)
        self.details_button.setVisible(bool(details))
        if not details:
            self.details_button.setChecked(False)

    def close_after(self, seconds: float) -> None:
        """Close by itself after `seconds`, unless details are being read then."""
        self._timer.start(round(seconds * 1000))

    @Slot()
    def dismiss(self) -> None:
        """Say that this banner is done with; the stack takes it away."""
        if self.sender() is self._timer and self.details_button.isChecked():
            return
        self._timer.stop()
        self.closed.emit()

    @Slot(bool)
    def _on_details_toggled(self, shown: bool) -> None:
        self._details_row.setVisible(shown)
        self.details_button.setIcon(icon("chevron-down" if shown else "chevron-right", "accent"))

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.sentence}\n\n{self._details.toPlainText()}")


class BannerStack(QWidget):
    """Shows up to MOST_BANNERS banners, the newest on top; takes no room while it has none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banners: list[Banner] = []  # oldest first
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(GRID, 4, GRID, 4)
        self._layout.setSpacing(4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    @property
    def banners(self) -> tuple[Banner, ...]:
        """What is shown, newest first."""
        return tuple(reversed(self._banners))

    def show_banner(
        self,
        kind: BannerKind,
        sentence: str,
        action_text: str = "",
        details: str = "",
        close_after_s: float | None = None,
    ) -> Banner:
        """Show a sentence and return its banner, to connect its `action_chosen`.

        The same sentence said again counts up on the banner that is there already.
        """
        for banner in self._banners:
            if (banner.kind, banner.sentence) == (kind, sentence):
                banner.show_times(banner.times + 1)
                banner.show_details(details)
                return banner
        if len(self._banners) == MOST_BANNERS:
            self._remove(min(self._banners, key=lambda banner: _GRAVITY[banner.kind]))
        banner = Banner(kind, sentence, action_text, details, self)
        banner.closed.connect(self._on_banner_closed)
        self._banners.append(banner)
        self._layout.insertWidget(0, banner)
        self.show()
        if close_after_s is not None:
            banner.close_after(close_after_s)
        return banner

    def clear(self) -> None:
        """Take all banners away."""
        for banner in tuple(self._banners):
            self._remove(banner)

    @Slot()
    def _on_banner_closed(self) -> None:
        banner = self.sender()
        if isinstance(banner, Banner):
            self._remove(banner)

    def _remove(self, banner: Banner) -> None:
        if banner not in self._banners:
            return
        self._banners.remove(banner)
        self._layout.removeWidget(banner)
        banner.hide()
        banner.deleteLater()
        self.setVisible(bool(self._banners))
