"""Hints for the first minute, until a person has done what they tell."""

from PySide6.QtCore import QObject, Signal, Slot

from mogvae_gui.state.preferences import Preferences
from mogvae_gui.views.latent_panel import LatentPanel


class HintPresenter(QObject):
    """What a person knows belongs to the person: it is kept with the preferences."""

    learnt = Signal()  # preferences have changed

    def __init__(self, preferences: Preferences, panel: LatentPanel) -> None:
        super().__init__(panel)
        self._preferences = preferences
        self._hint = panel.hint
        self._hint.dismissed.connect(self._on_learnt)
        view = panel.view
        for done in (view.code_picked, view.component_picked, view.place_picked, view.probe_left):
            done.connect(self._on_learnt)
        self._hint.setVisible(not preferences.knows_latent_space)

    @Slot()
    def _on_learnt(self) -> None:
        self._hint.hide()
        if not self._preferences.knows_latent_space:
            self._preferences.knows_latent_space = True
            self.learnt.emit()
