"""Tells whose code or which component is under the pointer: a card with name and picture."""

import numpy as np
from PySide6.QtCore import QObject, Slot

from mogvae_gui.presenters.library_presenter import LibraryPresenter
from mogvae_gui.state.evaluation_state import EvaluationState
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.latent_view import LatentView
from mogvae_gui.views.library_model import LibraryModel


class HoverPresenter(QObject):
    """Pictures are those of the library, drawn when somebody looks."""

    def __init__(
        self,
        project: ProjectState,
        latent: LatentState,
        view: LatentView,
        pictures: LibraryModel,
        library: LibraryPresenter,
    ) -> None:
        super().__init__(view)
        self._project = project
        self._latent = latent
        self._view = view
        self._pictures = pictures
        self._library = library
        self._chair_id: str | None = None
        view.code_hovered.connect(self._on_code_hovered)
        view.component_hovered.connect(self._on_component_hovered)
        library.thumbnail_drawn.connect(self._on_thumbnail_drawn)

    @Slot(int)
    def _on_code_hovered(self, row: int) -> None:
        latent_map = self._latent.map
        chair = None
        if latent_map is not None and 0 <= row < len(latent_map.chair_ids):
            chair = self._project.chair(latent_map.chair_ids[row])
        self._chair_id = chair.id if chair is not None else None
        if latent_map is None or chair is None:
            self._view.show_hover_card("", "")
            return
        picture = self._pictures.thumbnail(chair.id)
        self._view.hover_card.show_picture(picture)
        if picture is None:
            self._library.want_thumbnail(chair.id)
        words = [chair.split, str(chair.metadata.get("family", ""))]
        if latent_map.components is not None:
            component = int(latent_map.members[row])
            share = float(latent_map.responsibilities[row, component])
            words.append(f"{self._latent.name_of(component)}, {share:.0%}")
        error = (self._latent.errors or {}).get(chair.id)
        if error is not None:
            of_now = "" if self._latent.epoch is None else " of the run as it is now"
            words.append(f"CD₁ {error:.4f}{of_now}")
        self._view.show_hover_card(chair.name, "\n".join(word for word in words if word))

    @Slot(int)
    def _on_component_hovered(self, component: int) -> None:
        self._chair_id = None
        latent_map = self._latent.map
        components = latent_map.components if latent_map is not None else None
        if latent_map is None or components is None or not 0 <= component < len(components.weights):
            self._view.show_hover_card("", "")
            return
        members = int(np.count_nonzero(latent_map.members == component))
        self._view.hover_card.show_no_picture()
        self._view.show_hover_card(
            self._latent.name_of(component),
            f"weight {components.weights[component]:.0%}\n"
            f"{members:,} {'chair' if members == 1 else 'chairs'}\n"
            "click: its middle\n"
            "twice: samples",
        )

    @Slot(str, object)
    def _on_thumbnail_drawn(self, chair_id: str, _image: object) -> None:
        if chair_id == self._chair_id:
            self._view.hover_card.show_picture(self._pictures.thumbnail(chair_id))


class CodeErrorsPresenter(QObject):
    """Hands the figures of the run in view to the latent space."""

    def __init__(self, evaluation: EvaluationState, latent: LatentState, parent: QObject) -> None:
        super().__init__(parent)
        self._evaluation = evaluation
        self._latent = latent
        evaluation.events.table.connect(self._on_table)
        self._on_table()

    def _on_table(self) -> None:
        table = self._evaluation.table
        if table is None:
            self._latent.errors = None
            return
        values = table.values("first", "cd_1")
        ids = [chair.id for chair in table.chairs]
        self._latent.errors = {i: float(value) for i, value in zip(ids, values, strict=True)}
