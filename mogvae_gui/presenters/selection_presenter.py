"""Which chairs are chosen: from the latent space and by the keys; the dock that counts them."""

import numpy as np
from PySide6.QtCore import QObject, Slot

from core.selection import Joining, joined
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.main_window import MainWindow


class SelectionPresenter(QObject):
    """One selection for all: `ProjectState.selected`, chair ids, whatever is listed or sorted how.

    The library, the evaluation table, the latent space and the stage show it, each in its way.
    """

    def __init__(
        self,
        project: ProjectState,
        latent: LatentState,
        window: MainWindow,
        probe: ProbePresenter,
    ) -> None:
        super().__init__(window)
        self._project = project
        self._latent = latent
        self._window = window
        self._probe = probe
        window.latent.view.codes_enclosed.connect(self._on_codes_enclosed)
        window.choose_none_action.triggered.connect(self.clear)
        window.next_chosen_action.triggered.connect(self._on_next)
        window.previous_chosen_action.triggered.connect(self._on_previous)
        project.events.selected.connect(self._show_able)
        self._show_able()

    @Slot()
    def clear(self) -> None:
        """Choose no chair. The stage keeps what it shows."""
        if self._window.latent.view.forget_outline():
            return
        self._project.selected = ()

    def step(self, by: int) -> None:
        """Put the next or the previous of the chosen chairs on the stage."""
        chosen = self._project.selected
        if len(chosen) > 1:
            by %= len(chosen)
            self._project.selected = chosen[by:] + chosen[:by]

    def _show_able(self) -> None:
        count = len(self._project.selected)
        self._window.choose_none_action.setEnabled(count > 0)
        self._window.next_chosen_action.setEnabled(count > 1)
        self._window.previous_chosen_action.setEnabled(count > 1)

    @Slot(object, str)
    def _on_codes_enclosed(self, rows: np.ndarray, joining: Joining) -> None:
        latent_map = self._latent.map
        if latent_map is None:
            return
        ids = [latent_map.chair_ids[row] for row in rows]
        found = [chair_id for chair_id in ids if self._project.chair(chair_id) is not None]
        self._project.selected = joined(self._project.selected, found, joining)

    @Slot()
    def _on_next(self) -> None:
        self.step(1)

    @Slot()
    def _on_previous(self) -> None:
        self.step(-1)
