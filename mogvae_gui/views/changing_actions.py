"""Actions that change the open project: off, with the reason, while it may only be looked at."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup

from mogvae_gui.views.actions import wrapped


class ChangingActions(QObject):
    """Switches actions off whatever their own presenters think of them, and on again.

    Qt does it: an action cannot be enabled while its group is not, and gets back what it was told
    meanwhile.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._group = QActionGroup(self)
        self._group.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        self._tooltips: dict[QAction, str] = {}

    def add(self, *actions: QAction) -> None:
        """These change the project."""
        for action in actions:
            self._group.addAction(action)

    def show_reason(self, reason: str) -> None:
        """Switch all off for this reason, or on where there is none."""
        for action, tooltip in self._tooltips.items():
            action.setToolTip(tooltip)
        self._tooltips.clear()
        self._group.setEnabled(not reason)
        if reason:
            for action in self._group.actions():
                self._tooltips[action] = action.toolTip()
                action.setToolTip(wrapped(reason))
