"""Shows what a second run makes of the chosen chair, on a third side of the stage."""

import math

from PySide6.QtCore import QObject, Slot

from core.evaluation import Evaluation
from core.pair_metrics import PairMetrics
from mogvae_gui.presenters.colouring import cloud_colours
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.stage_presenter import describe
from mogvae_gui.state.evaluation_state import EvaluationState
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.stage_state import ShownCloud, StageState
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.views.stage_view import PaneContent
from mogvae_gui.workers.model_worker import Decoded, LoadRun, Reconstruct

_SAME = 1e-5
"""Figures of the same weights agree to this share, whether in float32 or float64."""


class ComparisonPresenter(QObject):
    """Keeps the third side in step. The second model lives in a thread of its own."""

    def __init__(
        self,
        state: EvaluationState,
        project: ProjectState,
        latent: LatentState,
        stage: StageState,
        window: MainWindow,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(window)
        self._state = state
        self._project = project
        self._latent = latent
        self._stage = stage
        self._view = window.stage
        self._notices = notices
        self._newest: Reconstruct | None = None  # whose answer the third side waits for
        self._model = ModelLink(window)
        self._model.answered.connect(self._on_answered)
        self._model.failed.connect(self._on_failed)
        state.events.against.connect(self._on_against)
        state.events.table.connect(self._show_caption)
        stage.events.second.connect(self._show)
        latent.events.run_name.connect(self._show_names)
        project.events.selected.connect(self._reconstruct)
        project.events.chairs.connect(self._reconstruct)
        stage.events.colouring.connect(self._show)
        stage.events.reconstruction.connect(self._use_known_figures)

    def stop(self) -> None:
        """End the second model's thread."""
        self._model.stop()

    @Slot(str)
    def on_run_ended(self, run: str) -> None:
        """The second run may have other weights now."""
        if run == self._state.against:
            self._on_against()

    def _on_against(self) -> None:
        project, against = self._project.project, self._state.against
        self._newest = None
        self._stage.second = None
        self._show_names()
        if project is not None and against is not None:
            self._model.ask(LoadRun(project.runs_folder / against, project.library, ()))
            self._reconstruct()

    def _show_names(self) -> None:
        self._view.show_comparison(self._latent.run_name or "", self._state.against or "")

    def _reconstruct(self) -> None:
        project, chair = self._project.project, self._project.current
        if project is None or chair is None or self._state.against is None:
            return
        self._newest = Reconstruct(project.library.cloud(chair), chair.id)
        self._model.ask(self._newest)

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        if question is not self._newest or not isinstance(answer, Decoded):
            return
        chair = self._project.current
        if chair is None or self._newest is None or chair.id != self._newest.chair_id:
            return
        self._stage.second_metrics = answer.metrics
        self._stage.second = ShownCloud(
            f"{chair.name} by {self._state.against}",
            answer.points,
            answer.normals,
            error=answer.error,
            chair_id=chair.id,
            code=answer.code,
            frame=chair.frame,
        )

    @Slot(object, object)
    def _on_failed(self, question: object, error: Exception) -> None:
        if isinstance(question, LoadRun):
            self._notices.say_error(error, f"Opening run {question.folder.name}")
            self._state.against = None
        elif question is self._newest and self._state.against is not None:
            self._notices.say_error(error, f"Decoding with {self._state.against}")

    def _show(self) -> None:
        shown = self._stage.second
        if shown is None:
            self._view.show_second(None)
            return
        self._view.show_second(
            PaneContent(
                shown.title,
                self._caption(),
                shown.points,
                cloud_colours(shown, self._stage.colouring),
                shown.normals,
            )
        )

    def _show_caption(self) -> None:
        if self._stage.second is not None:
            self._view.second.show_caption(self._caption())

    def _caption(self) -> str:
        shown = self._stage.second
        if shown is None:
            return ""
        return describe(shown, self._measured(shown.chair_id) or self._stage.second_metrics)

    def _measured(self, chair_id: str | None) -> PairMetrics | None:
        """The figures of the table, which have the EMD as well."""
        table = self._state.table
        if table is None or table.second is None or table.against != self._state.against:
            return None
        return _figures_of(table.second, chair_id)

    def _use_known_figures(self) -> None:
        """Tell the EMD of the run in view at once where the table has it: it takes seconds."""
        shown, quick, table = self._stage.reconstruction, self._stage.metrics, self._state.table
        if shown is None or quick is None or quick.emd is not None or table is None:
            return
        known = _figures_of(table.first, shown.chair_id)
        # Weights that train on while they are looked at give other figures than the table's.
        if known is not None and math.isclose(known.cd_1, quick.cd_1, rel_tol=_SAME):
            self._stage.metrics = known


def _figures_of(evaluation: Evaluation, chair_id: str | None) -> PairMetrics | None:
    for design in evaluation.designs:
        if design.chair.id == chair_id:
            return design.metrics
    return None
