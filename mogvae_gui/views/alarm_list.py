"""What a person should know about a running training, in plain sentences."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from mogvae_gui.views.icons import IconLabel
from mogvae_gui.views.theme import GRID

ALARMS_WIDTH = 216


class AlarmList(QWidget):
    """Shows sentences beside the curves; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._alarms: tuple[str, ...] = ()
        self._title = QLabel("Worth a look")
        self._title.setProperty("role", "heading")
        self._title.setFixedHeight(26)
        self._page = QWidget()
        self._page.setObjectName("scrolled")
        self._rows = QVBoxLayout(self._page)
        self._rows.setContentsMargins(0, 0, GRID // 2, 0)
        self._rows.setSpacing(GRID)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._title)
        layout.addWidget(scroll, 1)
        self.setMinimumWidth(ALARMS_WIDTH - 40)
        self.hide()

    @property
    def alarms(self) -> tuple[str, ...]:
        """What is shown."""
        return self._alarms

    def show_alarms(self, alarms: Sequence[str]) -> None:
        """Show these sentences; the same ones again change nothing, so that reading goes on."""
        if tuple(alarms) == self._alarms:
            return
        self._alarms = tuple(alarms)
        while (item := self._rows.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.hide()
                row.deleteLater()
        for alarm in self._alarms:
            self._rows.addWidget(_row(alarm))
        self._rows.addStretch(1)
        self.setVisible(bool(self._alarms))


def _row(alarm: str) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(GRID)
    label = QLabel(alarm)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    layout.addWidget(IconLabel("warning", 14, "warning"), 0, Qt.AlignmentFlag.AlignTop)
    layout.addWidget(label, 1)
    return row
