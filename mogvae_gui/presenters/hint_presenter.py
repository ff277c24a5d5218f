"""Hints for the first minute, until a person has done what they tell."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from mogvae_gui.state.preferences import Preferences
from mogvae_gui.views.latent_panel import LatentPanel

LEAVES_AFTER_MS = 1_200  # the view grows then, and a second click is to meet what the first met


class HintPresenter(QObject):
    """What a person knows belongs to the person: it is kept with the preferences."""

    learnt = Signal()  # preferences have changed

    def __init__(self, preferences: Preferences, panel: LatentPanel) -> None:
        super().__init__(panel)
        self._preferences = preferences
        self._hint = panel.hint
        self._leaves = QTimer(self)
        self._leaves.setSingleShot(True)
        self._leaves.setInterval(LEAVES_AFTER_MS)
        self._leaves.timeout.connect(self._on_leaves)
        self._hint.dismissed.connect(self._on_learnt)
        view = panel.view
        for done in (view.code_picked, view.component_picked, view.place_picked, view.probe_left):
            done.connect(self._on_learnt)
        self._hint.setVisible(not preferences.knows_latent_space)

    def stop(self) -> None:
        """The window closes: nothing leaves any more."""
        self._leaves.stop()

    @Slot()
    def _on_learnt(self) -> None:
        if not self._hint.isHidden():
            self._leaves.start()
        if not self._preferences.knows_latent_space:
            self._preferences.knows_latent_space = True
            self.learnt.emit()

    @Slot()
    def _on_leaves(self) -> None:
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._leaves.start()  # not under a hand that drags
        else:
            self._hint.hide()
