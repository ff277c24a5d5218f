"""Measures the run in view as a whole when asked to, and keeps what was measured."""

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from core.library import Chair, Library
from core.saved_evaluation import chairs_digest, weights_digest
from core.training.run import Run
from mogvae_gui.presenters.jobs import JobRequest, Jobs
from mogvae_gui.presenters.model_figure_rows import figure_rows
from mogvae_gui.state.evaluation_state import EvaluationState
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.model_figures_panel import ModelFiguresPanel

if TYPE_CHECKING:  # it brings torch: loaded when something is measured
    from core.model_figures import FigureProgress, ModelFigures

Key = tuple[Path, str]
"""A run's folder and the split it was judged on."""


class ModelFiguresPresenter(QObject):
    """Keeps the Model side of the Evaluation dock on the run in view and the split in use."""

    def __init__(
        self,
        state: EvaluationState,
        project: ProjectState,
        latent: LatentState,
        training: TrainingState,
        panel: ModelFiguresPanel,
        jobs: Jobs,
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._project = project
        self._latent = latent
        self._training = training
        self._panel = panel
        self._jobs = jobs
        self._known: dict[Key, ModelFigures] = {}
        self._measuring: Key | None = None
        panel.measure_requested.connect(self.measure)
        state.events.split.connect(self._show)
        latent.events.run_name.connect(self._show)
        training.events.status.connect(self._show)
        project.events.project.connect(self._on_project)
        project.events.chairs.connect(self._on_changed)
        self._show()

    @Slot()
    def measure(self) -> None:
        """Measure the run in view on the chairs of the split, unless it is known."""
        key, project = self._key(), self._project.project
        if key is None or project is None or self.reason_not() or self._measuring is not None:
            return
        library, chairs = project.library, self._chairs()
        self._measuring = key
        self._show()
        self._jobs.start(
            JobRequest(
                "Measuring the model",
                lambda: _measured(key, library, chairs),
                on_success=self._on_measured,
                on_end=self._on_end,
                as_progress=lambda step: (step.done, step.total, step.doing),
            )
        )

    def reason_not(self) -> str:
        """Why nothing can be measured now; empty where it can."""
        if self._key() is None:
            return "Train a model first, or choose a run."
        if len(self._chairs()) < 2:
            return "There are too few such chairs in the library."
        if self._training.is_busy and self._training.run_name == self._latent.run_name:
            return f"{self._training.run_name} is being trained. Wait for its end, or stop it."
        return ""

    @Slot(str)
    def on_run_ended(self, run: str) -> None:
        """A training has ended: the run has other weights now."""
        project = self._project.project
        if project is not None:
            folder = project.runs_folder / run
            self._known = {key: each for key, each in self._known.items() if key[0] != folder}
        self._show()

    def _key(self) -> Key | None:
        project, run = self._project.project, self._latent.run_name
        if project is None or run is None:
            return None
        return project.runs_folder / run, self._state.split

    def _chairs(self) -> tuple[Chair, ...]:
        project, split = self._project.project, self._state.split
        chairs = project.library.chairs if project is not None else ()
        return tuple(chair for chair in chairs if split in ("all", chair.split))

    def _on_project(self) -> None:
        self._known = {}
        self._show()

    def _on_changed(self) -> None:
        self._known = {}
        self._show()

    def _show(self) -> None:
        key = self._key()
        figures = None if key is None else self._known.get(key)
        if figures is not None:
            self._panel.show_figures(figure_rows(figures))
        else:
            is_busy = key is not None and key == self._measuring
            self._panel.show_nothing(self.reason_not(), busy=is_busy)

    @Slot(object)
    def _on_measured(self, figures: "ModelFigures | None") -> None:
        if self._measuring is not None and figures is not None:
            self._known[self._measuring] = figures

    def _on_end(self) -> None:
        self._measuring = None
        self._show()


def _measured(
    key: Key, library: Library, chairs: tuple[Chair, ...]
) -> "Generator[FigureProgress, None, ModelFigures | None]":
    """Measure; None where weights or chairs changed meanwhile, so that nothing wrong is kept."""
    from core.model_figures import FigureProgress, measure_model

    before = weights_digest(key[0]), chairs_digest(library, chairs)
    steps = measure_model(Run.open(key[0]).model(), library, chairs)
    try:
        for step in steps:
            if isinstance(step, FigureProgress):
                yield step
                continue
            same = (weights_digest(key[0]), chairs_digest(library, chairs)) == before
            return step if same else None
    finally:
        steps.close()
    return None
