"""The action that shows or hides a dock, and brings one that lies behind another to the front."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDockWidget, QWidget

from mogvae_gui.views.actions import tooltip_with_shortcut


class DockAction(QAction):
    """Ticked while the dock can be seen.

    Qt's own action closes a dock that lies behind another one in its tabs.
    """

    def __init__(self, dock: QDockWidget, shortcut: str, parent: QWidget) -> None:
        super().__init__(dock.windowTitle(), parent)
        self._dock = dock
        self.setCheckable(True)
        self.setShortcut(QKeySequence(shortcut))
        sentence = f"Show or hide the {dock.windowTitle().lower()} dock"
        self.setToolTip(tooltip_with_shortcut(sentence, self.shortcut()))
        self.setStatusTip(sentence)
        parent.addAction(self)
        self.triggered.connect(self._on_triggered)
        dock.visibilityChanged.connect(self.setChecked)
        self.setChecked(not dock.isHidden())

    @Slot(bool)
    def _on_triggered(self, shown: bool) -> None:
        if shown:
            self._dock.show()
            self._dock.raise_()
        else:
            self._dock.close()
